"""The search page: what each role finds, what it says, what it costs."""

from dataclasses import dataclass

import pytest
from flask import Flask

from academy.certificates.actions import deciding
from academy.certificates.queries.batches import numbers_of_class
from academy.classes.actions import sessions as classes
from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.ground import db
from academy.ground.access import Role
from academy.ground.crypto import vault
from academy.people.models.register import Person
from academy.portal.models import Notice
from academy.portal.rules import NoticeKind, NoticeState
from academy.sites import actions as sites
from academy.sites.models import Place
from academy.sites.queries import place as place_of
from tests import make
from tests.certificates.concluded import concluded
from tests.conftest import SignInAs
from tests.pages import PageClient, parse, text_of


@dataclass(frozen=True)
class Academy:
    """People of every role, and something of every kind."""

    admin: Person
    auditor: Person
    manager: Person
    teacher: Person
    liaison: Person
    trainee: Person
    stranger: Person
    running: ClassSession
    draft: ClassSession


@pytest.fixture
def academy(app: Flask) -> Academy:
    assert app.testing
    with db.transaction() as session:
        district = make.unit(session, "玄武区")
        street, other = make.unit(session, "梅岭街道", parent=district), make.unit(session, "秦淮区")
        manager = make.person(session, "沈主任", roles=(Role.INSTRUCTOR,))
        teacher = make.person(session, "徐老师", roles=(Role.INSTRUCTOR,))
        trainee = make.person(session, "周晓雯", unit=street)
        running = make.class_session(session, title="夜巡安全班", manager=manager, state=ClassState.RUNNING)
        draft = make.class_session(session, title="夜巡筹备班", state=ClassState.DRAFT)
        room = make.place(session, "夜巡教室")
        make.sitting(session, draft, instructor=teacher, at=room, course_=make.course(session, "夜巡要领"))
        make.enrolment(session, make.pool(session, running), trainee)
        session.add(
            Notice(
                code="n1", kind=NoticeKind.NOTICE, title="夜巡通知", body="", state=NoticeState.PUBLISHED,
                created_at=make.NOW, changed_at=make.NOW, published_at=make.NOW, sample=False,
            )
        )  # fmt: skip
        return Academy(
            admin=make.person(session, "陶主管", roles=(Role.ADMIN,)),
            auditor=make.person(session, "严明察", roles=(Role.AUDITOR,)),
            manager=manager,
            teacher=teacher,
            liaison=make.person(session, "许海棠", roles=(Role.LIAISON,), unit=district),
            trainee=trainee,
            stranger=make.person(session, "周晓明", unit=other),
            running=running,
            draft=draft,
        )


def kinds(client: PageClient, words: str) -> dict[str, list[str]]:
    """List what the page of a search shows, by kind."""
    page = client.get("/search", query_string={"q": words})
    assert page.status_code == 200
    sections = parse(page.get_data(as_text=True)).iter("section")
    return {s.get("id"): [link.get("href") for link in s.findall(".//li/a")] for s in sections if s.get("id")}


SCOPES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "": ((), {"class": "/classes/{running}"}),
    "trainee": ((), {"class": "/classes/{running}"}),
    "liaison": (("/unit/people/{trainee}",), {"class": "/classes/{running}"}),
    "manager": (("/teach/classes/{running}?q=",), {"class": "/teach/classes/{running}"}),
    "teacher": ((), {"class": "/teach/classes/{draft}"}),
    "auditor": ((), {"class": "/classes/{running}"}),
    "admin": (
        ("/admin/people/{stranger}", "/admin/people/{trainee}"),
        {"class": "/admin/classes/{draft}", "site": "/admin/places/"},
    ),
}
"""Whose pages each role is led to by 周晓, and the pages of other kinds by 夜巡."""


@pytest.mark.parametrize("who", SCOPES)
def test_each_role_finds_what_it_may_open(
    academy: Academy, client: PageClient, sign_in: SignInAs, who: str
) -> None:
    people, shown = SCOPES[who]
    if who:
        sign_in(getattr(academy, who))
    names = {
        "running": academy.running.code, "draft": academy.draft.code,
        "stranger": academy.stranger.id, "trainee": academy.trainee.id,
    }  # fmt: skip
    found = kinds(client, "夜巡")
    assert {"class", "course", "notice"} <= set(found) <= {"class", "course", "notice", "site"}
    for kind, begins in shown.items():
        assert any(url.startswith(begins.format(**names)) for url in found[kind]), found
    assert any(academy.draft.code in url for url in found["class"]) is (who in {"teacher", "admin"})
    of_people = kinds(client, "周晓").get("person", [])
    assert len(of_people) == len(people)
    for url, begins in zip(sorted(of_people), sorted(each.format(**names) for each in people), strict=True):
        assert url.startswith(begins)


def test_the_kind_whose_best_hit_begins_with_the_words_comes_first(
    academy: Academy, client: PageClient, sign_in: SignInAs
) -> None:
    with db.transaction() as session:
        make.class_session(session, title="网格长修养班")
        make.person(session, "张秀英")
    sign_in(academy.admin)
    assert list(kinds(client, "zhang xiu")) == ["person", "class"]


def test_a_stranger_never_learns_that_a_person_is_there(academy: Academy, client: PageClient) -> None:
    there, not_there = (client.get(f"/search?q={name}") for name in (academy.trainee.name, "周小雯"))
    assert text_of(there).replace("周晓雯", "") == text_of(not_there).replace("周小雯", "")


def test_certificates_are_found_by_the_office_and_by_their_holders_alone(
    app: Flask, client: PageClient, sign_in: SignInAs
) -> None:
    assert app.testing
    of = concluded({"欧阳娜娜": 380, "陈堃": 360})
    with db.transaction() as session:
        batch_id = deciding.propose(session, actor=of.admin, code=of.code, now=make.NOW)
        deciding.sign(session, actor=of.admin2, batch_id=batch_id, now=make.NOW)
        by_person = numbers_of_class(session, of.class_id)
        holder = session.get_one(Person, of.people["欧阳娜娜"].person_id)
        admin = session.get_one(Person, of.admin.person_id)
    numbers = {name: by_person[person.person_id or 0] for name, person in of.people.items()}
    assert kinds(client, numbers["欧阳娜娜"]) == {}
    sign_in(holder)
    assert kinds(client, numbers["欧阳娜娜"]) == {"certificate": [f"/me/certificates/{numbers['欧阳娜娜']}"]}
    assert "certificate" not in kinds(client, numbers["陈堃"])
    sign_in(admin)
    assert len(kinds(client, "ouyang")["certificate"]) == 1
    assert len(kinds(client, of.code)["certificate"]) == 2
    with db.transaction() as session:
        session.get_one(Person, holder.id).anonymised_at = make.NOW
    assert "certificate" not in kinds(client, "欧阳娜娜")
    assert len(kinds(client, numbers["欧阳娜娜"])["certificate"]) == 1


def test_the_office_finds_people_by_a_whole_phone_or_unit_and_name(
    academy: Academy, client: PageClient, sign_in: SignInAs
) -> None:
    sign_in(academy.admin)
    assert kinds(client, "玄武 zhou")["person"] == [f"/admin/people/{academy.trainee.id}"]
    with db.transaction() as session:
        number = "19812345678"
        phone = make.person(session, "手机主", phone=number)
        assert vault().blind(number, "phone")
    assert kinds(client, number)["person"] == [f"/admin/people/{phone.id}"]


def test_what_is_changed_is_found_by_its_new_words(
    academy: Academy, client: PageClient, sign_in: SignInAs
) -> None:
    sign_in(academy.admin)
    actor = make.actor(academy.admin, Role.ADMIN)
    with db.transaction() as session:
        facts = classes.facts_of(session.get_one(ClassSession, academy.draft.id))
        changed = type(facts)(**{name: getattr(facts, name) for name in facts.__slots__} | {"title": "反诈宣讲班"})
        classes.change(session, actor=actor, code=academy.draft.code, facts=changed, now=make.NOW)
        slug = session.query(Place.slug).filter_by(name="夜巡教室").scalar()
        place = place_of(session, slug)
        assert place
        facts_ = type(place.facts)(
            **{name: getattr(place.facts, name) for name in place.facts.__slots__} | {"name": "反诈展厅"}
        )
        sites.change_place(session, actor=actor, slug=slug, facts=facts_, now=make.NOW)
    assert set(kinds(client, "反诈")) == {"class", "site"}
    assert "site" not in kinds(client, "夜巡")


def test_the_page_speaks_both_languages_and_helps_where_nothing_is_found(client: PageClient) -> None:
    assert "没有找到“天山”" in text_of(client.get("/search?q=天山"))
    with client.session_transaction() as cookie:
        cookie["locale"] = "en"
    assert "first letters of its pinyin such as wxl" in text_of(client.get("/search?q=天山"))
    assert "Look for courses, classes, sites" in text_of(client.get("/search?q=%20"))


def test_more_than_fifty_are_said_to_be_more(academy: Academy, client: PageClient, sign_in: SignInAs) -> None:
    with db.transaction() as session:
        for number in range(55):
            make.person(session, f"苗{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'一二三四五六'[number // 10]}")
    sign_in(academy.admin)
    page = client.get("/search?q=苗")
    assert "超过 50" in text_of(page)
    assert page.get_data(as_text=True).count("/admin/people/") >= 50


def test_hints_are_a_part_of_the_page_and_few(academy: Academy, client: PageClient) -> None:
    hints = client.get("/search?q=yexun", headers={"HX-Request": "true"})
    said = hints.get_data(as_text=True)
    assert "<html" not in said
    assert f'href="/classes/{academy.running.code}"' in said
    assert "<mark>夜巡</mark>" in said
    assert not client.get("/search?q=", headers={"HX-Request": "true"}).get_data(as_text=True).strip()


@pytest.mark.parametrize(
    "words", ['"', "' OR 1=1 --", "王" * 10_000, "NEAR(", "😀", "***", "a\u0301", "AND OR NOT", "{}[]^~"]
)
def test_nothing_that_is_typed_is_an_error(
    academy: Academy, client: PageClient, sign_in: SignInAs, words: str
) -> None:
    sign_in(academy.admin)
    for page in ("/search", "/admin/people/", "/admin/classes/", "/classes/", "/courses/"):
        assert client.get(page, query_string={"q": words}).status_code == 200, page


def test_a_search_asks_the_database_no_more_for_more_people(
    academy: Academy, client: PageClient, sign_in: SignInAs, statements: list[str]
) -> None:
    sign_in(academy.admin)
    client.get("/search?q=周晓雯")
    few = len(statements)
    with db.transaction() as session:
        for _ in range(30):
            make.person(session, "周晓雯")
    statements.clear()
    client.get("/search?q=周晓雯")
    assert len(statements) <= few <= 16


def test_who_is_called_so_comes_before_whose_name_only_has_it(academy: Academy, sign_in: SignInAs) -> None:
    with db.transaction() as session:
        for name in ("陈章立", "程张伟", "张子明", "章文"):
            make.person(session, name)
    page = parse(sign_in(academy.admin).get("/search?q=zhang&kind=person").text)
    found = ["".join(link.itertext()).strip() for link in page.findall(".//section[@id='person']//li/a")]
    assert [name[:1] for name in found[:2]] == ["章", "张"]


def test_a_number_of_a_certificate_leads_strangers_to_its_proof(client: PageClient) -> None:
    page = client.get("/search", query_string={"q": "宁网院结字〔2026〕第000001号"})
    assert 'href="/verify/2026-J-000001"' in page.text
