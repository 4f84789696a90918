"""The step in which a phone is proved: the same for signing in, joining and a new phone."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock
from academy.ground.text import masked_phone
from academy.people.actions import codes
from academy.people.forms import CodeForm
from academy.people.rules.signing_in import CodePurpose
from academy.people.views import pending
from academy.web.access import actor
from academy.web.forms import ActForm
from academy.web.i18n import locale
from academy.web.plugs import settings
from academy.web.session import transaction

TOO_MANY = 429
WRONG = 422
CONFLICT = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the page of a code is for, and where it leads."""

    purpose: CodePurpose
    title: str
    action: str
    again_url: str
    back_url: str
    asks_to_remember: bool = True


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


def page(step: Step, form: CodeForm, begun: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    """Ask for the code."""
    return (
        render_template(
            "people/code.html",
            step=step,
            form=form,
            again=ActForm(),
            phone=masked_phone(begun["phone"]),
            sample_code=begun["code"],
        ),
        status,
    )


def too_many_sent() -> str:
    """Say that no more codes are sent for now."""
    words: str = _("Too many codes were sent to this number or from this network. Wait an hour, then try again.")
    return words


def refuse(step: Step, form: CodeForm, begun: dict[str, Any], *, too_many: bool) -> ResponseReturnValue:
    """Ask for the code again, and say why."""
    if too_many:
        problem = _("Too many wrong codes. Wait an hour, then try again, or ask your liaison.")
    else:
        problem = _("This code is wrong or no longer good. Look at the newest message, or have another one sent.")
    form.code.errors = [*form.code.errors, problem]
    return page(step, form, begun, TOO_MANY if too_many else WRONG)
