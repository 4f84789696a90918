"""The timetable of a class session, and its groups."""

from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.catalogue import queries as catalogue
from academy.classes.actions import sessions as actions
from academy.classes.actions import timetable
from academy.classes.forms import GroupsForm, NameForm, SittingForm
from academy.classes.queries import sessions
from academy.classes.views.sessions import class_view
from academy.ground import clock
from academy.ground.access import Capability, Role
from academy.ground.errors import NotFound
from academy.people.queries import register as people
from academy.sites import queries as sites
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading

bp = Blueprint("class_timetable", __name__, template_folder="../templates")


@bp.route("/admin/classes/<code>/sittings/new", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def new_sitting(code: str) -> ResponseReturnValue:
    """Put a sitting into the timetable."""
    view = class_view(code)
    form = SittingForm(day=request.args.get("day", view.starts_on, type=date.fromisoformat))
    _offer(form, view)

    def page() -> str:
        return render_template("classes/sitting.html", form=form, view=view)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    sitting = timetable.NewSitting(**form.values())

    def deed(session: Session) -> Answer:
        timetable.add_sitting(session, actor=actor(), code=code, sitting=sitting, now=clock.now())
        return Answer(_timetable_of(code), _("The sitting is in the timetable."))

    return perform(deed, redraw=Redrawn(form, page))


@bp.post("/admin/classes/<code>/sittings/<int:sitting_id>/remove")
@requires(Capability.CLASS_EDIT)
def remove_sitting(code: str, sitting_id: int) -> ResponseReturnValue:
    """Take a sitting out of the timetable."""

    def deed(session: Session) -> Answer:
        timetable.remove_sitting(session, actor=actor(), code=code, sitting_id=sitting_id, now=clock.now())
        return Answer(_timetable_of(code), _("The sitting is taken out."))

    return perform(deed)


@bp.post("/admin/classes/<code>/groups")
@requires(Capability.CLASS_EDIT)
def add_groups(code: str) -> ResponseReturnValue:
    """Divide a class session into further groups."""
    view = class_view(code)
    form = GroupsForm()

    def page() -> str:
        return render_template("classes/groups.html", form=form, view=view)

    if not form.validate_on_submit():
        return page(), 422

    def deed(session: Session) -> Answer:
        actions.add_groups(session, actor=actor(), code=code, names=form.lines(), now=clock.now())
        return Answer(_groups_of(code), _("The groups are added."))

    return perform(deed, redraw=Redrawn(form, page))


@bp.route("/admin/classes/<code>/groups/<int:group_id>", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def rename_group(code: str, group_id: int) -> ResponseReturnValue:
    """Give a group another name."""
    view = class_view(code)
    group = next((group for group in sessions.groups(reading(), view.id) if group.id == group_id), None)
    if group is None:
        raise NotFound
    form = NameForm(name=group.name)

    def page() -> str:
        return render_template("classes/group.html", form=form, view=view, group=group)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        name = form.name.data or ""
        actions.rename_group(session, actor=actor(), code=code, group_id=group_id, name=name, now=clock.now())
        return Answer(_groups_of(code), _("The group is renamed."))

    return perform(deed, redraw=Redrawn(form, page))


def _offer(form: SittingForm, view: sessions.ClassView) -> None:
    today = clock.local_date(clock.now())
    courses = catalogue.programme(reading(), view.programme_id).courses
    form.offer(
        courses=[(course.id, course.title) for course in courses],
        instructors=[
            (0, _("Please choose")),
            *((who.id, who.name) for who in people.staff(reading(), Role.INSTRUCTOR, today)),
        ],
        places=[
            (place.id, _("%(place)s (%(count)s people)", place=place.name, count=place.capacity))
            for place in sites.places(reading(), on=view.starts_on)
        ],
        groups=[(group.id, group.name) for group in sessions.groups(reading(), view.id)],
    )


def _timetable_of(code: str) -> str:
    return url_for("class_session.show", code=code, _anchor="timetable")


def _groups_of(code: str) -> str:
    return url_for("class_session.show", code=code, _anchor="groups")
