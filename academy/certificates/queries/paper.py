"""The register of earlier certificates on paper: for the office, for imports, for whoever asks if one is real."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from academy.certificates.models.paper import PaperCertificate, PaperImport
from academy.certificates.rules.paper import Known, number_key
from academy.ground import crypto, db, keyset
from academy.ground.errors import NotFound
from academy.ground.keyset import Slice
from academy.ground.text import clean_name, masked_id
from academy.people.rules.numbers import read_id

_REGISTER = 20_190_301  # any number that no other lock of ours has
_AT_ONCE = 500
_SHORTEST_ID = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One entry as the office's list shows it; masked."""

    number: str
    name: str
    masked_id: str
    class_title: str
    issued_on: date | None
    source_page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """One workbook that was taken in."""

    id: int
    file_name: str
    rows: int
    actor_name: str
    at: datetime
    newest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPublic:
    """What the public may learn of a number on the register of paper: class and date only with the name."""

    number: str
    class_title: str = ""
    issued_on: date | None = None
    named: bool = False


def id_blind(id_number: str) -> str:
    """Make the index by which a whole ID number is found; it is the one that people are found by."""
    return crypto.vault().blind(id_number, "id")


def lines(session: Session, *, words: str, cursor: str | None, size: int) -> Slice[PaperLine]:
    """Give one page of the register, what came last first, with the count of all that words narrow it to."""
    conditions = _found_by(words)
    part = keyset.page(
        session, select(PaperCertificate).where(*conditions), (PaperCertificate.id,), cursor=cursor, size=size,
        descending=True,
    )  # fmt: skip
    total = session.execute(select(func.count()).select_from(PaperCertificate).where(*conditions)).scalar_one()
    shown = [_line(row.PaperCertificate) for row in part.rows]
    return Slice(rows=shown, after=part.after, before=part.before, total=total)


def _found_by(words: str) -> list[ColumnElement[bool]]:
    """Turn what somebody typed into a condition: a whole ID number, else a part of a number, name or class."""
    if not words:
        return []
    as_id = read_id(words)
    if len(as_id) >= _SHORTEST_ID and as_id[:-1].isdigit():
        return [PaperCertificate.id_blind == id_blind(as_id)]
    return [
        or_(
            PaperCertificate.number_key.contains(number_key(words) or words, autoescape=True),
            PaperCertificate.name.contains(clean_name(words), autoescape=True),
            PaperCertificate.class_title.contains(words, autoescape=True),
        )
    ]


def _line(row: PaperCertificate) -> PaperLine:
    return PaperLine(
        number=row.number, name=row.name, masked_id=masked_id(row.id_number) if row.id_number else "",
        class_title=row.class_title, issued_on=row.issued_on, source_page=row.source_page,
    )  # fmt: skip


def imports(session: Session) -> tuple[ImportLine, ...]:
    """List the workbooks that were taken in, the newest first."""
    rows: Sequence[PaperImport] = (
        session.execute(select(PaperImport).order_by(PaperImport.id.desc())).scalars().all()
    )
    return tuple(
        ImportLine(
            id=row.id, file_name=row.file_name, rows=row.rows, actor_name=row.actor_name, at=row.at,
            newest=row is rows[0],
        )
        for row in rows
    )  # fmt: skip


def import_id(session: Session, sha256: str) -> int:
    """Tell which import took this workbook in."""
    return session.execute(select(PaperImport.id).where(PaperImport.sha256 == sha256)).scalar_one()


def lock_register(session: Session) -> None:
    """Let one transaction at a time add to the register of paper or take from it; on SQLite that is so anyway.

    There may be no row to lock yet, and what an import leaves out depends on all that is there.
    """
    if not db.bound().is_sqlite:
        session.execute(select(func.pg_advisory_xact_lock(_REGISTER)))


def lock_import(session: Session, import_id: int) -> tuple[PaperImport, bool]:
    """Lock an import, and tell whether it is the newest; raises NotFound."""
    lock_register(session)
    rows = session.execute(select(PaperImport).where(PaperImport.id >= import_id).order_by(PaperImport.id))
    found = rows.scalars().all()
    if not found or found[0].id != import_id:
        raise NotFound
    return found[0], len(found) == 1


def known(session: Session, keys: Iterable[tuple[str, str]]) -> Known:
    """Tell what the register says already of numbers and names."""
    numbers = sorted({number for number, _name in keys})
    found: dict[tuple[str, str], tuple[str, date | None, str]] = {}
    told = select(
        PaperCertificate.number_key, PaperCertificate.name, PaperCertificate.class_title,
        PaperCertificate.issued_on, PaperCertificate.source_page,
    )  # fmt: skip
    for start in range(0, len(numbers), _AT_ONCE):
        some = told.where(PaperCertificate.number_key.in_(numbers[start : start + _AT_ONCE]))
        found.update({(key, name): (title, day, page) for key, name, title, day, page in session.execute(some)})
    return found


def public(session: Session, number: str, name: str = "") -> PaperPublic | None:
    """Tell the public whether a number is on the register of paper; class and date to whoever knows the name."""
    rows = session.execute(
        select(PaperCertificate)
        .where(PaperCertificate.number_key == number_key(number))
        .order_by(PaperCertificate.id)
    ).scalars()
    found = list(rows)
    if not found:
        return None
    same = [row for row in found if plain_name(row.name) == plain_name(name)] if name else []
    if not same:
        return PaperPublic(number=found[0].number)
    row = same[0]
    return PaperPublic(number=row.number, class_title=row.class_title, issued_on=row.issued_on, named=True)


def plain_name(name: str) -> str:
    """Write a name such that spaces and small letters do not matter."""
    return clean_name(name).replace(" ", "").casefold()
