"""The office's count of places: open them, and change how many there are."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.classes.queries import sessions as classes
from academy.enrolment.actions import opening
from academy.enrolment.forms.places import PlacesForm
from academy.enrolment.queries import showing
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.i18n import moment
from academy.web.session import Session, reading


@bp.post("/admin/classes/<code>/open-enrolment")
@requires(Capability.CLASS_EDIT)
def open_enrolment(code: str) -> ResponseReturnValue:
    """Open a published class session for enrolment."""

    def deed(session: Session) -> Answer:
        class_ = opening.open_enrolment(session, actor=actor(), code=code, now=clock.now())
        said = _("Enrolment is open from %(moment)s.", moment=moment(class_.enrolment_opens_at))
        return Answer(f"/admin/classes/{code}", said)

    return perform(deed)


@bp.route("/admin/classes/<code>/places", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def places(code: str) -> ResponseReturnValue:
    """Change how many places a class session has; new ones go to those in line."""
    class_ = classes.class_session(reading(), code)
    found = showing.places(reading(), [class_.id]).get(class_.id) if class_ else None
    if class_ is None or found is None:
        raise NotFound
    form = PlacesForm(places=found.places)

    def drawn() -> str:
        return render_template("enrolment/places.html", class_=class_, places=found, form=form)

    if not form.validate_on_submit():
        return drawn(), 422 if form.is_submitted() else 200
    wanted = form.places.data or found.places

    def deed(session: Session) -> Answer:
        opening.set_capacity(session, actor=actor(), code=code, places=wanted, now=clock.now())
        return Answer(f"/admin/classes/{code}", _("The class has %(places)s places now.", places=wanted))

    return perform(deed, redraw=Redrawn(form, drawn))
