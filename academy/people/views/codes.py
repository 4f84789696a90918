"""The step in which a phone is proved: the same for signing in, joining and a new phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.text import masked_phone
from academy.people.actions import codes
from academy.people.forms.persons import CodeForm
from academy.people.rules.signing_in import CodePurpose
from academy.people.views import pending
from academy.web.access import actor
from academy.web.forms import ActForm
from academy.web.htmx import see_other
from academy.web.plugs import settings
from academy.web.preferences import locale
from academy.web.session import expect_token, transaction

TOO_MANY = 429
WRONG = 422
CONFLICT = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a code is for, and the pages around it: the number asked; the code asked, tried and sent again."""

    purpose: CodePurpose
    title: str
    begin: str
    ask: str
    enter: str
    again: str
    asks_to_remember: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A code as it was typed, for the phone and the values that the step began with."""

    phone: str
    code: str
    values: Mapping[str, Any]
    remembered: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the code is asked for again."""

    sentence: str
    status: int


def send(purpose: CodePurpose, phone: str, **values: Any) -> bool:
    """Send a code and keep what was begun; False where too many were sent already."""
    with transaction() as session:
        code = codes.send_code(
            session, actor=actor(), phone=phone, purpose=purpose, locale=locale(), now=clock.now()
        )
    if code is None:
        return False
    shown = code if settings().sample else ""
    pending.keep(purpose, phone=phone, code=shown, values=values)
    return True


def too_many_sent() -> str:
    """Say that no more codes are sent for now."""
    words: str = _("Too many codes were sent to this number or from this network. Wait an hour, then try again.")
    return words


def start_over(step: Step) -> ResponseReturnValue:
    """Lead back to where the number is asked for, with what was begun gone or too old."""
    expect_token()
    flash(_("That took too long, so please begin again."), "late")
    return see_other(url_for(step.begin))


def ask(step: Step) -> ResponseReturnValue:
    """Ask for the code that was sent."""
    begun = pending.kept(step.purpose)
    return _page(step, _form(step), begun) if begun else start_over(step)


def send_again(step: Step) -> ResponseReturnValue:
    """Send another code; the one before it no longer counts."""
    begun = pending.kept(step.purpose)
    if begun is None:
        return start_over(step)
    if send(step.purpose, begun["phone"], **begun["values"]):
        flash(_("Another code is on its way. Only the newest one counts."))
    else:
        flash(too_many_sent(), "late")
    return see_other(url_for(step.ask))


def enter(step: Step, prove: Callable[[Typed], ResponseReturnValue | Problem]) -> ResponseReturnValue:
    """Take a typed code to `prove`, which leads on or gives the problem to ask again with."""
    begun = pending.kept(step.purpose)
    if begun is None:
        return start_over(step)
    form = _form(step)
    if not form.validate_on_submit():
        return _page(step, form, begun, WRONG)
    remembered = step.asks_to_remember and bool(form.remember.data)
    typed = Typed(phone=begun["phone"], code=form.code.data or "", values=begun["values"], remembered=remembered)
    led = prove(typed)
    if isinstance(led, Problem):
        form.code.errors = [*form.code.errors, led.sentence]
        return _page(step, form, begun, led.status)
    return led


def wrong(*, too_many: bool) -> Problem:
    """Say that a code was wrong, or that too many were."""
    if too_many:
        return Problem(_("Too many wrong codes. Wait an hour, then try again, or ask your liaison."), TOO_MANY)
    return Problem(
        _("This code is wrong or no longer good. Look at the newest message, or have another one sent."), WRONG
    )


def _form(step: Step) -> CodeForm:
    form = CodeForm()
    if not step.asks_to_remember:
        del form.remember
    return form


def _page(step: Step, form: CodeForm, begun: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    return (
        render_template(
            "people/code.html", step=step, title=_(step.title), form=form, again=ActForm(),
            phone=masked_phone(begun["phone"]), sample_code=begun["code"],
        ),
        status,
    )  # fmt: skip
