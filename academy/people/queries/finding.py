"""Find people by words: the name in characters, pinyin or initials, and the unit beside it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select, union
from sqlalchemy.orm import Session

from academy.ground.access import Actor, Capability
from academy.ground.feature import Lookup
from academy.ground.search import first_found
from academy.ground.search_index import Having, best_match, matches, wrongly_told
from academy.people.models.register import Membership, Person, Unit
from academy.people.queries import register
from academy.people.queries.register import held_on

_LOOKED_THROUGH = 1000
"""Of more than so many, which no page shows, the best are chosen among the first entered."""
_SHORTEST_UNIT = 2


Units = Mapping[str, frozenset[int]]


def named(session: Session, rows: Select[*tuple[Any, ...]], words: str, *, on: date) -> ColumnElement[bool]:
    """Keep people whose names have all the words; beside a name, a word may be the person's unit instead.

    `rows` are all who count: where none of them has the words as they stand, their characters are enough.
    """
    return best_match(session, rows, words, having_of(session, words, on=on))


def having_of(session: Session, words: str, *, on: date) -> Having:
    """Make the condition that a name, or a unit beside it, has the words: strict or loose."""
    return partial(_having, words, _units_in(session, words), on)


def _having(words: str, units: Units, on: date, *, loose: bool) -> ColumnElement[bool]:
    names = " ".join(word for word in words.split() if word not in units)
    if not units or not names:
        return matches(Person, words, loose=loose)
    beside = (or_(matches(Person, word, loose=loose), belongs_to(ids, on)) for word, ids in units.items())
    return and_(matches(Person, names, loose=loose), *beside)


def belongs_to(unit_ids: Collection[int], on: date) -> ColumnElement[bool]:
    """Keep people who belong to one of the units on a day."""
    member = and_(Membership.person_id == Person.id, Membership.unit_id.in_(unit_ids), held_on(Membership, on))
    return exists().where(member).correlate(Person)  # the register itself is a list of memberships


def _units_in(session: Session, words: str) -> Units:
    """List the units that a word is part of the name of, with those below; a word that stands alone is a name."""
    asked = words.split()
    chinese = [word for word in asked if len(word) >= _SHORTEST_UNIT and not word.isascii()]
    if len(asked) == 1 or not chinese:
        return {}
    units = session.execute(select(Unit.id, Unit.name)).all()
    called = {word: [row.id for row in units if word in row.name] for word in chinese}
    return {word: register.units_below(session, ids) for word, ids in called.items() if ids}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFound:
    """A person whom words found, told from others of that name by the unit."""

    id: int
    name: str
    unit_name: str


def people(session: Session, actor: Actor, lookup: Lookup, *, on: date) -> tuple[PersonFound, ...]:
    """List the people whom words find and this reader may look up, the best first.

    The office looks up everybody, a liaison the people of the own units; to others nobody exists here.
    """
    within: ColumnElement[bool] = Person.anonymised_at.is_(None)
    if not actor.may(Capability.PERSON_LIST):
        if not actor.may(Capability.DESK_UNIT):
            return ()
        within = and_(within, belongs_to(register.units_below(session, actor.unit_ids), on))
    having = having_of(session, lookup.words, on=on)

    def look(*, loose: bool) -> Sequence[Row[int, str]]:
        return session.execute(_best(and_(within, having(loose=loose)), within, lookup)).all()

    rows = first_found(lookup.words, look)
    named_units = register.units_of(session, [row.id for row in rows], on)
    return tuple(
        PersonFound(
            id=row.id, name=row.name, unit_name=named_units[row.id].full_name if row.id in named_units else ""
        )
        for row in rows
    )


def _best(having: ColumnElement[bool], within: ColumnElement[bool], lookup: Lookup) -> Select[int, str]:
    """Ask for those called exactly so, then those whose names begin so or spell so, then the others by name."""
    name = lookup.words.strip()
    # without this PostgreSQL hopes to meet the first thousand early, and reads all people where there are few
    fitting = select(Person.id).where(having).cte().prefix_with("MATERIALIZED", dialect="postgresql")
    some = select(fitting.c.id).limit(_LOOKED_THROUGH).subquery()
    called_so = select(Person.id).where(within, Person.name == name)
    rank = case((Person.name == name, 0), (_begins(name), 1), (_spells(name), 2), else_=3)
    return (
        select(Person.id, Person.name)
        .where(Person.id.in_(union(select(some.c.id), called_so)))
        .order_by(rank, Person.name_pinyin, Person.id)
        .limit(lookup.most)
    )


def _begins(name: str) -> ColumnElement[bool]:
    """Tell whose name begins so: in characters, or a surname or all initials in letters."""
    letters = name.lower()
    return or_(
        Person.name.startswith(name, autoescape=True),
        Person.name_pinyin.startswith(f"{letters} ", autoescape=True),
        Person.name_initials == letters,
    )


def _spells(name: str) -> ColumnElement[bool]:
    """Tell whose name begins with these letters, as pinyin written together or by its initials."""
    letters = name.lower().replace(" ", "")
    together = func.replace(Person.name_pinyin, " ", "")
    return or_(
        together.startswith(letters, autoescape=True), Person.name_initials.startswith(letters, autoescape=True)
    )


def wrong_tokens(session: Session) -> Sequence[int]:
    """List people, of some looked at, who are not found by their names."""
    return wrongly_told(session, Person, select(Person.id))
