"""Check a list of certificates by number and name, in as few questions however long it is."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.certificates.models.paper import PaperCertificate
from academy.certificates.models.register import Certificate
from academy.certificates.queries.paper import plain_name
from academy.certificates.rules.checking import OF_STATE, Answer, Asked
from academy.certificates.rules.numbers import read_number
from academy.certificates.rules.paper import number_key
from academy.certificates.rules.states import CertificateState


def answers(session: Session, asked: Sequence[Asked]) -> tuple[Answer, ...]:
    """Answer each row, in its order."""
    numbers = {read_number(each.number) for each in asked} - {None}
    issued = _issued(session, [number for number in numbers if number])
    paper = _paper(session, [number_key(each.number) for each in asked if each.number])
    return tuple(_answer(each, issued, paper) for each in asked)


def _answer(
    asked: Asked, issued: Mapping[str, tuple[CertificateState, str]], paper: Mapping[str, set[str]]
) -> Answer:
    if not asked.number or not asked.name:
        return Answer.INCOMPLETE
    name = plain_name(asked.name)
    if found := issued.get(read_number(asked.number) or ""):
        state, holder = found
        return OF_STATE[state] if plain_name(holder) == name else Answer.OTHER_NAME
    names = paper.get(number_key(asked.number))
    if names is None:
        return Answer.UNKNOWN
    return Answer.ON_PAPER if name in names else Answer.OTHER_NAME


def _issued(session: Session, numbers: Sequence[str]) -> dict[str, tuple[CertificateState, str]]:
    statement = select(Certificate.number, Certificate.state, Certificate.facts)
    rows = session.execute(statement.where(Certificate.number.in_(numbers)))
    return {number: (state, facts["name"]) for number, state, facts in rows}


def _paper(session: Session, keys: Sequence[str]) -> dict[str, set[str]]:
    statement = select(PaperCertificate.number_key, PaperCertificate.name)
    found: dict[str, set[str]] = {}
    for key, name in session.execute(statement.where(PaperCertificate.number_key.in_(keys))):
        found.setdefault(key, set()).add(plain_name(name))
    return found
