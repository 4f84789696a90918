"""The valid certificates of a class session as a pile of paper, and what was printed of it before."""

from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from academy.certificates.models.register import Certificate
from academy.certificates.queries.register import LIVE, place_of
from academy.certificates.rules.printing import Layout, Order, Sheet, in_order
from academy.certificates.rules.states import Series
from academy.classes.models import ClassGroup
from academy.clockwork.models import Job
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.states import EnrolmentState


def sheets(session: Session, class_session_id: int, *, series: Series, order: Order) -> tuple[Sheet, ...]:
    """List the valid certificates of a class session and series in an order, those without a file too.

    Groups are those of today; name and unit stand as they are printed.
    """
    seat = and_(
        Enrolment.class_session_id == Certificate.class_session_id, Enrolment.person_id == Certificate.person_id,
        Enrolment.state == EnrolmentState.SEATED,
    )  # fmt: skip
    rows = session.execute(
        select(Certificate, ClassGroup.name, ClassGroup.position)
        .outerjoin(Enrolment, seat)
        .outerjoin(ClassGroup, ClassGroup.id == Enrolment.group_id)
        .where(
            Certificate.class_session_id == class_session_id, Certificate.series == series,
            Certificate.state.in_(LIVE),
        )
    )  # fmt: skip
    found = (
        Sheet(
            number=row.number, series=row.series, name=row.facts["name"], name_pinyin=row.facts["name_pinyin"],
            person_id=row.person_id, unit=row.facts["unit"], group=group or "", group_position=position,
            place=place_of(row),
        )
        for row, group, position in rows
    )  # fmt: skip
    return in_order(found, order)


def count_series(session: Session, class_session_id: int) -> dict[Series, int]:
    """Count a class session's valid certificates by series."""
    statement = select(Certificate.series, func.count()).where(
        Certificate.class_session_id == class_session_id, Certificate.state.in_(LIVE)
    )
    return dict(session.execute(statement.group_by(Certificate.series)).all())


def last_layout(session: Session, person_id: int | None, *, kind: str) -> Layout:
    """Tell how somebody had certificates printed the last time: their printer pulls paper in as it did then."""
    asked: dict[str, Any] | None = session.execute(
        select(Job.arguments).where(Job.kind == kind, Job.actor_id == person_id).order_by(Job.id.desc()).limit(1)
    ).scalar_one_or_none()
    layout = Layout()
    if asked is None:
        return layout
    return replace(
        layout, order=Order(asked["order"]), bare=asked["bare"], right=asked["right"], down=asked["down"]
    )
