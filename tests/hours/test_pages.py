"""A trainee's page of hours."""

import pytest

from academy.classes.rules import ClassState
from academy.ground import db
from academy.ground.access import Role
from academy.hours import actions
from academy.hours.rules import HoursKind, Taught
from academy.people.models.register import Person
from tests import make
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in, statements


def attended(*sittings: int) -> Person:
    """Somebody who was at so many sittings, hours of each given in tenths."""
    with db.transaction() as session:
        who = make.person(session)
        teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
        class_ = make.class_session(session, state=ClassState.RUNNING, starts_on=make.TODAY)
        for hour, tenths in enumerate(sittings):
            row = make.sitting(
                session, class_, instructor=teacher, at=make.place(session), hour=hour, hours=tenths,
                course_=make.course(session, f"第 {hour} 门课"),
            )  # fmt: skip
            taught = Taught(
                sitting_id=row.id, class_session_id=class_.id, kind=HoursKind.THEORY, starts_at=row.starts_at,
                tenths=tenths,
            )  # fmt: skip
            actions.register(
                session, actor=make.actor(teacher), taught=taught, present_ids={who.id}, expected_ids={who.id},
                now=make.NOW,
            )  # fmt: skip
        return who


def test_the_page_says_what_is_done_and_what_is_missing(client: PageClient) -> None:
    who = attended(40, 35)
    page = text_of(sign_in(client, who).get("/me/hours"))
    assert "7.5" in page
    assert "32.5" in page
    assert "第 1 门课" in page


def test_a_year_without_hours_says_so(client: PageClient) -> None:
    page = sign_in(client, attended(40)).get("/me/hours?year=2025")
    assert page.status_code == 200
    assert "第 0 门课" not in text_of(page)


@pytest.mark.parametrize("many", [1, 12])
def test_the_page_asks_no_more_for_more_entries(client: PageClient, many: int) -> None:
    browser = sign_in(client, attended(*[40] * many))
    with statements() as asked:
        assert browser.get("/me/hours").status_code == 200
    assert len(asked) <= 8


def test_ones_own_hours_leave_as_a_file(client: PageClient) -> None:
    who = attended(40, 35)
    browser = sign_in(client, who)
    answer = browser.get("/me/hours.csv?year=2026")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert any("第 1 门课" in line and "3.5" in line for line in lines)
    assert browser.get("/me/hours.xlsx").data.startswith(b"PK")
    assert browser.get("/me/hours.pdf").status_code == 404
