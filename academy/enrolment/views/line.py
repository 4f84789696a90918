"""The office's page of a class session's waiting lists, and moving a class session to other days."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import CHANGEABLE, START_FIXED
from academy.enrolment.actions import moving, noting
from academy.enrolment.forms.claims import MoveForm
from academy.enrolment.queries import awaiting, pools, showing, waiting
from academy.enrolment.queries.standing import OwnPlaces
from academy.enrolment.rules.claims import CLASH
from academy.enrolment.rules.plan import APPROVAL_NAMES, Approval
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound, Reason, Refused
from academy.ground.spreadsheet import Table
from academy.web import i18n
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import table_file
from academy.web.session import Session, reading, transaction

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
        said=_of_other,
        clashing=waiting.clashing(session, class_.id),
        lapsed=waiting.lapsed(session, class_.id),
    )


def holder_name(places: OwnPlaces) -> str:
    """Say whose places these are."""
    if places.holder.value == "reserve":
        return str(_("Reserve of the academy"))
    return places.unit or str(_("Open to all"))


def _of_other(reason: Reason) -> str:
    """Say of somebody else what the rules say to oneself."""
    if reason.code != CLASH.code:
        return i18n.say(reason)
    return str(_("Has a place in “%(title)s” (%(code)s) on %(day)s, at the same time.", **reason.values))


@bp.post("/admin/classes/<code>/line.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export_line(code: str, suffix: str) -> ResponseReturnValue:
    """Give the waiting lists as a file without any number of a card or phone, and note it."""
    session, class_ = reading(), _class(code)
    lines = waiting.lines(session, class_.id, pools.plan(session, class_.id))
    rows = [
        (
            holder_name(each.of), who.rank, who.name, who.unit_name, i18n.moment(who.requested_at),
            "\n".join(_of_other(reason) for reason in who.hindrances), len(who.passed_over),
            "" if who.awaited is Approval.NONE else _(APPROVAL_NAMES[who.awaited]),
        )
        for each in lines
        for who in each.people
    ]  # fmt: skip
    with transaction() as writing:
        noting.note_line_export(writing, actor=actor(), code=code, rows=len(rows), now=clock.now())
    heads = [
        (_("Places of"), 28), (_("No. in line"), 10), (_("Name"), 16), (_("Unit"), 28), (_("Since"), 20),
        (_("What stands against it"), 40), (_("Times passed over"), 10), (_("Approval still missing"), 20),
    ]  # fmt: skip
    return table_file(Table(code, heads, rows), _("Waiting list %(code)s", code=code), suffix)


@bp.route("/admin/classes/<code>/move", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def move(code: str) -> ResponseReturnValue:
    """Move a class session with its timetable to other days, and tell everybody in it."""
    class_ = _class(code)
    if "starts_on" not in CHANGEABLE[class_.state]:
        raise Refused(START_FIXED)
    form = MoveForm(starts_on=class_.starts_on)

    def page() -> str:
        places = showing.places(reading(), [class_.id]).get(class_.id)
        return render_template("enrolment/move.html", class_=class_, form=form, places=places)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    to = form.starts_on.data or class_.starts_on

    def deed(session: Session) -> Answer:
        moved = moving.move(session, actor=actor(), code=code, to=to, now=clock.now())
        return Answer(f"/admin/classes/{code}", _said(moved), "late" if moved.clashing else "ok")

    return perform(deed, redraw=Redrawn(form, page))


def _said(moved: moving.Moved) -> str:
    said = ngettext(
        "The class is moved; %(num)s person is told.", "The class is moved; %(num)s people are told.", moved.told
    )
    if not moved.clashing:
        return str(said)
    names = _(", ").join(moved.clashing[:_MOST_NAMED])
    if len(moved.clashing) > _MOST_NAMED:
        names = _("%(names)s and others", names=names)
    return str(_("%(said)s They have another class then and must choose: %(names)s", said=said, names=names))
