"""Running a class session: starting or cancelling it, the registers, and concluding it with the numbers."""

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.classes.queries.office import step_facts
from academy.classes.rules import Step, reasons_to_refuse_step
from academy.enrolment.queries import showing as enrolment
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import Reason
from academy.hours import queries as hours
from academy.office import actions, queries, rules
from academy.office.forms import CancelForm, RegisterForm
from academy.office.queries import Office
from academy.office.views.roster import bp
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading

__all__ = ["bp"]  # with the pages of both files


@bp.post("/teach/classes/<code>/start")
@requires(Capability.CLASS_OFFICE)
def start(code: str) -> ResponseReturnValue:
    """Start a class session."""

    def deed(session: Session) -> Answer:
        actions.start(session, actor=actor(), code=code, now=clock.now())
        return Answer(url_for(".show", code=code), _("The class runs. Take the register at each sitting."))

    return perform(deed)


@bp.route("/admin/classes/<code>/cancel", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def cancel(code: str) -> ResponseReturnValue:
    """Ask why a class session is not held, and tell everybody in it."""
    session, now = reading(), clock.now()
    office = queries.office_to_change(session, code, actor())
    form = CancelForm()

    def page() -> str:
        return render_template(
            "office/cancel.html", class_=office.view, form=form,
            reasons=_against(Step.CANCEL, reading(), office, now=now),
            places=enrolment.places(reading(), [office.view.id]).get(office.view.id),
        )  # fmt: skip

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        actions.cancel(session, actor=actor(), code=code, reason=form.words(), now=clock.now())
        return Answer(url_for("class_session.show", code=code), _("The class session is cancelled."))

    return perform(deed, redraw=Redrawn(form, page))


@bp.route("/teach/classes/<code>/sittings/<int:sitting_id>", methods=["GET", "POST"])
@requires(Capability.CLASS_OFFICE)
def register(code: str, sitting_id: int) -> ResponseReturnValue:
    """Ask who was at a sitting; saved again it puts the ledger right, and nothing is counted twice."""
    session, now = reading(), clock.now()
    office, sitting = queries.register_of(session, code, actor(), sitting_id)
    standings = hours.standings(session, office.view.id, sitting_id)
    present = {person_id for person_id, standing in standings.items() if standing.entry_id is not None}
    sure, maybe = queries.expected(queries.seated(session, office.view.id), sitting, present)
    ticked = request.args.get("ticked")
    taken = hours.register_taken(session, sitting_id)
    by_default = present if taken else {row.person_id for row in sure}
    chosen = {"all": {row.person_id for row in sure}, "none": set()}.get(ticked or "", by_default)
    form = RegisterForm(present=sorted(chosen))
    form.offer((row.person_id, f"{row.name} · {row.unit_name or '–'}") for row in (*sure, *maybe))
    facts = rules.RegisterFacts(class_state=office.view.state, starts_at=sitting.starts_at)

    def page() -> str:
        return render_template(
            "office/register.html", office=office, class_=office.view, sitting=sitting, form=form,
            recorded=len(present) if taken else None, sure=len(sure), maybe=len(maybe),
            reasons=rules.reasons_to_refuse_register(facts, now=now), ticked=ticked,
        )  # fmt: skip

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    ids = form.present.data or []

    def deed(session: Session) -> Answer:
        outcome = actions.take_register(
            session, actor=actor(), code=code, sitting_id=sitting_id, present_ids=ids, now=clock.now()
        )
        said = _("Saved: %(present)s people were there.", present=outcome.present)
        return Answer(url_for(".show", code=code, _anchor="timetable"), said)

    return perform(deed, redraw=Redrawn(form, page))


@bp.get("/teach/classes/<code>/conclude")
@requires(Capability.CLASS_OFFICE)
def before_concluding(code: str) -> ResponseReturnValue:
    """Show who would complete and who would not, with the numbers, before the class session is concluded."""
    session, now = reading(), clock.now()
    office = queries.office_to_change(session, code, actor())
    seated = queries.seated(session, office.view.id)
    people = {row.person_id: row for row in seated}
    found = queries.verdicts(session, office)
    plan = queries.timetable(session, office, seated)
    return render_template(
        "office/conclude.html",
        office=office,
        class_=office.view,
        completing=[(people[each.person_id], each) for each in found if each.completes],
        failing=[(people[each.person_id], each) for each in found if not each.completes],
        unregistered=[each for each in plan if each.present is None and each.sitting.ends_at <= now],
        reasons=_against(Step.CONCLUDE, session, office, now=now),
    )


def _against(step: Step, session: Session, office: Office, *, now: datetime) -> tuple[Reason, ...]:
    facts = step_facts(
        session, class_session_id=office.view.id, state=office.view.state, manager_id=office.view.manager_id
    )
    return reasons_to_refuse_step(facts, step, now=now)


@bp.post("/teach/classes/<code>/conclude")
@requires(Capability.CLASS_OFFICE)
def conclude(code: str) -> ResponseReturnValue:
    """Conclude a class session."""

    def deed(session: Session) -> Answer:
        found = actions.conclude(session, actor=actor(), code=code, now=clock.now())
        done = sum(verdict.completes for verdict in found)
        said = _("Concluded: %(done)s completed, %(others)s did not.", done=done, others=len(found) - done)
        return Answer(url_for(".show", code=code), said)

    return perform(deed)
