"""The office's page of a class session's places: how they are filled, who has how many, and which lists are in."""

from collections.abc import Callable
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.enrolment.actions import opening, planning
from academy.enrolment.actions import quotas as actions
from academy.enrolment.forms.lists import FromReserveForm, PlanForm, QuotaForm, asking_for
from academy.enrolment.forms.places import PlacesForm
from academy.enrolment.queries import lists, pools, showing, unit_lists
from academy.enrolment.queries.unit_lists import Division
from academy.enrolment.rules.lists import LIST_STATE_NAMES
from academy.enrolment.rules.moving import reasons_to_plan_anew
from academy.enrolment.rules.plan import APPROVAL_NAMES, Plan
from academy.enrolment.rules.planning import CHANGEABLE
from academy.enrolment.rules.shares import shares
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound, Reason
from academy.ground.spreadsheet import Cell, Table
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import table_file
from academy.web.session import Session, reading

_OPEN_STATES = (ClassState.ENROLLING,)


def class_or_404(code: str) -> ClassView:
    """Give a class session by its code; raises NotFound."""
    found = classes.class_session(reading(), code)
    if found is None:
        raise NotFound
    return found


def _division(class_: ClassView, plan: Plan) -> Division:
    return unit_lists.division(reading(), class_.id, plan, on=clock.local_date(clock.now()))


@bp.route("/admin/classes/<code>/places", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def places(code: str) -> ResponseReturnValue:
    """Show whose places there are and how far the units' lists have come; take another number of places."""
    class_ = class_or_404(code)
    form = PlacesForm(places=class_.capacity)

    def drawn() -> str:
        return _page(class_, form=form)

    if not form.validate_on_submit():
        return drawn(), 422 if form.is_submitted() else 200
    wanted = form.places.data or class_.capacity

    def deed(session: Session) -> Answer:
        opening.set_capacity(session, actor=actor(), code=code, places=wanted, now=clock.now())
        return Answer(url_for(".places", code=code), _("The class has %(places)s places now.", places=wanted))

    return perform(deed, redraw=Redrawn(form, drawn))


def _page(
    class_: ClassView,
    *,
    form: PlacesForm | None = None,
    quota_form: QuotaForm | None = None,
    reserve_form: FromReserveForm | None = None,
    filled: str = "",
) -> str:
    session, now = reading(), clock.now()
    plan = pools.plan(session, class_.id)
    division = _division(class_, plan)
    return render_template(
        "enrolment/places.html",
        class_=class_,
        plan=plan,
        division=division,
        figures=showing.places(session, [class_.id]).get(class_.id),
        members=unit_lists.members(session, on=clock.local_date(now)),
        form=form or PlacesForm(places=class_.capacity),
        quota_form=quota_form or _quota_form(division),
        reserve_form=reserve_form or _reserve_form(division),
        filled=filled,
        state_names=LIST_STATE_NAMES,
        is_open=class_.state in _OPEN_STATES,
        may_change=class_.state in CHANGEABLE,
        now=now,
    )


def _quota_form(division: Division) -> QuotaForm:
    asked = asking_for(QuotaForm, [(each.own.id, each.own.name, each.places) for each in division.districts])
    form = asked(data={"reserve": division.kept.places, "keep_open": division.rest.taken})
    if not isinstance(form, QuotaForm):
        raise TypeError("The form that asks for units is that of quotas.")
    return form


def _reserve_form(division: Division) -> FromReserveForm:
    form = FromReserveForm()
    form.unit_id.choices = [(each.own.id, each.own.name) for each in division.districts]
    return form


@bp.post("/admin/classes/<code>/quotas")
@requires(Capability.CLASS_EDIT)
def give_quotas(code: str) -> ResponseReturnValue:
    """Give all districts their places at once, or fill the form evenly for the office to look at."""
    class_ = class_or_404(code)
    division = _division(class_, pools.plan(reading(), class_.id))
    form = _quota_form(division)
    valid = form.validate()
    if "evenly" in request.form:
        return _evenly(class_, division, form)
    if not valid:
        return _page(class_, quota_form=form), 422
    giving, reserve = form.giving(), form.reserve.data or 0

    def deed(session: Session) -> Answer:
        planning.give(session, actor=actor(), code=code, giving=giving, reserve=reserve, now=clock.now())
        said = _(
            "Given: %(places)s places to units, %(reserve)s kept back.",
            places=sum(giving.values()),
            reserve=reserve,
        )
        return Answer(url_for(".places", code=code), said)

    return perform(deed, redraw=Redrawn(form, lambda: _page(class_, quota_form=form)))


def _evenly(class_: ClassView, division: Division, form: QuotaForm) -> ResponseReturnValue:
    """Fill the form with an even division by the number of people; nothing is saved by that."""
    members = unit_lists.members(reading(), on=clock.local_date(clock.now()))
    total = division.places or class_.capacity
    left = total - (form.reserve.data or 0) - max(form.keep_open.data or 0, division.rest.taken)
    form.put(
        shares(
            max(left, 0),
            {each.own.id: members.get(each.own.id, 0) for each in division.districts},
            least={each.own.id: each.bound for each in division.districts},
        )
    )
    said = _("Divided by the number of people. Look at the numbers, then save them; nothing is saved yet.")
    return _page(class_, quota_form=form, filled=said)


@bp.post("/admin/classes/<code>/from-reserve")
@requires(Capability.CLASS_EDIT)
def give_from_reserve(code: str) -> ResponseReturnValue:
    """Give a district some of the places kept back."""
    class_ = class_or_404(code)
    division = _division(class_, pools.plan(reading(), class_.id))
    form = _reserve_form(division)
    if not form.validate():
        return _page(class_, reserve_form=form), 422
    unit_id, number = form.unit_id.data, form.number.data or 0
    name = next(each.own.name for each in division.districts if each.own.id == unit_id)

    def deed(session: Session) -> Answer:
        planning.give_from_reserve(
            session, actor=actor(), code=code, unit_id=unit_id, number=number, now=clock.now()
        )
        said = ngettext("%(unit)s has %(num)s place more.", "%(unit)s has %(num)s places more.", number, unit=name)
        return Answer(url_for(".places", code=code), said)

    return perform(deed, redraw=Redrawn(form, lambda: _page(class_, reserve_form=form)))


@bp.post("/admin/classes/<code>/return-unused")
@requires(Capability.CLASS_EDIT)
def return_unused(code: str) -> ResponseReturnValue:
    """Open all unused places of units and of the reserve to everybody now."""
    class_id = class_or_404(code).id

    def deed(session: Session) -> Answer:
        count = actions.return_unused(session, actor=actor(), class_session_id=class_id, now=clock.now())
        said = ngettext(
            "%(num)s unused place is open to all now.", "%(num)s unused places are open to all now.", count
        )
        return Answer(url_for(".places", code=code), said)

    return perform(deed)


@bp.route("/admin/classes/<code>/plan", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def plan(code: str) -> ResponseReturnValue:
    """Decide how the places of a class session are filled: by units, by people themselves, until when."""
    class_ = class_or_404(code)
    standing = pools.plan(reading(), class_.id)
    form = PlanForm.of_plan(standing)
    form.offer({each: _(name) for each, name in APPROVAL_NAMES.items()})

    def drawn() -> str:
        return render_template(
            "enrolment/plan.html", class_=class_, form=form, may_change=class_.state in CHANGEABLE,
            plan=standing, approval_names=APPROVAL_NAMES,
            late=too_late(reading(), class_.id, class_.starts_on) if class_.state in CHANGEABLE else (),
        )  # fmt: skip

    if not form.validate_on_submit():
        return drawn(), 422 if form.is_submitted() else 200
    wanted = form.plan()

    def deed(session: Session) -> Answer:
        planning.set_plan(session, actor=actor(), code=code, plan=wanted, now=clock.now())
        said = _("Saved. Next, give the units their places.") if wanted.nomination else _("Saved.")
        return Answer(url_for(".places" if wanted.nomination else ".plan", code=code), said)

    return perform(deed, redraw=Redrawn(form, drawn))


def too_late(session: Session, class_session_id: int, starts_on: date) -> tuple[Reason, ...]:
    """Tell what of the plan comes too late for a class session that begins on this day."""
    return reasons_to_plan_anew(
        pools.plan(session, class_session_id),
        starts_on=starts_on,
        returned=lists.unused_returned(session, class_session_id),
    )


@bp.get("/admin/classes/<code>/quotas.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export_quotas(code: str, suffix: str) -> ResponseReturnValue:
    """Give the table of quotas and lists out as a file; it names units only."""
    class_ = class_or_404(code)
    plan_ = pools.plan(reading(), class_.id)
    heads = [
        (_("District"), 14), (_("Street"), 18), (_("Places"), 8), (_("Put forward"), 10), (_("In reserve"), 10),
        (_("List"), 12), (_("Due by"), 18), (_("In since"), 18), (_("Reminders"), 8),
    ]  # fmt: skip
    table = Table(_("Quotas and lists"), heads, _rows(_division(class_, plan_), _))
    return table_file(table, _("Quotas %(code)s", code=code), suffix)


def _rows(division: Division, say: Callable[[str], str]) -> list[list[Cell]]:
    return [
        [
            district.own.name, "" if each is district.own else each.name, each.places, each.taken, each.reserve,
            say(LIST_STATE_NAMES[each.list.state]), each.due or "",
            each.list.sent_at or "", each.list.reminders,
        ]
        for district in division.districts
        for each in district.every
    ]  # fmt: skip
