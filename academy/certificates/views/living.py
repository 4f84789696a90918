"""The life of a certificate after its issue, for the office: what happened to it, and what still may."""

from collections.abc import Callable

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import living
from academy.certificates.forms import LifeForm
from academy.certificates.queries import history, register
from academy.certificates.queries import living as facts
from academy.certificates.rules import living as rules
from academy.certificates.rules.states import CERTIFICATE_STATE_NAMES, SERIES_NAMES
from academy.certificates.views.register import PICTURE
from academy.documents.queries import fonts
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import Reason
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading

bp = Blueprint("lives", __name__, template_folder="../templates")


@bp.get("/admin/certificates/<number>")
@requires(Capability.CERTIFICATE_SIGN)
def show(number: str) -> ResponseReturnValue:
    """Show all that happened to a certificate, what it replaces or is replaced by, and what can be done."""
    session = reading()
    life = history.life(session, number)
    return render_template(
        "certificates/life.html",
        certificate=register.held(session, number, actor()),
        life=life,
        size=PICTURE,
        event_names=rules.EVENT_NAMES,
        state_names=CERTIFICATE_STATE_NAMES,
        series_names=SERIES_NAMES,
        may_revoke=not rules.reasons_to_refuse_revocation(life.facts) and life.facts.revoked_at is None,
        may_reprint=not rules.reasons_to_refuse_reprint(life.facts),
        may_replace=life.facts.replaced_by is None and life.replacement_id is None,
    )


def _form_page(
    template: str, number: str, form: LifeForm, judge: Callable[[rules.LifeFacts], tuple[Reason, ...]]
) -> str:
    session = reading()
    life = history.life(session, number)
    return render_template(
        template,
        certificate=register.held(session, number, actor()),
        life=life,
        form=form,
        reasons=judge(life.facts),
        state_names=CERTIFICATE_STATE_NAMES,
    )


def _revoking(number: str, form: LifeForm) -> str:
    return _form_page("certificates/revoke.html", number, form, rules.reasons_to_refuse_revocation)


def _reprinting(number: str, form: LifeForm) -> str:
    return _form_page("certificates/reprint.html", number, form, rules.reasons_to_refuse_reprint)


def _replacing(number: str, form: LifeForm) -> str:
    session = reading()
    found = facts.would_replace(session, number)
    return render_template(
        "certificates/replace.html",
        certificate=register.held(session, number, actor()),
        person_id=found.person_id,
        changes=rules.changes(found.old, found.new),
        form=form,
        reasons=rules.reasons_to_refuse_replacement(facts.replacement_facts(session, found, actor())),
    )


@bp.get("/admin/certificates/<number>/revoke")
@requires(Capability.CERTIFICATE_SIGN)
def ask_revoke(number: str) -> ResponseReturnValue:
    """Ask why a certificate is revoked, and tell what follows."""
    return _revoking(number, LifeForm())


@bp.post("/admin/certificates/<number>/revoke")
@requires(Capability.CERTIFICATE_SIGN)
def revoke(number: str) -> ResponseReturnValue:
    """Revoke a certificate at once."""
    form = LifeForm()
    if not form.validate_on_submit():
        return _revoking(number, form), 422

    def deed(session: Session) -> Answer:
        fresh = living.revoke(
            session, actor=actor(), number=number, reason=form.reason.data or "", now=clock.now()
        )
        told = (
            _("Revoked. Whoever checks it is told from now on.") if fresh
            else _("It was revoked before. Nothing was changed.")
        )  # fmt: skip
        return Answer(url_for(".show", number=number), told)

    return perform(deed, redraw=Redrawn(form, lambda: _revoking(number, form)))


@bp.get("/admin/certificates/<number>/replace")
@requires(Capability.CERTIFICATE_PROPOSE)
def ask_replace(number: str) -> ResponseReturnValue:
    """Show what a new certificate would say otherwise, and ask why it is wanted."""
    return _replacing(number, LifeForm())


@bp.post("/admin/certificates/<number>/replace")
@requires(Capability.CERTIFICATE_PROPOSE)
def replace(number: str) -> ResponseReturnValue:
    """Propose a new certificate in the place of one, for another admin to sign."""
    form = LifeForm()
    if not form.validate_on_submit():
        return _replacing(number, form), 422
    fonts.missing_characters("")  # reads the font now: no file is touched once the transaction has begun

    def deed(session: Session) -> Answer:
        batch_id = living.propose_replacement(
            session, actor=actor(), number=number, reason=form.reason.data or "", now=clock.now()
        )
        return Answer(
            url_for("batches.batch", batch_id=batch_id),
            _("Proposed. The old certificate stays valid until another admin signs the new one."),
        )

    return perform(deed, redraw=Redrawn(form, lambda: _replacing(number, form)))


@bp.get("/admin/certificates/<number>/reprint")
@requires(Capability.CERTIFICATE_SIGN)
def ask_reprint(number: str) -> ResponseReturnValue:
    """Ask why the paper of a certificate is printed once more."""
    return _reprinting(number, LifeForm())


@bp.post("/admin/certificates/<number>/reprint")
@requires(Capability.CERTIFICATE_SIGN)
def reprint(number: str) -> ResponseReturnValue:
    """Count one more printing of a certificate's paper, and hand out its file."""
    form = LifeForm()
    if not form.validate_on_submit():
        return _reprinting(number, form), 422

    def deed(session: Session) -> Answer:
        living.reprint(session, actor=actor(), number=number, reason=form.reason.data or "", now=clock.now())
        return Answer(url_for("certificates.download", number=number))

    return perform(deed, redraw=Redrawn(form, lambda: _reprinting(number, form)))
