"""Numbers both ways, file names, every reason against a certificate, and who may sign."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.certificates.rules import numbers, proposing, states
from academy.certificates.rules.proposing import Candidate, ProposalFacts
from academy.certificates.rules.states import BatchState, BatchStep, Series
from academy.classes.rules import ClassState
from academy.ground.errors import Reason

NUMBER = "2026-J-000001"


def wide(text: str) -> str:
    """Write a text in the full-width signs that a Chinese keyboard gives."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-J-000001",
        "2026-j-1",
        " 2026 - J - 000001 ",
        "2026J000001",
        wide("2026-J-000001"),
        "2026–J–000001",
        "宁网院结字〔2026〕第000001号",
        "宁网院结字(2026)第000001号",
        "宁网院结字（2026）第000001号",
        "宁网院结字[2026]第1号",
        "宁网院结字【2026】000001",
        "宁网院结字 〔 2026 〕 第 000001 号",
        wide("宁网院结字[2026]第000001号"),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert numbers.read_number(typed) == NUMBER


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "2026",
        "2026-K-000001",
        "2026-J-0",
        "2026-J-",
        "市网院结字〔2026〕第1号",
        "2026-J-000001x",
        "٢٠٢٦-J-1",
        "第1号",
    ],
)
def test_what_is_no_number_is_not_guessed(typed: str) -> None:
    assert numbers.read_number(typed) is None


@given(st.integers(2018, 2999), st.integers(1, 99_999_999))
def test_the_two_forms_are_one_to_one(year: int, sequence: int) -> None:
    number = numbers.number_of(Series.COMPLETION, year, sequence)
    assert numbers.read_number(number) == number
    assert numbers.read_number(numbers.printed(number)) == number


def test_a_number_is_printed_as_the_academy_writes_it() -> None:
    assert numbers.printed(NUMBER) == "宁网院结字〔2026〕第000001号"


@given(st.text(max_size=60))
def test_a_file_name_fits_every_file_system(name: str) -> None:
    made = numbers.file_name(NUMBER, name, "2026-017")
    assert re.fullmatch(r'2026-J-000001-[^\x00-\x1f/\\:*?"<>|]+-2026-017\.pdf', made)
    assert len(made.encode("utf-8", "surrogatepass")) <= 255 + 20


def test_file_names_keep_the_name_and_cannot_collide() -> None:
    assert numbers.file_name(NUMBER, "欧阳娜娜", "2026-017") == "2026-J-000001-欧阳娜娜-2026-017.pdf"
    assert numbers.file_name(NUMBER, "../王/伟", "2026-017") == "2026-J-000001-_王_伟-2026-017.pdf"
    assert numbers.file_name("2026-J-000002", "王伟", "1") != numbers.file_name("2026-J-000003", "王伟", "1")


GOOD = Candidate(
    person_id=1, name="王伟", name_pinyin="wang wei", unit="玄武区", tenths=380, required_tenths=360,
    completed=True, certified=None, unprintable="",
)  # fmt: skip
SHORT = proposing.HOURS_SHORT.about(done="34", required="36")
CERTIFIED = proposing.CERTIFIED.about(number=NUMBER)


@pytest.mark.parametrize(
    ("person", "reasons"),
    [
        (GOOD, ()),
        (replace(GOOD, completed=False), (proposing.NOT_COMPLETED,)),
        (replace(GOOD, completed=False, tenths=340), (SHORT,)),
        (replace(GOOD, certified=NUMBER), (CERTIFIED,)),
        (
            replace(GOOD, completed=False, tenths=340, certified=NUMBER, unprintable="?"),
            (SHORT, CERTIFIED, proposing.UNPRINTABLE.about(characters="?")),
        ),
    ],
)
def test_every_reason_is_told_at_once(person: Candidate, reasons: tuple[Reason, ...]) -> None:
    assert proposing.reasons_against(person) == reasons
    assert all(proposing.REASONS[reason.code].about(**reason.values) == reason for reason in reasons)


READY = ProposalFacts(class_state=ClassState.CONCLUDED, has_open_batch=False, eligible=1, proposer_id=1)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (READY, ()),
        (replace(READY, class_state=ClassState.CLOSED), ()),
        (replace(READY, class_state=ClassState.RUNNING, eligible=0), (proposing.NOT_CONCLUDED,)),
        (replace(READY, has_open_batch=True, eligible=0), (proposing.OPEN_BATCH,)),
        (replace(READY, eligible=0), (proposing.NOBODY,)),
        (
            ProposalFacts(class_state=ClassState.DRAFT, has_open_batch=True, eligible=0, proposer_id=None),
            (proposing.NOT_CONCLUDED, proposing.OPEN_BATCH, proposing.NO_ACCOUNT),
        ),
    ],
)
def test_who_may_propose_and_when(facts: ProposalFacts, reasons: tuple[Reason, ...]) -> None:
    assert proposing.reasons_to_refuse_proposal(facts) == reasons


@pytest.mark.parametrize(
    ("state", "proposer", "signer", "reasons"),
    [
        (BatchState.PROPOSED, 1, 2, ()),
        (BatchState.PROPOSED, 1, 1, (proposing.SAME_PERSON,)),
        (BatchState.PROPOSED, 1, None, (proposing.NO_ACCOUNT,)),
        (BatchState.SIGNED, 1, 1, (proposing.NOT_WAITING, proposing.SAME_PERSON)),
        (BatchState.WITHDRAWN, 1, 2, (proposing.NOT_WAITING,)),
    ],
)
def test_another_admin_signs(
    state: BatchState, proposer: int, signer: int | None, reasons: tuple[Reason, ...]
) -> None:
    assert proposing.reasons_to_refuse_signature(state=state, proposer_id=proposer, signer_id=signer) == reasons


def test_a_batch_only_moves_along_its_table() -> None:
    ends = {BatchState.ISSUED, BatchState.WITHDRAWN}
    assert {state for state, _step in states.TRANSITIONS} == set(BatchState) - ends
    assert {step for _state, step in states.TRANSITIONS} == set(BatchStep)
