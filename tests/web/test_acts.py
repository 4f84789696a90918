"""One form, sent twice, is one act; a refused one leaves nothing behind."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from academy.ground import clock, db
from academy.ground.access import Capability
from academy.ground.errors import Reason, Refused
from academy.journal.actions import record
from academy.journal.models import JournalEntry
from academy.people.models.register import Person
from academy.web import acts
from academy.web.access import actor, requires
from academy.web.forms import KitchenForm
from academy.web.models import Act
from academy.web.session import Session
from tests import make
from tests.conftest import SignInAs

NO = Reason("no", "You have no place in this class.")


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An application that takes two more deeds."""
    return own_app


@pytest.fixture
def trainee(app: Flask) -> Person:
    """A trainee, and a page whose deed writes a row and can be refused."""

    @app.post("/deed/<answer>")
    @requires(Capability.ACCOUNT_KEEP)
    def deed(answer: str) -> ResponseReturnValue:
        def do(session: Session) -> acts.Answer:
            make_note(session)
            if answer == "no":
                raise Refused(NO)
            return acts.Answer("/courses/", "Done.")

        return acts.perform(do)

    @app.post("/asked")
    @requires(Capability.ACCOUNT_KEEP)
    def asked() -> ResponseReturnValue:
        form = KitchenForm()

        def do(session: Session) -> acts.Answer:
            make_note(session)
            if form.name.data == "王秀兰":
                raise Refused(NO)
            if form.name.data == "twice":
                session.add_all(Act(person_id=1, act_id="one", done_at=clock.now()) for _ in range(2))
                session.flush()
            return acts.Answer("/courses/")

        page = "{% from 'components/form.html' import post_form, control %}"
        page += "{% call post_form('/asked', form, 'Send') %}{{ control(form.name) }}{% endcall %}"
        return acts.perform(do, redraw=acts.Redrawn(form, lambda: render_template_string(page, form=form)))

    with db.transaction() as session:
        return make.person(session)


def make_note(session: Session) -> None:
    record(session, actor=actor(), what="test.done", about="test", now=clock.now())


def notes() -> int:
    with db.reading() as session:
        return session.execute(
            select(func.count()).select_from(JournalEntry).where(JournalEntry.code == "test.done")
        ).scalar_one()


def test_a_form_sent_twice_is_done_once_and_answered_alike(trainee: Person, sign_in: SignInAs) -> None:
    client = sign_in(trainee)
    act_id = str(uuid4())
    answers = [client.send_bare("/deed/yes", act_id=act_id) for _ in range(3)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/courses/")] * 3
    assert notes() == 1
    client.send_bare("/deed/yes", act_id=str(uuid4()))
    assert notes() == 2


def test_another_answer_in_the_same_form_is_another_act(trainee: Person, sign_in: SignInAs) -> None:
    client = sign_in(trainee)
    act_id = str(uuid4())
    for answer in ("one", "another", "one"):
        client.send_bare("/deed/yes", act_id=act_id, answer=answer)
    assert notes() == 2


def test_a_double_click_is_done_once(app: Flask, trainee: Person, sign_in: SignInAs) -> None:
    client = sign_in(trainee)
    values = {"act_id": str(uuid4()), "csrf_token": client.token()}
    cookie = client.get_cookie("academy")
    assert cookie is not None

    def click(_number: int) -> int:
        once = app.test_client(use_cookies=False)
        return once.post("/deed/yes", data=values, headers={"Cookie": f"academy={cookie.value}"}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(click, range(8))) == {303}
    assert notes() == 1


def test_a_refusal_is_a_409_with_its_reasons_and_can_be_tried_again(trainee: Person, sign_in: SignInAs) -> None:
    client = sign_in(trainee)
    answer = client.send_bare("/deed/no", act_id=str(uuid4()))
    assert answer.status_code == 409
    assert "您没有报名这个班。" in answer.get_data(as_text=True)
    assert notes() == 0
    with db.reading() as session:
        assert session.execute(select(func.count()).select_from(Act)).scalar_one() == 0


@pytest.mark.parametrize(("name", "why"), [("王秀兰", "您没有报名这个班。"), ("twice", "刚刚有人先做了修改")])
def test_a_refused_form_comes_back_with_what_was_typed(
    app: Flask, trainee: Person, sign_in: SignInAs, name: str, why: str
) -> None:
    client, act_id = sign_in(trainee), str(uuid4())
    values = {"act_id": act_id, "csrf_token": client.token(), "name": name}
    cookie = client.get_cookie("academy")
    assert cookie is not None
    app.test_client_class = FlaskClient  # a part of a page is no page to inspect
    bare = app.test_client(use_cookies=False)
    answer = bare.post("/asked", data=values, headers={"Cookie": f"academy={cookie.value}"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert why in page
    assert f'value="{name}"' in page
    assert f'name="act_id" value="{act_id}"' in page
    assert notes() == 0


def test_htmx_is_led_on_by_its_own_header(trainee: Person, sign_in: SignInAs) -> None:
    client = sign_in(trainee)
    answer = client.post("/deed/yes", headers={"HX-Request": "true", "X-CSRFToken": client.token()})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/courses/")
