"""The office's units: the tree, one unit's page, and units added, renamed, merged and split."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice  # type: ignore[attr-defined]  # the stubs do not know it yet

from academy.ground import clock
from academy.ground.access import Capability
from academy.people.actions import units as actions
from academy.people.forms.memberships import offer
from academy.people.forms.units import MergeForm, NewUnitForm, RenameForm, SplitForm
from academy.people.queries import units as queries
from academy.people.queries.units import UnitPage, UnitRow
from academy.people.rules.register import GRID_ROLE_NAMES
from academy.people.views import codes
from academy.people.views.blueprint import bp
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading


def kind_names() -> dict[str, str]:
    """Name the levels of units."""
    return {"city": _("City"), "district": _("District"), "street": _("Street")}


def shown(unit_id: int) -> UnitPage:
    """Show one unit of today, or a past one."""
    return queries.page(reading(), unit_id, on=clock.local_date(clock.now()))


@bp.get("/admin/units")
@requires(Capability.UNIT_EDIT)
def units() -> ResponseReturnValue:
    """List all units as a tree, with people and liaisons; words keep those whose names or liaisons have them."""
    words = request.args.get("q", "").strip()[:60]
    rows = queries.rows(reading(), clock.local_date(clock.now()))
    return render_template(
        "people/units.html", rows=having(rows, words), all=rows, words=words, kinds=kind_names()
    )


def having(rows: tuple[UnitRow, ...], words: str) -> list[UnitRow]:
    """Keep the units whose names or liaisons have these words."""
    return [row for row in rows if words in row.full_name or any(words in name for name in row.liaisons)]


@bp.get("/admin/units/<int:unit_id>")
@requires(Capability.UNIT_EDIT)
def unit(unit_id: int) -> ResponseReturnValue:
    """Show one unit: its people in numbers, its liaisons, and what became of it."""
    return render_template("people/unit.html", unit=shown(unit_id), kinds=kind_names())


def _new_form() -> NewUnitForm:
    form = NewUnitForm()
    rows = queries.rows(reading(), clock.local_date(clock.now()))
    form.above.choices = [
        SelectChoice(0, _("It is a district itself")),
        *(SelectChoice(row.id, row.name) for row in rows if row.kind == "district"),
    ]
    return form


@bp.get("/admin/units/new")
@requires(Capability.UNIT_EDIT)
def new_unit() -> ResponseReturnValue:
    """Ask for a new unit."""
    return render_template("people/new_unit.html", form=_new_form())


@bp.post("/admin/units/new")
@requires(Capability.UNIT_EDIT)
def add_unit() -> ResponseReturnValue:
    """Add a district, or a street of one."""
    form = _new_form()

    def page() -> str:
        return render_template("people/new_unit.html", form=form)

    if not form.validate_on_submit():
        return page(), codes.WRONG

    def deed(session: Session) -> Answer:
        unit_id = actions.add_unit(
            session, actor=actor(), parent_id=form.above.data or None, name=form.name.data or "", now=clock.now()
        )
        return Answer(url_for(".unit", unit_id=unit_id), _("%(name)s is added.", name=form.name.data))

    return perform(deed, redraw=Redrawn(form, page))


def _rename_page(unit_id: int, form: RenameForm) -> str:
    return render_template("people/rename_unit.html", unit=shown(unit_id), form=form)


@bp.get("/admin/units/<int:unit_id>/rename")
@requires(Capability.UNIT_EDIT)
def ask_to_rename_unit(unit_id: int) -> ResponseReturnValue:
    """Ask for a unit's new name."""
    return _rename_page(unit_id, RenameForm(name=shown(unit_id).name, on=clock.local_date(clock.now())))


@bp.post("/admin/units/<int:unit_id>/rename")
@requires(Capability.UNIT_EDIT)
def rename_unit(unit_id: int) -> ResponseReturnValue:
    """Give a unit another name; lists with the old one are still understood."""
    form = RenameForm()
    if not form.validate_on_submit() or form.on.data is None:
        return _rename_page(unit_id, form), codes.WRONG
    name, on = form.name.data or "", form.on.data

    def deed(session: Session) -> Answer:
        actions.rename_unit(session, actor=actor(), unit_id=unit_id, name=name, on=on, now=clock.now())
        return Answer(url_for(".unit", unit_id=unit_id), _("The unit is called %(name)s now.", name=name))

    return perform(deed, redraw=Redrawn(form, lambda: _rename_page(unit_id, form)))


def _merge_form(page: UnitPage, form: MergeForm) -> MergeForm:
    rows = queries.rows(reading(), clock.local_date(clock.now()))
    offer(form.into, [(row.id, row.full_name) for row in rows if row.kind == page.kind and row.id != page.id])
    return form


def _merge_page(page: UnitPage, form: MergeForm) -> str:
    return render_template("people/merge_unit.html", unit=page, form=form)


@bp.get("/admin/units/<int:unit_id>/merge")
@requires(Capability.UNIT_EDIT)
def ask_to_merge_unit(unit_id: int) -> ResponseReturnValue:
    """Ask into which unit this one is merged, and from which day."""
    page = shown(unit_id)
    return _merge_page(page, _merge_form(page, MergeForm(on=clock.local_date(clock.now()))))


@bp.post("/admin/units/<int:unit_id>/merge")
@requires(Capability.UNIT_EDIT)
def merge_unit(unit_id: int) -> ResponseReturnValue:
    """Merge a unit into another one: its people move with dates, its desk ends."""
    page = shown(unit_id)
    form = _merge_form(page, MergeForm())
    if not form.validate_on_submit() or form.on.data is None:
        return _merge_page(page, form), codes.WRONG
    into_id, on = form.into.data, form.on.data

    def deed(session: Session) -> Answer:
        moved = actions.merge_unit(
            session, actor=actor(), unit_id=unit_id, into_id=into_id, on=on, now=clock.now()
        )
        said = _("%(name)s is merged. People who moved: %(count)s.", name=page.name, count=moved)
        return Answer(url_for(".unit", unit_id=into_id), said)

    return perform(deed, redraw=Redrawn(form, lambda: _merge_page(page, form)))


def _split_form(unit_id: int, form: SplitForm) -> SplitForm:
    members = queries.members(reading(), unit_id, on=clock.local_date(clock.now()))
    form.people.choices = [
        SelectChoice(
            each.person_id,
            " · ".join(filter(None, (each.name, _(GRID_ROLE_NAMES[each.grid_role]) if each.grid_role else ""))),
        )
        for each in members
    ]
    return form


def _split_page(page: UnitPage, form: SplitForm) -> str:
    return render_template("people/split_unit.html", unit=page, form=form)


@bp.get("/admin/units/<int:unit_id>/split")
@requires(Capability.UNIT_EDIT)
def ask_to_split_unit(unit_id: int) -> ResponseReturnValue:
    """Ask for the new unit, and who goes to it."""
    page = shown(unit_id)
    return _split_page(page, _split_form(unit_id, SplitForm(on=clock.local_date(clock.now()))))


@bp.post("/admin/units/<int:unit_id>/split")
@requires(Capability.UNIT_EDIT)
def split_unit(unit_id: int) -> ResponseReturnValue:
    """Make a new unit out of one, with the chosen people."""
    page = shown(unit_id)
    form = _split_form(unit_id, SplitForm())
    if not form.validate_on_submit() or form.on.data is None:
        return _split_page(page, form), codes.WRONG
    name, on, chosen = form.name.data or "", form.on.data, form.people.data or []

    def deed(session: Session) -> Answer:
        new_id = actions.split_unit(
            session, actor=actor(), unit_id=unit_id, name=name, person_ids=chosen, on=on, now=clock.now()
        )
        return Answer(url_for(".unit", unit_id=new_id), _("%(name)s is split off.", name=name))

    return perform(deed, redraw=Redrawn(form, lambda: _split_page(page, form)))
