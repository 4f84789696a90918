"""A unit's places in one class session: who is put forward, who may be, the streets below, how far the list is."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from academy.classes.queries.sessions import ClassView
from academy.enrolment.queries import candidates, deciding, lists, pools, unit_classes, unit_lists
from academy.enrolment.queries.candidates import Show
from academy.enrolment.queries.unit_lists import DistrictStanding, UnitStanding
from academy.enrolment.rules.claims import has_started
from academy.enrolment.rules.lists import LIST_STATE_NAMES, ListState
from academy.enrolment.rules.nominating import ListFacts, reasons_to_keep_list
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import STATE_NAMES
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound, Reason
from academy.hours.rules import YEAR_TARGET_TENTHS
from academy.people.queries import register as people
from academy.web.access import actor, requires
from academy.web.paging import cursor, page
from academy.web.session import reading

_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A unit in a class session, as whoever may look at it finds it."""

    class_: ClassView
    plan: Plan
    district: DistrictStanding
    unit: UnitStanding
    checks: bool
    """The reader checks this unit's list."""

    @property
    def is_district(self) -> bool:
        """Tell whether the unit is a district."""
        return self.unit.id == self.district.own.id

    @property
    def places(self) -> int:
        """Tell how many places the unit has, with those of its streets."""
        return self.district.places if self.is_district else self.unit.places

    @property
    def taken(self) -> int:
        """Count who has one of them."""
        return self.district.taken if self.is_district else self.unit.taken


def opened(code: str, unit_id: int | None = None) -> Opened:
    """Find a unit in a class session within the reader's scope; raises NotFound for any other."""
    session, reader = reading(), actor()
    class_ = deciding.public_class(session, code)
    plan = pools.plan(session, class_.id)
    division = unit_lists.division(session, class_.id, plan, on=clock.local_date(clock.now()))
    own = sorted(reader.unit_ids)
    chosen = unit_id or next((each for each in own if division.unit(each)), None)
    if chosen is None:
        raise NotFound
    lists.own_unit(session, reader, chosen)
    district, unit = division.district(chosen), division.unit(chosen)
    if district is None or unit is None:
        raise NotFound
    above = district.own.id in people.units_below(session, reader.unit_ids)
    checks = reader.is_admin or (unit.is_street and above)
    return Opened(class_=class_, plan=plan, district=district, unit=unit, checks=checks)


def page_of(code: str, unit_id: int, anchor: str | None = None) -> str:
    """Address the page of a unit in a class session."""
    return url_for("enrolment.unit_class", code=code, unit=unit_id, _anchor=anchor)


@bp.get("/unit/classes/", endpoint="unit_classes")
@requires(Capability.DESK_UNIT)
def list_unit_classes() -> ResponseReturnValue:
    """List the class sessions that the reader's units have places in, those due first."""
    session, reader, now = reading(), actor(), clock.now()
    found = unit_classes.unit_classes(session, reader, on=clock.local_date(now))
    return render_template(
        "enrolment/unit_classes.html", lines=found, state_names=LIST_STATE_NAMES, page_of=page_of, now=now
    )


@bp.get("/unit/classes/<code>")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def unit_class(code: str) -> ResponseReturnValue:
    """Show a unit's places in a class session, its list, its streets, and the people it may put forward."""
    session, now = reading(), clock.now()
    found = opened(code, request.args.get("unit", type=int))
    today = clock.local_date(now)
    pool_id = pools.unit_pool_id(session, found.class_.id, found.unit.id)
    words, show = asked(request.args)
    against = against_filling(found)
    fills = pool_id is not None and not against and found.unit.places > 0
    scope = people.units_below(session, [found.unit.id])
    return render_template(
        "enrolment/unit_class.html",
        found=found,
        class_=found.class_,
        plan=found.plan,
        unit=found.unit,
        district=found.district,
        listed=candidates.listed(session, pool_id, year=today.year) if pool_id else (),
        people=page(
            candidates.candidates(
                session, found.class_, scope, words=words, show=show, on=today, cursor=cursor(), size=_ROWS
            )
        )
        if fills
        else None,
        fills=fills,
        against=against if found.unit.list.editable else (),
        words=words,
        show=show,
        year=today.year,
        target=YEAR_TARGET_TENTHS,
        state_names=LIST_STATE_NAMES,
        claim_names=STATE_NAMES,
        acts=acts_on(found),
        page_of=page_of,
        now=now,
    )


def asked(values: MultiDict[str, str]) -> tuple[str, Show]:
    """Read what the list of people is narrowed by."""
    return values.get("q", "").strip()[:60], values.get("show", Show.EVERYBODY, type=Show)


def against_filling(found: Opened) -> tuple[Reason, ...]:
    """Return every reason against changing who is on the unit's list now."""
    session, now = reading(), clock.now()
    facts = ListFacts(
        class_state=found.class_.state,
        has_started=has_started(found.class_.state, deciding.starts_at(session, found.class_), now=now),
        plan=found.plan,
        is_street=found.unit.is_street,
        list_state=found.unit.list.state,
        extended_to=found.unit.list.extended_to,
        by_academy=actor().is_admin,
    )
    return reasons_to_keep_list(facts, now=now)


def acts_on(found: Opened) -> frozenset[str]:
    """Tell what the reader may do with the list as it stands now."""
    state, unit, reader = found.unit.list.state, found.unit, actor()
    to_district = unit.is_street and found.plan.by_districts
    with_academy = state is ListState.REPORTED
    offered = {
        "hand_in": unit.list.editable and found.plan.nomination and bool(found.places),
        "take_back": state is ListState.HANDED_IN and not found.checks,
        "return": found.checks and (state is ListState.HANDED_IN or (with_academy and reader.is_admin)),
        "confirm": with_academy and reader.is_admin,
        "extend": found.checks and unit.owes,
        "remind": found.checks and unit.owes,
        "form": found.plan.nomination and state is not ListState.CONFIRMED and not to_district,
        "divide": found.is_district and bool(found.places) and found.plan.by_streets,
    }
    return frozenset(name for name, may in offered.items() if may)
