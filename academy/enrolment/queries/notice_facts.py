"""What a class session's notice says now: gathered from its timetable, its places and how they are filled."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView, SittingView
from academy.enrolment.models.places import Holder, PlacePool
from academy.enrolment.queries import admission, pools
from academy.enrolment.rules import admission as admission_rules
from academy.enrolment.rules.groups import tenths_for_one
from academy.enrolment.rules.notice_shares import Share, made_of
from academy.enrolment.rules.plan import Plan
from academy.people.queries import register as people
from academy.sites.models import Place


def facts(session: Session, class_: ClassView, *, phone: str, on: date) -> dict[str, Any]:
    """Gather what a notice of this class session says now; `phone` is the office's."""
    sittings = classes.sittings(session, class_.id)
    held = _held(session, class_.id)
    first = min((sitting.starts_at for sitting in sittings), default=None)
    return {
        "title": class_.title, "code": class_.code, "kind": class_.kind, "level": class_.level,
        "programme": class_.programme_title, "audience": class_.audience,
        "tenths": tenths_for_one([(each.tenths, each.group_ids) for each in sittings], None),
        "sittings": len(sittings),
        "starts_on": class_.starts_on.isoformat(), "ends_on": class_.ends_on.isoformat(),
        "first": first.isoformat() if first else None,
        "teaching_places": _teaching_places(session, sittings),
        "opens_at": class_.opens_at.isoformat(), "closes_at": class_.closes_at.isoformat(),
        "plan": _plain(pools.plan(session, class_.id)),
        "capacity": class_.capacity,
        "reserve": sum(places for holder, _unit, places in held if holder is Holder.RESERVE),
        "rest": class_.capacity - sum(places for holder, _unit, places in held if holder is not Holder.OPEN),
        "quotas": _quotas(session, {unit: places for _holder, unit, places in held if unit}, on=on),
        "rules": [
            [said.message, _jsonable(said.values)]
            for said in (
                *admission.prerequisites(session, class_).values(),
                *map(admission_rules.said, admission.rules_of(session, class_.id)),
            )
        ],
        "manager": class_.manager_name, "phone": phone,
    }  # fmt: skip


def _jsonable(values: Any) -> dict[str, Any]:  # noqa: ANN401 - a reason's values
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _plain(plan: Plan) -> dict[str, Any]:
    """Write a plan as plain values; when unused places were returned is no part of it."""
    dates = {name: getattr(plan, name) for name in ("streets_by", "districts_by", "reserve_returns_on")}
    return {
        **asdict(plan),
        **{name: value.isoformat() if value else None for name, value in dates.items()},
        "approval": plan.approval.value,
    }


def _held(session: Session, class_session_id: int) -> Sequence[tuple[Holder, int | None, int]]:
    statement = select(PlacePool.holder, PlacePool.unit_id, PlacePool.places).where(
        PlacePool.class_session_id == class_session_id
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement.order_by(PlacePool.id))]


def _quotas(session: Session, places: dict[int, int], *, on: date) -> list[list[Any]]:
    tree = people.unit_tree(session, on) if places else ()
    districts = [
        Share(each.id, each.name, 0, tuple(Share(street.id, street.name, 0) for street in each.streets))
        for each in tree
    ]
    return [
        [each.unit_id, each.name, each.places, [[st.unit_id, st.name, st.places] for st in each.streets]]
        for each in made_of(districts, places)
    ]


def _teaching_places(session: Session, sittings: Sequence[SittingView]) -> list[list[str]]:
    """Tell by name and address where the sittings are, each place once, in the order of the timetable."""
    ids = list(dict.fromkeys(sitting.place_id for sitting in sittings))
    statement = select(Place.id, Place.name, Place.address).where(Place.id.in_(ids))
    named = {place_id: [name, address] for place_id, name, address in session.execute(statement)} if ids else {}
    return [named[place_id] for place_id in ids]
