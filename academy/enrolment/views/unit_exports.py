"""A unit's lists as files: its class sessions and streets, its notices, who waits or comes, and lists it sent.

Numbers of phones and ID cards are masked in them, or whole for a reason that the journal keeps.
"""

from collections.abc import Iterable, Sequence

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.enrolment.queries import awaiting, notices, quotas, unit_classes
from academy.enrolment.queries.awaiting import HeldPlace, Offer, ToDecide
from academy.enrolment.rules.lists import LIST_STATE_NAMES
from academy.enrolment.rules.states import STATE_NAMES, EnrolmentState
from academy.enrolment.views.blueprint import bp
from academy.enrolment.views.imports import MAY, fate_asked
from academy.enrolment.views.marked_list import why
from academy.enrolment.views.unit_class import opened
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import Refused
from academy.ground.spreadsheet import Cell, Table
from academy.people.actions import account, exporting
from academy.people.actions.exporting import Numbers
from academy.people.actions.rosters import GONE
from academy.people.queries import register as people
from academy.people.queries import roster_imports
from academy.people.rules.roster.kept import unwritten
from academy.people.rules.roster.kinds import STATE_NAMES as IMPORT_STATE_NAMES
from academy.people.rules.roster.plan import FATE_NAMES
from academy.web.access import actor, requires
from academy.web.files import reason_to_see, table_file
from academy.web.session import reading, transaction

_EVERY_PLACE = 100_000


def _today() -> str:
    return clock.local_date(clock.now()).isoformat()


def _numbers(person_ids: Iterable[int], **wanted: str) -> dict[int, Numbers]:
    """Give the numbers for a file, and note who took which list."""
    with transaction() as session:
        return exporting.take_numbers(
            session, actor=actor(), person_ids=sorted(set(person_ids)), wanted=wanted, reason=reason_to_see(),
            now=clock.now(),
        )  # fmt: skip


@bp.get("/unit/classes.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT)
def export_unit_classes(suffix: str) -> ResponseReturnValue:
    """Give the class sessions that the reader's units have places in out as a file; it names nobody."""
    found = unit_classes.unit_classes(reading(), actor(), on=clock.local_date(clock.now()))
    rows: list[Sequence[Cell]] = [
        (
            each.code, each.title, each.starts_on, each.ends_on, each.unit.name, each.places, each.taken,
            _(LIST_STATE_NAMES[each.unit.list.state]), each.due or "", each.unit.list.sent_at or "",
        )
        for each in found
    ]  # fmt: skip
    heads = [
        (_("Class code"), 12), (_("Class"), 36), (_("Begins"), 12), (_("Ends"), 12), (_("Unit"), 20),
        (_("Places"), 8), (_("Put forward"), 10), (_("List"), 14), (_("Due by"), 18), (_("In since"), 18),
    ]  # fmt: skip
    name = _("Places to fill %(day)s", day=_today())
    return table_file(Table(_("Places to fill"), heads, rows), name, suffix)


@bp.get("/unit/classes/<code>/<int:unit_id>/streets.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def export_streets(code: str, unit_id: int, suffix: str) -> ResponseReturnValue:
    """Give the streets of a district with their places and lists out as a file; it names nobody."""
    found = opened(code, unit_id)
    rows: list[Sequence[Cell]] = [
        (
            each.name, each.places, each.taken, each.reserve, _(LIST_STATE_NAMES[each.list.state]),
            each.due or "", each.list.sent_at or "", each.list.reminders, each.list.reminded_at or "",
        )
        for each in found.district.streets
    ]  # fmt: skip
    heads = [
        (_("Street"), 20), (_("Places"), 8), (_("Put forward"), 10), (_("In reserve"), 10), (_("List"), 14),
        (_("Due by"), 18), (_("In since"), 18), (_("Reminders"), 8), (_("Last reminded"), 18),
    ]  # fmt: skip
    name = _("Streets of %(unit)s %(code)s", unit=found.district.own.name, code=code)
    return table_file(Table(found.district.own.name, heads, rows), name, suffix)


@bp.get("/unit/notices.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT)
def export_notices(suffix: str) -> ResponseReturnValue:
    """Give the notices that concern the reader's units out as a file."""
    found = notices.inbox(reading(), actor())
    given = quotas.given_places(reading(), {each.class_session_id for each, _read_at in found})
    rows: list[Sequence[Cell]] = [
        (
            each.number, each.version, each.code, each.title, given[each.class_session_id].of(actor().unit_ids),
            each.issued_at, read_at or "",
        )
        for each, read_at in found
    ]  # fmt: skip
    heads = [
        (_("Number"), 24), (_("Version"), 8), (_("Class code"), 12), (_("Class"), 36), (_("Your places"), 10),
        (_("Sent"), 18), (_("Confirmed on"), 18),
    ]  # fmt: skip
    name = _("Notices of classes %(day)s", day=_today())
    return table_file(Table(_("Notices of classes"), heads, rows), name, suffix)


@bp.post("/unit/claims/export.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT)
def export_unit_claims(suffix: str) -> ResponseReturnValue:
    """Give out as a file what waits for the unit's answer, and who comes, as it is narrowed; and note it."""
    session, today = reading(), clock.local_date(clock.now())
    scope, words = people.units_below(session, actor().unit_ids), request.form.get("q", "").strip()[:60]
    offers, asked = awaiting.offers(session, unit_ids=scope), awaiting.to_decide(session, unit_ids=scope)
    held = awaiting.held_places(session, scope, today=today, words=words, most=_EVERY_PLACE)
    decided_here = {each.enrolment_id for each in asked}
    lines: list[tuple[Offer | ToDecide | HeldPlace, str, Cell]] = [
        *((each, _state(EnrolmentState.OFFERED), each.confirm_by or "") for each in offers),
        *((each, _state(_asked(each)), "") for each in asked),
        *((each, _state(each.state), "") for each in held if each.enrolment_id not in decided_here),
    ]
    numbers = _numbers((each.person_id for each, _said, _until in lines), list="claims", search=words)
    rows: list[Sequence[Cell]] = [
        (
            each.code, each.title, each.starts_on, each.name, each.unit_name, numbers[each.person_id].phone,
            numbers[each.person_id].id_number, said, until,
        )
        for each, said, until in lines
    ]  # fmt: skip
    heads = [
        (_("Class code"), 12), (_("Class"), 36), (_("Begins"), 12), (_("Name"), 16), (_("Unit"), 28),
        (_("Mobile number"), 16), (_("ID number"), 22), (_("State"), 16), (_("To be confirmed by"), 18),
    ]  # fmt: skip
    name = _("Places of my people %(day)s", day=_today())
    return table_file(Table(_("Places of my people"), heads, rows), name, suffix)


def _asked(claim: ToDecide) -> EnrolmentState:
    return EnrolmentState.WAITING if claim.waits_in_line else EnrolmentState.ASKED


def _state(state: EnrolmentState) -> str:
    return str(_(STATE_NAMES[state]))


@bp.get("/unit/imports.<any(xlsx, csv):suffix>")
@requires(*MAY)
def export_imports(suffix: str) -> ResponseReturnValue:
    """Give the lists that were sent out as a file; it names their senders only."""
    rows: list[Sequence[Cell]] = [
        (
            each.file_name or _("List of people"), each.unit_name or _("The academy's own list"), each.class_code,
            _(IMPORT_STATE_NAMES[each.state]), *(each.counts.get(fate.value, 0) for fate in FATE_NAMES),
            each.checked_at, each.checked_by, each.imported_at or "", each.undone_at or "", each.undone_by,
        )
        for each in roster_imports.imports(reading(), actor())
    ]  # fmt: skip
    heads = [
        (_("List"), 36), (_("Whose"), 20), (_("Class code"), 12), (_("State"), 18),
        *((_(name), 10) for name in FATE_NAMES.values()), (_("Uploaded"), 18), (_("By"), 12), (_("Imported"), 18),
        (_("Undone"), 18), (_("Undone by"), 12),
    ]  # fmt: skip
    return table_file(Table(_("Lists of people"), heads, rows), _("Lists of people %(day)s", day=_today()), suffix)


@bp.post("/unit/imports/<int:import_id>/rows.<any(xlsx, csv):suffix>")
@requires(*MAY)
def export_import_rows(import_id: int, suffix: str) -> ResponseReturnValue:
    """Give what each row of a list comes to out as a file, numbers masked, and note who took it."""
    fate = fate_asked(request.form)
    with transaction() as session:
        view = roster_imports.import_(session, actor(), import_id)
        text = roster_imports.cells(session, view.id)
        if text is None:
            raise Refused(GONE)
        told_of = [each for each in unwritten(text).told if fate is None or each.fate is fate]
        wanted = {"list": "import-rows", "title": view.file_name}
        account.note_export(session, actor=actor(), wanted=wanted, count=len(told_of), now=clock.now())
    rows: list[Sequence[Cell]] = [
        (
            told.row or "", told.name, _(FATE_NAMES[told.fate]), why(told), told.unit, told.id_number,
            told.phone,
        )
        for told in told_of
    ]  # fmt: skip
    heads = [
        (_("Row"), 8), (_("Name"), 16), (_("Outcome"), 12), (_("What changes, or why not"), 60), (_("Unit"), 28),
        (_("ID number"), 22), (_("Mobile number"), 16),
    ]  # fmt: skip
    stem = view.file_name.rpartition(".")[0] or view.file_name or _("List of people")
    return table_file(Table(_("Row by row"), heads, rows), _("%(name)s, row by row", name=stem), suffix)
