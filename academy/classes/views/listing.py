"""The list of class sessions, and the same as a spreadsheet."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from academy.classes.actions import sessions as actions
from academy.classes.queries import office, sessions
from academy.classes.rules import STATE_NAMES, ClassState
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import MIME, Cell, workbook
from academy.web import paging
from academy.web.access import actor, requires
from academy.web.files import private_file
from academy.web.session import reading, transaction

bp = Blueprint("classes", __name__, template_folder="../templates")
_EVERY_ROW = 100_000


def _filters(values: MultiDict[str, str]) -> sessions.Filters:
    """Read what a list is narrowed by, from an address or a form."""
    state = values.get("state", type=ClassState)
    return {
        "states": (state,) if state else (),
        "words": values.get("q", "").strip()[:100],
        "kind_id": values.get("kind", type=int),
        "level_id": values.get("level", type=int),
        "year": values.get("year", type=lambda text: min(max(int(text), 1), 9999)),
    }


@bp.get("/admin/classes/", endpoint="list")
@requires(Capability.CLASS_EDIT)
def list_classes() -> ResponseReturnValue:
    """List the class sessions, narrowed by state, kind, level, year and words."""
    filters = _filters(request.args)
    of_any_state: sessions.Filters = {**filters, "states": ()}
    part = sessions.class_lines(reading(), cursor=paging.cursor(), **filters)
    counts = sessions.state_counts(reading(), **of_any_state)
    return render_template(
        "classes/list.html",
        page=paging.page(part),
        filters=filters,
        state=next(iter(filters["states"]), None),
        counts=counts,
        total=sum(counts.values()),
        kinds=office.kinds(reading()),
        levels=office.levels(reading()),
        years=office.years(reading()),
        state_names=STATE_NAMES,
    )


@bp.post("/admin/classes/export")
@requires(Capability.CLASS_EDIT)
def export() -> ResponseReturnValue:
    """Give the list as it is narrowed, all of it, as a spreadsheet."""
    lines = sessions.class_lines(reading(), size=_EVERY_ROW, **_filters(request.form)).rows
    data = workbook(_("Class sessions"), _heads(), (_row(line) for line in lines))
    with transaction() as session:
        actions.note_export(session, actor=actor(), count=len(lines), now=clock.now())
    return private_file(data, f"classes-{clock.local_date(clock.now())}.xlsx", kind=MIME)


def _heads() -> list[tuple[str, int]]:
    return [
        (_("Class code"), 10), (_("Title"), 36), (_("Kind of class session"), 16),
        (_("Level of the class session"), 12), (_("Programme"), 24), (_("Class manager"), 14), (_("Places"), 8),
        (_("Enrolment opens"), 17), (_("Enrolment closes"), 17), (_("First day"), 12), (_("Last day"), 12),
        (_("State"), 10),
    ]  # fmt: skip


def _row(line: sessions.ClassView) -> list[Cell]:
    return [
        line.code, line.title, line.kind, line.level, line.programme_title, line.manager_name, line.capacity,
        clock.civil(line.opens_at), clock.civil(line.closes_at), line.starts_on, line.ends_on,
        _(STATE_NAMES[line.state]),
    ]  # fmt: skip
