"""Move a class session to other days: tell everybody in it, and those whom it clashes with now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from academy.classes.actions import moving
from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions.cancelling import said_of_others
from academy.enrolment.actions.filling import promote, tell
from academy.enrolment.models.places import PlacePool
from academy.enrolment.queries import deciding, offers, pools, showing, tending
from academy.enrolment.queries.showing import RosterRow
from academy.enrolment.rules.moving import reasons_to_refuse_move
from academy.enrolment.rules.states import HOLDS
from academy.ground.access import Actor
from academy.ground.clock import local_date
from academy.ground.errors import Reason, Refused
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter
from academy.people.queries import register as people

MOVED = Letter(
    "enrolment.class-moved",
    N_("The class has been moved to other days"),
    N_(
        "“%(title)s” (%(code)s) begins on %(day)s now, instead of %(before)s. If you cannot come then, please say "
        "so on the page of the class."
    ),
)
MOVED_WITH_OTHERS = Letter(
    "enrolment.class-moved-others",
    N_("The class has been moved to other days"),
    N_(
        "“%(title)s” (%(code)s) begins on %(day)s now, instead of %(before)s. If you cannot come then, please say "
        "so on the page of the class; other classes of this programme: %(others)s"
    ),
)
MOVED_ONTO = Letter(
    "enrolment.class-moved-onto",
    N_("A class was moved onto another one of yours"),
    N_(
        "“%(title)s” (%(code)s) begins on %(day)s now and falls together with class %(other)s, where you have a "
        "place too. Please withdraw from one of the two."
    ),
)
UNIT_MOVED = Letter(
    "enrolment.unit-class-moved",
    N_("A class that your unit put people forward for has been moved"),
    N_("“%(title)s” (%(code)s) begins on %(day)s now, instead of %(before)s. Your people in it: %(who)s."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What came of moving a class session: how many were told, and whom it clashes with now."""

    told: int
    clashing: tuple[str, ...]


def move(session: Session, *, actor: Actor, code: str, to: date, now: datetime) -> Moved:
    """Move a class session so that it begins on another day, and tell everybody in it.

    Nobody loses a place by it: whom it clashes with now is told to choose, and the office who they are.
    """
    class_id = deciding.class_id(session, code)
    locked = pools.lock_all(session, [class_id], also=tending.waited_for(session, class_id))
    rows = showing.roster(session, class_id)
    _lock_everybody(session, locked.values(), rows)
    class_ = deciding.existing_class(session, class_id)
    if reasons := reasons_to_refuse_move(class_.starts_on, to, now=now):
        raise Refused(*reasons)
    before = class_.starts_on
    moving.shift(session, actor=actor, code=code, days=(to - before).days, now=now)
    session.flush()
    class_ = deciding.existing_class(session, class_id)
    clashing = _tell_all(session, class_, rows, before=before, now=now)
    for pool in locked.values():
        promote(session, actor, pool, now=now, tell_passed=False)
    _record(session, actor, code, told=len(rows), clashing=len(clashing), now=now)
    return Moved(told=len(rows), clashing=clashing)


def tell_of_new_day(session: Session, actor: Actor, now: datetime, code: str, before: date) -> None:
    """Tell everybody in a class session that the office gave another first day, without moving its timetable."""
    class_ = deciding.existing_class(session, deciding.class_id(session, code))
    rows = showing.roster(session, class_.id)
    if not rows:
        return
    clashing = _tell_all(session, class_, rows, before=before, now=now)
    _record(session, actor, code, told=len(rows), clashing=len(clashing), now=now)


def _record(session: Session, actor: Actor, code: str, *, told: int, clashing: int, now: datetime) -> None:
    record(
        session, actor=actor, what="enrolment.class-moved", about="class_session", now=now,
        after={"code": code, "told": told, "clashing": clashing},
    )  # fmt: skip


def _lock_everybody(session: Session, locked: Collection[PlacePool], rows: Sequence[RosterRow]) -> None:
    """Lock who is in the class session, so that nobody takes another place on the new days meanwhile."""
    line = deciding.lock_line(session, [pool.id for pool in locked])
    people.lock_persons(session, {row.person_id for row in rows} | {claim.person_id for claim in line})


def _tell_all(
    session: Session, class_: ClassView, rows: Sequence[RosterRow], *, before: date, now: datetime
) -> tuple[str, ...]:
    others = said_of_others(session, class_.id, now=now)
    letter = MOVED_WITH_OTHERS if others else MOVED
    holding = [row for row in rows if row.state in HOLDS]
    against = deciding.hindrances(session, class_.id, {row.person_id: row.group_id for row in holding})
    for row in rows:
        tell(session, letter, row.person_id, class_, now=now, before=before.isoformat(), others=others)
        if reasons := against.get(row.person_id, ()):
            tell(session, MOVED_ONTO, row.person_id, class_, now=now, other=_codes(reasons))
    for liaison_id, names in offers.put_forward_by_liaison(session, class_.id, on=local_date(now)).items():
        said = {"before": before.isoformat(), "who": "、".join(names)}
        tell(session, UNIT_MOVED, liaison_id, class_, now=now, **said)
    return tuple(row.name for row in holding if against[row.person_id])


def _codes(reasons: Sequence[Reason]) -> str:
    return ", ".join(str(reason.values["code"]) for reason in reasons)
