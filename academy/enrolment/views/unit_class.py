"""A unit's places in one class session: who is put forward, who may be, the streets below, how far the list is."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from academy.classes.queries.sessions import ClassView
from academy.enrolment.queries import candidates, deciding, lists, notices, pools, unit_classes, unit_lists
from academy.enrolment.queries.candidates import Candidate, Show
from academy.enrolment.queries.notices import NoticeView
from academy.enrolment.queries.unit_classes import Share
from academy.enrolment.rules.claims import has_started
from academy.enrolment.rules.lists import LIST_STATE_NAMES, ListState
from academy.enrolment.rules.nominating import POOL_FULL, ListFacts, of_person, reasons_to_keep_list
from academy.enrolment.rules.plan import Plan
from academy.enrolment.rules.states import STATE_NAMES
from academy.enrolment.rules.steps import StreetFacts, reasons_to_wait_for
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound, Reason
from academy.hours.rules import YEAR_TARGET_TENTHS
from academy.people.queries import register as people
from academy.web.access import actor, requires
from academy.web.forms import AcademyForm, ActForm
from academy.web.paging import Page
from academy.web.session import reading

_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Share):
    """A unit in a class session, as whoever may look at it finds it."""

    class_: ClassView
    plan: Plan
    checks: bool
    """The reader checks this unit's list."""


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
    return drawn(opened(code, request.args.get("unit", type=int)), ActForm(formdata=None))


def drawn(found: Opened, form: AcademyForm) -> str:
    """Draw the page of a unit: its people as the request narrows them, and those picked in it picked again."""
    session, now = reading(), clock.now()
    today = clock.local_date(now)
    pool_id = pools.unit_pool_id(session, found.class_.id, found.unit.id)
    words, show = asked(request.values)
    against = against_filling(found)
    fills = pool_id is not None and not against and found.unit.places > 0
    picked = frozenset(request.values.getlist("picked", type=int)) if fills else frozenset()
    return render_template(
        "enrolment/unit_class.html",
        found=found,
        form=form,
        class_=found.class_,
        plan=found.plan,
        unit=found.unit,
        district=found.district,
        listed=candidates.listed(session, pool_id, year=today.year) if pool_id else (),
        people=_people(found, words, show) if fills else None,
        picked=picked,
        kept_off=() if form.errors else _kept_off(found, picked),
        fills=fills,
        against=against if found.unit.list.editable else (),
        words=words,
        show=show,
        at=_at(),
        year=today.year,
        target=YEAR_TARGET_TENTHS,
        state_names=LIST_STATE_NAMES,
        claim_names=STATE_NAMES,
        acts=acts_on(found),
        waits_for=against_handing_in(found),
        own_notice=_notice_of(found),
        page_of=page_of,
        now=now,
    )


def _notice_of(found: Opened) -> NoticeView | None:
    """Find the newest notice of the class session among the reader's."""
    mine = notices.inbox(reading(), actor())
    return next((each for each, _read_at in mine if each.class_session_id == found.class_.id), None)


def _at() -> str | None:
    """Read which page of people is asked for, or was while somebody picked some of them."""
    return request.values.get("at") or None


def _people(found: Opened, words: str, show: Show) -> Page[Candidate]:
    """Give a page of the people who may be put forward, linked to its neighbours wherever it is drawn."""
    session = reading()
    part = candidates.candidates(
        session, found.class_, people.units_below(session, [found.unit.id]), words=words, show=show,
        on=clock.local_date(clock.now()), cursor=_at(), size=_ROWS,
    )  # fmt: skip

    def link(at: str | None) -> str | None:
        return at and people_of(found.class_.code, found.unit.id, words=words, show=show, at=at)

    return Page(
        rows=part.rows, next_url=link(part.after), previous_url=link(part.before), total=part.total,
        first=part.before is None,
    )  # fmt: skip


def people_of(
    code: str, unit_id: int, *, words: str, show: Show, at: str | None, picked: Collection[int] = ()
) -> str:
    """Address the people of a unit as they are narrowed, some of them picked."""
    return url_for(
        "enrolment.unit_class", code=code, unit=unit_id, q=words or None, show=show.value or None, at=at,
        picked=sorted(picked), _anchor="people",
    )  # fmt: skip


def _kept_off(found: Opened, picked: Collection[int]) -> tuple[Reason, ...]:
    """Tell by name why those picked are not on the list; where only a place was wanting, that they may wait."""
    session, unit = reading(), found.unit
    known = candidates.reasons_by_name(
        session, found.class_, people.units_below(session, [unit.id]), picked,
        on=clock.local_date(clock.now()),
    )  # fmt: skip
    full = (POOL_FULL,) if unit.taken >= unit.places else ()
    return tuple(
        of_person(reason, name)
        for name, reasons in known
        for reason in reasons or (each.about(places=unit.places, unit=unit.name, name=name) for each in full)
    )


def asked_for() -> tuple[str, Show, str | None]:
    """Read the words, the choice and the page that people were picked from."""
    return (*asked(request.values), _at())


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


def against_handing_in(found: Opened) -> tuple[Reason, ...]:
    """Return every reason why a district does not report yet: its streets still have time."""
    if not (found.is_district and found.plan.by_streets and found.plan.by_districts and found.unit.list.editable):
        return ()
    streets = [
        StreetFacts(unit=each.name, state=each.list.state, places=each.places, due=each.due)
        for each in found.district.streets
    ]
    returned = found.unit.list.state is ListState.RETURNED
    return reasons_to_wait_for(streets, returned=returned, now=clock.now())


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
        "remind": found.checks and unit.owes and not unit.was_reminded(clock.now()),
        "form": found.plan.nomination and state is not ListState.CONFIRMED and not to_district,
        "divide": found.is_district and bool(found.places) and found.plan.by_streets,
    }
    return frozenset(name for name, may in offered.items() if may)
