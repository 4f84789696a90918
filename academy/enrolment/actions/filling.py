"""Give freed places to the first in line, and tell people what became of their claims."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from academy.classes.queries.sessions import ClassView
from academy.enrolment.models.places import Enrolment, OfferMessage, PlacePool
from academy.enrolment.queries import deciding, offers, pools, showing
from academy.enrolment.rules.claims import has_started
from academy.enrolment.rules.line import lifted, promotions
from academy.enrolment.rules.states import EnrolmentState, moved
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.db import Base
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter, Recipient, post, send_off
from academy.outbox.models import Message
from academy.people.queries import register as people

SEATED = Letter(
    "enrolment.seated",
    N_("You have a place"),
    N_("You have a place in “%(title)s” (%(code)s), which begins on %(day)s. The timetable is on its page."),
)
WAITING = Letter(
    "enrolment.waiting",
    N_("You are in line for a place"),
    N_(
        "“%(title)s” (%(code)s) is full. You are number %(rank)s in line; a place that becomes free is "
        "yours, and we tell you."
    ),
)
PROMOTED = Letter(
    "enrolment.promoted",
    N_("A place became free: it is yours"),
    N_(
        "You now have a place in “%(title)s” (%(code)s), which begins on %(day)s. If you cannot come, "
        "withdraw on its page so that the next in line gets it."
    ),
)
OFFERED = Letter(
    "enrolment.offered",
    N_("A place became free: please confirm"),
    N_(
        "A place in “%(title)s” (%(code)s), which begins on %(day)s, became free for %(who)s. Please confirm it "
        "on the page of the class within %(hours)s hours; otherwise the next in line gets it."
    ),
)
UNIT_OFFERED = Letter(
    "enrolment.unit-offered",
    N_("A place became free for somebody of your unit: please confirm"),
    N_(
        "A place in “%(title)s” (%(code)s), which begins on %(day)s, became free for %(who)s, whom your unit put "
        "in reserve. Please confirm it on the page of your unit's places within %(hours)s hours; otherwise the "
        "next in reserve gets it."
    ),
)
UNIT_WITHDREW = Letter(
    "enrolment.unit-withdrew",
    N_("Somebody whom your unit put forward has withdrawn"),
    N_(
        "%(who)s, whom your unit put forward for “%(title)s” (%(code)s), has withdrawn. The first in your unit's "
        "reserve moves up; where there is none the place is free again."
    ),
)
PENDING = Letter(
    "enrolment.pending",
    N_("A place is held until it is approved"),
    N_("A place in “%(title)s” (%(code)s), which begins on %(day)s, is held for %(who)s until it is approved."),
)
PASSED_OVER = Letter(
    "enrolment.passed-over",
    N_("A place became free, but you have another class then"),
    N_(
        "A place in “%(title)s” (%(code)s) went to the next in line, because you have a place in class "
        "%(other)s at the same time. You keep your number in line."
    ),
)
NOT_SEATED = Letter(
    "enrolment.not-seated",
    N_("The class has started without a free place"),
    N_(
        "“%(title)s” (%(code)s) has started and no place became free for you. Other classes are open for "
        "enrolment."
    ),
)

_LIFTED = {
    EnrolmentState.OFFERED: OFFERED,
    EnrolmentState.ASKED: PENDING,
    EnrolmentState.NOMINATED: PENDING,
}


def fill(session: Session, *, actor: Actor, pool_id: int, now: datetime) -> int:
    """Give free places to those in line whom nothing hinders any more, and tell how many got one."""
    found = pools.lock(session, [pool_id])
    lock_line(session, found.values())
    return sum(promote(session, actor, pool, now=now, tell_passed=False) for pool in found.values())


def hold(session: Session, code: str) -> None:
    """Lock all places of a class session, so that none is taken while it moves on."""
    pools.lock_all(session, [deciding.class_id(session, code)])


_POOL = Base.metadata.tables[PlacePool.__tablename__]
_CHANGE_TAKEN = (
    update(_POOL)
    .where(_POOL.c.id == bindparam("pool_id"))
    .values(taken=_POOL.c.taken + bindparam("by"))
    .returning(_POOL.c.taken)
)


def change_taken(session: Session, pool: PlacePool, *, by: int) -> None:
    """Change the count in place, so that the CHECK refuses where a lock was missing."""
    session.flush()  # what is still to be written comes first
    taken = session.connection().execute(_CHANGE_TAKEN, {"pool_id": pool.id, "by": by}).scalar_one()
    set_committed_value(pool, "taken", taken)


def lock_line(session: Session, waited_for: Iterable[PlacePool]) -> None:
    """Lock all who wait for these locked pools: their seats elsewhere must not change while one is promoted."""
    people.lock_persons(session, pools.waiting_ids(session, [pool.id for pool in waited_for]))


def promote(session: Session, actor: Actor, pool: PlacePool, *, now: datetime, tell_passed: bool) -> int:
    """Promote the first in line while places are free; the pool and its line are locked."""
    class_ = deciding.class_by_id(session, pool.class_session_id)
    if class_ is None or has_started(class_.state, deciding.starts_at(session, class_), now=now):
        return 0
    free = pool.places - pool.taken
    if free <= 0:
        return 0
    line = {claim.id: claim for claim in deciding.lock_line(session, [pool.id])}
    if not line:
        return 0
    plan = pools.plan(session, class_.id)
    promoted, passed = promotions(deciding.in_line(session, class_.id, pool.id), free=free)
    for waiting in promoted:
        place = (pool, line[waiting.enrolment_id])
        _lift(session, actor, place, lifted(plan, waiting), class_, hours=plan.confirm_hours, now=now)
    for waiting in passed if tell_passed else ():
        codes = [reason.values["code"] for reason in waiting.hindrances]
        record(
            session, actor=actor, what="enrolment.passed-over", about=line[waiting.enrolment_id], now=now,
            after={"clashes_with": codes},
        )  # fmt: skip
        tell(session, PASSED_OVER, waiting.person_id, class_, now=now, other=codes[0])
    return len(promoted)


def _lift(
    session: Session,
    actor: Actor,
    place: tuple[PlacePool, Enrolment],
    to: EnrolmentState,
    class_: ClassView,
    *,
    hours: int,
    now: datetime,
) -> None:
    """Give a free place to a claim that waited, and tell whoever it is for what happens next."""
    pool, claim = place
    claim.state = moved(claim.state, to)
    claim.seated_at = now if to is EnrolmentState.SEATED else None
    claim.offered_at = now if to is EnrolmentState.OFFERED else None
    change_taken(session, pool, by=1)
    record(
        session, actor=actor, what="enrolment.promoted", about=claim, now=now,
        before={"state": EnrolmentState.WAITING}, after={"state": to},
    )  # fmt: skip
    if to is EnrolmentState.SEATED:
        tell(session, PROMOTED, claim.person_id, class_, now=now)
        return
    letter = UNIT_OFFERED if claim.nominated and to is EnrolmentState.OFFERED else _LIFTED[to]
    messages = tell_claimant(
        session, letter, claim, class_, now=now,
        who=people.names(session, [claim.person_id])[claim.person_id], hours=hours,
    )  # fmt: skip
    if to is EnrolmentState.OFFERED:
        session.flush()
        session.add_all(OfferMessage(enrolment_id=claim.id, message_id=each.id) for each in messages)


def tell_claimant(
    session: Session, letter: Letter, claim: Enrolment, class_: ClassView, *, now: datetime, **values: object
) -> tuple[Message, ...]:
    """Queue a message to whoever answers for a claim: the person, or the liaisons of the unit that nominated.

    Where nobody speaks for the unit whose place it is, those of the person's own unit or district do.
    Gives the messages on their way: the time to confirm begins when the first of them has been accepted.
    """
    people_ids = [claim.person_id]
    if claim.nominated:
        people_ids = list(offers.speakers(session, claim, on=clock.local_date(now)))
    sent = [tell(session, letter, person_id, class_, now=now, **values) for person_id in people_ids]
    return tuple(message for message in sent if message is not None)


def tell(
    session: Session, letter: Letter, person_id: int, class_: ClassView, *, now: datetime, **values: object
) -> Message | None:
    """Queue a message about a class session to one person, if there is a phone to send it to, and give it."""
    recipient = people.recipient(session, person_id)
    if recipient is None:
        return None
    return post(session, letter, to=recipient, now=now, values=_facts(class_, values))


def write_to(
    session: Session,
    letter: Letter,
    recipient: Recipient | None,
    class_: ClassView,
    *,
    now: datetime,
    **values: object,
) -> None:
    """Queue a message about a class session to somebody whose phone is known already, or who has none."""
    if recipient is not None:
        send_off(session, letter, to=recipient, now=now, values=_facts(class_, values))


def _facts(class_: ClassView, values: Mapping[str, object]) -> dict[str, object]:
    return {"title": class_.title, "code": class_.code, "day": class_.starts_on.isoformat(), **values}


def tell_not_seated(session: Session, *, code: str, now: datetime) -> int:
    """Tell those still in line that the class has started without them, and how many they are."""
    class_ = deciding.public_class(session, code)
    waiting = [row for row in showing.roster(session, class_.id) if row.state is EnrolmentState.WAITING]
    for row in waiting:
        tell(session, NOT_SEATED, row.person_id, class_, now=now)
    return len(waiting)
