"""One's own account: what is on file, how one reads, devices, password and phone."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.ground import clock, passwords
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.ground.text import N_
from academy.people.actions import account as actions
from academy.people.actions import binding
from academy.people.actions import sign_in as sign_ins
from academy.people.actions.codes import try_code
from academy.people.forms.persons import NewPasswordForm, NewPhoneForm, ReadingForm
from academy.people.queries import office
from academy.people.queries import sign_ins as queries
from academy.people.rules.register import GRID_ROLE_NAMES
from academy.people.rules.signing_in import (
    PASSWORD_WRONG,
    CodePurpose,
    Tried,
    device_name,
    problems_with_password,
)
from academy.people.views import codes, pending, sign_in
from academy.people.views.blueprint import bp
from academy.web import i18n, preferences
from academy.web.access import actor, requires
from academy.web.acts import Answer, Redrawn, perform
from academy.web.htmx import see_other
from academy.web.session import Session, reading, transaction

_STEP = codes.Step(
    purpose=CodePurpose.BIND, title=N_("Change your phone"), begin="people.own_phone", ask="people.own_code",
    enter="people.enter_own_code", again="people.send_own_code_again", asks_to_remember=False,
)  # fmt: skip


def _own_id() -> int:
    person_id = actor().person_id
    if person_id is None:
        raise NotFound
    return person_id


def _account() -> queries.AccountFacts | None:
    return queries.account(reading(), person_id=_own_id())


@bp.get("/account/")
@requires(Capability.ACCOUNT_KEEP)
def account() -> ResponseReturnValue:
    """Show what is on file about oneself, and where one is signed in."""
    now = clock.now()
    page = office.person_page(reading(), _own_id(), on=clock.local_date(now))
    if page is None:
        raise NotFound
    devices = queries.devices(reading(), _own_id(), now=now)
    here = sign_in.sign_in_id()
    current = page.memberships[0] if page.memberships else None
    return render_template(
        "people/account.html",
        page=page,
        grid_role=_(GRID_ROLE_NAMES[current.grid_role]) if current and current.grid_role else None,
        devices=[(device, device_name(device.agent), device.id == here) for device in devices],
        reading=ReadingForm(
            formdata=None, locale=preferences.locale(), large_type="1" if preferences.large_type() else "0"
        ),
    )


@bp.post("/account/devices/<int:sign_in_id>/end")
@requires(Capability.ACCOUNT_KEEP)
def end_device(sign_in_id: int) -> ResponseReturnValue:
    """Sign another of one's devices out."""

    def deed(session: Session) -> Answer:
        sign_ins.end_sign_in(session, actor=actor(), sign_in_id=sign_in_id, now=clock.now())
        return Answer(url_for(".account"), _("That device is signed out."))

    return perform(deed)


@bp.post("/account/devices/end-others")
@requires(Capability.ACCOUNT_KEEP)
def end_other_devices() -> ResponseReturnValue:
    """Sign all of one's other devices out."""
    own_id, here = _own_id(), sign_in.sign_in_id()

    def deed(session: Session) -> Answer:
        sign_ins.end_sign_ins(session, actor=actor(), person_id=own_id, keep=here, now=clock.now())
        return Answer(url_for(".account"), _("All other devices are signed out."))

    return perform(deed)


@bp.post("/account/devices/end-all")
@requires(Capability.ACCOUNT_KEEP)
def end_all_devices() -> ResponseReturnValue:
    """Sign oneself out everywhere, here too."""
    own_id = _own_id()

    def deed(session: Session) -> Answer:
        sign_ins.end_sign_ins(session, actor=actor(), person_id=own_id, now=clock.now())
        return Answer(url_for(".login"), _("You are signed out everywhere."))

    answer = perform(deed)
    sign_in.stop()
    return answer


def _password_form(account: queries.AccountFacts | None) -> NewPasswordForm:
    """Ask for a name by whoever has none, and for the present password by whoever has one."""
    form = NewPasswordForm()
    if account:
        del form.account_name
    else:
        del form.current
    return form


@bp.get("/account/password")
@requires(Capability.ACCOUNT_KEEP)
def password() -> ResponseReturnValue:
    """Ask for a new password."""
    found = _account()
    return render_template("people/password.html", form=_password_form(found), account=found)


@bp.post("/account/password")
@requires(Capability.ACCOUNT_KEEP)
def set_password() -> ResponseReturnValue:
    """Set or change one's password; other devices are signed out."""
    found = _account()
    form = _password_form(found)

    def page() -> str:
        return render_template("people/password.html", form=form, account=found)

    if not form.validate_on_submit():
        return page(), codes.WRONG
    name = found.name if found else form.account_name.data or ""
    fresh = form.password.data or ""
    form.password.errors = [i18n.say(reason) for reason in problems_with_password(fresh, account_name=name)]
    if found and not _is_own_password(found.name, form.current.data or ""):
        form.current.errors = [i18n.say(PASSWORD_WRONG)]
    if form.errors:
        return page(), codes.WRONG
    hashed, here = passwords.hash_of(fresh), sign_in.sign_in_id()

    def deed(session: Session) -> Answer:
        actions.change_password(
            session, actor=actor(), account_name=name, password_hash=hashed, keep_sign_in=here, now=clock.now()
        )
        return Answer(url_for(".account"), _("Your password is set. All other devices are signed out."))

    return perform(deed, redraw=Redrawn(form, page))


def _is_own_password(name: str, typed: str) -> bool:
    """Check the present password, limited as at sign-in, outside any transaction."""
    with transaction() as session:
        trial = sign_ins.begin_password(session, actor=actor(), name=name, now=clock.now())
    if trial is None or trial.person_id != _own_id() or not passwords.fits(trial.password_hash, typed):
        return False
    with transaction() as session:
        sign_ins.note_right_password(session, trial)
    return True


@bp.get("/account/phone")
@requires(Capability.ACCOUNT_KEEP)
def own_phone() -> ResponseReturnValue:
    """Ask for one's new number."""
    return render_template("people/own_phone.html", form=NewPhoneForm())


@bp.post("/account/phone")
@requires(Capability.ACCOUNT_KEEP)
def send_own_code() -> ResponseReturnValue:
    """Send a code to one's new number."""
    form = NewPhoneForm()
    if not form.validate_on_submit():
        return render_template("people/own_phone.html", form=form), codes.WRONG
    if not codes.send(CodePurpose.BIND, form.phone.data or "", person_id=_own_id()):
        form.phone.errors = [codes.too_many_sent()]
        return render_template("people/own_phone.html", form=form), codes.TOO_MANY
    return see_other(url_for(".own_code"))


@bp.get("/account/phone/code")
@requires(Capability.ACCOUNT_KEEP)
def own_code() -> ResponseReturnValue:
    """Ask for the code that was sent to the new number."""
    return codes.ask(_STEP)


@bp.post("/account/phone/again")
@requires(Capability.ACCOUNT_KEEP)
def send_own_code_again() -> ResponseReturnValue:
    """Send another code; the one before it no longer counts."""
    return codes.send_again(_STEP)


@bp.post("/account/phone/code")
@requires(Capability.ACCOUNT_KEEP)
def enter_own_code() -> ResponseReturnValue:
    """Let the new number sign one in, once its code is right."""
    return codes.enter(_STEP, _prove)


def _prove(typed: codes.Typed) -> ResponseReturnValue | codes.Problem:
    if typed.values["person_id"] != _own_id():
        return codes.start_over(_STEP)
    with transaction() as session:
        tried = try_code(
            session, actor=actor(), phone=typed.phone, purpose=CodePurpose.BIND, code=typed.code, now=clock.now()
        )
    if tried is not Tried.RIGHT:
        return codes.wrong(too_many=tried is Tried.TOO_MANY)

    def deed(session: Session) -> Answer:
        binding.change_own_phone(session, actor=actor(), phone=typed.phone, now=clock.now())
        return Answer(url_for(".account"), _("Your new number signs you in from now on."))

    pending.forget()
    form = NewPhoneForm(formdata=None, phone=typed.phone)
    return perform(deed, redraw=Redrawn(form, lambda: render_template("people/own_phone.html", form=form)))
