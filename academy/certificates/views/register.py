"""The register: certificates for their holders, and the answer for whoever wants to know if one is real."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import making
from academy.certificates.forms import HolderForm, ProofForm, VerifyForm
from academy.certificates.queries import checks, history, register
from academy.certificates.queries.register import Details, Held, Public
from academy.certificates.rules import numbers
from academy.certificates.views import earlier
from academy.documents.actions import rendering
from academy.ground import clock, storage, tokens
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web.access import actor, public, requires
from academy.web.acts import Answer, perform
from academy.web.files import private_file
from academy.web.htmx import see_other
from academy.web.limits import limiter
from academy.web.session import Session, reading, stop_reading

bp = Blueprint("certificates", __name__, template_folder="../templates")

PICTURE = (1600, 1196)  # A4 lying down with a line below it, as wide as a phone can make use of
_FOOT = "图片仅供查看，以PDF为准"
_PICTURE_KEPT = 24 * 60 * 60  # its address carries the file's print, and the answer varies by who is signed in

_seldom = limiter.shared_limit("15 per minute; 300 per hour", scope="verify")
_guessing = limiter.shared_limit("10 per minute; 100 per hour", scope="verify by name")
_scanning = limiter.shared_limit("600 per minute", scope="scan")  # a hall of people behind one address


@bp.get("/me/certificates")
@requires(Capability.CERTIFICATE_HOLD)
def mine() -> ResponseReturnValue:
    """List the reader's own certificates."""
    person_id = actor().person_id
    session = reading()
    held = register.of_person(session, person_id) if person_id is not None else ()
    coming = checks.to_look_at(session, person_id, now=clock.now()) if person_id is not None else ()
    return render_template("certificates/mine.html", held=held, coming=coming)


@bp.get("/certificates/<number>.pdf")
@requires(Capability.CERTIFICATE_HOLD, Capability.CERTIFICATE_SIGN)
def download(number: str) -> ResponseReturnValue:
    """Hand a certificate to its holder or an admin, or say why there is no file and how to get it."""
    session = reading()
    certificate = register.held(session, number, actor())
    ending = history.ending(session, number)
    stop_reading()
    data = _file(certificate)
    if data is None:
        home = (_("My certificates"), url_for(".mine"))
        return render_template("certificates/unmade.html", certificate=certificate, ending=ending, home=home)
    return private_file(data, certificate.file_name, kind="application/pdf")


@bp.get("/certificates/<number>.png")
@requires(Capability.CERTIFICATE_HOLD, Capability.CERTIFICATE_SIGN)
def picture(number: str) -> ResponseReturnValue:
    """Show a certificate to its holder or an admin as a picture, for browsers that open no PDF."""
    certificate = register.held(reading(), number, actor())
    stop_reading()
    data = _file(certificate)
    if data is None:
        raise NotFound
    drawn = rendering.picture(data, width=PICTURE[0], foot=_FOOT)
    answer = private_file(drawn, f"{number}.png", kind="image/png", inline=True)
    answer.headers["Cache-Control"] = f"private, max-age={_PICTURE_KEPT}"
    return answer


@bp.get("/me/certificates/<number>")
@requires(Capability.CERTIFICATE_HOLD)
def show(number: str) -> ResponseReturnValue:
    """Show a certificate on the page, to be looked at, kept and sent on; or say why there is none to see."""
    session = reading()
    certificate = register.held(session, number, actor())
    shown: dict[str, Any] = {"certificate": certificate, "home": (_("My certificates"), url_for(".mine"))}
    if certificate.place is None or certificate.state not in register.LIVE:
        return render_template("certificates/unmade.html", ending=history.ending(session, number), **shown)
    return render_template("certificates/show.html", size=PICTURE, **shown)


def _file(certificate: Held) -> bytes | None:
    """Read the file of a certificate; None where it is not made yet, or no longer handed out to its holder.

    The office may look at what was once valid.
    """
    handed_out = certificate.state in register.LIVE or actor().may(Capability.CERTIFICATE_SIGN)
    if certificate.place is None or not handed_out:
        return None
    return storage.bound().read(certificate.place, "pdf")


@bp.post("/certificates/<number>/make")
@requires(Capability.CERTIFICATE_HOLD, Capability.CERTIFICATE_SIGN)
def make(number: str) -> ResponseReturnValue:
    """Have the file of a numbered certificate made."""

    def deed(session: Session) -> Answer:
        job_id = making.ask_to_make(session, actor=actor(), number=number, now=clock.now())
        return Answer(url_for("clockwork.show", job_id=job_id))

    return perform(deed)


@bp.get("/verify/")
@public
def verify() -> ResponseReturnValue:
    """Ask for a number, and for the name where more than the state is wanted; other pages may send the number."""
    number = numbers.read_number(request.args.get("number", ""))
    if number is not None:
        return see_other(url_for(".verify_number", number=number))
    return _asked(VerifyForm(number=request.args.get("number")))


@bp.post("/verify/")
@_guessing
@public
def look_up() -> ResponseReturnValue:
    """Look a number up as somebody typed it."""
    form = VerifyForm()
    if not form.validate_on_submit():
        return _asked(form), 422
    typed = form.number.data or ""
    number = numbers.read_number(typed)
    if told := earlier.alone(reading(), typed, form.name.data or ""):
        return told
    if number is None:
        form.number.errors = [_("This does not read like a certificate number. Compare it with the paper.")]
        return _asked(form), 422
    if not form.name.data:
        return see_other(url_for(".verify_number", number=number))
    return _answer(number, form.name.data)


@bp.get("/verify/<number>")
@_seldom
@public
def verify_number(number: str) -> ResponseReturnValue:
    """Tell the state of a number and nothing else."""
    if told := earlier.alone(reading(), number):
        return told
    known = numbers.read_number(number)
    if known is not None and known != number:
        return see_other(url_for(".verify_number", number=known))
    return _answer(number)


@bp.post("/verify/<number>")
@_guessing
@public
def verify_holder(number: str) -> ResponseReturnValue:
    """Tell more of a number to whoever knows the holder's name."""
    form = HolderForm()
    fits = form.validate_on_submit()
    name = (form.name.data or "") if fits else ""
    told = earlier.alone(reading(), number, name, form=form)
    return told or _answer(numbers.read_number(number) or number, name, form=form), 200 if fits else 422


@bp.get("/v/<code>")
@_scanning
@public
def scanned(code: str) -> ResponseReturnValue:
    """Tell whoever scans the paper's code what the register says of it."""
    found = register.by_code(reading(), tokens.read_code(code))
    return _shown(found[0].number, *found) if found else _shown("", None)


def _asked(form: VerifyForm) -> str:
    return render_template("certificates/verify.html", form=form, proof=ProofForm(formdata=None))


def _answer(number: str, name: str = "", *, form: HolderForm | None = None) -> str:
    session = reading()
    found = register.by_number(session, number)
    details = register.by_name(session, number, name) if name else None
    return _shown(number, found, details, form=form, other_name=bool(name) and details is None)


def _shown(
    number: str, found: Public | None, details: Details | None = None, *,
    form: HolderForm | None = None, other_name: bool = False,
) -> str:  # fmt: skip
    return render_template(
        "certificates/verified.html",
        number=number, found=found, details=details, form=form or HolderForm(), other_name=other_name,
        ending=history.ending(reading(), found.number) if found and found.state not in register.LIVE else None,
        now=clock.now(),
    )  # fmt: skip
