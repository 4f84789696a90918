"""A liaison asks to hand the desk over to somebody of the unit; the office confirms or refuses."""

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.ground import clock
from academy.ground.access import Actor, Capability
from academy.ground.errors import NotFound
from academy.ground.feature import DeskItem
from academy.people.actions import desk_asks as actions
from academy.people.forms.units import SuccessorForm
from academy.people.queries import desks, members
from academy.people.queries.members import MemberLine, Wanted
from academy.people.views import codes
from academy.people.views.blueprint import bp
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading

_MOST = 30


def _own(unit_id: int | None) -> int:
    """Choose the unit whose desk is meant: one of the reader's own."""
    own = sorted(actor().unit_ids)
    if not own or (unit_id is not None and unit_id not in own):
        raise NotFound
    return own[0] if unit_id is None else unit_id


def _found(unit_id: int, words: str) -> tuple[MemberLine, ...]:
    """Find others of the unit by name who can sign in."""
    today = clock.local_date(clock.now())
    lines = members.lines(reading(), actor(), Wanted(words=words, unit_id=unit_id), on=today, size=_MOST).rows
    return tuple(line for line in lines if line.masked_phone and line.person_id != actor().person_id)


def _form(unit_id: int, words: str) -> SuccessorForm:
    form, found = SuccessorForm(), _found(unit_id, words)
    chosen = request.form.get("person", type=int)
    if chosen and chosen not in {line.person_id for line in found}:
        found = (*found, *(line for line in _found(unit_id, "") if line.person_id == chosen))
    form.person.choices = [
        (line.person_id, f"{line.name} · {line.masked_phone} · {line.unit_name}") for line in found
    ]
    return form


def _page(unit_id: int, words: str, form: SuccessorForm) -> str:
    session, today = reading(), clock.local_date(clock.now())
    asked = desks.asks(session, [unit_id], on=today)
    names = members.unit_names(session, set(actor().unit_ids))
    return render_template(
        "people/own_desk.html",
        unit_id=unit_id,
        unit_names=dict(sorted(names.items())),
        speakers=desks.speakers(session, [unit_id], on=today),
        own=next((each for each in asked if each.giver_id == actor().person_id), None),
        words=words,
        form=form,
    )


@bp.get("/unit/desk")
@requires(Capability.DESK_UNIT)
def own_desk() -> ResponseReturnValue:
    """Show a liaison who speaks for the unit, and ask who is to have the desk."""
    unit_id, words = _own(request.args.get("unit", type=int)), request.args.get("q", "").strip()[:60]
    return _page(unit_id, words, _form(unit_id, words))


@bp.post("/unit/desk/<int:unit_id>")
@requires(Capability.DESK_UNIT)
def ask_for_successor(unit_id: int) -> ResponseReturnValue:
    """Ask the academy to hand the reader's desk over."""
    words = request.form.get("q", "").strip()[:60]
    form = _form(_own(unit_id), words)
    if not form.validate_on_submit():
        return _page(unit_id, words, form), codes.WRONG
    heir_id = form.person.data

    def deed(session: Session) -> Answer:
        name = actions.ask(session, actor=actor(), unit_id=unit_id, heir_id=heir_id, now=clock.now())
        said = _("The academy has been asked to give the desk to %(name)s.", name=name)
        return Answer(url_for(".own_desk", unit=unit_id), said)

    return perform(deed, redraw=Redrawn(form, lambda: _page(unit_id, words, form)))


@bp.post("/unit/desk/<int:unit_id>/take-back")
@requires(Capability.DESK_UNIT)
def take_desk_back(unit_id: int) -> ResponseReturnValue:
    """Take back what the reader has asked for."""

    def deed(session: Session) -> Answer:
        actions.take_back(session, actor=actor(), unit_id=unit_id, now=clock.now())
        return Answer(url_for(".own_desk", unit=unit_id), _("Taken back. The desk stays yours."))

    return perform(deed)


@bp.get("/admin/desks")
@requires(Capability.UNIT_EDIT)
def desk_asks() -> ResponseReturnValue:
    """Show the office which liaisons want to hand their desks over."""
    return render_template("people/desk_asks.html", asks=desks.asks(reading(), on=clock.local_date(clock.now())))


@bp.post("/admin/desks/<int:unit_id>/<int:giver_id>/confirm")
@requires(Capability.UNIT_EDIT)
def confirm_desk(unit_id: int, giver_id: int) -> ResponseReturnValue:
    """Hand a desk over as its holder asked."""

    def deed(session: Session) -> Answer:
        name = actions.confirm(session, actor=actor(), unit_id=unit_id, giver_id=giver_id, now=clock.now())
        return Answer(url_for(".desk_asks"), _("The desk goes to %(name)s.", name=name))

    return perform(deed)


@bp.post("/admin/desks/<int:unit_id>/<int:giver_id>/refuse")
@requires(Capability.UNIT_EDIT)
def refuse_desk(unit_id: int, giver_id: int) -> ResponseReturnValue:
    """Leave a desk with its holder."""

    def deed(session: Session) -> Answer:
        name = actions.refuse(session, actor=actor(), unit_id=unit_id, giver_id=giver_id, now=clock.now())
        return Answer(url_for(".desk_asks"), _("The desk stays with %(name)s, who is told.", name=name))

    return perform(deed)


def office_desk(session: Session, reader: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Tell the office which liaisons want to hand their desks over."""
    asks = desks.asks(session, on=clock.local_date(now)) if reader.may(Capability.UNIT_EDIT) else ()
    if not asks:
        return ()
    return (
        DeskItem(
            count=len(asks),
            sentence=ngettext(
                "liaison wants to hand the desk over", "liaisons want to hand their desks over", len(asks)
            ),
            detail=_(", ").join(each.unit_name for each in asks[:3]),
            url=url_for("people.desk_asks"),
            action=_("Look and confirm"),
            urgency=32,
            capability=Capability.UNIT_EDIT,
        ),
    )
