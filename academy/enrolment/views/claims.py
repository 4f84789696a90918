"""Claims that wait for a yes: a liaison decides on those of the own people, the office on those of all."""

from collections.abc import Sequence
from itertools import groupby

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.enrolment.actions import approving, offering
from academy.enrolment.actions.approving import Decided
from academy.enrolment.forms.claims import PickedClaimsForm, RefuseForm
from academy.enrolment.queries import awaiting
from academy.enrolment.queries.awaiting import ToDecide
from academy.enrolment.rules.states import STATE_NAMES
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.people.queries import register as people
from academy.web.access import actor, own_page, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.i18n import say
from academy.web.session import Session, reading

_MOST_PLACES, _TOLD = 60, 10


@bp.get("/unit/claims")
@requires(Capability.DESK_UNIT)
def unit_claims() -> ResponseReturnValue:
    """Show a liaison which claims and offers wait for the unit's answer, and whose places could change hands."""
    session, scope = reading(), _scope()
    words = request.args.get("q", "").strip()[:60]
    today = clock.local_date(clock.now())
    held = awaiting.held_places(session, scope, today=today, words=words, most=_MOST_PLACES)
    return render_template(
        "enrolment/unit_claims.html",
        classes=_by_class(awaiting.to_decide(session, unit_ids=scope)),
        offers=awaiting.offers(session, unit_ids=scope),
        held=held,
        cut=len(held) == _MOST_PLACES,
        words=words,
        state_names=STATE_NAMES,
    )


@bp.get("/admin/claims")
@requires(Capability.CLASS_EDIT)
def admin_claims() -> ResponseReturnValue:
    """Show the office which claims wait for a decision, and which offers reached nobody."""
    session = reading()
    return render_template(
        "enrolment/admin_claims.html",
        classes=_by_class(awaiting.to_decide(session, unit_ids=None)),
        unreached=awaiting.offers(session, reached_nobody=True),
        running=[each for each in awaiting.offers(session) if not each.reached_nobody],
    )


def _scope() -> frozenset[int]:
    return people.units_below(reading(), actor().unit_ids)


def _by_class(found: Sequence[ToDecide]) -> list[tuple[ToDecide, list[ToDecide]]]:
    """Gather claims by class session; each group begins with a claim that names it."""
    groups = [list(rows) for _code, rows in groupby(found, lambda each: each.code)]
    return [(rows[0], rows) for rows in groups]


@bp.post("/unit/claims/approve")
@requires(Capability.DESK_UNIT)
def approve_for_unit() -> ResponseReturnValue:
    """Approve the picked claims for the unit."""
    return _approve(url_for(".unit_claims"))


@bp.post("/admin/claims/approve")
@requires(Capability.CLASS_EDIT)
def approve_for_academy() -> ResponseReturnValue:
    """Approve the picked claims for the academy."""
    return _approve(url_for(".admin_claims"))


def _approve(back: str) -> ResponseReturnValue:
    ids = PickedClaimsForm().picked.data or []

    def deed(session: Session) -> Answer:
        done = approving.approve_many(session, actor=actor(), enrolment_ids=ids, now=clock.now())
        said = ngettext("%(num)s claim is approved.", "%(num)s claims are approved.", done.count)
        return _answer(back, said, done, "ok")

    return perform(deed)


def _answer(back: str, said: str, done: Decided, category: str) -> Answer:
    """Say what was decided, and of whom it could not be."""
    more = [say(reason) for reason in done.kept[:_TOLD]]
    rest = len(done.kept) - len(more)
    if rest > 0:
        more.append(
            ngettext("%(num)s more could not be decided on.", "%(num)s more could not be decided on.", rest)
        )
    return Answer(back, " ".join((said, *more)), "late" if more else category)


@bp.post("/unit/claims/refuse")
@requires(Capability.DESK_UNIT)
def refuse_for_unit() -> ResponseReturnValue:
    """Ask why the picked claims are refused for the unit, and refuse them."""
    pending = awaiting.to_decide(reading(), unit_ids=_scope())
    return _refuse(pending, back=url_for(".unit_claims"), here=url_for(".refuse_for_unit"))


@bp.post("/admin/claims/refuse")
@requires(Capability.CLASS_EDIT)
def refuse_for_academy() -> ResponseReturnValue:
    """Ask why the picked claims are refused for the academy, and refuse them."""
    pending = awaiting.to_decide(reading(), unit_ids=None)
    return _refuse(pending, back=url_for(".admin_claims"), here=url_for(".refuse_for_academy"))


def _refuse(pending: Sequence[ToDecide], *, back: str, here: str) -> ResponseReturnValue:
    form = RefuseForm()
    picked = set(request.form.getlist("picked"))
    form.offer(
        (each.enrolment_id, f"{each.name} · {each.unit_name or '–'} · {each.code}")
        for each in pending
        if str(each.enrolment_id) in picked
    )
    first = "reason" not in request.form

    def page() -> str:
        return render_template("enrolment/refuse.html", form=form, back=back, here=here)

    if first and form.picked.choices:
        return page()
    if not first and not form.validate():
        return page(), 422
    ids, reason = [] if first else form.picked.data or [], "" if first else form.reason.data or ""

    def deed(session: Session) -> Answer:
        done = approving.refuse_many(
            session, actor=actor(), enrolment_ids=ids, reason=reason or "–", now=clock.now()
        )
        said = ngettext("%(num)s claim is refused.", "%(num)s claims are refused.", done.count)
        return _answer(back, said, done, "late")

    return perform(deed, redraw=None if first else Redrawn(form, page))


@bp.post("/unit/claims/<int:enrolment_id>/confirm")
@requires(Capability.DESK_UNIT)
def confirm_for_unit(enrolment_id: int) -> ResponseReturnValue:
    """Confirm a place on offer to somebody in the unit's reserve."""
    return _confirm(enrolment_id, url_for(".unit_claims"))


@bp.post("/admin/claims/<int:enrolment_id>/confirm")
@requires(Capability.CLASS_EDIT)
def confirm_for_person(enrolment_id: int) -> ResponseReturnValue:
    """Confirm a place for somebody whom the office has phoned."""
    return _confirm(enrolment_id, own_page(request.form.get("next"), url_for(".admin_claims")))


def _confirm(enrolment_id: int, back: str) -> ResponseReturnValue:
    def deed(session: Session) -> Answer:
        offering.confirm_for(session, actor=actor(), enrolment_id=enrolment_id, now=clock.now())
        return Answer(back, _("The place is confirmed."))

    return perform(deed)


@bp.post("/unit/claims/<int:enrolment_id>/decline")
@requires(Capability.DESK_UNIT)
def decline_for_unit(enrolment_id: int) -> ResponseReturnValue:
    """Give a place on offer to the next in the unit's reserve."""
    return _decline(enrolment_id, url_for(".unit_claims"))


@bp.post("/admin/claims/<int:enrolment_id>/decline")
@requires(Capability.CLASS_EDIT)
def decline_for_person(enrolment_id: int) -> ResponseReturnValue:
    """Give a place on offer to the next in line, as the person said on the phone."""
    return _decline(enrolment_id, own_page(request.form.get("next"), url_for(".admin_claims")))


def _decline(enrolment_id: int, back: str) -> ResponseReturnValue:
    def deed(session: Session) -> Answer:
        offering.decline_for(session, actor=actor(), enrolment_id=enrolment_id, now=clock.now())
        return Answer(back, _("The place goes to the next in line."), "late")

    return perform(deed)
