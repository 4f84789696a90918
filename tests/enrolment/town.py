"""A class session with two places, a street that has some of them, its people, and what they may do."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from academy.enrolment.actions import approving, claiming, nominating, offering, opening, quotas
from academy.enrolment.models.nominating import Admission
from academy.enrolment.models.places import Enrolment, Holder, PlacePool
from academy.enrolment.queries import audit
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.access import Actor, Role
from academy.people.models.register import Person, Unit
from tests import make
from tests.enrolment.stage import Stage, stage


@dataclass(frozen=True)
class Town:
    """A class session with two places, of which a street may have some, and people of that street."""

    on: Stage
    district: Unit
    street: Unit
    liaison: Actor
    admin: Actor
    people: tuple[Person, ...]

    @property
    def code(self) -> str:
        """The class session's code."""
        return self.on.class_.code


def town(session: Session, *, given: int = 0, **plan: object) -> Town:
    """Build it, and give the street places."""
    on = stage(session, places=2)
    district = make.unit(session)
    street = make.unit(session, parent=district)
    values = {name: getattr(Plan(), name) for name in Plan.__dataclass_fields__} | plan
    session.add(Admission(class_session_id=on.class_.id, **values))
    for unit in (district, street) if given else ():
        size = given if unit is street else 0
        session.add(
            PlacePool(class_session_id=on.class_.id, holder=Holder.UNIT, unit_id=unit.id, places=size, taken=0)
        )
    on.pool.places -= given
    session.flush()
    people = tuple(make.person(session, unit=street) for _ in range(3))
    liaison = make.actor(
        make.person(session, roles=(Role.LIAISON,), unit=district), Role.LIAISON, units=(district,)
    )
    admin = make.actor(make.person(session, roles=(Role.ADMIN,)), Role.ADMIN)
    return Town(on, district, street, liaison, admin, people)


@dataclass(frozen=True)
class Put:
    """Put one person of the street forward."""

    place: Town
    who: int
    by_academy: bool = False

    def __call__(self, session: Session) -> str:
        actor = self.place.admin if self.by_academy else self.place.liaison
        person_ids = [self.place.people[self.who].id]
        (done,) = nominating.nominate(
            session, actor=actor, code=self.place.code, unit_id=self.place.street.id, person_ids=person_ids,
            now=make.NOW,
        )  # fmt: skip
        return done.reasons[0].code if done.reasons else "put forward"


@dataclass(frozen=True)
class TakeBack:
    """Have the street have no place any more."""

    place: Town

    def __call__(self, session: Session) -> str:
        quotas.divide(
            session, actor=self.place.liaison, code=self.place.code, district_id=self.place.district.id,
            giving={self.place.street.id: 0}, now=make.NOW,
        )  # fmt: skip
        return "taken back"


@dataclass(frozen=True)
class Give:
    """Give the district a place."""

    place: Town

    def __call__(self, session: Session) -> str:
        giving = {self.place.district.id: 1}
        quotas.give(session, actor=self.place.admin, code=self.place.code, giving=giving, reserve=0, now=make.NOW)
        return "given"


@dataclass(frozen=True)
class Resize:
    """Change the number of places."""

    place: Town
    places: int

    def __call__(self, session: Session) -> str:
        opening.set_capacity(
            session, actor=self.place.admin, code=self.place.code, places=self.places, now=make.NOW
        )
        return "resized"


@dataclass(frozen=True)
class Enrol:
    """Ask for a place oneself."""

    place: Town
    who: int

    def __call__(self, session: Session) -> str:
        actor = make.actor(self.place.people[self.who])
        return claiming.enrol(session, actor=actor, code=self.place.code, now=make.NOW).state.value


@dataclass(frozen=True)
class Leave:
    """Give a claim up."""

    place: Town

    def __call__(self, session: Session) -> str:
        claiming.withdraw(session, actor=make.actor(self.place.people[0]), code=self.place.code, now=make.NOW)
        return "withdrawn"


@dataclass(frozen=True)
class Decide:
    """Approve a claim, confirm an offer a minute before its time is over, or have it lapse a minute after."""

    place: Town
    claim_id: int
    how: str

    def __call__(self, session: Session) -> str:
        admin, minute = self.place.admin, timedelta(minutes=1)
        if self.how == "approve":
            approving.approve(session, actor=admin, enrolment_id=self.claim_id, now=make.NOW)
        elif self.how == "confirm":
            offering.confirm_for(session, actor=admin, enrolment_id=self.claim_id, now=make.NOW - minute)
        elif not offering.lapse(session, actor=admin, enrolment_id=self.claim_id, now=make.NOW + minute):
            return "kept"
        return self.how


def sound() -> bool:
    """Tell whether the rows keep every promise."""
    with db.reading() as session:
        finds = (audit.wrong_taken, audit.full_pools_overrun, audit.pools_beside_capacity)
        return not any(find(session).count for find in finds)


def claim_in(session: Session, place: Town, state: EnrolmentState) -> int:
    """Give the first person a claim in this state; an offer's time is over at the builders' moment."""
    row: Enrolment = make.enrolment(session, place.on.pool, place.people[0], state=state)
    row.confirm_by = make.NOW if state is EnrolmentState.OFFERED else None
    session.flush()
    return row.id
