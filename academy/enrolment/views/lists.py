"""What is done with units' lists at a press: fill them, send them on, confirm, remind, give them out as files."""

from collections.abc import Callable, Sequence

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.enrolment.actions import confirming, nominating, ordering, reminding
from academy.enrolment.actions import lists as actions
from academy.enrolment.queries import candidates, pools, unit_lists
from academy.enrolment.rules.lists import ListState
from academy.enrolment.rules.states import STATE_NAMES
from academy.enrolment.views.blueprint import bp
from academy.enrolment.views.quotas import class_or_404
from academy.enrolment.views.unit_class import asked_for, drawn, opened, page_of, people_of
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import Table
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import table_file
from academy.web.forms import ActForm
from academy.web.session import Session, reading, transaction

_TOLD = 3
Deed = Callable[[Session], Answer]


def deed_of(code: str, unit_id: int, act: Callable[[Session], object], said: str, anchor: str = "list") -> Deed:
    """Make a deed that acts and leads back to the unit's page."""

    def deed(session: Session) -> Answer:
        act(session)
        return Answer(page_of(code, unit_id, anchor), said)

    return deed


@bp.post("/unit/classes/<code>/<int:unit_id>/places")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def nominate(code: str, unit_id: int) -> ResponseReturnValue:
    """Put the picked people forward on the unit's places."""
    return _put_forward(code, unit_id, reserve=False)


@bp.post("/unit/classes/<code>/<int:unit_id>/reserve")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def name_reserve(code: str, unit_id: int) -> ResponseReturnValue:
    """Put the picked people in the unit's reserve."""
    return _put_forward(code, unit_id, reserve=True)


def _put_forward(code: str, unit_id: int, *, reserve: bool) -> ResponseReturnValue:
    found, form = opened(code, unit_id), ActForm()
    picked = request.form.getlist("picked", type=int)
    words, show, at = asked_for()

    def deed(session: Session) -> Answer:
        if not picked:
            back = people_of(code, unit_id, words=words, show=show, at=at)
            return Answer(back, _("Pick somebody first."), "late")
        done = confirming.put_forward(
            session, actor=actor(), code=code, unit_id=unit_id, person_ids=picked, reserve=reserve,
            now=clock.now(),
        )  # fmt: skip
        kept_off = [each.person_id for each in done if each.reasons]
        if not kept_off:
            return Answer(page_of(code, unit_id, "list"), _came(len(done)))
        back = people_of(code, unit_id, words=words, show=show, at=at, picked=kept_off)
        return Answer(back, _came_some(len(done) - len(kept_off), len(kept_off)), "late")

    return perform(deed, redraw=Redrawn(form, lambda: drawn(found, form)))


def _came(count: int) -> str:
    """Say how many were put forward."""
    return str(ngettext("%(num)s person was put forward.", "%(num)s people were put forward.", count))


def _came_some(came: int, kept_off: int) -> str:
    """Say that others were not, whom the page names with the reasons."""
    others = ngettext(
        "%(num)s could not be; the reasons stand with the names below.",
        "%(num)s could not be; the reasons stand with the names below.",
        kept_off,
    )
    return f"{_came(came)} {others}"


@bp.post("/unit/classes/<code>/<int:unit_id>/take-off")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def take_off(code: str, unit_id: int) -> ResponseReturnValue:
    """Take somebody off the list; the first of the reserve moves up."""
    enrolment_id = request.form.get("enrolment", 0, type=int)
    return perform(
        deed_of(
            code,
            unit_id,
            lambda session: nominating.take_off(
                session, actor=actor(), enrolment_id=enrolment_id, now=clock.now()
            ),
            _("Taken off the list."),
        )
    )


@bp.post("/unit/classes/<code>/<int:unit_id>/move-up")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def move_up(code: str, unit_id: int) -> ResponseReturnValue:
    """Let somebody of the reserve change places with the one before."""
    enrolment_id = request.form.get("enrolment", 0, type=int)
    return perform(
        deed_of(
            code,
            unit_id,
            lambda session: ordering.move_up(session, actor=actor(), enrolment_id=enrolment_id, now=clock.now()),
            _("Moved up in the reserve."),
        )
    )


@bp.post("/unit/classes/<code>/<int:unit_id>/hand-in")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def hand_in(code: str, unit_id: int) -> ResponseReturnValue:
    """Hand a list in, to the district or the academy."""

    def deed(session: Session) -> Answer:
        state = actions.hand_in(session, actor=actor(), code=code, unit_id=unit_id, now=clock.now())
        said = {
            ListState.HANDED_IN: _("Handed in. The district looks at it now."),
            ListState.REPORTED: _("Reported. The academy looks at it now."),
            ListState.CONFIRMED: _("Reported and confirmed: everybody on it has a place."),
        }[state]
        return Answer(page_of(code, unit_id, "list"), said)

    return perform(deed)


@bp.post("/unit/classes/<code>/<int:unit_id>/take-back")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def take_back(code: str, unit_id: int) -> ResponseReturnValue:
    """Take a list back before the district has looked at it."""
    return perform(
        deed_of(
            code,
            unit_id,
            lambda session: actions.take_back(session, actor=actor(), code=code, unit_id=unit_id, now=clock.now()),
            _("The list is yours again. Hand it in when it is right."),
        )
    )


@bp.post("/unit/classes/<code>/<int:unit_id>/remind")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def remind(code: str, unit_id: int) -> ResponseReturnValue:
    """Remind one unit of its list."""
    back = _back(code, unit_id)

    def deed(session: Session) -> Answer:
        told = reminding.remind(session, actor=actor(), code=code, unit_id=unit_id, now=clock.now())
        said = ngettext("Reminded: %(num)s liaison was told.", "Reminded: %(num)s liaisons were told.", told)
        return Answer(back, said)

    return perform(deed)


def _back(code: str, unit_id: int) -> str:
    """Lead back to the list of units from which somebody was reminded."""
    if request.form.get("from") == "office" and actor().is_admin:
        return f"/admin/classes/{code}/places#units"
    found = opened(code, unit_id)
    return page_of(code, found.unit.id if found.is_district else found.district.own.id, "streets")


@bp.post("/unit/classes/<code>/<int:unit_id>/confirm")
@requires(Capability.CLASS_EDIT)
def confirm_list(code: str, unit_id: int) -> ResponseReturnValue:
    """Confirm what a unit reported."""
    back = page_of(code, unit_id) if request.form.get("from") == "unit" else f"/admin/classes/{code}/places#units"

    def deed(session: Session) -> Answer:
        count = confirming.confirm(session, actor=actor(), code=code, unit_id=unit_id, now=clock.now())
        said = ngettext("Confirmed: %(num)s person has a place.", "Confirmed: %(num)s people have a place.", count)
        return Answer(back, said)

    return perform(deed)


@bp.post("/unit/classes/<code>/<int:unit_id>/remind-all")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def remind_streets(code: str, unit_id: int) -> ResponseReturnValue:
    """Remind all streets of a district that have not handed in."""
    streets = [each.id for each in opened(code, unit_id).district.streets]
    return _remind_all(code, streets, _back(code, unit_id))


@bp.post("/admin/classes/<code>/remind-all")
@requires(Capability.CLASS_EDIT)
def remind_units(code: str) -> ResponseReturnValue:
    """Remind every unit whose list is not in."""
    class_ = class_or_404(code)
    division = unit_lists.division(
        reading(), class_.id, pools.plan(reading(), class_.id), on=clock.local_date(clock.now())
    )
    units = [unit.id for district in division.districts for unit in district.every if unit.owes]
    return _remind_all(code, units, url_for("enrolment.places", code=code, _anchor="units"))


def _remind_all(code: str, unit_ids: Sequence[int], back: str) -> ResponseReturnValue:
    def deed(session: Session) -> Answer:
        done = reminding.remind_all(session, actor=actor(), code=code, unit_ids=unit_ids, now=clock.now())
        return Answer(back, _reminded(done), "ok" if done.units and not done.unreached else "late")

    return perform(deed)


def _reminded(done: reminding.Reminded) -> str:
    """Say how many units were reminded, and which nobody could be told of."""
    said = [ngettext("%(num)s unit was reminded.", "%(num)s units were reminded.", done.units)]
    if done.lately:
        said.append(
            ngettext(
                "%(num)s was reminded less than an hour ago and is left in peace.",
                "%(num)s were reminded less than an hour ago and are left in peace.",
                done.lately,
            )
        )
    if done.unreached:
        names = _(", ").join(done.unreached[:_TOLD])
        if len(done.unreached) > _TOLD:
            names = _("%(names)s and others", names=names)
        said.append(_("These have no liaison with a phone that we know of, so call them: %(units)s", units=names))
    return " ".join(said)


@bp.post("/admin/classes/<code>/confirm-all")
@requires(Capability.CLASS_EDIT)
def confirm_lists(code: str) -> ResponseReturnValue:
    """Confirm every list that has been reported."""

    def deed(session: Session) -> Answer:
        count, seated = confirming.confirm_all(session, actor=actor(), code=code, now=clock.now())
        said = ngettext("%(num)s list is confirmed:", "%(num)s lists are confirmed:", count)
        people = ngettext("%(num)s person has a place.", "%(num)s people have a place.", seated)
        return Answer(url_for("enrolment.places", code=code, _anchor="units"), f"{said} {people}")

    return perform(deed)


@bp.post("/unit/classes/<code>/<int:unit_id>/list.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def export_list(code: str, unit_id: int, suffix: str) -> ResponseReturnValue:
    """Give a unit's list out as a file without any number of a card or phone, and note it."""
    found, now = opened(code, unit_id), clock.now()
    ids = [each.id for each in (found.district.every if found.is_district else (found.unit,))]
    rows = candidates.listed_of(reading(), found.class_.id, ids, year=clock.local(now).year)
    with transaction() as session:
        actions.note_export(session, actor=actor(), code=code, unit_id=unit_id, count=len(rows), now=now)
    heads = [
        (_("Number on the list"), 8), (_("Name"), 14), (_("Unit"), 30), (_("State"), 16),
        (_("Hours in %(year)s", year=clock.local(now).year), 12),
    ]  # fmt: skip
    table = Table(
        found.unit.name,
        heads,
        (
            (number, each.name, each.unit, _(STATE_NAMES[each.state]), each.tenths / 10)
            for number, each in enumerate(rows, start=1)
        ),
    )
    return table_file(table, _("%(unit)s %(code)s", unit=found.unit.name, code=code), suffix)
