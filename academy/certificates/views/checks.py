"""Before a certificate is made: its trainee looks at every word of it, and the office settles what is disputed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import checks as actions
from academy.certificates.forms import CheckForm, SettleForm
from academy.certificates.queries import checks as queries
from academy.certificates.queries import designs, tallies
from academy.certificates.queries.checks import Own
from academy.certificates.rules import checks as rules
from academy.certificates.rules.designs import body_of
from academy.certificates.rules.states import CheckAnswer, Series
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web import i18n, paging
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading

bp = Blueprint("checks", __name__, template_folder="../templates")

_PAGE = 20
_WRONG = 422


@bp.get("/me/certificates/check/<code>")
@requires(Capability.CERTIFICATE_HOLD)
def show(code: str) -> ResponseReturnValue:
    """Show a trainee exactly what their certificate will say, and ask whether it is right."""
    found = queries.own(reading(), code, actor().person_id)
    return _shown(found, CheckForm(mark=found.mark))


def _shown(found: Own, form: CheckForm) -> str:
    said = found.said
    return render_template(
        "certificates/check.html",
        own=found,
        said=said,
        form=form,
        body=body_of(designs.current(reading(), Series.COMPLETION), found.says),
        closed=rules.reasons_to_refuse_answer(found.moment, now=clock.now()),
        facts=_read(found.says),
        changes=_compared(found, found.changed) if found.is_asked else [],
    )


def _read(facts: Mapping[str, Any]) -> dict[str, str]:
    """Write frozen facts as people read them."""
    days = {name: i18n.day_year(date.fromisoformat(facts[name])) for name in ("starts_on", "ends_on")}
    return {**facts, **days, "tenths": i18n.hours(facts["tenths"])}


def _compared(found: Own, names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Set what was shown beside what stands there now: the name of each fact, then, now."""
    then, now = _read(found.said.shown if found.said else found.says), _read(found.says)
    return [(_(rules.FACT_NAMES[name]), then[name], now[name]) for name in names]


@bp.post("/me/certificates/check/<code>/confirm")
@requires(Capability.CERTIFICATE_HOLD)
def confirm(code: str) -> ResponseReturnValue:
    """Note that a trainee finds everything correct."""
    form = CheckForm()

    def deed(session: Session) -> Answer:
        actions.confirm(session, actor=actor(), code=code, mark=form.mark.data or "", now=clock.now())
        return Answer(url_for("certificates.mine"), _("Thank you. The office sees that everything is correct."))

    return perform(deed)


@bp.post("/me/certificates/check/<code>/dispute")
@requires(Capability.CERTIFICATE_HOLD)
def dispute(code: str) -> ResponseReturnValue:
    """Note what a trainee finds wrong."""
    form = CheckForm()
    found = queries.own(reading(), code, actor().person_id)
    if not form.validate_on_submit():
        return _shown(found, form), _WRONG

    def deed(session: Session) -> Answer:
        actions.dispute(
            session, actor=actor(), code=code, mark=form.mark.data or "", wish=form.wish.data or "",
            now=clock.now(),
        )  # fmt: skip
        return Answer(
            url_for("certificates.mine"),
            _("The office is told. No certificate is made for you before this is settled."),
        )

    return perform(deed, redraw=Redrawn(form, lambda: _shown(found, form)))


@bp.get("/admin/certificates/disputes")
@requires(Capability.CERTIFICATE_PROPOSE)
def disputes() -> ResponseReturnValue:
    """List what trainees find wrong on certificates that are to be made."""
    found = tallies.disputes(reading(), cursor=paging.cursor(), size=_PAGE)
    return render_template("certificates/disputes.html", disputes=paging.page(found))


@bp.get("/admin/certificates/disputes/<code>/<int:person_id>")
@requires(Capability.CERTIFICATE_PROPOSE)
def one(code: str, person_id: int) -> ResponseReturnValue:
    """Show what one trainee was shown, what stands there now, and what they wish."""
    return _dispute(queries.own(reading(), code, person_id), SettleForm())


def _dispute(found: Own, form: SettleForm) -> str:
    if found.said is None:
        raise NotFound
    return render_template(
        "certificates/dispute.html",
        own=found,
        said=found.said,
        rows=_compared(found, rules.FACT_NAMES),
        form=form,
        is_open=found.said.answer is CheckAnswer.DISPUTED,
    )


@bp.post("/admin/certificates/disputes/<code>/<int:person_id>/settle")
@requires(Capability.CERTIFICATE_PROPOSE)
def settle(code: str, person_id: int) -> ResponseReturnValue:
    """Note how a dispute was settled, and tell the trainee."""
    form = SettleForm()
    found = queries.own(reading(), code, person_id)
    if not form.validate_on_submit():
        return _dispute(found, form), _WRONG

    def deed(session: Session) -> Answer:
        actions.settle(
            session, actor=actor(), code=code, person_id=person_id, note=form.note.data or "", now=clock.now()
        )
        return Answer(url_for(".disputes"), _("Settled. The trainee gets a message with your words."))

    return perform(deed, redraw=Redrawn(form, lambda: _dispute(found, form)))
