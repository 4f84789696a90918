"""Kinds and levels of class sessions, which the office keeps as data."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.classes.actions import values as actions
from academy.classes.forms import NameForm
from academy.classes.queries import office
from academy.classes.rules import ValueKind
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading

bp = Blueprint("class_values", __name__, template_folder="../templates")


@bp.get("/admin/class-values/", endpoint="list")
@requires(Capability.CLASS_EDIT)
def list_values() -> ResponseReturnValue:
    """List the kinds and levels, with a line for another one of each."""
    return _page({which: NameForm(None) for which in ValueKind}), 200


@bp.post("/admin/class-values/<which>")
@requires(Capability.CLASS_EDIT)
def add(which: str) -> ResponseReturnValue:
    """Add a kind or a level."""
    kind = _kind(which)
    form = NameForm()

    def page() -> str:
        return _page({each: form if each is kind else NameForm(None) for each in ValueKind})

    if not form.validate_on_submit():
        return page(), 422

    def deed(session: Session) -> Answer:
        name = form.name.data or ""
        actions.add_value(session, actor=actor(), which=kind, name=name, now=clock.now())
        return Answer(url_for(".list"), _("“%(name)s” is added.", name=name))

    return perform(deed, redraw=Redrawn(form, page))


@bp.route("/admin/class-values/<which>/<int:value_id>", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def rename(which: str, value_id: int) -> ResponseReturnValue:
    """Give a kind or a level another name."""
    kind = _kind(which)
    value = next((value for value in office.values(reading(), kind) if value.id == value_id), None)
    if value is None:
        raise NotFound
    form = NameForm(name=value.name)

    def page() -> str:
        return render_template("classes/value.html", form=form, value=value, which=kind)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        name = form.name.data or ""
        actions.rename_value(session, actor=actor(), which=kind, value_id=value_id, name=name, now=clock.now())
        return Answer(url_for(".list"), _("It is called “%(name)s” now.", name=name))

    return perform(deed, redraw=Redrawn(form, page))


def _kind(which: str) -> ValueKind:
    kind = next((kind for kind in ValueKind if kind == which), None)
    if kind is None:
        raise NotFound
    return kind


def _page(forms: dict[ValueKind, NameForm]) -> str:
    for which, form in forms.items():
        form.name.id = f"name-{which}"  # two forms of one kind on one page
    return render_template(
        "classes/values.html",
        forms=forms,
        kinds=office.kinds(reading()),
        levels=office.levels(reading()),
    )
