"""Moves between units that wait for the reader, and what became of others."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.access import Capability
from academy.people.actions import transfers as actions
from academy.people.forms.memberships import RefuseForm
from academy.people.queries import moves as queries
from academy.people.queries.moves import MoveView
from academy.people.views import codes
from academy.people.views.blueprint import bp
from academy.people.views.roles import grid_roles, roles_on_lists
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.forms import ActForm
from academy.web.session import Session, reading


@bp.get("/unit/transfers")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def transfers() -> ResponseReturnValue:
    """List the moves that wait for the reader, those the reader asked for, and those decided lately."""
    session = reading()
    return render_template(
        "people/transfers.html",
        awaiting=queries.awaiting(session, actor()),
        asked=queries.asked(session, actor()),
        decided=queries.decided(session, actor(), now=clock.now()),
        act=ActForm(),
        grid_roles=grid_roles(),
        on_lists=roles_on_lists(),
    )


@bp.post("/unit/transfers/<int:transfer_id>/confirm")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def confirm_transfer(transfer_id: int) -> ResponseReturnValue:
    """Confirm a move: from today on the person belongs to the other unit."""

    def deed(session: Session) -> Answer:
        actions.confirm_transfer(session, actor=actor(), transfer_id=transfer_id, now=clock.now())
        return Answer(url_for(".transfers"), _("The move is confirmed and holds from today on."))

    return perform(deed)


@bp.get("/unit/transfers/<int:transfer_id>/refuse")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def ask_to_refuse_transfer(transfer_id: int) -> ResponseReturnValue:
    """Ask why a move is refused."""
    return _refuse_page(queries.one(reading(), actor(), transfer_id), RefuseForm())


def _refuse_page(asked: MoveView, form: RefuseForm) -> str:
    return render_template("people/refuse_transfer.html", move=asked, form=form)


@bp.post("/unit/transfers/<int:transfer_id>/refuse")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def refuse_transfer(transfer_id: int) -> ResponseReturnValue:
    """Refuse a move; the other unit reads why."""
    form = RefuseForm()
    asked = queries.one(reading(), actor(), transfer_id)
    if not form.validate_on_submit():
        return _refuse_page(asked, form), codes.WRONG

    def deed(session: Session) -> Answer:
        actions.refuse_transfer(
            session, actor=actor(), transfer_id=transfer_id, reason=form.reason.data or "", now=clock.now()
        )
        return Answer(url_for(".transfers"), _("The move is refused; the other unit reads your reason."))

    return perform(deed, redraw=Redrawn(form, lambda: _refuse_page(asked, form)))


@bp.post("/unit/transfers/<int:transfer_id>/withdraw")
@requires(Capability.DESK_UNIT, Capability.PERSON_LIST)
def withdraw_transfer(transfer_id: int) -> ResponseReturnValue:
    """Take back a move that the reader's unit has asked for."""

    def deed(session: Session) -> Answer:
        actions.withdraw_transfer(session, actor=actor(), transfer_id=transfer_id, now=clock.now())
        return Answer(url_for(".transfers"), _("The move is no longer asked for. Nothing else has changed."))

    return perform(deed)
