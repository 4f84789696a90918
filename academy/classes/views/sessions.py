"""One class session: made, shown, changed, moved on."""

from dataclasses import asdict, replace

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.catalogue import queries as catalogue
from academy.classes import rules
from academy.classes.actions import sessions as actions
from academy.classes.forms import ClassForm, GroupsForm
from academy.classes.queries import office, sessions
from academy.classes.rules import ClassFacts, ClassState, Step
from academy.ground import clock
from academy.ground.access import Capability, Role
from academy.ground.errors import NotFound, Refused
from academy.ground.text import N_
from academy.people.queries import register as people
from academy.web import plugs
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading

bp = Blueprint("class_session", __name__, template_folder="../templates")

# For each step of this page: its button, what it means, and what is said when it is done.
STEP_WORDS: dict[Step, tuple[str, str, str]] = {
    Step.PUBLISH: (
        N_("Publish"),
        N_("Everybody can see the class session from now on, and its programme is fixed."),
        N_("The class session is published."),
    ),
    Step.CLOSE: (
        N_("Close the class session"),
        N_("Everything about it is fixed from now on."),
        N_("The class session is closed."),
    ),
}


@bp.route("/admin/classes/new", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def new() -> ResponseReturnValue:
    """Make a class session in draft."""
    form = ClassForm()
    _offer(form, None)

    def page() -> str:
        return render_template("classes/new.html", form=form)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200

    def deed(session: Session) -> Answer:
        made = actions.create(session, actor=actor(), facts=ClassFacts(**form.values()), now=clock.now())
        said = _("The class session %(code)s is made. Now plan its timetable.", code=made.code)
        return Answer(url_for(".show", code=made.code), said)

    return perform(deed, redraw=Redrawn(form, page))


@bp.get("/admin/classes/<code>")
@requires(Capability.CLASS_EDIT)
def show(code: str) -> ResponseReturnValue:
    """Show all about one class session, with the steps that it may take from here."""
    view = class_view(code)
    facts = office.step_facts(reading(), class_session_id=view.id, state=view.state, manager_id=view.manager_id)
    steps = [
        (step, rules.reasons_to_refuse_step(facts, step, now=clock.now()))
        for step in rules.steps_from(view.state)
        if step in rules.OWN_STEPS
    ]
    sittings = sessions.sittings(reading(), view.id)
    programme = catalogue.programme(reading(), view.programme_id)
    planned = {sitting.course_id for sitting in sittings}
    return render_template(
        "classes/show.html",
        view=view,
        steps=steps,
        step_words=STEP_WORDS,
        state_names=rules.STATE_NAMES,
        announced=view.state in rules.PUBLIC_STATES,
        changeable=bool(rules.CHANGEABLE[view.state]),
        planning=not rules.reasons_to_refuse_groups(view.state),
        removable={
            sitting.id
            for sitting in sittings
            if not rules.reasons_to_keep_sitting(view.state, sitting.starts_at, now=clock.now())
        },
        sittings=sittings,
        programme=programme,
        unplanned=[course for course in programme.courses if course.id not in planned],
        groups=sessions.groups(reading(), view.id),
        groups_form=GroupsForm(None),
        panels=plugs.panels(view.id),
    )


@bp.route("/admin/classes/<code>/edit", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def edit(code: str) -> ResponseReturnValue:
    """Change what may still be changed about a class session."""
    view = class_view(code)
    changeable = rules.CHANGEABLE[view.state]
    if not changeable:
        raise Refused(rules.MANAGER_FIXED)
    form = ClassForm(data=_typed(view))
    form.keep(changeable)
    _offer(form, view)
    part = changeable != rules.CHANGEABLE[ClassState.DRAFT]

    def page() -> str:
        return render_template("classes/edit.html", form=form, view=view, part=part)

    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    facts = replace(view, **form.values())

    def deed(session: Session) -> Answer:
        actions.change(session, actor=actor(), code=code, facts=facts, now=clock.now())
        return Answer(url_for(".show", code=code), _("The class session is changed."))

    return perform(deed, redraw=Redrawn(form, page))


@bp.post("/admin/classes/<code>/steps/<step_name>")
@requires(Capability.CLASS_EDIT)
def take_step(code: str, step_name: str) -> ResponseReturnValue:
    """Publish or close a class session."""
    step = next((step for step in rules.OWN_STEPS if step == step_name), None)
    if step is None:
        raise NotFound

    def deed(session: Session) -> Answer:
        actions.step(session, actor=actor(), code=code, step=step, now=clock.now())
        return Answer(url_for(".show", code=code), _(STEP_WORDS[step][2]))

    return perform(deed)


def class_view(code: str) -> sessions.ClassView:
    """Find a class session by the code in the address."""
    view = sessions.class_session(reading(), code)
    if view is None:
        raise NotFound
    return view


def _typed(view: sessions.ClassView) -> dict[str, object]:
    """Give a class session's facts as the form holds them."""
    local = {"opens_at": clock.local(view.opens_at), "closes_at": clock.local(view.closes_at)}
    return {**asdict(view), **local, "manager_id": view.manager_id or 0}


def _offer(form: ClassForm, view: sessions.ClassView | None) -> None:
    staff = people.staff(reading(), Role.INSTRUCTOR, clock.local_date(clock.now()))
    managers = {person.id: person.name for person in staff}
    if view and view.manager_id:
        managers.setdefault(view.manager_id, view.manager_name)
    form.offer(
        kinds=[(value.id, value.name) for value in office.kinds(reading())],
        levels=[(value.id, value.name) for value in office.levels(reading())],
        programmes=[(programme.id, programme.title) for programme in catalogue.programmes(reading())],
        managers=[(0, _("– nobody yet –")), *managers.items()],
    )
