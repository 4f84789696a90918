"""Sign in: by a code to the phone, or by name and password; and out."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from academy.ground import clock, passwords
from academy.ground.text import N_
from academy.people.actions import sign_in as actions
from academy.people.forms.persons import LastSixForm, PasswordForm, PhoneForm
from academy.people.rules.signing_in import CodePurpose, Entry
from academy.people.views import codes, pending, sign_in
from academy.people.views.blueprint import bp
from academy.web.access import actor, own_page, public
from academy.web.acts import Answer, perform
from academy.web.htmx import see_other
from academy.web.session import Session, expect_token, transaction

_PROVED = "proved"
_STEP = codes.Step(
    purpose=CodePurpose.SIGN_IN, title=N_("Sign in"), begin="people.login", ask="people.code",
    enter="people.enter_code", again="people.send_again",
)  # fmt: skip


@bp.get("/login")
@public
def login() -> ResponseReturnValue:
    """Show both ways to sign in."""
    if current_user.is_authenticated:
        return see_other(own_page(request.args.get("next"), url_for("portal.desk")))
    return _page(PhoneForm(request.args), PasswordForm(request.args))


def _page(phone: PhoneForm, password: PasswordForm, *, way: str = "", status: int = 200) -> ResponseReturnValue:
    way = way or ("password" if request.args.get("way") == "password" else "phone")
    following = phone.next.data or password.next.data or None
    return render_template(
        "people/login.html", phone=phone, password=password, way=way, following=following
    ), status


@bp.post("/login/phone")
@public
def send_code() -> ResponseReturnValue:
    """Send a code to the phone, whether we know it or not."""
    form = PhoneForm()
    if not form.validate_on_submit():
        return _page(form, PasswordForm(formdata=None), way="phone", status=codes.WRONG)
    if not codes.send(CodePurpose.SIGN_IN, form.phone.data or "", next=form.next.data or ""):
        form.phone.errors = [codes.too_many_sent()]
        return _page(form, PasswordForm(formdata=None), way="phone", status=codes.TOO_MANY)
    return see_other(url_for(".code"))


@bp.get("/login/code")
@public
def code() -> ResponseReturnValue:
    """Ask for the code that was sent."""
    return codes.ask(_STEP)


@bp.post("/login/again")
@public
def send_again() -> ResponseReturnValue:
    """Send another code; the one before it no longer counts."""
    return codes.send_again(_STEP)


@bp.post("/login/code")
@public
def enter_code() -> ResponseReturnValue:
    """Sign in by the code."""
    return codes.enter(_STEP, _prove)


def _prove(typed: codes.Typed) -> ResponseReturnValue | codes.Problem:
    with transaction() as session:
        entered = actions.by_code(
            session, actor=actor(), phone=typed.phone, code=typed.code,
            device=sign_in.device(remembered=typed.remembered), now=clock.now(),
        )  # fmt: skip
    if entered.entry in {Entry.WRONG, Entry.TOO_MANY}:
        return codes.wrong(too_many=entered.entry is Entry.TOO_MANY)
    return follow(entered, phone=typed.phone, following=typed.values["next"], remembered=typed.remembered)


def follow(
    entered: actions.Entered, *, phone: str, following: str, remembered: bool, welcome: str = ""
) -> ResponseReturnValue:
    """Lead on from a proved phone: in, or to what is still missing."""
    if entered.entry is Entry.SIGNED_IN:
        sign_in.start(entered, remembered=remembered)
        if welcome:
            flash(welcome, "ok")
        return see_other(own_page(following, url_for("portal.desk")))
    if entered.entry is Entry.CONFIRM_ID:
        pending.keep(_PROVED, phone=phone, next=following, remembered=remembered)
        return see_other(url_for(".confirm_id"))
    pending.forget()
    if entered.entry is Entry.STAFF:
        flash(_("You work for the academy: please sign in by name and password."), "late")
        return see_other(url_for(".login", way="password", next=following or None))
    return see_other(url_for(".unknown_phone"))


@bp.get("/login/id")
@public
def confirm_id() -> ResponseReturnValue:
    """Ask an imported person, once, for the last six of the ID."""
    if pending.kept(_PROVED) is None:
        return codes.start_over(_STEP)
    return render_template("people/confirm_id.html", form=LastSixForm())


@bp.post("/login/id")
@public
def enter_id() -> ResponseReturnValue:
    """Sign an imported person in for the first time."""
    begun = pending.kept(_PROVED)
    if begun is None:
        return codes.start_over(_STEP)
    form = LastSixForm()
    if not form.validate_on_submit():
        return render_template("people/confirm_id.html", form=form), codes.WRONG
    with transaction() as session:
        entered = actions.by_last_six(
            session, actor=actor(), phone=begun["phone"], last_six=form.last_six.data or "",
            device=sign_in.device(remembered=begun["remembered"]), now=clock.now(),
        )  # fmt: skip
    if entered.entry is Entry.TOO_MANY:
        form.last_six.errors = [_("Too many attempts. Wait an hour, then try again, or ask your liaison.")]
        return render_template("people/confirm_id.html", form=form), codes.TOO_MANY
    if entered.entry is Entry.WRONG:
        form.last_six.errors = [
            _("This does not fit what is on file. If it stays like this, show your ID card to your liaison.")
        ]
        return render_template("people/confirm_id.html", form=form), codes.WRONG
    return follow(entered, phone=begun["phone"], following=begun["next"], remembered=begun["remembered"])


@bp.get("/login/unknown")
@public
def unknown_phone() -> ResponseReturnValue:
    """Tell whoever has proved a phone that signs in nobody how to go on."""
    return render_template("people/unknown_phone.html")


@bp.post("/login")
@public
def enter_password() -> ResponseReturnValue:
    """Sign in by name and password."""
    form = PasswordForm()
    nothing = PhoneForm(formdata=None)
    if not form.validate_on_submit():
        return _page(nothing, form, way="password", status=codes.WRONG)
    remembered = bool(form.remember.data)
    entered = _by_password(form.name.data or "", form.password.data or "", remembered=remembered)
    if entered.entry is Entry.SIGNED_IN:
        sign_in.start(entered, remembered=remembered)
        return see_other(own_page(form.next.data, url_for("portal.desk")))
    if entered.entry is Entry.TOO_MANY:
        form.password.errors = [_("Too many wrong passwords. Wait a quarter of an hour, then try again.")]
        return _page(nothing, form, way="password", status=codes.TOO_MANY)
    form.password.errors = [_("Name or password is wrong.")]
    return _page(nothing, form, way="password", status=codes.WRONG)


def _by_password(name: str, password: str, *, remembered: bool) -> actions.Entered:
    """Note the attempt, check the password outside any transaction, then let in."""
    with transaction() as session:
        trial = actions.begin_password(session, actor=actor(), name=name, now=clock.now())
    if trial is None:
        return actions.Entered(entry=Entry.TOO_MANY)
    if not passwords.fits(trial.password_hash, password) or trial.person_id is None:
        return actions.Entered(entry=Entry.WRONG)
    fresh = passwords.hash_of(password) if passwords.is_outdated(trial.password_hash) else None
    with transaction() as session:
        return actions.end_password(
            session, trial=trial, fresh_hash=fresh, device=sign_in.device(remembered=remembered), now=clock.now()
        )


@bp.post("/logout")
@public
def logout() -> ResponseReturnValue:
    """Sign out on this device."""
    if not current_user.is_authenticated:
        expect_token()
        return see_other(url_for(".login"))
    sign_in_id = sign_in.sign_in_id()

    def deed(session: Session) -> Answer:
        actions.end_sign_in(session, actor=actor(), sign_in_id=sign_in_id, now=clock.now())
        return Answer(url_for(".login"), _("You are signed out."))

    answer = perform(deed)
    sign_in.stop()
    return answer
