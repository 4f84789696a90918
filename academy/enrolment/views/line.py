"""The office's page of a class session's waiting lists, and moving a class session to other days."""

from collections.abc import Sequence
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import CHANGEABLE, START_FIXED
from academy.enrolment.actions import moving
from academy.enrolment.forms.claims import MoveForm
from academy.enrolment.queries import awaiting, notices, pools, showing, waiting
from academy.enrolment.queries.standing import OwnPlaces
from academy.enrolment.rules.claims import CLASH
from academy.enrolment.rules.moving import reasons_to_refuse_move
from academy.enrolment.rules.plan import APPROVAL_NAMES
from academy.enrolment.rules.states import STATE_NAMES
from academy.enrolment.views.blueprint import bp
from academy.enrolment.views.quotas import too_late
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound, Reason, Refused
from academy.web import i18n
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.pages import CONFLICT
from academy.web.session import Session, reading

_MOST_NAMED = 10


def _class(code: str) -> ClassView:
    found = classes.class_session(reading(), code)
    if found is None:
        raise NotFound
    return found


@bp.get("/admin/classes/<code>/line")
@requires(Capability.CLASS_EDIT)
def line(code: str) -> ResponseReturnValue:
    """Show who waits in a class session, in order, what hinders whom, and which offers run."""
    session, class_ = reading(), _class(code)
    plan = pools.plan(session, class_.id)
    lines = waiting.lines(session, class_.id, plan)
    return render_template(
        "enrolment/line.html",
        class_=class_,
        plan=plan,
        approval_names=APPROVAL_NAMES,
        lines=[(each, holder_name(each.of)) for each in lines if each.people or len(lines) == 1],
        waiting=sum(len(each.people) for each in lines),
        offers=awaiting.offers(session, class_session_id=class_.id),
        said=of_other,
        claim_names=STATE_NAMES,
        clashing=waiting.clashing(session, class_.id),
        lapsed=waiting.lapsed(session, class_.id),
    )


def holder_name(places: OwnPlaces) -> str:
    """Say whose places these are."""
    if places.holder.value == "reserve":
        return str(_("Reserve of the academy"))
    return places.unit or str(_("Open to all"))


def of_other(reason: Reason) -> str:
    """Say of somebody else what the rules say to oneself."""
    if reason.code != CLASH.code:
        return i18n.say(reason)
    return str(_("Has a place in “%(title)s” (%(code)s) on %(day)s, at the same time.", **reason.values))


@bp.route("/admin/classes/<code>/move", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def move(code: str) -> ResponseReturnValue:
    """Move a class session with its timetable to other days, and tell everybody in it; or look at it first."""
    class_ = _class(code)
    if "starts_on" not in CHANGEABLE[class_.state]:
        raise Refused(START_FIXED)
    form = MoveForm(starts_on=class_.starts_on)

    def page() -> str:
        return _move_page(class_, form)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    to = form.starts_on.data or class_.starts_on
    if "look" in request.form:
        reasons = reasons_to_refuse_move(class_.starts_on, to, now=clock.now())
        form.form_errors = [i18n.say(reason) for reason in reasons]
        return (page(), CONFLICT) if reasons else _move_page(class_, form, to=to)

    def deed(session: Session) -> Answer:
        moved = moving.move(session, actor=actor(), code=code, to=to, now=clock.now())
        late = too_late(session, class_.id, to)
        again = bool(notices.versions(session, class_.id))
        return Answer(
            _next(code, moved, late), _said(moved, again=again), "late" if moved.clashing or late else "ok"
        )

    return perform(deed, redraw=Redrawn(form, page))


def _move_page(class_: ClassView, form: MoveForm, *, to: date | None = None) -> str:
    """Ask for the new day; where somebody looked at one, with those who would have two classes then."""
    session = reading()
    clashing = waiting.clashing(session, class_.id, later=to - class_.starts_on) if to else ()
    return render_template(
        "enrolment/move.html",
        class_=class_,
        form=form,
        places=showing.places(session, [class_.id]).get(class_.id),
        to=to,
        late=too_late(session, class_.id, to) if to else (),
        clashing=clashing,
        claim_names=STATE_NAMES,
    )


def _next(code: str, moved: moving.Moved, late: Sequence[Reason]) -> str:
    """Lead to what is to be done after a move: the plan that comes too late, or those who must choose."""
    if late:
        return url_for(".plan", code=code)
    return url_for(".line", code=code, _anchor="clashing") if moved.clashing else f"/admin/classes/{code}"


def _said(moved: moving.Moved, *, again: bool) -> str:
    """Say how many were told, who must choose, and what the office does next."""
    said = [
        ngettext(
            "The class is moved; %(num)s person is told.",
            "The class is moved; %(num)s people are told.",
            moved.told,
        )
    ]
    if moved.clashing:
        names = _(", ").join(moved.clashing[:_MOST_NAMED])
        if len(moved.clashing) > _MOST_NAMED:
            names = _("%(names)s and others", names=names)
        said.append(_("They have another class then and must choose: %(names)s.", names=names))
    if again:
        said.append(_("Issue the notice anew, so that the units have the new days."))
    return " ".join(said)
