"""The list of class sessions, and the same as a file."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from academy.classes.actions import sessions as actions
from academy.classes.queries import office, sessions
from academy.classes.rules import STATE_NAMES, ClassState
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import Cell, Table
from academy.web import paging
from academy.web.access import actor, requires
from academy.web.files import table_file
from academy.web.session import reading, transaction
from academy.web.sorting import sorting

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
        "late_on": clock.local_date(clock.now()) if values.get("late") else None,
    }


@bp.get("/admin/classes/", endpoint="list")
@requires(Capability.CLASS_EDIT)
def list_classes() -> ResponseReturnValue:
    """List the class sessions, narrowed by state, kind, level, year and words."""
    filters = _filters(request.args)
    of_any_state: sessions.Filters = {**filters, "states": ()}
    sort = sorting(("title", "code", "starts", "places"), default="-starts")
    part = sessions.class_lines(reading(), cursor=paging.cursor(), order=sort.order, **filters)
    counts = sessions.state_counts(reading(), **of_any_state)
    return render_template(
        "classes/list.html",
        page=paging.page(part),
        sort=sort,
        filters=filters,
        state=next(iter(filters["states"]), None),
        counts=counts,
        total=sum(counts.values()),
        kinds=office.kinds(reading()),
        levels=office.levels(reading()),
        years=office.years(reading()),
        state_names=STATE_NAMES,
    )


@bp.post("/admin/classes/export.<any(xlsx, csv):suffix>")
@requires(Capability.CLASS_EDIT)
def export(suffix: str) -> ResponseReturnValue:
    """Give the list as it is narrowed, all of it, as a file, and note that it was taken."""
    now = clock.now()
    lines = sessions.class_lines(reading(), size=_EVERY_ROW, **_filters(request.form)).rows
    with transaction() as session:
        actions.note_export(session, actor=actor(), count=len(lines), now=now)
    table = Table(_("Class sessions"), _heads(), (_row(line) for line in lines))
    return table_file(table, _("Class sessions %(day)s", day=clock.local_date(now).isoformat()), suffix)


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
