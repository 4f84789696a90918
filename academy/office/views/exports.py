"""A class session's office as files: who holds a place that is not settled or waits, and the timetable."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.enrolment.queries import showing as enrolment
from academy.enrolment.rules.states import STATE_NAMES, EnrolmentState
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import Table
from academy.office import queries
from academy.office.views.running import bp
from academy.people.actions import exporting
from academy.web.access import actor, requires
from academy.web.files import reason_to_see, table_file
from academy.web.session import reading, transaction

__all__ = ["bp"]  # with the pages of all files


@bp.post("/teach/classes/<code>/unsettled.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_OFFICE)
def export_unsettled(code: str, suffix: str) -> ResponseReturnValue:
    """Give out as a file for whom a place is held and who waits in line, and note it."""
    office = queries.office_to_change(reading(), code, actor())
    everybody = enrolment.roster(reading(), office.view.id)
    people = [each for each in everybody if each.state is not EnrolmentState.SEATED]
    with transaction() as session:
        numbers = exporting.take_numbers(
            session, actor=actor(), person_ids=[each.person_id for each in people],
            wanted={"list": "unsettled", "code": code}, reason=reason_to_see(), now=clock.now(),
        )  # fmt: skip
    heads = [
        (_("State"), 18), (_("In line"), 8), (_("Name"), 24), (_("Unit"), 32), (_("Mobile number"), 16),
        (_("ID number"), 22), (_("Since"), 18),
    ]  # fmt: skip
    rows = [
        (
            _(STATE_NAMES[each.state]), each.rank or "", each.name, each.unit_name,
            numbers[each.person_id].phone, numbers[each.person_id].id_number, each.requested_at,
        )
        for each in people
    ]  # fmt: skip
    return table_file(Table(code, heads, rows), _("Held places and waiting list %(code)s", code=code), suffix)


@bp.get("/teach/classes/<code>/timetable.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_OFFICE)
def export_timetable(code: str, suffix: str) -> ResponseReturnValue:
    """Give the timetable with what came of it out as a file; it names instructors only."""
    office = queries.office(reading(), code, actor())
    people = enrolment.roster(reading(), office.view.id)
    seated = tuple(each for each in people if each.state is EnrolmentState.SEATED)
    heads = [
        (_("Course"), 36), (_("Begins"), 18), (_("Ends"), 18), (_("Hours"), 8), (_("Place"), 28),
        (_("Instructor"), 16), (_("For"), 24), (_("Expected"), 8), (_("There"), 8),
    ]  # fmt: skip
    rows = [
        (
            each.sitting.course_title, each.sitting.starts_at, each.sitting.ends_at, each.sitting.tenths / 10,
            each.sitting.place_name, each.sitting.instructor_name,
            _(", ").join(each.sitting.group_names) or _("Everybody"), each.expected,
            "" if each.present is None else each.present,
        )
        for each in queries.timetable(reading(), office, seated)
    ]  # fmt: skip
    return table_file(Table(code, heads, rows), _("Timetable %(code)s", code=code), suffix)
