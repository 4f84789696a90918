"""Class sessions as the public sees them, and a trainee's claim on a place."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.classes.queries import sessions as classes
from academy.classes.queries.office import kinds, levels
from academy.classes.queries.sessions import ClassView, SittingView
from academy.classes.rules import PUBLIC_STATES, STATE_NAMES, ClassState
from academy.enrolment.actions import claiming, offering
from academy.enrolment.queries import admission, deciding, news, pools, showing, standing
from academy.enrolment.queries.showing import Places
from academy.enrolment.queries.standing import OwnPlaces, Standing
from academy.enrolment.rules import claims
from academy.enrolment.rules import groups as grouping
from academy.enrolment.rules.approving import awaited
from academy.enrolment.rules.plan import Approval
from academy.enrolment.rules.states import TAKES_UP, EnrolmentState
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import Reason
from academy.web.access import actor, public, requires
from academy.web.acts import Answer, perform
from academy.web.i18n import day
from academy.web.paging import cursor, page
from academy.web.session import Session, reading

_AT_ONCE = 20
_OVER = (ClassState.CONCLUDED, ClassState.CLOSED)
_SHOWN = {
    "open": (ClassState.PUBLISHED, ClassState.ENROLLING),
    "running": (ClassState.RUNNING,),
    "past": _OVER,
}


@bp.get("/classes/", endpoint="list")
@public
def list_classes() -> ResponseReturnValue:
    """List the class sessions to come, that run, or that are past, narrowed by words, kind and level."""
    session, now = reading(), clock.now()
    show = request.args.get("show", "open")
    show = show if show in _SHOWN else "open"
    words = request.args.get("q", "").strip()[:100]
    kind_id, level_id = request.args.get("kind", type=int), request.args.get("level", type=int)
    found = classes.class_lines(
        session, states=_SHOWN[show], words=words, kind_id=kind_id, level_id=level_id, cursor=cursor(),
        size=_AT_ONCE, soonest=show == "open",
    )  # fmt: skip
    ids = [line.id for line in found.rows]
    places, open_ = showing.places(session, ids), standing.open_places(session, ids)
    by_units = standing.by_units_only(session, ids)
    counts = classes.state_counts(session, states=PUBLIC_STATES, words=words, kind_id=kind_id, level_id=level_id)
    labels = {"open": _("To come"), "running": _("Running now"), "past": _("Past")}
    return render_template(
        "enrolment/list.html",
        page=page(found),
        lines=[
            (line, places.get(line.id), openness(line, open_.get(line.id), by_units=line.id in by_units, now=now))
            for line in found.rows
        ],
        tabs=[
            (
                labels[name],
                url_for(".list", show=name, q=words or None, kind=kind_id, level=level_id),
                name == show,
                sum(counts.get(s, 0) for s in states),
            )
            for name, states in _SHOWN.items()
        ],
        show=show,
        words=words,
        kinds=[("", _("All")), *((each.id, each.name) for each in kinds(session))],
        kind_id=kind_id or "",
        levels=[("", _("All")), *((each.id, each.name) for each in levels(session))],
        level_id=level_id or "",
    )


def openness(
    line: ClassView, places: Places | OwnPlaces | None, *, by_units: bool, now: datetime
) -> tuple[str, str]:
    """Say how a class session stands for somebody who looks for a place, and the tint of the tag."""
    if line.state is not ClassState.ENROLLING or places is None:
        if line.state is ClassState.PUBLISHED:
            return _("Enrolment opens on %(day)s", day=day(line.opens_at)), "act"
        return _(STATE_NAMES[line.state]), "plain"
    if now < line.opens_at:
        return _("Enrolment opens on %(day)s", day=day(line.opens_at)), "act"
    if now >= line.closes_at:
        return _("Enrolment has closed"), "plain"
    return (_("Units put people forward"), "act") if by_units else _places_left(places)


def _places_left(places: Places | OwnPlaces) -> tuple[str, str]:
    if places.left > 0:
        return ngettext("%(num)s place left", "%(num)s places left", places.left), "ok"
    return _("Full; you can wait in line"), "late"


@bp.get("/classes/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    """Show one class session: its facts, timetable and places, and what stands for or against the reader."""
    session, now, reader = reading(), clock.now(), actor()
    class_ = deciding.public_class(session, code, reader.person_id)
    may_claim = reader.person_id is not None and reader.may(Capability.ENROLMENT_MAKE)
    trainee_id = reader.person_id if may_claim else None
    claim = standing.own_standing(session, class_.id, trainee_id) if trainee_id else None
    sittings = classes.sittings(session, class_.id)
    places = showing.places(session, [class_.id]).get(class_.id)
    starts_at = min((sitting.starts_at for sitting in sittings), default=clock.at(class_.starts_on, 0))
    mine = _mine(session, class_, claim, trainee_id, now=now)
    return render_template(
        "enrolment/show.html",
        class_=class_,
        state_name=STATE_NAMES[class_.state],
        places=places,
        openness=openness(class_, mine["open_"], by_units=not mine["plan"].open_road, now=now),
        over=class_.state in _OVER,
        today=clock.local_date(now),
        attending=claim is not None and claim.seated and class_.state is ClassState.RUNNING,
        takes_claims=class_.state is ClassState.ENROLLING and class_.opens_at <= now < class_.closes_at,
        days=_days(sittings, claim),
        groups=classes.groups(session, class_.id),
        tenths=grouping.tenths_for_one(
            [(sitting.tenths, sitting.group_ids) for sitting in sittings], claim.group_id if claim else None
        ),
        visitor=reader.person_id is None,
        may_claim=may_claim,
        claim=claim,
        admission=admission.explained(session, class_, trainee_id),
        may_withdraw=_may_withdraw(class_, claim, starts_at, now=now),
        **mine,
    )


def _may_withdraw(class_: ClassView, claim: Standing | None, starts_at: datetime, *, now: datetime) -> bool:
    if claim is None:
        return False
    facts = claims.WithdrawalFacts(class_state=class_.state, state=claim.state, starts_at=starts_at)
    return not claims.reasons_to_refuse_withdrawal(facts, now=now)


def _mine(
    session: Session, class_: ClassView, claim: Standing | None, trainee_id: int | None, *, now: datetime
) -> dict[str, Any]:
    """Gather what the page says to one reader: whose places count, who must say yes, what else there is."""
    plan = pools.plan(session, class_.id)
    reasons: tuple[Reason, ...] = ()
    own, left = None, Approval.NONE
    if claim is not None:
        own = standing.places_of(session, [claim.pool_id])[claim.pool_id]
        left = awaited(plan.approval, by_unit=claim.by_unit, by_academy=claim.by_academy)
    elif trainee_id is not None:
        own = standing.own_places(session, class_.code, trainee_id, on=clock.local_date(now))
        reasons = claims.reasons_to_refuse(deciding.claim_facts(session, class_, trainee_id), now=now)
    against = _against(session, class_, claim, trainee_id)
    full = own is not None and own.left <= 0
    cancelled = class_.state is ClassState.CANCELLED
    looks_on = (
        cancelled or (claim is None and (full or reasons)) or (claim is not None and (claim.rank or against))
    )
    return {
        "plan": plan,
        "reasons": reasons,
        "own": own,
        "open_": own or standing.open_places(session, [class_.id]).get(class_.id),
        "awaited": left.value,
        "against": against,
        "ended": news.last_ended(session, class_.id, trainee_id) if trainee_id and claim is None else None,
        "alternatives": standing.alternatives(session, class_.id, now=now) if looks_on else (),
    }


def _against(
    session: Session, class_: ClassView, claim: Standing | None, trainee_id: int | None
) -> tuple[Reason, ...]:
    """Tell what the class session falls together with, for somebody who has a place in it or waits for one."""
    if claim is None or trainee_id is None or class_.state not in TAKES_UP:
        return ()
    said = claims.PASSED_MEANWHILE if claim.state is EnrolmentState.WAITING else claims.HELD_TOO
    found = deciding.hindrances(session, class_.id, {trainee_id: claim.group_id})[trainee_id]
    return tuple(said.about(**reason.values) for reason in found)


def _days(sittings: tuple[SittingView, ...], claim: Standing | None) -> list[tuple[date, list[SittingView]]]:
    """Gather a timetable by day; whoever is in a group sees what is for them."""
    group_id = claim.group_id if claim else None
    mine = [sitting for sitting in sittings if grouping.attends(sitting.group_ids, group_id)]
    return [(on, list(found)) for on, found in groupby(mine, lambda sitting: clock.local_date(sitting.starts_at))]


@bp.post("/classes/<code>/enrol")
@requires(Capability.ENROLMENT_MAKE)
def enrol(code: str) -> ResponseReturnValue:
    """Claim a place for the signed-in trainee."""

    def deed(session: Session) -> Answer:
        claim = claiming.enrol(session, actor=actor(), code=code, now=clock.now())
        if claim.seated:
            return Answer(url_for(".show", code=code), _("You have a place."))
        if claim.state is EnrolmentState.ASKED:
            return Answer(url_for(".show", code=code), _("A place is held for you until it has been approved."))
        said = _("All places are taken. You are number %(rank)s in line.", rank=claim.rank)
        return Answer(url_for(".show", code=code), said, "late")

    return perform(deed)


@bp.post("/classes/<code>/confirm")
@requires(Capability.ENROLMENT_MAKE)
def confirm(code: str) -> ResponseReturnValue:
    """Say yes to the place on offer to the signed-in trainee."""

    def deed(session: Session) -> Answer:
        offering.confirm(session, actor=actor(), code=code, now=clock.now())
        return Answer(url_for(".show", code=code), _("You have a place."))

    return perform(deed)


@bp.post("/classes/<code>/withdraw")
@requires(Capability.ENROLMENT_MAKE)
def withdraw(code: str) -> ResponseReturnValue:
    """Give up the signed-in trainee's place, or number in line."""

    def deed(session: Session) -> Answer:
        claiming.withdraw(session, actor=actor(), code=code, now=clock.now())
        return Answer(url_for(".show", code=code), _("You have withdrawn."))

    return perform(deed)
