"""A concluded class, and its people at their browsers."""

from collections.abc import Callable

import pytest
from flask import Flask

from academy.ground import db
from academy.ground.access import Actor
from academy.people.models.register import Person
from tests.certificates.concluded import Concluded, concluded
from tests.conftest import SignInAs
from tests.pages import PageClient

HOURS = {"欧阳娜娜": 380, "张𬭎": 360, "陈堃": 340}
SignIn = Callable[[Actor], PageClient]


@pytest.fixture
def of(app: Flask) -> Concluded:
    assert app.testing
    return concluded(HOURS)


@pytest.fixture
def visitor(client: PageClient) -> PageClient:
    """A visitor who reads English: the sentences as they stand in the code."""
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    return client


@pytest.fixture
def as_(visitor: PageClient, sign_in: SignInAs) -> SignIn:
    known: set[int | None] = set()

    def enter(actor: Actor) -> PageClient:
        if actor.person_id in known:
            with visitor.session_transaction() as cookie:
                cookie["_user_id"] = f"secret of {actor.person_id}"
            return visitor
        known.add(actor.person_id)
        with db.transaction() as session:
            holder = session.get_one(Person, actor.person_id)
            holder.locale = "en"
        return sign_in(holder)

    return enter
