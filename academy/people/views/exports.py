"""The office's lists of people, of units, of moves between them and of phones to bind, as files."""

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import Cell, Table
from academy.people.actions import account, exporting
from academy.people.queries import binding, moves, office, units
from academy.people.queries.moves import MoveView
from academy.people.rules.register import GRID_ROLE_NAMES
from academy.people.views.blueprint import bp
from academy.people.views.office import wanted_people
from academy.people.views.units import having, kind_names
from academy.web.access import actor, requires
from academy.web.files import reason_to_see, table_file
from academy.web.session import reading, transaction


@bp.post("/admin/people/export.<any(xlsx, csv):suffix>")
@requires(Capability.PERSON_LIST)
def export(suffix: str) -> ResponseReturnValue:
    """Give the list out as a file, numbers masked or for a reason whole, and note who took it."""
    wanted, now = wanted_people(request.form), clock.now()
    lines = [*office.export_lines(reading(), wanted, on=clock.local_date(now))]
    with transaction() as session:
        numbers = exporting.take_numbers(
            session, actor=actor(), person_ids=[line.person_id for line in lines], reason=reason_to_see(), now=now,
            wanted={"search": wanted.search.sought, "unit_id": wanted.unit_id, "role": wanted.role},
        )  # fmt: skip
    heads = [
        (_("Name"), 14), (_("Pinyin"), 22), (_("Unit"), 30), (_("In the grid"), 18), (_("In this unit since"), 12),
        (_("Mobile number"), 16), (_("ID number"), 22), (_("ID card seen"), 12),
    ]  # fmt: skip
    rows = (
        (
            line.name, line.name_pinyin, line.unit_name,
            _(GRID_ROLE_NAMES[line.grid_role]) if line.grid_role else "", line.since or "",
            numbers[line.person_id].phone, numbers[line.person_id].id_number,
            _("yes") if line.id_seen else _("no"),
        )
        for line in lines
    )  # fmt: skip
    return table_file(Table(_("People"), heads, rows), _("People %(day)s", day=_today()), suffix)


def _today() -> str:
    return clock.local_date(clock.now()).isoformat()


@bp.get("/admin/units/export.<any(xlsx, csv):suffix>")
@requires(Capability.UNIT_EDIT)
def export_units(suffix: str) -> ResponseReturnValue:
    """Give the units out as a file, as many as the page shows."""
    kinds, words = kind_names(), request.args.get("q", "").strip()
    heads = [(_("Unit"), 30), (_("Kind of unit"), 10), (_("People"), 10), (_("Liaisons"), 24), (_("From"), 12)]
    rows = (
        (row.full_name, kinds[row.kind], row.people, _(", ").join(row.liaisons), row.starts_on)
        for row in having(units.rows(reading(), clock.local_date(clock.now())), words)
    )
    return table_file(Table(_("Units of the city"), heads, rows), _("Units %(day)s", day=_today()), suffix)


@bp.post("/unit/transfers/export.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def export_transfers(suffix: str) -> ResponseReturnValue:
    """Give the moves that the page shows out as a file, and note it."""
    session, now = reading(), clock.now()
    every = (
        *((move, _("Waiting for you")) for move in moves.awaiting(session, actor())),
        *((move, _("Asked for by you")) for move in moves.asked(session, actor())),
        *((move, _outcome(move)) for move in moves.decided(session, actor(), now=now)),
    )
    _note("transfers", len(every))
    heads = [
        (_("Name"), 14), (_("From the unit"), 30), (_("To the unit"), 30), (_("In the grid"), 18),
        (_("As written on the list"), 18), (_("State"), 16), (_("Asked"), 18), (_("Asked by"), 14),
        (_("Decided"), 18), (_("Decided by"), 14), (_("Reason"), 30),
    ]  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (
            move.name, move.from_name, move.to_name, _(GRID_ROLE_NAMES[move.grid_role]) if move.grid_role else "",
            move.role_as_written, state, move.asked_at, move.asked_by, move.decided_at or "", move.decided_by,
            move.refused_because,
        )
        for move, state in every
    ]  # fmt: skip
    return table_file(Table(_("Moves between units"), heads, rows), _("Moves %(day)s", day=_today()), suffix)


def _outcome(move: MoveView) -> str:
    names: dict[str, str] = {"confirmed": _("Confirmed"), "refused": _("Refused"), "withdrawn": _("Taken back")}
    return names[move.state.value]


def _note(which: str, count: int) -> None:
    with transaction() as session:
        account.note_export(session, actor=actor(), wanted={"list": which}, count=count, now=clock.now())


@bp.post("/unit/requests/export.<any(xlsx, csv):suffix>")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def export_requests(suffix: str) -> ResponseReturnValue:
    """Give the phones to bind out as a file, masked, and note it."""
    found = binding.open_requests(reading(), actor(), on=clock.local_date(clock.now()))
    _note("requests", len(found))
    heads = [(_("Name"), 14), (_("Unit"), 30), (_("New number"), 16), (_("Asked"), 18)]
    rows: list[Sequence[Cell]] = [
        (asked.name, asked.unit_name, asked.masked_phone, asked.requested_at) for asked in found
    ]
    return table_file(Table(_("Phones to bind"), heads, rows), _("Phones to bind %(day)s", day=_today()), suffix)
