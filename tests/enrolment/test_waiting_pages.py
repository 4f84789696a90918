"""Offers, approvals, substitutions and lines as trainees, liaisons and the office meet them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db, workbooks
from academy.ground.access import Role
from academy.journal.models import JournalEntry
from academy.people.models.register import Person, Unit
from tests import make
from tests.enrolment.plans import BY_UNITS, claim, planned, unit_pool
from tests.enrolment.stage import Stage, stage
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in, statements

S = EnrolmentState


class Academy:
    """A class whose places are confirmed and approved, a unit with its liaison, an admin and a trainee."""

    def __init__(self, *, plan: Plan | None = None, places: int = 4) -> None:
        with db.transaction() as session:
            self.unit: Unit = make.unit(session, "梅岭街道", parent=make.unit(session, "玄武区"))
            self.on: Stage = stage(session, places=places)
            planned(session, self.on, plan or Plan(approval=Approval.BOTH, confirm_hours=24))
            self.liaison: Person = make.person(session, "何静怡", roles=(Role.LIAISON,), unit=self.unit)
            self.admin: Person = make.person(session, "陈敏", roles=(Role.ADMIN,))
            self.trainee: Person = make.person(session, "王秀兰", unit=self.unit)
        self.url = f"/classes/{self.on.class_.code}"

    def claims(self, state: EnrolmentState, who: Person | None = None, *, nominated: bool = False) -> int:
        """Enter a claim, of the trainee unless told otherwise, and tell its id."""
        with db.transaction() as session:
            pool = session.merge(self.on.pool)
            made = claim(session, pool, who or self.trainee, state, unit=self.unit, nominated=nominated)
            self.on.pool.taken = pool.taken
            return made.id


def state(enrolment_id: int) -> EnrolmentState:
    with db.reading() as session:
        return session.execute(select(Enrolment.state).where(Enrolment.id == enrolment_id)).scalar_one()


def test_a_trainee_finds_the_offer_first_of_all_and_confirms_it(client: PageClient) -> None:
    academy = Academy()
    key = academy.claims(S.OFFERED)
    browser = sign_in(client, academy.trainee)
    desk = browser.get("/me/").text
    assert desk.index('id="todo"') < desk.index('id="classes"')
    assert f'href="{academy.url}#mine"' in desk
    page = browser.get(academy.url)
    assert f'action="{academy.url}/confirm"' in page.text
    assert f'action="{academy.url}/withdraw"' in page.text
    assert browser.send(f"{academy.url}/confirm", page=academy.url).status_code == 303
    assert state(key) is S.SEATED
    assert browser.send_bare(f"{academy.url}/confirm").status_code == 409


def test_the_offer_is_given_to_the_next(client: PageClient) -> None:
    academy = Academy()
    key = academy.claims(S.OFFERED)
    browser = sign_in(client, academy.trainee)
    assert browser.send(f"{academy.url}/withdraw", page=academy.url).status_code == 303
    assert state(key) is S.WITHDRAWN


@pytest.mark.parametrize(
    ("state_", "nominated", "words"),
    [
        (S.ASKED, False, "先由您单位的联络员审批，再由学院审批"),
        (S.NOMINATED, True, "您单位已推荐您"),
        (S.WAITING, True, "您在单位候补名单中排第1位"),
        (S.OFFERED, True, "由您单位的联络员确认"),
        (S.WAITING, False, "您排在候补第1位"),
    ],
)
def test_each_state_says_what_comes_next(
    client: PageClient, state_: EnrolmentState, *, nominated: bool, words: str
) -> None:
    academy = Academy()
    academy.claims(state_, nominated=nominated)
    page = sign_in(client, academy.trainee).get(academy.url)
    assert words in text_of(page).replace(" ", "")
    assert f'action="{academy.url}/confirm"' not in page.text
    assert client.get("/me/").status_code == 200


def test_the_places_of_ones_own_unit_are_told_apart_from_all(client: PageClient) -> None:
    academy = Academy(plan=Plan(), places=5)
    with db.transaction() as session:
        on = Stage(session.merge(academy.on.class_), session.merge(academy.on.pool))
        unit_pool(session, on, academy.unit, places=2)
    page = text_of(sign_in(client, academy.trainee).get(academy.url))
    assert "梅岭街道" in page
    assert "余 2 / 2" in page


def test_whoever_may_not_ask_is_sent_to_the_liaison(client: PageClient) -> None:
    academy = Academy(plan=BY_UNITS)
    assert "联络员" in text_of(client.get(academy.url))
    browser = sign_in(client, academy.trainee)
    assert f'action="{academy.url}/enrol"' not in browser.get(academy.url).text
    assert browser.send_bare(f"{academy.url}/enrol").status_code == 409


@pytest.mark.parametrize(("plan", "shown"), [(BY_UNITS, False), (Plan(), True)])
def test_what_only_units_fill_is_not_offered_to_be_taken(client: PageClient, plan: Plan, *, shown: bool) -> None:
    academy = Academy(plan=plan)
    listed = text_of(client.get("/classes/"))
    assert ("由单位推荐报名" in listed, "余 4 个名额" in listed) == (not shown, shown)
    assert (academy.url in sign_in(client, academy.trainee).get("/me/").text) is shown


def test_a_liaison_approves_and_refuses_with_a_reason(client: PageClient) -> None:
    academy = Academy()
    first = academy.claims(S.ASKED)
    with db.transaction() as session:
        other = make.person(session, "周堃", unit=session.merge(academy.unit))
    second = academy.claims(S.ASKED, other)
    browser = sign_in(client, academy.liaison)
    assert 'href="/unit/claims"' in browser.get("/unit/").text
    page = browser.get("/unit/claims")
    assert "王秀兰" in page.text
    assert browser.send("/unit/claims/approve", page="/unit/claims", picked=[str(first)]).status_code == 303
    asked = browser.send_bare("/unit/claims/refuse", picked=[str(second)])
    assert asked.status_code == 200
    assert "周堃" in text_of(asked)
    empty = browser.send_bare("/unit/claims/refuse", picked=[str(second)], reason="")
    assert empty.status_code == 422
    done = browser.send_bare("/unit/claims/refuse", picked=[str(second)], reason="本月任务重")
    assert (done.status_code, done.location) == (303, "/unit/claims")
    assert [state(key) for key in (first, second)] == [S.ASKED, S.WITHDRAWN]  # the academy is still to be asked
    admin = sign_in(client, academy.admin)
    assert 'href="/admin/claims"' in admin.get("/admin/").text
    assert admin.send("/admin/claims/approve", page="/admin/claims", picked=[str(first)]).status_code == 303
    assert state(first) is S.SEATED
    assert admin.send_bare("/admin/claims/approve").status_code == 409
    assert admin.send_bare("/admin/claims/refuse", picked=[str(first)]).status_code == 409


def test_another_units_liaison_sees_and_decides_nothing(client: PageClient) -> None:
    academy = Academy()
    key = academy.claims(S.ASKED)
    with db.transaction() as session:
        stranger = make.person(session, "别人", roles=(Role.LIAISON,), unit=make.unit(session, "别的街道"))
    browser = sign_in(client, stranger)
    assert "王秀兰" not in browser.get("/unit/claims").text
    for deed in ("/unit/claims/approve", f"/unit/claims/{key}/confirm", f"/unit/claims/{key}/decline"):
        assert browser.send_bare(deed, picked=[str(key)]).status_code == 404
    assert browser.get(f"/claims/{key}/substitute").status_code == 404


def test_the_unit_confirms_for_its_reserve(client: PageClient) -> None:
    academy = Academy()
    key = academy.claims(S.OFFERED, nominated=True)
    browser = sign_in(client, academy.liaison)
    assert "王秀兰" in browser.get("/unit/").text
    assert browser.send(f"/unit/claims/{key}/confirm", page="/unit/claims").status_code == 303
    assert state(key) is S.SEATED


def test_the_office_phones_whom_no_message_reaches_and_notes_the_answer(client: PageClient) -> None:
    academy = Academy()
    key = academy.claims(S.OFFERED)
    browser = sign_in(client, academy.admin)
    assert 'href="/admin/claims#unreached"' in browser.get("/admin/").text
    assert "王秀兰" in browser.get("/admin/claims").text
    line = f"/admin{academy.url}/line"
    answer = browser.send(f"/admin/claims/{key}/decline", page=line, next=line)
    assert (answer.status_code, answer.location) == (303, line)
    assert state(key) is S.WITHDRAWN


def test_a_liaison_sends_somebody_else(client: PageClient) -> None:
    academy = Academy()
    key = academy.claims(S.SEATED, nominated=True)
    with db.transaction() as session:
        other = make.person(session, "周堃", unit=session.merge(academy.unit))
    url = f"/claims/{key}/substitute"
    browser = sign_in(client, academy.liaison)
    assert f'href="{url}"' in browser.get("/unit/claims").text
    assert "周堃" in browser.get(f"{url}?q=zhou").text
    assert browser.send(url, page=url).status_code == 422
    answer = browser.send(url, page=url, person=str(other.id), reason="")
    assert (answer.status_code, answer.location) == (303, "/unit/claims")
    assert state(key) is S.WITHDRAWN
    assert "没有可由他人接替的名额" in text_of(browser.get(url))
    assert browser.send_bare(url, person=str(other.id)).status_code == 422
    with db.transaction() as session:
        stranger = make.person(session, "外街道的人", unit=make.unit(session, "别的街道"))
    answer = browser.send_bare(url, person=str(stranger.id))
    assert (answer.status_code, "外街道的人" in answer.text) == (422, False)


def test_after_the_day_of_arrival_the_manager_says_why(client: PageClient) -> None:
    academy = Academy()
    key = academy.claims(S.SEATED)
    with db.transaction() as session:
        other = make.person(session, "周堃", unit=session.merge(academy.unit))
        manager = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
        class_ = session.merge(academy.on.class_)
        class_.manager_id, class_.state = manager.id, ClassState.RUNNING
        class_.starts_on = make.TODAY - timedelta(days=1)
    url = f"/claims/{key}/substitute"
    browser = sign_in(client, manager)
    assert f'href="{url}"' in browser.get(f"/teach{academy.url}").text
    assert browser.send(url, page=url, person=str(other.id), reason="").status_code == 422
    answer = browser.send(url, page=url, person=str(other.id), reason="生病住院")
    assert (answer.status_code, answer.location) == (303, f"/teach{academy.url}")


@pytest.mark.parametrize("many", [2, 12])
def test_the_line_shows_order_and_hindrances_in_few_questions(client: PageClient, many: int) -> None:
    academy = Academy(plan=Plan(confirm_hours=24))
    with db.transaction() as session:
        busy = stage(session, hour=10, title="同一时间的班", places=20)
        pool, unit = session.merge(academy.on.pool), session.merge(academy.unit)
        for number in range(many):
            who = make.person(session, f"候补{number}", unit=unit)
            made = claim(session, pool, who, S.WAITING, unit=unit, at=make.NOW + timedelta(minutes=number))
            claim(session, busy.pool, who, S.SEATED)
            note = {"clashes_with": [busy.class_.code]}
            session.add(
                JournalEntry(
                    at=make.NOW, actor_id=None, actor_name="", via="job", address=None, about_kind="enrolment",
                    code="enrolment.passed-over", about_id=made.id, before=None, after=note, result="done",
                )
            )  # fmt: skip
    browser = sign_in(client, academy.admin)
    with statements() as asked:
        page = browser.get(f"/admin{academy.url}/line")
    assert page.status_code == 200
    assert len(asked) <= 20
    said = text_of(page)
    assert said.index("候补0") < said.index("候补1")
    assert busy.class_.code in said
    file = browser.send(f"/admin{academy.url}/line.xlsx", page=f"/admin{academy.url}/line")
    rows = workbooks.read(file.data, rows=100, columns=20).rows
    assert [row[2] for row in rows[1:3]] == ["候补0", "候补1"]
    assert len(rows) == many + 1


def test_the_office_moves_a_class(client: PageClient) -> None:
    academy = Academy()
    academy.claims(S.SEATED)
    browser = sign_in(client, academy.admin)
    url = f"/admin{academy.url}/move"
    assert f'href="{url}"' in browser.get(f"/admin{academy.url}").text
    assert browser.send(url, page=url, starts_on="").status_code == 422
    same = browser.send(url, page=url, starts_on=academy.on.class_.starts_on.isoformat())
    assert same.status_code == 409
    later = academy.on.class_.starts_on + timedelta(days=7)
    assert browser.send(url, page=url, starts_on=later.isoformat()).status_code == 303


def test_the_line_names_whom_a_moved_class_clashes_with(client: PageClient) -> None:
    academy = Academy()
    academy.claims(S.SEATED)
    with db.transaction() as session:
        other = stage(session, hour=10, title="同一时间的班")
        claim(session, other.pool, session.merge(academy.trainee), S.SEATED)
    page = sign_in(client, academy.admin).get(f"/admin{academy.url}/line")
    assert 'id="clashing"' in page.text
    assert other.class_.code in text_of(page)
    assert f'href="/admin{academy.url}/line#clashing"' in client.get(f"/admin{academy.url}").text


def test_the_roster_shows_places_held_and_not_settled(client: PageClient) -> None:
    academy = Academy()
    academy.claims(S.ASKED)
    page = sign_in(client, academy.admin).get(f"/teach{academy.url}")
    assert 'id="held"' in page.text
    assert "王秀兰" in text_of(page)


def test_pages_without_anything_say_so(client: PageClient) -> None:
    academy = Academy()
    browser = sign_in(client, academy.liaison)
    assert browser.get("/unit/claims").status_code == 200
    assert browser.get("/unit/claims?q=nobody").status_code == 200
    admin = sign_in(client, academy.admin)
    assert admin.get("/admin/claims").status_code == 200
    assert admin.get(f"/admin{academy.url}/line").status_code == 200
