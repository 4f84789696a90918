"""The journal as auditors read it, and as they take it away."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.spreadsheet import Table
from academy.journal import actions, queries
from academy.journal.forms import JournalFilter
from academy.journal.queries import EntryView
from academy.journal.rules.fields import FIELDS, LISTS, STATES
from academy.journal.rules.wanted import MOST_EXPORTED, Wanted, changes
from academy.journal.rules.words import AREAS, CODES, KINDS, VIAS
from academy.web.access import actor, requires
from academy.web.files import table_file
from academy.web.paging import cursor, page
from academy.web.session import reading, transaction

bp = Blueprint("journal", __name__, template_folder="templates")

_ROWS = 50


@bp.get("/audit/")
@requires(Capability.JOURNAL_READ)
def audit() -> ResponseReturnValue:
    """Show who did what, the newest first."""
    form = _filter(request.args)
    if not form.validate():
        return render_template("journal/audit.html", form=form, wanted=Wanted(), entries=None, periods=[]), 422
    wanted = _wanted(form)
    entries = page(queries.entries(reading(), wanted, cursor=cursor(), size=_ROWS))
    return render_template(
        "journal/audit.html", form=form, wanted=wanted, entries=entries,
        what=_what, about=_about, changes=_changes, via=_via, periods=_periods(wanted),
    )  # fmt: skip


@bp.post("/audit/export.<any(xlsx, csv):suffix>")
@requires(Capability.JOURNAL_READ)
def export(suffix: str) -> ResponseReturnValue:
    """Give the wanted part of the journal out as a file, and note that it was taken."""
    form = _filter(request.form)
    if not form.validate():
        return render_template("journal/audit.html", form=form, wanted=Wanted(), entries=None, periods=[]), 422
    now, wanted = clock.now(), _wanted(form)
    entries = queries.newest(reading(), wanted, limit=MOST_EXPORTED + 1)
    with transaction() as session:
        actions.note_export(session, actor=actor(), wanted=wanted, count=len(entries), now=now)
    name = _("Journal %(moment)s", moment=f"{clock.local(now):%Y-%m-%d %H%M%S}")
    return table_file(_table(entries), name, suffix)


def _periods(wanted: Wanted) -> list[tuple[str, str, bool]]:
    """Offer the periods that auditors ask for most, keeping what else was asked."""
    today = clock.local_date(clock.now())
    starts = (
        (_("Whenever"), None),
        (_("Today"), today),
        (_("The last seven days"), today - timedelta(days=6)),
        (_("This month"), today.replace(day=1)),
        (_("This year"), today.replace(month=1, day=1)),
    )
    kept: dict[str, Any] = {
        name: value for name, value in wanted.questions().items() if name not in {"since", "until"}
    }
    return [
        (label, url_for(".audit", since=since, **kept), wanted.since == since and not wanted.until)
        for label, since in starts
    ]


def _filter(asked: Mapping[str, str]) -> JournalFilter:
    form = JournalFilter(asked)
    areas = [(area, _("Everything about: %(area)s", area=_(words))) for area, words in AREAS.items()]
    codes = [*areas, *((code, _(words)) for code, words in CODES.items())]
    kinds = [(kind, _(words)) for kind, words in KINDS.items()]
    form.code.choices = _offered(codes, form.code.data)
    form.kind.choices = _offered(kinds, form.kind.data)
    return form


def _offered(known: list[tuple[str, str]], asked: str | None) -> list[tuple[str, str]]:
    """Offer what has words, and what a link asks for even if it has none."""
    unknown = [(asked, asked)] if asked and asked not in dict(known) else []
    return [("", _("Everything")), *known, *unknown]


def _wanted(form: JournalFilter) -> Wanted:
    words = " ".join((form.q.data or "").split())
    said_by = {code for code, said in CODES.items() if words and words.lower() in _(said).lower()}
    return Wanted(
        words=words, said_by=frozenset(said_by), code=form.code.data or "", who=form.who.data or "",
        kind=form.kind.data or "", number=form.number.data, since=form.since.data, until=form.until.data,
    )  # fmt: skip


def _what(entry: EntryView) -> str:
    """Say in words what was done, or give its code where there are none."""
    return str(_(CODES[entry.code])) if entry.code in CODES else entry.code


def _via(entry: EntryView) -> str:
    return str(_(VIAS[entry.via]))


def _about(entry: EntryView) -> str:
    kind = str(_(KINDS[entry.about_kind])) if entry.about_kind in KINDS else entry.about_kind
    if entry.about_id is None:
        return kind
    return str(_("%(kind)s no. %(number)s", kind=kind, number=entry.about_id))


def _changes(entry: EntryView) -> list[tuple[str, str]]:
    """Say each change as (name, `was → became`)."""
    said = []
    for name, was, became in changes(entry.before, entry.after):
        label = _(FIELDS[name]) if name in FIELDS else name
        values = (_value(name, was), _value(name, became)) if name in entry.before else (_value(name, became),)
        said.append((label, " → ".join(values)))
    return said


def _value(name: str, value: str) -> str:
    """Say a state, a list, a yes and a no in words, a missing value as a dash, and anything else as it stands."""
    if name == "state" and value in STATES:
        return str(_(STATES[value]))
    if name == "list" and value in LISTS:
        return str(_(LISTS[value]))
    if value in {"true", "false"}:
        return str(_("yes") if value == "true" else _("no"))
    return value or "–"


def _table(entries: Sequence[EntryView]) -> Table:
    heads = (
        (_("Number"), 10), (_("When"), 20), (_("Who"), 16), (_("By way of"), 12), (_("Address"), 16),
        (_("What"), 28), (_("Code"), 28), (_("About"), 24), (_("Before"), 40), (_("After"), 40), (_("Result"), 12),
    )  # fmt: skip
    return Table(_("Journal"), heads, (_cells(entry) for entry in entries))


def _cells(entry: EntryView) -> tuple[str | int, ...]:
    said = changes(entry.before, entry.after)
    return (
        entry.id, f"{clock.local(entry.at):%Y-%m-%d %H:%M:%S}", entry.who, _via(entry), entry.address,
        _what(entry), entry.code, _about(entry),
        "\n".join(f"{name}: {was}" for name, was, _became in said if was),
        "\n".join(f"{name}: {became}" for name, _was, became in said if became),
        entry.result,
    )  # fmt: skip
