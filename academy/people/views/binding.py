"""Bind phones to people, by staff who have seen the ID card."""

from collections.abc import Callable

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.people.actions import binding as actions
from academy.people.forms.persons import BindForm, id_is_right
from academy.people.queries import binding as queries
from academy.people.queries.register import PersonView
from academy.people.rules.signing_in import Tried
from academy.people.views import codes
from academy.people.views.blueprint import bp
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.forms import ActForm
from academy.web.session import Session, reading, transaction


def _person(person_id: int) -> PersonView:
    found = queries.bindable(reading(), actor(), person_id, on=clock.local_date(clock.now()))
    if found is None:
        raise NotFound
    return found


def _form(person: PersonView, *, asks_for_phone: bool) -> BindForm:
    """Ask for the last four of the ID on file, or for the whole number where none is."""
    form = BindForm()
    if person.masked_id:
        del form.id_number
    else:
        del form.last_four
    if not asks_for_phone:
        del form.phone
    return form


def _digits(form: BindForm) -> str:
    field = form.last_four if "last_four" in form else form.id_number
    return field.data or ""


def _is_right(form: BindForm) -> bool:
    """Check the shape of everything typed."""
    right: bool = form.validate_on_submit()
    if right and "id_number" in form:
        return id_is_right(form.id_number, clock.local_date(clock.now()))
    return right


def _done_url() -> str:
    may_list = actor().may(Capability.DESK_UNIT) or actor().may(Capability.PERSON_LIST)
    return url_for(".requests") if may_list else url_for(".account")


@bp.get("/people/<int:person_id>/phone")
@requires(Capability.PERSON_BIND_PHONE)
def bind(person_id: int) -> ResponseReturnValue:
    """Ask for the phone to bind, and for the last four of the ID card."""
    person = _person(person_id)
    return render_template("people/bind.html", person=person, form=_form(person, asks_for_phone=True))


@bp.post("/people/<int:person_id>/phone")
@requires(Capability.PERSON_BIND_PHONE)
def bind_phone(person_id: int) -> ResponseReturnValue:
    """Bind a phone to somebody whose ID card was seen."""
    person = _person(person_id)
    form = _form(person, asks_for_phone=True)

    def page() -> str:
        return render_template("people/bind.html", person=person, form=form)

    if not _is_right(form):
        return page(), codes.WRONG
    back = url_for(".person", person_id=person_id) if actor().is_admin else _done_url()

    def deed(session: Session) -> Answer:
        actions.bind_phone(
            session,
            actor=actor(),
            person_id=person_id,
            phone=form.phone.data or "",
            id_digits=_digits(form),
            now=clock.now(),
        )
        return Answer(back, _("The phone of %(name)s is bound.", name=person.name))

    return _carry_out(deed, person_id, Redrawn(form, page))


def _carry_out(deed: Callable[[Session], Answer], person_id: int, redraw: Redrawn) -> ResponseReturnValue:
    """Bind, unless whoever asks has mistyped too many cards today."""
    form = redraw.form
    with transaction() as session:
        tried = actions.try_id_digits(
            session, actor=actor(), person_id=person_id, id_digits=_digits(form), now=clock.now()
        )
    if tried is Tried.TOO_MANY:
        sentence = _("You have typed too many wrong ID numbers today. Ask a colleague, or go on tomorrow.")
        form.form_errors = [*form.form_errors, sentence]
        return redraw.page(), codes.TOO_MANY
    return perform(deed, redraw=redraw)


@bp.get("/unit/requests")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def requests() -> ResponseReturnValue:
    """List who asks for a phone to be bound."""
    rows = queries.open_requests(reading(), actor(), on=clock.local_date(clock.now()))
    return render_template("people/requests.html", requests=rows)


@bp.get("/unit/requests/<int:request_id>")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def show_request(request_id: int) -> ResponseReturnValue:
    """Show one request, to bind or to refuse."""
    asked = _request(request_id)
    return _request_page(asked, _form(_person(asked.person_id), asks_for_phone=False))


def _request(request_id: int) -> queries.RequestView:
    asked = queries.open_request(reading(), actor(), request_id, on=clock.local_date(clock.now()))
    if asked is None:
        raise NotFound
    return asked


def _request_page(asked: queries.RequestView, form: BindForm) -> str:
    person = _person(asked.person_id)
    return render_template("people/request.html", asked=asked, person=person, form=form, refusing=ActForm())


@bp.post("/unit/requests/<int:request_id>/bind")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def bind_requested(request_id: int) -> ResponseReturnValue:
    """Bind the phone that was asked for."""
    asked = _request(request_id)
    form = _form(_person(asked.person_id), asks_for_phone=False)
    if not _is_right(form):
        return _request_page(asked, form), codes.WRONG

    def deed(session: Session) -> Answer:
        actions.bind_requested(
            session, actor=actor(), request_id=request_id, id_digits=_digits(form), now=clock.now()
        )
        return Answer(url_for(".requests"), _("The phone of %(name)s is bound.", name=asked.name))

    return _carry_out(deed, asked.person_id, Redrawn(form, lambda: _request_page(asked, form)))


@bp.post("/unit/requests/<int:request_id>/refuse")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def refuse_request(request_id: int) -> ResponseReturnValue:
    """Refuse to bind a phone."""

    def deed(session: Session) -> Answer:
        actions.refuse_request(session, actor=actor(), request_id=request_id, now=clock.now())
        return Answer(url_for(".requests"), _("The request is refused, and whoever asked is told."))

    return perform(deed)
