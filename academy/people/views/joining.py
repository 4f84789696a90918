"""Register oneself: who one is, then the code that proves the phone."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from academy.ground import clock
from academy.ground.text import N_
from academy.people.actions import joining as actions
from academy.people.forms.persons import JoinForm
from academy.people.queries import register as queries
from academy.people.rules.joining import PHONE_TAKEN
from academy.people.rules.register import GRID_ROLE_NAMES
from academy.people.rules.signing_in import CodePurpose, Entry
from academy.people.views import codes, login, pending, sign_in
from academy.people.views.blueprint import bp
from academy.web.access import actor, public
from academy.web.htmx import see_other
from academy.web.i18n import say
from academy.web.preferences import locale
from academy.web.session import reading, transaction

_STEP = codes.Step(
    purpose=CodePurpose.REGISTER, title=N_("Register"), begin="people.register", ask="people.register_code",
    enter="people.enter_register_code", again="people.send_register_code_again",
)  # fmt: skip


def _form() -> JoinForm:
    form = JoinForm()
    tree = queries.unit_tree(reading(), clock.local_date(clock.now()))
    form.offer(
        {each.name: {each.id: each.name} | {street.id: street.name for street in each.streets} for each in tree},
        {value: _(name) for value, name in GRID_ROLE_NAMES.items()},
        _("Please choose"),
    )
    return form


@bp.get("/register")
@public
def register() -> ResponseReturnValue:
    """Ask somebody who they are and where they work."""
    if current_user.is_authenticated:
        return see_other(url_for("portal.desk"))
    return render_template("people/register.html", form=_form())


@bp.post("/register")
@public
def send_register_code() -> ResponseReturnValue:
    """Send a code to the phone; what was said of oneself waits until the phone is proved."""
    form = _form()
    today = clock.local_date(clock.now())
    if not form.validate_on_submit() or not form.check_id(today):
        return render_template("people/register.html", form=form), codes.WRONG
    sent = codes.send(
        CodePurpose.REGISTER,
        form.phone.data or "",
        name=form.name.data,
        unit_id=form.unit_id.data,
        grid_role=form.grid_role.data,
        id_number=form.id_number.data or None,
    )
    if not sent:
        form.phone.errors = [codes.too_many_sent()]
        return render_template("people/register.html", form=form), codes.TOO_MANY
    return see_other(url_for(".register_code"))


@bp.get("/register/code")
@public
def register_code() -> ResponseReturnValue:
    """Ask for the code that was sent."""
    return codes.ask(_STEP)


@bp.post("/register/again")
@public
def send_register_code_again() -> ResponseReturnValue:
    """Send another code; the one before it no longer counts."""
    return codes.send_again(_STEP)


@bp.post("/register/code")
@public
def enter_register_code() -> ResponseReturnValue:
    """Register somebody whose phone is proved, and lead them to their desk.

    Whether we know the ID number already is not said: the words are the same, and staff look at the card.
    """
    return codes.enter(_STEP, _prove)


def _prove(typed: codes.Typed) -> ResponseReturnValue | codes.Problem:
    with transaction() as session:
        entered = actions.join(
            session, actor=actor(), phone=typed.phone, code=typed.code,
            applicant=actions.Applicant(**typed.values, locale=locale()),
            device=sign_in.device(remembered=typed.remembered), now=clock.now(),
        )  # fmt: skip
    if entered.entry in {Entry.WRONG, Entry.TOO_MANY}:
        return codes.wrong(too_many=entered.entry is Entry.TOO_MANY)
    if entered.entry is Entry.PHONE_TAKEN:
        return codes.Problem(say(PHONE_TAKEN), codes.CONFLICT)
    asked_to_bind = entered.entry is Entry.ASKED_TO_BIND
    thanks = _thanks(gave_id=asked_to_bind or bool(typed.values["id_number"]))
    if asked_to_bind:
        pending.forget()
        flash(thanks, "ok")
        return see_other(url_for("portal.desk"))
    return login.follow(entered, phone=typed.phone, following="", remembered=typed.remembered, welcome=thanks)


def _thanks(*, gave_id: bool) -> str:
    """Thank for a registration, in the same words whether the ID number given is known or not."""
    short: str = _("Thank you, you are registered.")
    long: str = _(
        "Thank you, your registration has arrived. If your ID number is on file already, "
        "your liaison looks at your ID card first; then this phone signs you in."
    )
    return long if gave_id else short
