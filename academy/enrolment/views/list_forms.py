"""What is asked before something is done with a unit's list: why it returns, how much longer, how many."""

from contextlib import closing
from datetime import datetime, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from academy.enrolment.actions import lists as actions
from academy.enrolment.actions import quotas, reminding, stamped
from academy.enrolment.forms.lists import ExtendForm, GivingForm, ReturnForm, StampedForm, asking_for
from academy.enrolment.queries import lists
from academy.enrolment.rules.shares import shares
from academy.enrolment.views.blueprint import bp
from academy.enrolment.views.lists import Deed, deed_of
from academy.enrolment.views.unit_class import Opened, opened, page_of
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import Refused
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.files import private_file
from academy.web.forms import AcademyForm
from academy.web.i18n import moment, say
from academy.web.session import Session, reading, stop_reading

_TOMORROW_EVENING = 18


@bp.route("/unit/classes/<code>/<int:unit_id>/return", methods=["GET", "POST"])
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def return_list(code: str, unit_id: int) -> ResponseReturnValue:
    """Ask why a list is returned, and tell the unit."""
    found = opened(code, unit_id)
    over = found.unit.due is not None and found.unit.due <= clock.now()
    form = ReturnForm(data={"until": _proposed(found) if over else None})

    def act(session: Session) -> None:
        actions.return_(
            session, actor=actor(), code=code, unit_id=unit_id, reason=form.reason.data or "",
            until=form.moment(), now=clock.now(),
        )  # fmt: skip

    said = _("Returned. %(unit)s has been told.", unit=found.unit.name)
    return _asked(found, form, "enrolment/return_list.html", deed_of(code, unit_id, act, said))


@bp.route("/unit/classes/<code>/<int:unit_id>/extend", methods=["GET", "POST"])
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def extend(code: str, unit_id: int) -> ResponseReturnValue:
    """Ask how much longer a unit has for its list, and tell it."""
    found = opened(code, unit_id)
    form = ExtendForm(data={"until": _proposed(found)})

    def deed(session: Session) -> Answer:
        until = form.moment()
        reminding.extend(session, actor=actor(), code=code, unit_id=unit_id, until=until, now=clock.now())
        said = _("%(unit)s has until %(moment)s now.", unit=found.unit.name, moment=moment(until))
        return Answer(page_of(code, unit_id), said)

    return _asked(found, form, "enrolment/extend.html", deed)


def _proposed(found: Opened) -> datetime:
    """Propose the evening after a deadline, or after today where that is over, within the district's own time."""
    last = max(found.unit.due or clock.now(), clock.now())
    evening = clock.at(clock.local_date(last) + timedelta(days=1), _TOMORROW_EVENING)
    latest = None if actor().is_admin else found.district.own.due
    return clock.local(min(evening, latest) if latest else evening)


def _asked(found: Opened, form: AcademyForm, template: str, deed: Deed) -> ResponseReturnValue:
    """Draw a page of one form, and carry out what it asks once it is filled in properly."""

    def drawn() -> str:
        return render_template(
            template, found=found, form=form, class_=found.class_, unit=found.unit, page_of=page_of
        )

    if not form.validate_on_submit():
        return drawn(), 422 if form.is_submitted() else 200
    return perform(deed, redraw=Redrawn(form, drawn))


@bp.route("/unit/classes/<code>/<int:unit_id>/divide", methods=["GET", "POST"])
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def divide(code: str, unit_id: int) -> ResponseReturnValue:
    """Divide a district's places among its streets."""
    found = opened(code, unit_id)
    streets = found.district.streets
    form = asking_for(GivingForm, [(each.id, each.name, each.places) for each in streets])()
    if form.is_submitted() and "evenly" in request.form:
        form.validate()
        total = found.district.places - found.district.own.taken
        form.put(
            shares(total, dict.fromkeys((each.id for each in streets), 0), least={e.id: e.taken for e in streets})
        )
        return render_template(
            "enrolment/divide.html", found=found, form=form, class_=found.class_, unit=found.unit, page_of=page_of
        )

    def act(session: Session) -> None:
        quotas.divide(
            session, actor=actor(), code=code, district_id=unit_id, giving=form.giving(), now=clock.now()
        )

    said = _("The places are divided among the streets.")
    return _asked(found, form, "enrolment/divide.html", deed_of(code, unit_id, act, said, "streets"))


@bp.route("/unit/classes/<code>/<int:unit_id>/form", methods=["GET", "POST"])
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def attach_form(code: str, unit_id: int) -> ResponseReturnValue:
    """Take the scan or photo of the stamped list."""
    found = opened(code, unit_id)
    form = StampedForm()
    kept: list[tuple[str, str]] = []
    if form.is_submitted() and form.validate():
        stop_reading()
        try:
            kept.append(stamped.keep_form(*_sent(form.file.data)))
        except Refused as refused:
            form.file.errors = [say(reason) for reason in refused.reasons]

    def act(session: Session) -> None:
        digest, name = kept[0]
        actions.attach_form(
            session, actor=actor(), code=code, unit_id=unit_id, digest=digest, name=name, now=clock.now()
        )

    def drawn() -> str:
        return render_template(
            "enrolment/stamped_form.html", found=found, form=form, class_=found.class_, unit=found.unit,
            page_of=page_of,
        )  # fmt: skip

    if not kept:
        return drawn(), 422 if form.is_submitted() else 200
    return perform(deed_of(code, unit_id, act, _("The form is kept with the list.")), redraw=Redrawn(form, drawn))


def _sent(file: FileStorage) -> tuple[bytes, str]:
    """Read an upload, and no more of it than tells that it is too large."""
    with closing(file):
        return file.read(stamped.MOST_BYTES + 1), file.filename or ""


@bp.get("/unit/classes/<code>/<int:unit_id>/stamped")
@requires(Capability.DESK_UNIT, Capability.CLASS_EDIT)
def stamped_form(code: str, unit_id: int) -> ResponseReturnValue:
    """Give the stamped form of a list to whoever may see the list."""
    found = opened(code, unit_id)
    digest, name = lists.form_of(reading(), found.class_.id, unit_id)
    stop_reading()
    return private_file(stamped.read_form(digest), name, kind=stamped.type_of(name))
