"""The composer of admission rules: what a class session asks of whoever wants a place in it."""

from collections.abc import Mapping

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions import admission as actions
from academy.enrolment.forms.admission import RestForm, RuleForm
from academy.enrolment.queries import admission
from academy.enrolment.rules.admission import (
    COMPOSABLE,
    MOST_RULES,
    RULE_KIND_NAMES,
    RuleKind,
    said,
    takes_certificates,
    takes_months,
)
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.session import Session, reading


def _class(code: str) -> ClassView:
    found = classes.class_session(reading(), code)
    if found is None:
        raise NotFound
    return found


@bp.get("/admin/classes/<code>/admission")
@requires(Capability.CLASS_EDIT)
def admission_rules(code: str) -> ResponseReturnValue:
    """Show the rules of a class session, and offer to ask one more thing."""
    class_ = _class(code)
    rows = admission.rule_rows(reading(), class_.id)
    return render_template(
        "enrolment/admission.html",
        class_=class_,
        rows=[(row, said(row.rule)) for row in rows],
        kinds=RULE_KIND_NAMES,
        may_compose=class_.state in COMPOSABLE,
        may_add=class_.state in COMPOSABLE and len(rows) < MOST_RULES,
    )


@bp.route("/admin/classes/<code>/admission/<kind>", methods=["GET", "POST"])
@requires(Capability.CLASS_EDIT)
def add_rule(code: str, kind: str) -> ResponseReturnValue:
    """Ask one more thing of whoever wants a place."""
    class_ = _class(code)
    if kind not in set(RuleKind):
        raise NotFound
    wanted = RuleKind(kind)
    named = admission.choices(reading(), wanted, on=clock.local_date(clock.now()))
    form = RestForm() if wanted is RuleKind.REST else _rule_form(wanted, named)

    def drawn() -> str:
        return render_template(
            "enrolment/admission_rule.html", class_=class_, kind=wanted, form=form, name=RULE_KIND_NAMES[wanted]
        )

    if not form.validate_on_submit():
        return drawn(), 422 if form.is_submitted() else 200
    keys = form.chosen(named) if isinstance(form, RuleForm) else []
    months = form.months.data if takes_months(wanted) else None
    certified = "certified" in form and bool(form.data["certified"])

    def deed(session: Session) -> Answer:
        actions.add_rule(
            session, actor=actor(), code=code, kind=wanted, keys=keys, months=months, certified=certified,
            now=clock.now(),
        )  # fmt: skip
        return Answer(url_for(".admission_rules", code=code), _("The rule was added."))

    return perform(deed, redraw=Redrawn(form, drawn))


def _rule_form(kind: RuleKind, named: Mapping[int | str, str]) -> RuleForm:
    """Offer what may be chosen, and of the rest only what fits the kind."""
    form = RuleForm()
    form.offer(named)
    if not takes_months(kind):
        del form.months
    if not (takes_certificates(kind) and admission.certificates_count()):
        del form.certified
    return form


@bp.post("/admin/classes/<code>/admission/<int:rule_id>/remove")
@requires(Capability.CLASS_EDIT)
def remove_rule(code: str, rule_id: int) -> ResponseReturnValue:
    """Ask one thing less."""

    def deed(session: Session) -> Answer:
        actions.remove_rule(session, actor=actor(), code=code, rule_id=rule_id, now=clock.now())
        return Answer(url_for(".admission_rules", code=code), _("The rule was taken away."))

    return perform(deed)


@bp.post("/admin/classes/<code>/admission/<int:rule_id>/up")
@requires(Capability.CLASS_EDIT)
def move_rule_up(code: str, rule_id: int) -> ResponseReturnValue:
    """Say a rule before the one above it."""

    def deed(session: Session) -> Answer:
        actions.move_up(session, actor=actor(), code=code, rule_id=rule_id, now=clock.now())
        return Answer(url_for(".admission_rules", code=code))

    return perform(deed)
