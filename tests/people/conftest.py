"""A stopped clock, somebody signed in, the words of messages, and what the database is asked."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from academy.ground import clock, db
from academy.ground.access import VISITOR, Actor
from academy.outbox.models import Message
from academy.people.actions.sign_in import Device, open_sign_in
from academy.people.models.register import Person
from tests import make
from tests.pages import PageClient

SignInAs = Callable[[Person], PageClient]
VISITING = Actor(person_id=None, name="", roles=VISITOR.roles, address="192.0.2.7")
PHONE = Device(agent="Mozilla/5.0 (Linux; Android 14) MicroMessenger/8", address="192.0.2.7", remembered=True)


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    with clock.stopped(make.NOW):
        yield


@pytest.fixture
def sign_in(client: PageClient) -> SignInAs:
    """Give a browser in which a person is signed in."""

    def as_(holder: Person) -> PageClient:
        with db.transaction() as session:
            entered = open_sign_in(session, person_id=holder.id, device=PHONE, now=clock.now())
        with client.session_transaction() as cookie:
            cookie["_user_id"] = entered.secret
        return client

    return as_


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Collect what the bound database is asked."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            asked.append(statement)

    event.listen(db.bound().engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.bound().engine, "before_cursor_execute", note)


def messages(session: Session, code: str = "") -> list[Message]:
    """List the messages queued, of one kind if asked."""
    rows = session.execute(choose(Message).order_by(Message.id)).scalars()
    return [row for row in rows if row.code.startswith(code)]


def last_code(session: Session) -> str:
    """Read the code that was sent last."""
    return str(messages(session, "people.code")[-1].values["code"])
