"""Limits, passwords, joining, binding: tables without a database."""

from dataclasses import replace

import pytest

from academy.ground.access import Role
from academy.ground.errors import Reason
from academy.people.models.register import GridRole
from academy.people.rules import joining, signing_in
from academy.people.rules.joining import BindingFacts, Joining, JoiningFacts, Known
from academy.people.rules.register import GRID_ROLE_NAMES, ROLE_NAMES

WANG = Known(person_id=1, name="王秀兰", has_id=True)
NO_ID = Known(person_id=2, name="王秀兰", has_id=False)
LI = Known(person_id=3, name="李建国", has_id=True)
STRANGER = JoiningFacts(name="王秀兰", holder=None, imported=(), owner_of_id=None)


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        (STRANGER, Joining.NEW),
        (replace(STRANGER, holder=WANG), Joining.IS_HOLDER),
        (replace(STRANGER, holder=LI), Joining.PHONE_TAKEN),
        # where the phone signs somebody in, the ID given changes nothing: nobody can ask us whom we know
        (replace(STRANGER, holder=LI, owner_of_id=WANG), Joining.PHONE_TAKEN),
        (replace(STRANGER, holder=WANG, owner_of_id=LI), Joining.IS_HOLDER),
        (replace(STRANGER, owner_of_id=WANG), Joining.ASK_TO_BIND),
        (replace(STRANGER, owner_of_id=LI), Joining.ASK_TO_BIND),
        (replace(STRANGER, owner_of_id=WANG, imported=(WANG,)), Joining.IS_IMPORTED),
        (replace(STRANGER, owner_of_id=LI, imported=(LI,)), Joining.ASK_TO_BIND),
        (replace(STRANGER, imported=(WANG,)), Joining.CONFIRM_ID),
        (replace(STRANGER, imported=(NO_ID, WANG)), Joining.CONFIRM_ID),
        (replace(STRANGER, imported=(NO_ID,)), Joining.ASK_TO_BIND),
        (replace(STRANGER, imported=(LI,)), Joining.NEW),
    ],
)
def test_what_registering_comes_to(facts: JoiningFacts, decision: Joining) -> None:
    assert joining.decide(facts) is decision


FINE = BindingFacts(id_fits=True, id_taken=False, phone_is_same=False, phone_taken=False)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (FINE, ()),
        (replace(FINE, id_fits=False), (joining.LAST_FOUR_DIFFER,)),
        (replace(FINE, id_taken=True, phone_taken=True), (joining.ID_TAKEN, joining.PHONE_TAKEN)),
        (replace(FINE, phone_is_same=True), (joining.PHONE_IS_SAME,)),
    ],
)
def test_every_reason_against_binding_is_told_at_once(facts: BindingFacts, reasons: tuple[Reason, ...]) -> None:
    assert joining.reasons_to_refuse_binding(facts) == reasons


@pytest.mark.parametrize(
    ("password", "reasons"),
    [
        ("academy-demo", ()),
        ("网格学院的天空很蓝啊", ()),
        ("short", (signing_in.PASSWORD_SHORT,)),
        ("1234", (signing_in.PASSWORD_SHORT, signing_in.PASSWORD_DULL)),
        ("aaaaaaaaaaaa", (signing_in.PASSWORD_DULL,)),
        ("13900001234", (signing_in.PASSWORD_DULL,)),
        ("teacher-2026", (signing_in.PASSWORD_HAS_NAME,)),
        ("ab cd" * 40, (signing_in.PASSWORD_LONG,)),
    ],
)
def test_what_speaks_against_a_password(password: str, reasons: tuple[Reason, ...]) -> None:
    assert signing_in.problems_with_password(password, account_name="teacher") == reasons


@pytest.mark.parametrize(
    ("name", "fits"),
    [("admin2", True), ("li.jianguo", True), ("ab", False), ("2nd", False), ("李", False), ("a b c", False)],
)
def test_what_a_sign_in_name_may_be(name: str, *, fits: bool) -> None:
    assert signing_in.account_name_fits(name) is fits


def test_a_sign_in_name_is_read_in_small_letters() -> None:
    assert signing_in.read_account_name("  \uff21dmin ") == "admin"


@pytest.mark.parametrize(
    ("by_subject", "by_address", "reached"),
    [(4, 0, False), (5, 0, True), (0, 299, False), (0, 300, True)],
)
def test_a_limit_counts_both_ways(by_subject: int, by_address: int, *, reached: bool) -> None:
    assert signing_in.SENDING.reached(by_subject=by_subject, by_address=by_address) is reached


@pytest.mark.parametrize(
    ("roles", "has_account", "needed"),
    [
        ({Role.TRAINEE}, False, False),
        ({Role.TRAINEE}, True, False),
        ({Role.LIAISON}, False, False),
        ({Role.LIAISON}, True, True),
        ({Role.TRAINEE, Role.INSTRUCTOR}, True, True),
        ({Role.ADMIN}, False, True),
        ({Role.AUDITOR, Role.TRAINEE}, False, True),
        (set(), True, False),
    ],
)
def test_staff_use_their_passwords(roles: set[Role], *, has_account: bool, needed: bool) -> None:
    assert signing_in.needs_password(frozenset(roles), has_account=has_account) is needed


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/120 MicroMessenger/8.0", ("WeChat", "Android")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604", ("Safari", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130", ("Edge", "Windows")),
        ("curl/8", ("", "")),
    ],
)
def test_a_browser_is_named_by_what_it_says(agent: str, named: tuple[str, str]) -> None:
    assert signing_in.device_name(agent) == named


def test_every_role_has_a_name() -> None:
    assert set(GRID_ROLE_NAMES) == {role.value for role in GridRole}
    assert set(ROLE_NAMES) == set(Role)
