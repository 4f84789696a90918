"""A name is corrected for a reason: sorted and found by the new one, noted with both, and only once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import select as choose
from sqlalchemy.orm import Session

from academy.ground import db
from academy.ground.access import Role, operator
from academy.ground.db import Database
from academy.ground.errors import NotFound, Refused
from academy.ground.text import initials, name_pinyin
from academy.journal.models import JournalEntry
from academy.people.actions import register
from academy.people.models.register import Person
from academy.people.queries import finding
from academy.people.rules.register import NAME_EMPTY, NAME_LONG, REASON_EMPTY, reasons_to_refuse_correction
from tests import make
from tests.make import NOW
from tests.pages import PageClient, text_of
from tests.people.conftest import SignInAs

REASON = "以身份证为准"
RARE = "\N{BLACK SQUARE}"  # what an old system prints for a character it lacks
AT_ONCE = 8


def correct(session: Session, person_id: int, name: str, reason: str = REASON) -> bool:
    return register.correct_name(
        session, actor=operator("陶思源"), person_id=person_id, name=name, reason=reason, now=NOW
    )


def noted(session: Session) -> list[JournalEntry]:
    statement = choose(JournalEntry).where(JournalEntry.code == "person.name-corrected").order_by(JournalEntry.id)
    return list(session.execute(statement).scalars())


@pytest.fixture
def office(sign_in: SignInAs) -> PageClient:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,), phone="13911110000")
    return sign_in(admin)


def trainee() -> int:
    with db.transaction() as session:
        return make.person(session, "王秀兰").id


@pytest.mark.parametrize(
    ("name", "reason", "reasons"),
    [
        ("单秀兰", REASON, ()),
        ("", REASON, (NAME_EMPTY,)),
        ("·", REASON, (NAME_EMPTY,)),
        ("王" * 61, "", (NAME_LONG, REASON_EMPTY)),
        ("单秀兰", "\u200b", (REASON_EMPTY,)),
        ("", "", (NAME_EMPTY, REASON_EMPTY)),
    ],
)
def test_every_reason_against_is_told_at_once(name: str, reason: str, reasons: tuple[object, ...]) -> None:
    assert reasons_to_refuse_correction(name, reason) == reasons


def test_a_name_is_cleaned_spelled_found_and_noted(session: Session) -> None:
    person = make.person(session, "王秀兰")
    assert correct(session, person.id, " 单\u200b  雄·信 ")
    session.flush()
    assert (person.name, person.name_pinyin, person.name_initials) == ("单 雄·信", "shan xiong xin", "sxx")
    assert finding.wrong_tokens(session) == []
    (row,) = noted(session)
    assert (row.actor_name, row.about_kind, row.about_id) == ("陶思源", "person", person.id)
    assert (row.before, row.after) == ({"name": "王秀兰"}, {"name": "单 雄·信", "reason": REASON})


def test_the_same_name_is_nothing_to_do(session: Session) -> None:
    person = make.person(session, "王秀兰")
    assert not correct(session, person.id, " 王秀兰\u200b")
    assert correct(session, person.id, "王秀蓝")
    assert not correct(session, person.id, "王秀蓝")
    assert len(noted(session)) == 1


def test_what_is_refused_changes_nothing(session: Session) -> None:
    person = make.person(session, "王秀兰")
    for name, reason in (("\u3164", REASON), ("王" * 61, REASON), ("王秀蓝", " ")):
        with pytest.raises(Refused):
            correct(session, person.id, name, reason)
    with pytest.raises(NotFound):
        correct(session, 9999, "王秀蓝")
    assert (person.name, noted(session)) == ("王秀兰", [])


def test_who_was_erased_has_no_name_to_correct(session: Session) -> None:
    person = make.person(session, "王秀兰")
    person.anonymised_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        correct(session, person.id, "王秀蓝")


def test_the_office_corrects_a_name_and_finds_the_person_by_it(office: PageClient) -> None:
    home = f"/admin/people/{trainee()}"
    url = f"{home}/name"
    assert f'href="{url}"' in office.get(home).text
    page = office.get(url)
    assert 'value="王秀兰"' in page.text
    form = {"name": " 单 秀兰", "reason": REASON, "act_id": "6f9b2cbd-4b5e-4c86-a59d-3b41ed0a2c11"}
    for _twice in range(2):
        assert office.send(url, **form).location == home
    assert "单 秀兰" in text_of(office.get(home))
    for query, found in (("单秀兰", True), ("shan", True), ("sxl", True), ("wxl", False), ("王秀兰", False)):
        assert (f'href="{home}"' in office.get(f"/admin/people/?q={query}").text) is found, query
    with db.reading() as session:
        assert len(noted(session)) == 1


def test_the_same_name_is_said_to_be_so(office: PageClient) -> None:
    home = f"/admin/people/{trainee()}"
    assert office.send(f"{home}/name", name="王秀兰", reason=REASON).location == home
    assert office.get(home).text.count('class="flash note"') == 1
    with db.reading() as session:
        assert noted(session) == []


def test_the_page_says_at_the_field_what_is_wrong(office: PageClient) -> None:
    url = f"/admin/people/{trainee()}/name"
    for name, reason, field in (
        ("\u3164", REASON, "name"),
        ("", REASON, "name"),
        ("王" * 61, REASON, "name"),
        ("王秀蓝", "", "reason"),
        ("王秀蓝", "\u3164", "reason"),
        ("王秀蓝", "因" * 201, "reason"),
    ):
        answer = office.send(url, name=name, reason=reason)
        assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True), (name, reason)


def test_a_name_that_cannot_be_printed_is_kept_with_a_warning(office: PageClient) -> None:
    home = f"/admin/people/{trainee()}"
    assert RARE not in office.get(f"{home}/name").text
    assert office.send(f"{home}/name", name=f"王{RARE}兰", reason=REASON).location == home
    warning = office.get(home).text.split('class="flash late"')[1].split("</p>")[0]
    assert warning.count(RARE) == 2
    assert 'class="flash late"' in office.get(f"{home}/name").text
    assert office.send(f"{home}/name", name="王秀兰", reason=REASON).location == home
    assert 'class="flash ok"' in office.get(home).text
    assert 'class="flash late"' not in office.get(f"{home}/name").text


def test_nobody_and_the_erased_are_not_found(office: PageClient) -> None:
    trainee_id = trainee()
    with db.transaction() as session:
        session.get_one(Person, trainee_id).anonymised_at = NOW
    assert f"/admin/people/{trainee_id}/name" not in office.get(f"/admin/people/{trainee_id}").text
    for person_id in (trainee_id, 9999):
        url = f"/admin/people/{person_id}/name"
        assert office.get(url).status_code == 404
        answer = office.post(url, data={"name": "王秀蓝", "reason": REASON, "csrf_token": office.token()})
        assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.LIAISON, Role.INSTRUCTOR, Role.AUDITOR, Role.SECURITY])
def test_names_are_the_offices_to_correct(sign_in: SignInAs, role: Role) -> None:
    with db.transaction() as session:
        person = make.person(session, roles=(role,), unit=make.unit(session))
    client, url = sign_in(person), f"/admin/people/{person.id}/name"
    assert client.get(url).status_code == 403
    data = {"name": "王秀蓝", "reason": REASON, "csrf_token": client.token()}
    assert client.post(url, data=data).status_code == 403


def at_once(person_id: int, names: list[str]) -> list[bool]:
    """Correct a name in several ways at the same moment."""

    def deed(name: str) -> bool:
        with db.transaction() as session:
            return correct(session, person_id, name)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(deed, names))


def test_corrections_at_once_follow_each_other(database: Database) -> None:
    trainee_id = trainee()
    names = [f"王秀{character}" for character in "蓝岚澜斓阑栏拦婪"]
    assert all(at_once(trainee_id, names))
    with database.reading() as session:
        rows, person = noted(session), session.get_one(Person, trainee_id)
        told = [((row.before or {})["name"], (row.after or {})["name"]) for row in rows]
        assert told[0][0] == "王秀兰"
        assert all(earlier[1] == later[0] for earlier, later in pairwise(told))
        assert sorted(after for _before, after in told) == sorted(names)
        assert person.name == told[-1][1]
        assert (person.name_pinyin, person.name_initials) == (
            name_pinyin(person.name),
            initials(person.name_pinyin),
        )
        assert finding.wrong_tokens(session) == []


def test_one_correction_sent_by_many_at_once_is_noted_once(database: Database) -> None:
    trainee_id = trainee()
    assert at_once(trainee_id, ["王秀蓝"] * AT_ONCE).count(True) == 1
    with database.reading() as session:
        assert len(noted(session)) == 1
