"""A class session that everybody wants, its places divided among districts, and everybody."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from academy.catalogue.models import Programme
from academy.catalogue.queries import unmet_prerequisites
from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import ClassState
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.rules.plan import Approval
from academy.ground import clock, db, tokens
from academy.ground.access import Role
from academy.journal.models import JournalEntry
from academy.outbox.models import Message
from academy.people.models.register import Membership, Person, RoleGrant, SignIn, Unit
from academy.web.models import Act

CODE = "9999-999"
_AGENT = "bench"
_WITHOUT_QUOTA = 2  # districts whose people share the open rest


@dataclass(frozen=True)
class Pool:
    """One holder's places, and how many people want them."""

    id: int
    places: int
    claimants: int

    @property
    def sells(self) -> int:
        """How many of its places must be sold."""
        return min(self.places, self.claimants)


@dataclass(frozen=True)
class Staged:
    """The class session, its pools, the people in the order in which they press, and what there was before."""

    class_id: int
    code: str
    pools: tuple[Pool, ...]
    person_ids: tuple[int, ...]
    before: dict[type[Act | JournalEntry | Message], int]


@contextmanager
def staged(seats: int, people: int) -> Iterator[Staged]:
    """Open a class session for as long as a case lasts."""
    with db.transaction() as session:
        _clear(session)  # what a run that was broken off has left
        found = _stage(session, seats, people)
    try:
        yield found
    finally:
        with db.transaction() as session:
            take_back(session, found)
            _clear(session)


def take_back(session: Session, staged: Staged) -> None:
    """Make everything as it was before anybody pressed."""
    session.execute(delete(Enrolment).where(Enrolment.class_session_id == staged.class_id))
    session.execute(update(PlacePool).where(PlacePool.class_session_id == staged.class_id).values(taken=0))
    for table, last in staged.before.items():
        session.execute(delete(table).where(table.id > last))


def sign_in(staged: Staged, *, now: datetime) -> list[str]:
    """Sign everybody in, and give the secret that stands in each cookie."""
    secrets = [f"bench {person_id} {now.isoformat()}" for person_id in staged.person_ids]
    with db.transaction() as session:
        session.execute(delete(SignIn).where(SignIn.agent == _AGENT))
        session.add_all(
            SignIn(
                fingerprint=tokens.fingerprint(secret), person_id=person_id, agent=_AGENT, address="127.0.0.1",
                remembered=False, created_at=now, seen_at=now, expires_at=now + timedelta(hours=1), ended_at=None,
            )
            for secret, person_id in zip(secrets, staged.person_ids, strict=True)
        )  # fmt: skip
    return secrets


def _clear(session: Session) -> None:
    ours = select(ClassSession.id).where(ClassSession.code == CODE)
    for table in (Enrolment, PlacePool, Admission, Sitting):
        session.execute(delete(table).where(table.class_session_id.in_(ours)))
    session.execute(delete(ClassSession).where(ClassSession.code == CODE))
    session.execute(delete(SignIn).where(SignIn.agent == _AGENT))


def _stage(session: Session, seats: int, people: int) -> Staged:
    now = clock.now()
    start = clock.at(clock.local_date(now) + timedelta(days=400), 9)
    like = session.execute(select(ClassSession).order_by(ClassSession.id).limit(1)).scalar_one()
    taught = session.execute(select(Sitting).order_by(Sitting.id).limit(1)).scalar_one()
    programmes = session.execute(select(Programme.id).order_by(Programme.id)).scalars()
    class_ = ClassSession(
        code=CODE, title="抢座", kind_id=like.kind_id, level_id=like.level_id, capacity=seats,
        programme_id=next(each for each in programmes if not unmet_prerequisites(session, each, ())),
        enrolment_opens_at=now - timedelta(days=1), enrolment_closes_at=now + timedelta(days=1),
        starts_on=clock.local_date(start), ends_on=clock.local_date(start), state=ClassState.ENROLLING,
        created_at=now, sample=False,
    )  # fmt: skip
    session.add(class_)
    session.flush()
    session.add_all([
        Sitting(
            class_session_id=class_.id, course_id=taught.course_id, instructor_id=taught.instructor_id,
            place_id=taught.place_id, starts_at=start, ends_at=start + timedelta(hours=3), hours=40,
        ),
        Admission(
            class_session_id=class_.id, nomination=False, by_streets=True, by_districts=True,
            academy_confirms=True, open_road=True, approval=Approval.NONE, confirm_hours=0,
        ),
    ])  # fmt: skip
    districts = _people(session, people, clock.local_date(now))
    return Staged(
        class_.id, class_.code, _divide(session, class_.id, seats, Counter(districts.values())), tuple(districts),
        {table: session.execute(select(func.coalesce(func.max(table.id), 0))).scalar_one()
         for table in (Act, JournalEntry, Message)},
    )  # fmt: skip


def _people(session: Session, count: int, on: date) -> dict[int, int | None]:
    """Choose trainees, and tell the district of each, in an order that mixes the districts."""
    trainees = (
        select(Person.id, Unit.parent_id)
        .join(RoleGrant, (RoleGrant.person_id == Person.id) & (RoleGrant.role == Role.TRAINEE))
        .join(Membership, (Membership.person_id == Person.id) & Membership.ends_on.is_(None))
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Person.sample, Membership.starts_on <= on, RoleGrant.ends_on.is_(None))
        .order_by(Person.id.desc())
        .limit(count)
    )
    found = dict(session.execute(trainees).tuples().all())
    assert len(found) == count, f"{len(found)} people, {count} are wanted"
    mixed = list(found.items())
    Random(7).shuffle(mixed)
    return dict(mixed)


def _divide(session: Session, class_id: int, seats: int, wanted: Counter[int | None]) -> tuple[Pool, ...]:
    """Give most districts places by how many of their people come; what is over is open to the others."""
    with_quota = sorted(wanted, key=lambda district: (wanted[district], district or 0))[_WITHOUT_QUOTA:]
    quotas = {district: seats * wanted[district] // wanted.total() for district in with_quota}
    rows = [
        PlacePool(class_session_id=class_id, holder=Holder.UNIT, unit_id=district, places=quota, taken=0)
        for district, quota in quotas.items()
    ]
    rest = PlacePool(
        class_session_id=class_id, holder=Holder.OPEN, places=seats - sum(quotas.values()), taken=0
    )  # fmt: skip
    session.add_all([*rows, rest])
    session.flush()
    others = wanted.total() - sum(wanted[district] for district in quotas)
    return (
        *(Pool(row.id, row.places, wanted[row.unit_id]) for row in rows),
        Pool(rest.id, rest.places, others),
    )
