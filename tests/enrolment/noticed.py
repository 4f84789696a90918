"""A class session about to open, with places for a district and one of its streets, and their liaisons."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.actions import notices, opening
from academy.enrolment.models.notices import OpeningNotice, OpeningNoticeReader
from academy.enrolment.models.places import Holder, PlacePool
from academy.ground.access import Actor, Role
from academy.people.models.register import Person, Unit
from tests import make
from tests.enrolment.stage import LATER

ADMIN = Actor(person_id=None, name="陈静", roles=frozenset({Role.ADMIN}))
PHONE = "025-00000000"


class Academy:
    """A published class session with places for a district, one of its streets, and no other."""

    def __init__(self, session: Session, *, places: int = 20) -> None:
        self.district, self.elsewhere = make.unit(session, "玄武区"), make.unit(session, "秦淮区")
        self.street = make.unit(session, "樱桥街道", parent=self.district)
        self.of_district = make.person(session, "方敏", roles=(Role.LIAISON,), unit=self.district)
        self.of_street = make.person(session, "鲁芳", roles=(Role.LIAISON,), unit=self.street)
        self.other = make.person(session, "孙立", roles=(Role.LIAISON,), unit=self.elsewhere)
        self.worker = make.person(session, "王秀兰", unit=self.street)
        teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
        self.class_ = make.class_session(
            session, state=ClassState.PUBLISHED, capacity=places, starts_on=LATER, manager=teacher
        )
        make.sitting(session, self.class_, instructor=teacher, at=make.place(session))
        for unit, size in ((self.district, 3), (self.street, 5)):
            session.add(
                PlacePool(
                    class_session_id=self.class_.id, holder=Holder.UNIT, unit_id=unit.id, places=size, taken=0
                )
            )
        session.flush()

    def open(self, session: Session, *, words: str = "") -> OpeningNotice:
        opening.open_enrolment(session, actor=ADMIN, code=self.class_.code, words=words, phone=PHONE, now=make.NOW)
        return latest(session, self.class_)

    def issue(self, session: Session, *, words: str = "", after: int = 60) -> OpeningNotice:
        now = make.NOW + timedelta(minutes=after)
        return notices.issue(session, actor=ADMIN, code=self.class_.code, words=words, phone=PHONE, now=now)


def latest(session: Session, of: ClassSession) -> OpeningNotice:
    statement = select(OpeningNotice).where(OpeningNotice.class_session_id == of.id)
    return session.execute(statement.order_by(OpeningNotice.version.desc()).limit(1)).scalar_one()


def liaison(who: Person, *units: Unit) -> Actor:
    return make.actor(who, Role.LIAISON, units=units)


def readers(session: Session, notice: OpeningNotice) -> dict[int, datetime | None]:
    session.flush()
    rows = session.execute(select(OpeningNoticeReader).where(OpeningNoticeReader.notice_id == notice.id))
    return {row.person_id: row.read_at for row in rows.scalars()}
