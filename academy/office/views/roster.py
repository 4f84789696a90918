"""A class session's office: what is to be done, who is in it and how each stands; its groups; its roster."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.classes.queries import sessions as classes
from academy.classes.rules import STATE_NAMES, ClassState
from academy.enrolment.queries import showing as enrolment
from academy.enrolment.rules.states import HOLDS, TAKES_UP, EnrolmentState
from academy.enrolment.rules.states import STATE_NAMES as STATE_NAMES_OF_CLAIMS
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.keyset import Order
from academy.ground.spreadsheet import Table
from academy.office import actions, queries
from academy.office.forms import PickedForm
from academy.office.queries import Planned, Trainee
from academy.office.rules import MISSED_SITTINGS_TO_WATCH, PROSPECT_NAMES, Prospect
from academy.people.actions import exporting
from academy.web.access import actor, requires
from academy.web.acts import Answer, perform
from academy.web.files import reason_to_see, table_file
from academy.web.plugs import panels
from academy.web.session import Session, reading, transaction
from academy.web.sorting import sorting

bp = Blueprint("office", "academy.office", template_folder="templates")

PANEL = "office/_panel.html"
"""What this office plugs into the class session's page; here the same stands among what is to be done."""

PROSPECT_KINDS = {
    Prospect.EXPECTED: "plain",
    Prospect.COMPLETED: "ok",
    Prospect.NOT_COMPLETED: "no",
    Prospect.ENOUGH: "ok",
    Prospect.ON_COURSE: "ok",
    Prospect.MISSED: "late",
    Prospect.OUT_OF_REACH: "no",
}


_MAY_CHANGE = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)
"""While a class session is in one of these, another person may come in somebody's place."""

_STANDINGS = list(PROSPECT_NAMES)
_SORTED_BY: dict[str, Callable[[Trainee], str | int]] = {
    "name": lambda trainee: trainee.name_pinyin,
    "unit": lambda trainee: trainee.unit_name,
    "group": lambda trainee: trainee.group_id or 0,
    "hours": lambda trainee: trainee.earned,
    "state": lambda trainee: _STANDINGS.index(trainee.prospect),
}


def _sorted(trainees: list[Trainee], order: Order) -> list[Trainee]:
    """Sort a roster that stands in the order of names, which is kept among equals."""
    return sorted(trainees, key=_SORTED_BY[order.by], reverse=order.falling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What the roster is narrowed by."""

    words: str
    group: str
    prospect: str

    @property
    def narrows(self) -> bool:
        """Tell whether any row may be left out."""
        return bool(self.words or self.group or self.prospect)

    def keeps(self, trainee: Trainee) -> bool:
        """Tell whether a row is shown."""
        looked_in = (trainee.name, trainee.name_pinyin.replace(" ", ""), trainee.name_initials, trainee.unit_name)
        return (
            all(any(word in text for text in looked_in) for word in self.words.lower().split())
            and self.group in {"", str(trainee.group_id or "none")}
            and self.prospect in {"", trainee.prospect}
        )


def _narrowed(values: Mapping[str, str]) -> Narrowed:
    return Narrowed(
        words=values.get("q", "").strip()[:100],
        group=values.get("group", ""),
        prospect=values.get("standing", ""),
    )


@bp.get("/teach/classes/<code>")
@requires(Capability.CLASS_OFFICE)
def show(code: str) -> ResponseReturnValue:
    """Show a class session's office to those who run or teach it."""
    session, now = reading(), clock.now()
    office = queries.office(session, code, actor())
    people = enrolment.roster(session, office.view.id)
    seated = tuple(row for row in people if row.state is EnrolmentState.SEATED)
    plan = queries.timetable(session, office, seated)
    trainees = queries.trainees(session, office, seated, plan)
    narrowed, sort = _narrowed(request.args), sorting(_SORTED_BY, default="name", anchor="roster")
    groups = classes.groups(session, office.view.id)
    return render_template(
        "office/show.html",
        office=office,
        class_=office.view,
        state_name=STATE_NAMES[office.view.state],
        trainees=trainees,
        sort=sort,
        shown=_sorted([trainee for trainee in trainees if narrowed.keeps(trainee)], sort.order),
        narrowed=narrowed,
        line=[row for row in people if row.state is EnrolmentState.WAITING],
        held=[row for row in people if row.state in HOLDS and row.state is not EnrolmentState.SEATED],
        claim_names=STATE_NAMES_OF_CLAIMS,
        may_substitute=office.may_change and office.view.state in _MAY_CHANGE,
        groups=groups,
        leaders={group.leader_id for group in groups},
        plan=plan,
        unregistered=[each for each in plan if each.present is None and each.sitting.ends_at <= now],
        next_sitting=next((each for each in plan if each.present is None and each.sitting.ends_at > now), None),
        attendance=_attendance(plan),
        watched=[each for each in trainees if _is_watched(each)],
        may_start=office.may_change and office.view.state is ClassState.ENROLLING,
        may_conclude=office.may_change
        and office.view.state is ClassState.RUNNING
        and all(each.sitting.ends_at <= now for each in plan),
        starts_today=office.view.starts_on <= clock.local_date(now),
        prospect_names=PROSPECT_NAMES,
        prospect_kinds=PROSPECT_KINDS,
        may_bind=office.may_change and (actor().is_admin or office.view.state in TAKES_UP),
        panels=[panel for panel in panels(office.view.id) if panel.template != PANEL],
    )


def _is_watched(trainee: Trainee) -> bool:
    return trainee.missed >= MISSED_SITTINGS_TO_WATCH and trainee.prospect is Prospect.MISSED


def _attendance(plan: tuple[Planned, ...]) -> list[tuple[Planned, str, float]]:
    """Tell when the last sittings with a register were, and the share of those expected who came."""
    held = [each for each in plan if each.present is not None and each.expected]
    return [
        (each, clock.civil(each.sitting.starts_at)[5:], round(100 * (each.present or 0) / each.expected, 1))
        for each in held[-6:]
    ]


@bp.get("/teach/classes/<code>/sign-in-sheet")
@requires(Capability.CLASS_OFFICE)
def sign_in_sheet(code: str) -> ResponseReturnValue:
    """Lay out the roster for printing, with room for signatures; of one sitting if asked."""
    session = reading()
    office = queries.office(session, code, actor())
    rows = queries.seated(session, office.view.id)
    sitting_id = request.args.get("sitting", type=int)
    sitting = queries.sitting_of(session, office.view.id, sitting_id) if sitting_id else None
    if sitting is not None:
        rows = queries.expected(rows, sitting, ())[0]
    return render_template("office/sheet.html", class_=office.view, rows=rows, sitting=sitting)


@bp.post("/teach/classes/<code>/roster.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_OFFICE)
def export(code: str, suffix: str) -> ResponseReturnValue:
    """Give the roster as it is narrowed as a file, numbers masked or for a reason whole; that is noted."""
    office, narrowed = queries.office_to_change(reading(), code, actor()), _narrowed(request.form)
    seated = queries.seated(reading(), office.view.id)
    everybody = queries.trainees(reading(), office, seated, queries.timetable(reading(), office, seated))
    trainees = [trainee for trainee in everybody if narrowed.keeps(trainee)]
    with transaction() as session:
        numbers = exporting.take_numbers(
            session, actor=actor(), person_ids=[each.person_id for each in trainees],
            wanted={"list": "roster", "code": code}, reason=reason_to_see(), now=clock.now(),
        )  # fmt: skip
    heads = [
        (_("No."), 6), (_("Name"), 24), (_("Unit"), 32), (_("Mobile number"), 16), (_("ID number"), 22),
        (_("Group"), 14), (_("Hours"), 8),
        (_("Hours asked for"), 10), (_("Missed sittings"), 10), (_("State"), 20),
    ]  # fmt: skip
    rows = [
        (
            number, each.name, each.unit_name, numbers[each.person_id].phone, numbers[each.person_id].id_number,
            each.group or "", each.earned / 10, office.required / 10,
            each.missed, _(PROSPECT_NAMES[each.prospect]),
        )
        for number, each in enumerate(trainees, start=1)
    ]  # fmt: skip
    return table_file(Table(code, heads, rows), _("Roster %(code)s", code=code), suffix)


@bp.post("/teach/classes/<code>/groups/balance")
@requires(Capability.CLASS_OFFICE)
def balance(code: str) -> ResponseReturnValue:
    """Put everybody without a group into one."""

    def deed(session: Session) -> Answer:
        placed = actions.balance_groups(session, actor=actor(), code=code, now=clock.now())
        said = ngettext("%(num)s person was put into a group.", "%(num)s people were put into groups.", placed)
        return Answer(url_for(".show", code=code), said)

    return perform(deed)


@bp.post("/teach/classes/<code>/groups/<int:group_id>/members")
@requires(Capability.CLASS_OFFICE)
def move(code: str, group_id: int) -> ResponseReturnValue:
    """Move the picked people to a group."""
    picked = PickedForm().picked.data or []

    def deed(session: Session) -> Answer:
        moved = actions.move_to_group(
            session, actor=actor(), code=code, group_id=group_id, person_ids=picked, now=clock.now()
        )
        said = ngettext("%(num)s person was moved.", "%(num)s people were moved.", moved)
        return Answer(url_for(".show", code=code), said)

    return perform(deed)


@bp.post("/teach/classes/<code>/groups/leader")
@requires(Capability.CLASS_OFFICE)
def appoint(code: str) -> ResponseReturnValue:
    """Make the picked person the leader of their group."""
    picked = PickedForm().picked.data or []

    def deed(session: Session) -> Answer:
        actions.appoint_leader(session, actor=actor(), code=code, person_ids=picked, now=clock.now())
        return Answer(url_for(".show", code=code), _("The group has its leader."))

    return perform(deed)
