"""Hand a liaison's desk over: find who is to have it, or enter somebody, and say from which day."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice  # type: ignore[attr-defined]  # the stubs do not know it yet

from academy.ground import clock, passwords
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.people.actions import desks as actions
from academy.people.actions.desks import Desk, NewHolder
from academy.people.forms.units import HandOverForm, NewHolderForm
from academy.people.queries import office, register
from academy.people.queries.register import PersonView
from academy.people.queries.units import UnitPage
from academy.people.rules.register import read_search
from academy.people.rules.signing_in import problems_with_password
from academy.people.views import codes
from academy.people.views.blueprint import bp
from academy.people.views.units import shown
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.i18n import say
from academy.web.session import Session, reading

_FOUND_AT_MOST = 10


@bp.get("/admin/units/<int:unit_id>/desk")
@requires(Capability.UNIT_EDIT)
def find_holder(unit_id: int) -> ResponseReturnValue:
    """Find who is to have the desk of a unit."""
    words, today = request.args.get("q", "").strip()[:60], clock.local_date(clock.now())
    wanted = office.Wanted(search=read_search(words))
    found = office.people(reading(), wanted, on=today, size=_FOUND_AT_MOST).rows if words else ()
    return render_template("people/find_holder.html", unit=shown(unit_id), words=words, found=found)


def _offer_givers(form: HandOverForm, unit: UnitPage) -> None:
    """Offer those who have the desk now, first of all; the unit may also get one more liaison."""
    form.giver.choices = [
        *(SelectChoice(desk.person_id, desk.name) for desk in unit.desks),
        SelectChoice(0, _("Nobody: the unit gets one more liaison")),
    ]


def _person(person_id: int) -> PersonView:
    found = register.person(reading(), person_id)
    if found is None:
        raise NotFound
    return found


def _page(unit: UnitPage, person: PersonView, form: HandOverForm) -> str:
    return render_template("people/hand_over.html", unit=unit, person=person, form=form)


@bp.get("/admin/units/<int:unit_id>/desk/<int:person_id>")
@requires(Capability.UNIT_EDIT)
def ask_to_hand_over(unit_id: int, person_id: int) -> ResponseReturnValue:
    """Ask who hands the desk over, and from which day."""
    unit, form = shown(unit_id), HandOverForm(on=clock.local_date(clock.now()))
    _offer_givers(form, unit)
    return _page(unit, _person(person_id), form)


@bp.post("/admin/units/<int:unit_id>/desk/<int:person_id>")
@requires(Capability.UNIT_EDIT)
def hand_over(unit_id: int, person_id: int) -> ResponseReturnValue:
    """Hand the desk over in one act."""
    unit, person, form = shown(unit_id), _person(person_id), HandOverForm()
    _offer_givers(form, unit)
    if not form.validate_on_submit() or form.on.data is None:
        return _page(unit, person, form), codes.WRONG
    desk = Desk(unit_id=unit_id, giver_id=form.giver.data or None, on=form.on.data)

    def deed(session: Session) -> Answer:
        name = actions.hand_over(session, actor=actor(), desk=desk, person_id=person_id, now=clock.now())
        return Answer(url_for(".unit", unit_id=unit_id), _("The desk goes to %(name)s.", name=name))

    return perform(deed, redraw=Redrawn(form, lambda: _page(unit, person, form)))


def _new_page(unit: UnitPage, form: NewHolderForm) -> str:
    return render_template("people/new_holder.html", unit=unit, form=form)


@bp.get("/admin/units/<int:unit_id>/desk/new")
@requires(Capability.UNIT_EDIT)
def new_holder(unit_id: int) -> ResponseReturnValue:
    """Ask who is to have the desk, for want of them on file."""
    unit, form = shown(unit_id), NewHolderForm(on=clock.local_date(clock.now()))
    _offer_givers(form, unit)
    return _new_page(unit, form)


@bp.post("/admin/units/<int:unit_id>/desk/new")
@requires(Capability.UNIT_EDIT)
def hand_over_to_new(unit_id: int) -> ResponseReturnValue:
    """Enter somebody with a sign-in name, and hand the desk over to them."""
    unit, form = shown(unit_id), NewHolderForm()
    _offer_givers(form, unit)
    if not form.validate_on_submit() or form.on.data is None or not _password_is_good(form):
        return _new_page(unit, form), codes.WRONG
    desk = Desk(unit_id=unit_id, giver_id=form.giver.data or None, on=form.on.data)
    holder = NewHolder(
        name=form.name.data or "",
        account_name=form.account_name.data or "",
        password_hash=passwords.hash_of(form.password.data or ""),
        phone=form.phone.data or None,
    )

    def deed(session: Session) -> Answer:
        actions.hand_over_to_new(session, actor=actor(), desk=desk, holder=holder, now=clock.now())
        return Answer(url_for(".unit", unit_id=unit_id), _("The desk goes to %(name)s.", name=holder.name))

    return perform(deed, redraw=Redrawn(form, lambda: _new_page(unit, form)))


def _password_is_good(form: NewHolderForm) -> bool:
    """Say at the field what is wrong with the first password."""
    problems = problems_with_password(form.password.data or "", account_name=form.account_name.data or "")
    form.password.errors = [*form.password.errors, *(say(problem) for problem in problems)]
    return not problems


@bp.post("/admin/units/<int:unit_id>/desk/<int:person_id>/end")
@requires(Capability.UNIT_EDIT)
def end_desk(unit_id: int, person_id: int) -> ResponseReturnValue:
    """Take the desk away from somebody at once, without a successor."""

    def deed(session: Session) -> Answer:
        actions.end_desk(session, actor=actor(), unit_id=unit_id, person_id=person_id, now=clock.now())
        return Answer(url_for(".unit", unit_id=unit_id), _("This liaison no longer speaks for the unit."))

    return perform(deed)
