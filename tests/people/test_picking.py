"""What a picker finds among instructors while somebody types."""

import re

import pytest
from flask import Flask

from academy.ground import clock, db
from academy.ground.access import Role
from academy.people.queries import picking
from tests import make
from tests.pages import PageClient
from tests.people.conftest import SignInAs

NAMES = ("王秀兰", "王建国", "欧阳建平", "阿卜杜热西提·买买提艾力江")
ASKED_BY_SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _staff(app: Flask) -> None:
    assert app.testing
    with db.transaction() as session:
        for name in NAMES:
            make.person(session, name, roles=(Role.INSTRUCTOR,))
        make.person(session, "王学员", roles=(Role.TRAINEE,))


def found(words: str, size: int = 8) -> list[str]:
    with db.reading() as session:
        today = clock.local_date(clock.now())
        return [each.name for each in picking.holders(session, Role.INSTRUCTOR, words, on=today, size=size)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["阿卜杜热西提·买买提艾力江", "欧阳建平", "王建国", "王秀兰"]),
        ("王", ["王建国", "王秀兰"]),
        ("买买提", ["阿卜杜热西提·买买提艾力江"]),
        ("wang", ["王建国", "王秀兰"]),
        ("Wang Xiu", ["王秀兰"]),
        ("oyjp", ["欧阳建平"]),
        ("%", []),
        ("_", []),
        ("学员", []),
    ],
)
def test_holders_of_a_role_are_found_in_the_order_of_their_names(words: str, names: list[str]) -> None:
    assert found(words) == names


def test_only_a_few_are_offered() -> None:
    assert found("", size=2) == ["阿卜杜热西提·买买提艾力江", "欧阳建平"]


def test_the_office_is_offered_options(sign_in: SignInAs) -> None:
    with db.transaction() as session:
        admin = make.person(session, "陶思源", roles=(Role.ADMIN,))
    answer = sign_in(admin).get("/admin/pick/instructors?q=wx", headers=ASKED_BY_SCRIPT)
    assert answer.status_code == 200
    assert re.findall(r'class="name">([^<]+)<', answer.get_data(as_text=True)) == ["王秀兰"]


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.LIAISON, Role.INSTRUCTOR, Role.AUDITOR])
def test_nobody_else_is_offered_anybody(sign_in: SignInAs, role: Role) -> None:
    with db.transaction() as session:
        other = make.person(session, "别人", roles=(role,), unit=make.unit(session))
    browser: PageClient = sign_in(other)
    assert browser.get("/admin/pick/instructors?q=").status_code == 403
