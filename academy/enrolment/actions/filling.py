"""Give freed places to the first in line, and tell people what became of their claims."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from academy.classes.queries.sessions import ClassView
from academy.enrolment import rules
from academy.enrolment.models import PlacePool
from academy.enrolment.queries import deciding, showing
from academy.enrolment.rules import EnrolmentState
from academy.ground.access import Actor
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter, post
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


def fill(session: Session, *, actor: Actor, code: str, now: datetime) -> int:
    """Give free places to those in line whom nothing hinders any more, and tell how many got one."""
    pool = deciding.lock_pool(session, code)
    if pool is None:
        return 0
    lock_line(session, [pool])
    return promote(session, actor, pool, now=now, tell_passed=False)


def change_taken(session: Session, pool: PlacePool, *, by: int) -> None:
    """Change the count in place, so that the CHECK refuses where a lock was missing."""
    taken = session.execute(
        update(PlacePool)
        .where(PlacePool.id == pool.id)
        .values(taken=PlacePool.taken + by)
        .returning(PlacePool.taken)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    set_committed_value(pool, "taken", taken)


def lock_line(session: Session, pools: Iterable[PlacePool]) -> None:
    """Lock all who wait for these pools: their seats elsewhere must not change while one is promoted."""
    line = deciding.lock_line(session, [pool.id for pool in pools])
    people.lock_persons(session, {claim.person_id for claim in line})


def promote(session: Session, actor: Actor, pool: PlacePool, *, now: datetime, tell_passed: bool) -> int:
    """Promote the first in line while places are free; the pool and its line are locked."""
    class_ = deciding.class_by_id(session, pool.class_session_id)
    if class_ is None or rules.has_started(class_.state, deciding.starts_at(session, class_), now=now):
        return 0
    free = pool.places - pool.taken
    if free <= 0:
        return 0
    line = {claim.id: claim for claim in deciding.lock_line(session, [pool.id])}
    promoted, passed = rules.promotions(deciding.in_line(session, class_.id, pool.id), free=free)
    for waiting in promoted:
        claim = line[waiting.enrolment_id]
        claim.state, claim.seated_at = rules.moved(claim.state, EnrolmentState.SEATED), now
        change_taken(session, pool, by=1)
        record(
            session, actor=actor, what="enrolment.promoted", about=claim, now=now,
            before={"state": EnrolmentState.WAITING}, after={"state": claim.state},
        )  # fmt: skip
        tell(session, PROMOTED, claim.person_id, class_, now=now)
    for waiting in passed if tell_passed else ():
        codes = [reason.values["code"] for reason in waiting.hindrances]
        record(
            session, actor=actor, what="enrolment.passed-over", about=line[waiting.enrolment_id], now=now,
            after={"clashes_with": codes},
        )  # fmt: skip
        tell(session, PASSED_OVER, waiting.person_id, class_, now=now, other=codes[0])
    return len(promoted)


def tell(
    session: Session, letter: Letter, person_id: int, class_: ClassView, *, now: datetime, **values: object
) -> None:
    """Queue a message about a class session to one person, if there is a phone to send it to."""
    recipient = people.recipient(session, person_id)
    if recipient is not None:
        facts = {"title": class_.title, "code": class_.code, "day": class_.starts_on.isoformat(), **values}
        post(session, letter, to=recipient, now=now, values=facts)


def tell_not_seated(session: Session, *, code: str, now: datetime) -> int:
    """Tell those still in line that the class has started without them, and how many they are."""
    class_ = deciding.public_class(session, code)
    waiting = [row for row in showing.roster(session, class_.id) if row.state is EnrolmentState.WAITING]
    for row in waiting:
        tell(session, NOT_SEATED, row.person_id, class_, now=now)
    return len(waiting)
