"""Lists of people that liaisons and the office send: looked at, imported, given back coloured, undone."""

import hashlib
from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.enrolment.actions import rosters as actions
from academy.enrolment.forms.rosters import ImportForm
from academy.enrolment.queries import rosters
from academy.enrolment.views.blueprint import bp
from academy.enrolment.views.marked_list import ASKED, KINDS, blank_list, marked_list
from academy.ground import clock, tables, workbooks
from academy.ground.access import Capability
from academy.ground.errors import Refused
from academy.ground.spreadsheet import XLSX
from academy.people.actions import rosters as people
from academy.people.actions.rosters import GONE, Sent
from academy.people.queries import roster_imports as queries
from academy.people.queries.rosters import Claim
from academy.people.rules.roster.kept import Told, unwritten
from academy.people.rules.roster.kinds import STATE_NAMES, ImportKind, ImportState
from academy.people.rules.roster.labels import LABELS
from academy.people.rules.roster.plan import FATE_NAMES, Fate
from academy.people.rules.roster.reading import HEADER_NOT_FOUND, first_list
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import private_file
from academy.web.i18n import say
from academy.web.limits import limiter
from academy.web.paging import Page
from academy.web.session import Session, expect_token, reading, stop_reading, transaction

_PAGE = 50
_seldom = limiter.shared_limit("10 per minute; 100 per hour", scope="send a list of people")
MAY = (Capability.DESK_UNIT, Capability.PERSON_LIST)


@bp.get("/unit/imports")
@requires(*MAY)
def imports() -> ResponseReturnValue:
    """List the lists that were sent."""
    found = queries.imports(reading(), actor())
    return render_template("enrolment/imports.html", imports=found, import_states=STATE_NAMES)


@bp.get("/unit/imports/new")
@requires(*MAY)
def new_import() -> ResponseReturnValue:
    """Ask for a list, and say what will be made of it."""
    form = ImportForm(formdata=None, unit=request.args.get("unit"), code=request.args.get("class", ""))
    _offer(form)
    return _new(form)


def _offer(form: ImportForm) -> None:
    today = clock.local_date(clock.now())
    units = rosters.units_to_choose(reading(), actor(), on=today)
    city = [("", _("The academy's own list"))] if actor().is_admin else []
    form.offer(
        [*city, *((str(unit_id), name) for unit_id, name in units)], rosters.classes_to_fill(reading(), actor())
    )


def _new(form: ImportForm) -> str:
    labels = _(", ").join(LABELS[field][0] for field in ASKED)
    return render_template("enrolment/new_import.html", form=form, most_rows=tables.MOST_ROWS, labels=labels)


@bp.get("/unit/imports/blank.xlsx")
@requires(*MAY)
def blank_import() -> ResponseReturnValue:
    """Offer a workbook to be filled in."""
    title = _("List of people")
    return private_file(blank_list(title), f"{title}.xlsx", kind=XLSX)


@bp.post("/unit/imports")
@_seldom
@requires(*MAY)
def send_import() -> ResponseReturnValue:
    """Read a list and lead to what it comes to; nothing is imported yet."""
    form = ImportForm()
    _offer(form)
    if not form.validate_on_submit():
        return _new(form), 422
    expect_token()
    upload = form.file.data
    data = upload.read(workbooks.MEGABYTES * 1024 * 1024 + 1)
    claim = Claim(
        kind=ImportKind(form.kind.data), unit_id=int(form.unit.data) if form.unit.data else None,
        class_code=form.code.data or "",
    )  # fmt: skip
    stop_reading()
    try:
        sent = _looked(data, upload.filename or "", claim)
    except Refused as error:
        form.file.errors = [say(reason) for reason in error.reasons]
        return _new(form), 422

    def deed(session: Session) -> Answer:
        import_id = people.keep(session, actor=actor(), sent=sent, now=clock.now())
        return Answer(url_for(".show_import", import_id=import_id))

    return perform(deed, redraw=Redrawn(form, lambda: _new(form)))


def _looked(data: bytes, name: str, claim: Claim) -> Sent:
    """Find the list in a file and compare it with the register."""
    if not data.strip():
        raise Refused(workbooks.EMPTY)
    with tables.opened(data) as grids:
        grid, header = first_list(grids)
    if header is None:
        raise Refused(HEADER_NOT_FOUND)
    looked = rosters.look(reading(), grid, header, claim, on=clock.local_date(clock.now()))
    return Sent(
        file_name=name, sha256=hashlib.sha256(data).hexdigest(), claim=claim, grid=grid, header=header,
        steps=looked.steps,
    )  # fmt: skip


@bp.get("/unit/imports/<int:import_id>")
@requires(*MAY)
def show_import(import_id: int) -> ResponseReturnValue:
    """Show what a list comes to, or came to: row by row, with what is to be mended."""
    view = queries.import_(reading(), actor(), import_id)
    text = queries.cells(reading(), view.id)
    told = unwritten(text).told if text else ()
    fate = fate_asked(request.args)
    return render_template(
        "enrolment/import.html",
        of=view,
        is_open=view.state is ImportState.CHECKED,
        same=queries.same(reading(), actor(), view),
        fates=[(each, FATE_NAMES[each], view.counts.get(each, 0)) for each in Fate if view.counts.get(each)],
        fate=fate,
        page=_part([each for each in told if fate is None or each.fate is fate], import_id, fate),
        kinds=KINDS,
        names=FATE_NAMES,
        import_states=STATE_NAMES,
    )


def fate_asked(values: Mapping[str, str]) -> Fate | None:
    """Read which outcome the rows of a list are narrowed to."""
    asked = values.get("fate", "")
    return Fate(asked) if asked in set(Fate) else None


def _part(rows: list[Told], import_id: int, fate: Fate | None) -> Page[Told]:
    """Cut one page out of rows that are all at hand."""
    number = max(request.args.get("page", 1, type=int), 1)
    start = (number - 1) * _PAGE

    def link(page: int) -> str:
        return url_for(".show_import", import_id=import_id, fate=fate, page=page if page > 1 else None)

    return Page(
        rows=rows[start : start + _PAGE],
        next_url=link(number + 1) if start + _PAGE < len(rows) else None,
        previous_url=link(number - 1) if number > 1 else None,
        total=len(rows),
        first=number == 1,
    )


@bp.post("/unit/imports/<int:import_id>/import")
@requires(*MAY)
def take_import(import_id: int) -> ResponseReturnValue:
    """Do what the list was seen to come to."""

    def deed(session: Session) -> Answer:
        done = actions.import_roster(session, actor=actor(), import_id=import_id, now=clock.now())
        if done.again:
            said = _("This list is imported already. Nothing was changed.")
            return Answer(url_for(".show_import", import_id=done.import_id), said, "note")
        return Answer(url_for(".show_import", import_id=import_id), _("The list is imported."))

    return perform(deed)


@bp.post("/unit/imports/<int:import_id>/look")
@requires(*MAY)
def look_import(import_id: int) -> ResponseReturnValue:
    """Compare the list with the register of now."""

    def deed(session: Session) -> Answer:
        people.look_again(session, actor=actor(), import_id=import_id, now=clock.now(), look=rosters.look)
        return Answer(
            url_for(".show_import", import_id=import_id), _("Compared once more with the register of now.")
        )

    return perform(deed)


@bp.post("/unit/imports/<int:import_id>/undo")
@requires(*MAY)
def undo_import(import_id: int) -> ResponseReturnValue:
    """Take back all that an import changed."""

    def deed(session: Session) -> Answer:
        actions.undo_roster(session, actor=actor(), import_id=import_id, now=clock.now())
        return Answer(url_for(".show_import", import_id=import_id), _("The import is undone. All is as before."))

    return perform(deed)


@bp.post("/unit/imports/<int:import_id>.xlsx")
@requires(*MAY)
def mark_import(import_id: int) -> ResponseReturnValue:
    """Give the list back as a workbook, coloured at the very cells that are wrong; note who took it."""
    with transaction() as session:
        view = queries.import_(session, actor(), import_id)
        text = queries.cells(session, view.id)
        if text is None:
            raise Refused(GONE)
        people.note_given_back(session, actor=actor(), import_id=import_id, now=clock.now())
    stem = view.file_name.rpartition(".")[0] or view.file_name
    return private_file(marked_list(unwritten(text)), _("%(name)s, looked at.xlsx", name=stem), kind=XLSX)
