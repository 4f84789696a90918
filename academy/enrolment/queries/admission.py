"""What a class session asks of whoever wants a place in it, and how people stand to that; in few questions."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from academy.catalogue import queries as catalogue
from academy.catalogue.models import ProgrammeCourse
from academy.classes.models import ClassSession
from academy.classes.queries.office import levels
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.enrolment.models.nominating import AdmissionRule
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules import admission as rules
from academy.enrolment.rules.admission import Attended, Completed, Rule, RuleKind, Standing
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import clock
from academy.ground.errors import NotFound, Reason
from academy.ground.feature import Credential
from academy.hours import queries as hours
from academy.hours.models import Completion, HoursEntry
from academy.people.models.register import Membership, Unit
from academy.people.queries import register as people
from academy.people.rules.register import GRID_ROLE_NAMES

_ABOUT_COMPLETED = {RuleKind.LEVEL, RuleKind.COURSE, RuleKind.PROGRAMME}
_ABOUT_UNIT = {RuleKind.UNIT, RuleKind.GRID_ROLE}
_TAKES_UP = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)
_OVER = (ClassState.CONCLUDED, ClassState.CLOSED)

Credentials = Callable[[Session, Collection[int]], Iterable[Credential]]
_credentials: list[Credentials] = []


def plug_credentials(tells: Sequence[Credentials]) -> None:
    """Let upper features tell which certificates people hold; claims know of completed class sessions only."""
    _credentials[:] = tells


def certificates_count() -> bool:
    """Tell whether anything knows of certificates, so that one may be asked for."""
    return bool(_credentials)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule of a class session as its composer shows it."""

    id: int
    position: int
    rule: Rule


def rule_rows(session: Session, class_session_id: int) -> tuple[RuleRow, ...]:
    """List the rules of a class session in their order."""
    statement = (
        select(AdmissionRule.id, AdmissionRule.position, AdmissionRule.kind, AdmissionRule.wanted)
        .where(AdmissionRule.class_session_id == class_session_id)
        .order_by(AdmissionRule.position)
    )
    return tuple(
        RuleRow(id=rule_id, position=position, rule=read(kind, wanted))
        for rule_id, position, kind, wanted in session.execute(statement)
    )


def rules_of(session: Session, class_session_id: int) -> tuple[Rule, ...]:
    """Tell what a class session asks for."""
    return tuple(row.rule for row in rule_rows(session, class_session_id))


def lock_rules(session: Session, class_session_id: int) -> Sequence[AdmissionRule]:
    """Lock the rules of a class session in their order; the class session itself is locked before."""
    return (
        session.execute(
            select(AdmissionRule)
            .where(AdmissionRule.class_session_id == class_session_id)
            .order_by(AdmissionRule.position)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def read(kind: RuleKind, wanted: Mapping[str, Any]) -> Rule:
    """Read a rule out of what its row holds."""
    return Rule(
        kind=kind,
        keys=tuple(wanted.get("keys", ())),
        names=tuple(wanted.get("names", ())),
        months=wanted.get("months"),
        certified=bool(wanted.get("certified")),
    )


def choices(session: Session, kind: RuleKind, *, on: date) -> dict[int | str, str]:
    """Tell by key and name what a rule of a kind may ask for; a rest asks for nothing but months."""
    if kind is RuleKind.LEVEL:
        return {each.id: each.name for each in levels(session)}
    if kind is RuleKind.COURSE:
        return dict[int | str, str](catalogue.course_titles(session).items())
    if kind is RuleKind.PROGRAMME:
        return {each.id: each.title for each in catalogue.programmes(session)}
    if kind is RuleKind.UNIT:
        return {each.id: each.name for each in people.unit_tree(session, on)}
    return dict[int | str, str](GRID_ROLE_NAMES.items() if kind is RuleKind.GRID_ROLE else ())


def chosen(session: Session, kind: RuleKind, keys: Collection[int | str], *, on: date) -> dict[int | str, str]:
    """Name what was chosen for a rule, in the order of what may be chosen; raises NotFound for anything else."""
    offered = choices(session, kind, on=on)
    if not set(keys) <= offered.keys():
        raise NotFound
    return {key: name for key, name in offered.items() if key in keys}


def unmet(session: Session, class_: ClassView, person_ids: Collection[int]) -> dict[int, tuple[Reason, ...]]:
    """Tell for each of these persons all that a class session asks for and the person has not.

    A class session without rules costs one small question; with them, a few more for any number of people.
    """
    asked = rules_of(session, class_.id) if person_ids else ()
    if not asked:
        return dict.fromkeys(person_ids, ())
    standings = standing(session, asked, person_ids, but=class_.id)
    return {
        person_id: rules.unmet(asked, standings[person_id], starts_on=class_.starts_on) for person_id in person_ids
    }


def standing(
    session: Session, asked: Sequence[Rule], person_ids: Collection[int], *, but: int
) -> dict[int, Standing]:
    """Gather what these rules ask about these persons, and no more; the class session `but` counts for nothing."""
    kinds = {rule.kind for rule in asked}
    courses = RuleKind.COURSE in kinds
    ways = {rule.certified for rule in asked if rule.kind in _ABOUT_COMPLETED}
    completed = _completed(session, person_ids, courses=courses) if False in ways else {}
    certified = _certified(session, person_ids, courses=courses) if True in ways else {}
    units, roles = _belonging(session, person_ids) if kinds & _ABOUT_UNIT else ({}, {})
    attended = _attended(session, person_ids, but=but) if RuleKind.REST in kinds else {}
    return {
        person_id: Standing(
            completed=tuple(completed.get(person_id, ())),
            certified=tuple(certified.get(person_id, ())),
            unit_ids=frozenset(units.get(person_id, ())),
            grid_roles=frozenset(roles.get(person_id, ())),
            attended=tuple(attended.get(person_id, ())),
        )
        for person_id in person_ids
    }


def _completed(session: Session, person_ids: Collection[int], *, courses: bool) -> dict[int, list[Completed]]:
    rows = session.execute(
        select(Completion.person_id, Completion.programme_id, ClassSession.level_id, Completion.completed_on)
        .join(ClassSession, ClassSession.id == Completion.class_session_id)
        .where(Completion.person_id.in_(person_ids))
    )
    return _by_person(session, [(row[0], row[1], row[2], row[3]) for row in rows], courses=courses)


def _certified(session: Session, person_ids: Collection[int], *, courses: bool) -> dict[int, list[Completed]]:
    """Tell what the valid certificates of these persons say, each on the day of its issue."""
    held = [each for tells in _credentials for each in tells(session, person_ids)]
    statement = select(ClassSession.id, ClassSession.programme_id, ClassSession.level_id).where(
        ClassSession.id.in_({each.class_session_id for each in held})
    )
    classes_ = {row.id: (row.programme_id, row.level_id) for row in session.execute(statement)} if held else {}
    rows = [(each.person_id, *classes_[each.class_session_id], each.issued_on) for each in held]
    return _by_person(session, rows, courses=courses)


def _by_person(
    session: Session, rows: Sequence[tuple[int, int, int, date]], *, courses: bool
) -> dict[int, list[Completed]]:
    """Gather (person, programme, level, day) by person, with the courses of each programme where they matter."""
    taught: dict[int, set[int]] = {}
    of_programmes = select(ProgrammeCourse.programme_id, ProgrammeCourse.course_id).where(
        ProgrammeCourse.programme_id.in_({programme_id for _person_id, programme_id, _level_id, _day in rows})
    )
    for programme_id, course_id in session.execute(of_programmes) if courses and rows else ():
        taught.setdefault(programme_id, set()).add(course_id)
    found: dict[int, list[Completed]] = {}
    for person_id, programme_id, level_id, day in rows:
        course_ids = frozenset(taught.get(programme_id, ()))
        each = Completed(level_id=level_id, programme_id=programme_id, on=day, course_ids=course_ids)
        found.setdefault(person_id, []).append(each)
    return found


def _belonging(session: Session, person_ids: Collection[int]) -> tuple[dict[int, set[int]], dict[int, set[str]]]:
    """Tell the units of these persons today, with the districts above, and what they are in the grid."""
    rows = session.execute(
        select(Membership.person_id, Unit.id, Unit.parent_id, Membership.grid_role)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id.in_(person_ids), people.held_on(Membership, clock.local_date(clock.now())))
    )
    units: dict[int, set[int]] = {}
    roles: dict[int, set[str]] = {}
    for person_id, unit_id, parent_id, grid_role in rows:
        units.setdefault(person_id, set()).update({unit_id, parent_id} if parent_id else {unit_id})
        roles.setdefault(person_id, set()).update({grid_role.value} if grid_role else set())
    return units, roles


def _attended(session: Session, person_ids: Collection[int], *, but: int) -> dict[int, list[Attended]]:
    """Tell the other classes that these persons have a place in, and of those that are over, where they came."""
    came = (
        select(HoursEntry.id)
        .where(
            HoursEntry.class_session_id == Enrolment.class_session_id, HoursEntry.person_id == Enrolment.person_id
        )
        .exists()
    )
    rows = session.execute(
        select(Enrolment.person_id, ClassSession.code, ClassSession.starts_on, ClassSession.ends_on)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.state == EnrolmentState.SEATED,
            Enrolment.class_session_id != but,
            or_(ClassSession.state.in_(_TAKES_UP), ClassSession.state.in_(_OVER) & came),
        )
    )
    found: dict[int, list[Attended]] = {}
    for person_id, code, starts_on, ends_on in rows:
        found.setdefault(person_id, []).append(Attended(code=code, starts_on=starts_on, ends_on=ends_on))
    return found


def prerequisites(session: Session, class_: ClassView, completed: Collection[int] = ()) -> dict[str, Reason]:
    """Say by title which courses the programme builds on that these completed programmes do not teach."""
    titles = catalogue.unmet_prerequisites(session, class_.programme_id, completed)
    return {title: rules.COURSE.about(names=(title,)) for title in titles}


def explained(
    session: Session, class_: ClassView, person_id: int | None
) -> tuple[tuple[Reason, bool | None], ...]:
    """Say what a class session asks for, one by one, and whether a person meets each; None where nobody asks.

    First come the courses that its programme builds on, then the rules that the office composed.
    """
    asked, needed = rules_of(session, class_.id), prerequisites(session, class_)
    if person_id is None:
        return tuple((said, None) for said in (*needed.values(), *map(rules.said, asked)))
    missing = prerequisites(session, class_, hours.completed_programmes(session, person_id)) if needed else {}
    own = standing(session, asked, [person_id], but=class_.id)[person_id]
    return (
        *((said, title not in missing) for title, said in needed.items()),
        *((rules.said(rule), not rules.unmet((rule,), own, starts_on=class_.starts_on)) for rule in asked),
    )
