"""The files of valid certificates as they are given out together: of a class session, a batch, or a year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from academy.certificates.models.register import Certificate
from academy.certificates.queries.register import LIVE
from academy.certificates.rules.numbers import file_name
from academy.ground import db, storage
from academy.ground.storage import Place

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose files are asked for; exactly one of class session, batch and year."""

    class_session_id: int | None = None
    batch_id: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many valid certificates there are, and how many of them lack their file."""

    made: int
    unmade: int


@dataclass(frozen=True, slots=True)
class Year:
    """The valid certificates of one local year."""

    year: int
    made: int
    unmade: int


def _which(wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    live = Certificate.state.in_(LIVE)
    if wanted.batch_id is not None:
        return (live, Certificate.batch_id == wanted.batch_id)
    if wanted.class_session_id is not None:
        return (live, Certificate.class_session_id == wanted.class_session_id)
    return (live, Certificate.year == wanted.year)


def count(session: Session, wanted: Wanted) -> Counted:
    """Count the valid certificates that are asked for."""
    statement = select(func.count(), func.count(Certificate.sha256)).where(*_which(wanted))
    every, made = session.execute(statement).one()
    return Counted(made=made, unmade=every - made)


def years(session: Session) -> tuple[Year, ...]:
    """List the local years that have certificates, the newest first."""
    statement = select(Certificate.year, func.count(Certificate.sha256), func.count()).where(
        Certificate.state.in_(LIVE)
    )
    rows = session.execute(statement.group_by(Certificate.year).order_by(Certificate.year.desc()))
    return tuple(Year(year=year, made=made, unmade=every - made) for year, made, every in rows)


def files(wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """Give name and bytes of each file that is asked for, in the order of numbers.

    It reads a portion at a time in sessions of its own, since it goes on after the request that asked has ended.
    """
    store = storage.bound()
    after: str | None = None
    while True:
        with db.reading() as session:
            rows = _portion(session, wanted, after)
        for row in rows:
            place = Place(
                sha256=row.sha256, shared=row.shared_sha256, pack=row.pack_sha256, offset=row.pack_offset,
                length=row.pack_length,
            )  # fmt: skip
            yield file_name(row.number, row.name, row.class_code), store.read(place, "pdf")
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].number


def _portion(session: Session, wanted: Wanted, after: str | None) -> Sequence[Row[*tuple[object, ...]]]:
    statement = select(
        Certificate.number, Certificate.facts["name"].as_string().label("name"),
        Certificate.facts["class_code"].as_string().label("class_code"), Certificate.sha256,
        Certificate.shared_sha256, Certificate.pack_sha256, Certificate.pack_offset, Certificate.pack_length,
    ).where(*_which(wanted), Certificate.sha256.is_not(None))  # fmt: skip
    if after is not None:
        statement = statement.where(Certificate.number > after)
    return session.execute(statement.order_by(Certificate.number).limit(_AT_ONCE)).all()
