"""What a class session has against the people of a list, in few questions however long the list is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.catalogue import queries as catalogue
from academy.classes.models import ClassSession
from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState, Sitting
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.queries import admission, deciding
from academy.enrolment.rules import admission as rules
from academy.enrolment.rules.admission import Rule, Standing
from academy.enrolment.rules.claims import PREREQUISITE, clash_reasons
from academy.enrolment.rules.groups import taken_up_by
from academy.enrolment.rules.nominating import NO_PLACES, NOT_OF_UNIT, POOL_FULL
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.access import Actor
from academy.ground.errors import Reason
from academy.ground.tables import Grid
from academy.ground.text import N_
from academy.hours.models import Completion
from academy.people.models.importing import Effect, RosterEffect
from academy.people.models.register import Unit
from academy.people.queries import register as people
from academy.people.queries import rosters
from academy.people.queries.rosters import Claim, Looked
from academy.people.rules.roster.headers import Header
from academy.people.rules.roster.places import Places
from academy.people.rules.roster.plan import Fate, Step, What, role_of
from academy.people.rules.roster.reading import Outcome

_AT_ONCE = 2000

OPEN_FULL = Reason("pool_full", N_("All %(places)s places that are open to all are taken."))
IN_CLASS = Reason("already_in", N_("This person has a place in the class already, or waits for one."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Places that rows of a list may take, and whose they are; unit None: everybody's."""

    id: int
    unit_id: int | None
    places: int
    taken: int


def is_class(session: Session, code: str) -> bool:
    """Tell whether there is a class session of this code."""
    return session.execute(select(ClassSession.id).where(ClassSession.code == code)).first() is not None


def unit_pools(session: Session, code: str) -> dict[int | None, Pool]:
    """Tell the places of a class session by the unit that holds them; None stands for those open to all."""
    rows = session.execute(
        select(PlacePool.id, PlacePool.unit_id, PlacePool.places, PlacePool.taken).where(
            PlacePool.class_session_id == deciding.class_id(session, code), PlacePool.holder != Holder.RESERVE
        )
    )
    return {
        unit_id: Pool(id=pool_id, unit_id=unit_id, places=places, taken=taken)
        for pool_id, unit_id, places, taken in rows
    }


def pools_of_units(session: Session, pools: Mapping[int | None, Pool]) -> dict[int, Pool]:
    """Tell for each unit on whose places its people are put forward: its own, else those of the unit above."""
    above = session.execute(select(Unit.id, Unit.parent_id))
    found = {unit_id: pools.get(unit_id) or (pools.get(parent) if parent else None) for unit_id, parent in above}
    return {unit_id: pool for unit_id, pool in found.items() if pool is not None}


def look(
    session: Session, grid: Grid, header: Header, claim: Claim, *, on: date, known_units: Places | None = None
) -> Looked:
    """Read a list, compare it with the register and ask the class session that it is for, changing nothing."""
    looked = rosters.look(session, grid, header, claim, on=on, known_units=known_units)
    if not claim.class_code:
        return looked
    against = _against(session, claim.class_code, looked.steps)
    steps = tuple(_with(step, reasons) for step, reasons in zip(looked.steps, against, strict=True))
    by_class = {
        step.line.row: reasons
        for step, reasons in zip(looked.steps, against, strict=True)
        if step.line and reasons
    }
    return replace(looked, steps=steps, by_class=by_class)


def _with(step: Step, reasons: tuple[Reason, ...]) -> Step:
    """Refuse a row that the class session has something against; who is in it already is left as they are."""
    if IN_CLASS not in reasons:
        return step.refused(*reasons)
    return step if step.fate is Fate.REFUSED else replace(step, warning=IN_CLASS)


def _against(session: Session, code: str, steps: Sequence[Step]) -> list[tuple[Reason, ...]]:
    """Tell what a class session has against each row; the rows that stand take its places in their order."""
    class_ = deciding.existing_class(session, deciding.class_id(session, code))
    pools = unit_pools(session, code)
    own = pools_of_units(session, pools)
    against = _about_persons(session, class_, steps)
    room = {pool.id: pool.places - pool.taken for pool in pools.values()}
    nominated = any(pool.unit_id is not None for pool in pools.values())
    done: list[tuple[Reason, ...]] = []
    for place, step in enumerate(steps):
        if step.line is None or step.line.outcome is not Outcome.OK:
            done.append(())
            continue
        pool = pools.get(None) if not nominated else own.get(step.unit[0]) if step.unit else None
        inside = IN_CLASS in against[place]
        reasons = against[place] if inside else (*against[place], *_about_places(step, pool, room))
        if pool and not reasons and step.fate is not Fate.REFUSED:
            room[pool.id] -= 1
        done.append(reasons)
    return done


def _about_places(step: Step, pool: Pool | None, room: Mapping[int, int]) -> Iterator[Reason]:
    unit = step.unit[1] if step.unit else ""
    if pool is None:
        yield NO_PLACES.about(unit=unit)
    elif room[pool.id] <= 0 and pool.unit_id is None:
        yield OPEN_FULL.about(places=pool.places)
    elif room[pool.id] <= 0:
        yield POOL_FULL.about(places=pool.places, unit=unit, name=step.name)
    if any(change.what is What.MOVES for change in step.changes):
        yield NOT_OF_UNIT.about(name=step.name, unit=unit)


def _about_persons(session: Session, class_: ClassView, steps: Sequence[Step]) -> list[tuple[Reason, ...]]:
    """Tell what in each person stands against a place, whether they are on file or not."""
    ids = [step.known.person_id for step in steps if step.known and step.line]
    inside = _inside(session, class_.id, ids)
    done = _completed(session, ids)
    busy = _taken_up(session, class_.id, ids)
    unmet = _unmet(session, class_, ids)
    asked = admission.rules_of(session, class_.id)
    parents = {row.id: row.parent_id for row in session.execute(select(Unit.id, Unit.parent_id))}
    spans = taken_up_by(classes.spans(session, [class_.id])[class_.id], None)

    @cache
    def lacking(programmes: frozenset[int]) -> tuple[Reason, ...]:
        titles = catalogue.unmet_prerequisites(session, class_.programme_id, programmes)
        return tuple(PREREQUISITE.about(course=title) for title in titles)

    def against(step: Step) -> tuple[Reason, ...]:
        if step.known is None:
            return (*lacking(frozenset()), *_unmet_by_new(asked, step, parents, class_))
        person_id = step.known.person_id
        if person_id in inside:
            return (IN_CLASS,)
        return (
            *lacking(frozenset(done.get(person_id, ()))),
            *unmet[person_id],
            *clash_reasons(spans, busy.get(person_id, ())),
        )

    return [against(step) if step.line else () for step in steps]


def _unmet_by_new(
    asked: Sequence[Rule], step: Step, parents: Mapping[int, int | None], class_: ClassView
) -> tuple[Reason, ...]:
    if not asked or step.line is None:
        return ()
    units = {unit for unit in (step.unit[0], parents.get(step.unit[0])) if unit} if step.unit else set()
    role = role_of(step.line)[0]
    standing = Standing(unit_ids=frozenset(units), grid_roles=frozenset({role} if role else ()))
    return rules.unmet(asked, standing, starts_on=class_.starts_on)


def _portions(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _inside(session: Session, class_id: int, ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in _portions(ids):
        statement = select(Enrolment.person_id).where(
            Enrolment.class_session_id == class_id, Enrolment.person_id.in_(some),
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )  # fmt: skip
        found.update(session.execute(statement).scalars())
    return found


def _completed(session: Session, ids: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for some in _portions(ids):
        statement = select(Completion.person_id, Completion.programme_id).where(Completion.person_id.in_(some))
        for person_id, programme_id in session.execute(statement):
            found.setdefault(person_id, set()).add(programme_id)
    return found


def _taken_up(session: Session, class_id: int, ids: Sequence[int]) -> dict[int, tuple[Sitting, ...]]:
    found: dict[int, tuple[Sitting, ...]] = {}
    for some in _portions(ids):
        found |= deciding.taken_up(session, some, but=class_id)
    return found


def _unmet(session: Session, class_: ClassView, ids: Sequence[int]) -> dict[int, tuple[Reason, ...]]:
    found: dict[int, tuple[Reason, ...]] = {}
    for some in _portions(ids):
        found |= admission.unmet(session, class_, some)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NominatedBy:
    """Claims that an import made on the places of units."""

    import_id: int
    class_session_id: int
    pool_ids: frozenset[int]
    enrolment_ids: tuple[int, ...]
    person_ids: frozenset[int]
    of_new_people: tuple[int, ...]
    """Those of people whom the import itself entered."""


def nominated_by(session: Session, import_id: int) -> NominatedBy | None:
    """Tell the claims that an import made, if it made any."""
    new = select(RosterEffect.person_id).where(
        RosterEffect.import_id == import_id, RosterEffect.what == Effect.PERSON_ADDED
    )
    rows = session.execute(
        select(
            Enrolment.id,
            Enrolment.class_session_id,
            Enrolment.pool_id,
            Enrolment.person_id.in_(new),
            Enrolment.person_id,
        )
        .join(RosterEffect, RosterEffect.row_id == Enrolment.id)
        .where(RosterEffect.import_id == import_id, RosterEffect.what == Effect.NOMINATED)
        .order_by(Enrolment.id)
    ).all()
    if not rows:
        return None
    return NominatedBy(
        import_id=import_id,
        class_session_id=rows[0][1],
        pool_ids=frozenset(row[2] for row in rows),
        enrolment_ids=tuple(row[0] for row in rows),
        person_ids=frozenset(row[4] for row in rows),
        of_new_people=tuple(row[0] for row in rows if row[3]),
    )


def units_to_choose(session: Session, actor: Actor, *, on: date) -> list[tuple[int, str]]:
    """List the units whose lists the actor may send: every one for an admin, own ones and those below else."""
    own = None if actor.is_admin else people.units_below(session, actor.unit_ids)
    return [
        (unit_id, name)
        for district in people.unit_tree(session, on)
        for unit_id, name in [
            (district.id, district.name),
            *((street.id, street.full_name) for street in district.streets),
        ]
        if own is None or unit_id in own
    ]


def classes_to_fill(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """List the class sessions for which units put people forward now, where the actor's units have places."""
    statement = (
        select(ClassSession.code, ClassSession.title)
        .join(Admission, Admission.class_session_id == ClassSession.id)
        .join(PlacePool, PlacePool.class_session_id == ClassSession.id)
        .where(Admission.nomination, ClassSession.state == ClassState.ENROLLING, PlacePool.unit_id.is_not(None))
        .distinct()
        .order_by(ClassSession.code)
    )
    if not actor.is_admin:
        statement = statement.where(PlacePool.unit_id.in_(people.units_below(session, actor.unit_ids)))
    return [(code, f"{title} · {code}") for code, title in session.execute(statement)]
