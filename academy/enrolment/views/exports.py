"""Lists of the office as files: claims, offers, lines, whom a moved class clashes with, who has read a notice.

Numbers of phones and ID cards are masked in them, or whole for a reason that the journal keeps.
"""

from collections.abc import Iterable, Sequence

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.enrolment.queries import admission, awaiting, notices, pools, waiting
from academy.enrolment.queries.awaiting import Offer
from academy.enrolment.rules.admission import said
from academy.enrolment.rules.plan import APPROVAL_NAMES, Approval
from academy.enrolment.rules.states import STATE_NAMES, EnrolmentState
from academy.enrolment.views.blueprint import bp
from academy.enrolment.views.line import holder_name, of_other
from academy.enrolment.views.quotas import class_or_404
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import Cell, Table
from academy.people.actions import exporting
from academy.people.actions.exporting import Numbers
from academy.web.access import actor, requires
from academy.web.files import reason_to_see, table_file
from academy.web.i18n import say
from academy.web.session import reading, transaction


def _numbers(person_ids: Iterable[int], **wanted: str) -> dict[int, Numbers]:
    """Give the numbers for a file, and note who took which list."""
    with transaction() as session:
        return exporting.take_numbers(
            session, actor=actor(), person_ids=list(person_ids), wanted=wanted, reason=reason_to_see(),
            now=clock.now(),
        )  # fmt: skip


def _who() -> list[tuple[str, int]]:
    """Head the columns that tell who somebody is and how to reach them."""
    return [(_("Name"), 16), (_("Unit"), 28), (_("Mobile number"), 16), (_("ID number"), 22)]


def _class_heads() -> list[tuple[str, int]]:
    return [(_("Class code"), 12), (_("Class session"), 36), (_("First day"), 12)]


def _today() -> str:
    return clock.local_date(clock.now()).isoformat()


@bp.post("/admin/claims/export.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export_claims(suffix: str) -> ResponseReturnValue:
    """Give the claims that wait for a decision out as a file, of one class session if asked, and note it."""
    code = request.form.get("code", "")
    found = [each for each in awaiting.to_decide(reading(), unit_ids=None) if code in {"", each.code}]
    numbers = _numbers((each.person_id for each in found), list="claims", **({"code": code} if code else {}))
    rows: list[Sequence[Cell]] = [
        (
            each.code, each.title, each.starts_on, each.name, each.unit_name, numbers[each.person_id].phone,
            numbers[each.person_id].id_number, each.requested_at,
            _("In line") if each.waits_in_line else _("A place is held"), _whose_yes(each.awaited),
        )
        for each in found
    ]  # fmt: skip
    heads = [*_class_heads(), *_who(), (_("Asked"), 18), (_("State"), 14), (_("Waits for"), 20)]
    of_day = _("Claims to decide on %(day)s", day=_today())
    name = _("Claims to decide on in %(code)s", code=code) if code else of_day
    return table_file(Table(_("To be decided"), heads, rows), name, suffix)


def _whose_yes(approval: Approval) -> str:
    """Say whose yes is missing, as the page does."""
    said: str = {
        Approval.UNIT: _("its unit"), Approval.ACADEMY: _("the academy"),
        Approval.BOTH: _("its unit and the academy"), Approval.NONE: _("the academy"),
    }[approval]  # fmt: skip
    return said


@bp.post("/admin/claims/offers.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export_offers(suffix: str) -> ResponseReturnValue:
    """Give the places on offer out as a file, of one class session if asked, and note it."""
    code = request.form.get("code", "")
    class_id = class_or_404(code).id if code else None
    found = awaiting.offers(reading(), class_session_id=class_id)
    numbers = _numbers((each.person_id for each in found), list="offers", **({"code": code} if code else {}))
    rows: list[Sequence[Cell]] = [
        (
            each.code, each.title, each.starts_on, each.name, each.unit_name, numbers[each.person_id].phone,
            numbers[each.person_id].id_number, each.offered_at or "", each.confirm_by or "", _message(each),
        )
        for each in found
    ]  # fmt: skip
    heads = [*_class_heads(), *_who(), (_("Offered"), 18), (_("To be confirmed by"), 18), (_("Message"), 28)]
    name = _("Offers of %(code)s", code=code) if code else _("Offers %(day)s", day=_today())
    return table_file(Table(_("Places on offer"), heads, rows), name, suffix)


def _message(offer: Offer) -> str:
    if offer.reached_nobody:
        return str(_("No message reaches anybody"))
    return str(_("The message has arrived") if offer.confirm_by else _("The message is on its way"))


@bp.post("/admin/classes/<code>/line.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export_line(code: str, suffix: str) -> ResponseReturnValue:
    """Give the waiting lists of a class session out as a file, and note it."""
    session, class_ = reading(), class_or_404(code)
    lines = waiting.lines(session, class_.id, pools.plan(session, class_.id))
    numbers = _numbers((who.person_id for each in lines for who in each.people), list="line", code=code)
    rows: list[Sequence[Cell]] = [
        (
            holder_name(each.of), who.rank, who.name, who.unit_name, numbers[who.person_id].phone,
            numbers[who.person_id].id_number, who.requested_at,
            "\n".join(of_other(reason) for reason in who.hindrances), len(who.passed_over),
            "" if who.awaited is Approval.NONE else _(APPROVAL_NAMES[who.awaited]),
        )
        for each in lines
        for who in each.people
    ]  # fmt: skip
    heads = [
        (_("Places of"), 28), (_("No. in line"), 10), *_who(), (_("Since"), 18), (_("What stands against it"), 40),
        (_("Times passed over"), 10), (_("Approval still missing"), 20),
    ]  # fmt: skip
    return table_file(Table(code, heads, rows), _("Waiting list %(code)s", code=code), suffix)


@bp.post("/admin/classes/<code>/clashing.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export_clashing(code: str, suffix: str) -> ResponseReturnValue:
    """Give those out as a file who have another class at the same hours, and note it."""
    found = waiting.clashing(reading(), class_or_404(code).id)
    numbers = _numbers((each.person_id for each in found), list="clashing", code=code)
    rows: list[Sequence[Cell]] = [
        (
            each.name, each.unit_name, numbers[each.person_id].phone, numbers[each.person_id].id_number,
            _state(each.state), "\n".join(of_other(reason) for reason in each.reasons),
        )
        for each in found
    ]  # fmt: skip
    heads = [*_who(), (_("In this class"), 16), (_("The other class"), 60)]
    name = _("Two classes at once %(code)s", code=code)
    return table_file(Table(code, heads, rows), name, suffix)


def _state(state: EnrolmentState) -> str:
    return str(_(STATE_NAMES[state]))


@bp.post("/admin/classes/<code>/notice/readers.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export_readers(code: str, suffix: str) -> ResponseReturnValue:
    """Give out as a file to whom each version of a notice went and who has confirmed it, and note it."""
    class_ = class_or_404(code)
    versions = notices.versions(reading(), class_.id)
    readers = notices.readers(reading(), [each.id for each in versions])
    told = sorted({row.person_id for part in readers.values() for row in part})
    numbers = _numbers(told, list="notice-readers", code=code)
    rows: list[Sequence[Cell]] = [
        (
            notice.number, notice.version, row.unit, row.name, numbers[row.person_id].phone, row.sent_at,
            _("yes") if row.read_at else _("no"), row.read_at or "",
        )
        for notice in versions
        for row in readers.get(notice.id, ())
    ]  # fmt: skip
    heads = [
        (_("Notice"), 22), (_("Version"), 8), (_("Unit"), 28), (_("Liaison"), 16), (_("Mobile number"), 16),
        (_("Sent"), 18), (_("Confirmed"), 10), (_("Confirmed on"), 18),
    ]  # fmt: skip
    return table_file(Table(code, heads, rows), _("Who has read the notice of %(code)s", code=code), suffix)


@bp.get("/admin/classes/<code>/admission.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export_admission(code: str, suffix: str) -> ResponseReturnValue:
    """Give the rules of admission of a class session out as a file; it names nobody."""
    rows = [
        (number, say(said(row.rule)))
        for number, row in enumerate(admission.rule_rows(reading(), class_or_404(code).id), start=1)
    ]
    table = Table(_("Who may enrol"), [(_("No."), 6), (_("Rule of admission"), 80)], rows)
    return table_file(table, _("Who may enrol in %(code)s", code=code), suffix)
