"""All certificates that have a number: for their holders, for the jobs that make their files, for the public."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate, CertificateCounter
from academy.certificates.rules.designs import Design, from_json
from academy.certificates.rules.numbers import file_name, printed, read_number
from academy.certificates.rules.states import SERIES_NAMES, CertificateState, Series
from academy.clockwork.models import Job, JobState
from academy.ground.access import Actor, Capability
from academy.ground.errors import NotFound
from academy.ground.feature import Lookup
from academy.ground.search import first_found
from academy.ground.search_index import matches, wrongly_told
from academy.ground.storage import Place
from academy.ground.text import clean_name, masked_name
from academy.people.models.register import Person

LIVE = (CertificateState.NUMBERED, CertificateState.ISSUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A certificate as its holder and the office see it."""

    number: str
    printed: str
    series_name: str
    state: CertificateState
    name: str
    class_code: str
    class_title: str
    tenths: int
    issue_date: date
    place: Place | None
    """Where its file is kept; None while there is none."""
    file_name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """What the public may learn of a certificate from its number alone."""

    number: str
    printed: str
    state: CertificateState
    sample: bool
    revoked_on: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the public may learn with the holder's name, or from the printed code."""

    masked_name: str
    class_code: str
    class_title: str
    programme: str
    tenths: int
    starts_on: date
    ends_on: date
    issue_date: date
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMake:
    """A certificate that has its number and lacks its file."""

    id: int
    number: str
    code: str
    issue_date: date
    facts: dict[str, Any]
    series: Series
    design: Design


def lock_counter(session: Session, series: Series, year: int) -> CertificateCounter:
    """Lock the counter of a series and year: whoever gives numbers next waits until this transaction ends."""
    statement = select(CertificateCounter).where(
        CertificateCounter.series == series, CertificateCounter.year == year
    )
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return session.execute(locked).scalar_one()


def lock_certificate(session: Session, number: str) -> Certificate:
    """Lock one certificate; raises NotFound."""
    statement = select(Certificate).where(Certificate.number == number).with_for_update()
    found = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_unmade(session: Session, ids: Sequence[int]) -> list[tuple[int, str]]:
    """Lock those of some certificates that still lack their file, in the order of ids; give id and number."""
    statement = select(Certificate.id, Certificate.number).where(
        Certificate.id.in_(ids), Certificate.state == CertificateState.NUMBERED
    )
    return [(i, n) for i, n in session.execute(statement.order_by(Certificate.id).with_for_update())]


def _unmade(session: Session, which: ColumnElement[bool]) -> Iterator[ToMake]:
    c = Certificate
    statement = select(c.id, c.number, c.code, c.issue_date, c.facts, c.series, CertificateBatch.design)
    joined = statement.join(CertificateBatch, CertificateBatch.id == c.batch_id)
    rows = session.execute(joined.where(which, c.state == CertificateState.NUMBERED).order_by(c.number))
    for i, n, code, day, facts, s, d in rows:
        yield ToMake(id=i, number=n, code=code, issue_date=day, facts=facts, series=s, design=from_json(s, d))


def to_make(session: Session, batch_id: int) -> tuple[ToMake, ...]:
    """List a batch's certificates that lack their file, in the order of their numbers."""
    return tuple(_unmade(session, Certificate.batch_id == batch_id))


def one_to_make(session: Session, number: str) -> ToMake | None:
    """Give a certificate that lacks its file; None once it has one."""
    return next(_unmade(session, Certificate.number == number), None)


def count_unmade(session: Session, batch_id: int) -> int:
    """Count a batch's certificates that lack their file."""
    unmade = Certificate.state == CertificateState.NUMBERED
    statement = select(func.count()).select_from(Certificate).where(Certificate.batch_id == batch_id, unmade)
    return session.execute(statement).scalar_one()


def batch_id_of(session: Session, number: str) -> int:
    """Tell the batch that a certificate belongs to."""
    return session.execute(select(Certificate.batch_id).where(Certificate.number == number)).scalar_one()


def holder_id(session: Session, number: str) -> int:
    """Tell whose certificate it is."""
    return session.execute(select(Certificate.person_id).where(Certificate.number == number)).scalar_one()


def place_of(row: Certificate) -> Place | None:
    """Tell where the file of a certificate is kept."""
    if row.sha256 is None or row.pack_sha256 is None:
        return None
    return Place(
        sha256=row.sha256, shared=row.shared_sha256, pack=row.pack_sha256, offset=row.pack_offset,
        length=row.pack_length,
    )  # fmt: skip


def _held(row: Certificate) -> Held:
    return Held(
        number=row.number, printed=printed(row.number), series_name=SERIES_NAMES[row.series],
        state=row.state, name=row.facts["name"],
        class_code=row.facts["class_code"], class_title=row.facts["class_title"], tenths=row.facts["tenths"],
        issue_date=row.issue_date, place=place_of(row), code=row.code,
        file_name=file_name(row.number, row.facts["name"], row.facts["class_code"]),
    )  # fmt: skip


def held(session: Session, number: str, actor: Actor) -> Held:
    """Show a certificate to its holder or to an admin; to others there is none (NotFound)."""
    statement = select(Certificate).where(Certificate.number == number)
    if not actor.is_admin:
        statement = statement.where(Certificate.person_id == actor.person_id)
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        raise NotFound
    return _held(row)


def of_person(session: Session, person_id: int) -> tuple[Held, ...]:
    """List a person's certificates, the newest first."""
    rows = session.execute(_of_person(), {"person_id": person_id}).scalars()
    return tuple(_held(row) for row in rows)


@cache
def _of_person() -> Select[Certificate]:
    """Write once what every trainee's desk asks."""
    statement = select(Certificate).where(Certificate.person_id == bindparam("person_id"))
    return statement.order_by(Certificate.issue_date.desc(), Certificate.id.desc())


def found_certificates(session: Session, actor: Actor, lookup: Lookup) -> tuple[Held, ...]:
    """List the certificates that words find by number, name or class code: an exact number first, then the newest.

    The office finds all, others their own; that of somebody anonymised is found by its number only.
    """
    number = read_number(lookup.words)
    order = (case((Certificate.number == (number or ""), 0), else_=1), -Certificate.id)
    known = exists().where(Person.id == Certificate.person_id, Person.anonymised_at.is_(None))
    ids = select(Certificate.id).order_by(*order).limit(lookup.most)
    if not actor.may(Capability.CERTIFICATE_SIGN):
        ids = ids.where(Certificate.person_id == actor.person_id)

    def look(*, loose: bool) -> Sequence[Certificate]:
        best = ids.where(matches(Certificate, lookup.words, loose=loose)).cte()
        found = select(Certificate).where(Certificate.id.in_(select(best.c.id)))
        return (
            session.execute(found.where(or_(Certificate.number == number, known)).order_by(*order)).scalars().all()
        )

    return tuple(_held(row) for row in first_found(lookup.words, look))


def wrong_tokens(session: Session) -> list[int]:
    """List certificates, of some looked at, that are not found by their numbers and names."""
    return wrongly_told(session, Certificate, select(Certificate.id))


def count_new(session: Session, person_id: int, *, since: datetime) -> int:
    """Count a person's certificates whose files were made since a moment."""
    return session.execute(_count_new(), {"person_id": person_id, "since": since}).scalar_one()


@cache
def _count_new() -> Select[int]:
    own = (Certificate.person_id == bindparam("person_id"), Certificate.state == CertificateState.ISSUED)
    statement = select(func.count()).select_from(Certificate)
    return statement.where(*own, Certificate.numbered_at >= bindparam("since"))


def _public(row: Certificate) -> Public:
    return Public(
        number=row.number, printed=printed(row.number), state=row.state,
        sample=row.facts["sample"], revoked_on=row.revoked_at,
    )  # fmt: skip


def _details(row: Certificate) -> Details:
    facts = row.facts
    return Details(
        masked_name=masked_name(facts["name"]), class_code=facts["class_code"], class_title=facts["class_title"],
        programme=facts["programme"], tenths=facts["tenths"], starts_on=date.fromisoformat(facts["starts_on"]),
        ends_on=date.fromisoformat(facts["ends_on"]), issue_date=row.issue_date, sha256=row.sha256,
    )  # fmt: skip


def by_number(session: Session, number: str) -> Public | None:
    """Tell the public the state of a number, and nothing else."""
    row = session.execute(select(Certificate).where(Certificate.number == number)).scalar_one_or_none()
    return _public(row) if row else None


def by_name(session: Session, number: str, name: str) -> Details | None:
    """Tell more to whoever knows the holder's name as well; None where it is another name."""
    row = session.execute(select(Certificate).where(Certificate.number == number)).scalar_one_or_none()
    if row is None or _plain(row.facts["name"]) != _plain(name):
        return None
    return _details(row)


def _plain(name: str) -> str:
    return clean_name(name).replace(" ", "").casefold()


def by_code(session: Session, code: str) -> tuple[Public, Details] | None:
    """Tell whoever holds the paper, by its printed code."""
    row = session.execute(select(Certificate).where(Certificate.code == code)).scalar_one_or_none()
    return (_public(row), _details(row)) if row else None


def by_file(session: Session, digest: str) -> tuple[Public, Details] | None:
    """Find the certificate whose file has exactly these bytes: whoever has them may read what stands in them."""
    row = session.execute(select(Certificate).where(Certificate.sha256 == digest)).scalars().first()
    return (_public(row), _details(row)) if row else None


def is_result(session: Session, place: str) -> bool:
    """Tell whether a finished job left its outcome at this address."""
    statement = select(Job.id).where(Job.result == place, Job.state == JobState.DONE).limit(1)
    return session.execute(statement).first() is not None
