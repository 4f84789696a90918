"""The register: certificates for their holders, and the answer for whoever wants to know if one is real."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates import actions, rules
from academy.certificates.forms import HolderForm, VerifyForm
from academy.certificates.queries import register
from academy.certificates.queries.register import Details, Held, Public
from academy.documents import actions as documents
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

_PICTURE = (1600, 1131)  # A4 lying down, as wide as a phone can make use of
_PICTURE_KEPT = 24 * 60 * 60  # its address carries the file's print, and the answer varies by who is signed in

_seldom = limiter.shared_limit("15 per minute; 300 per hour", scope="verify")
_guessing = limiter.shared_limit("10 per minute; 100 per hour", scope="verify by name")
_scanning = limiter.shared_limit("600 per minute", scope="scan")  # a hall of people behind one address


@bp.get("/me/certificates")
@requires(Capability.CERTIFICATE_HOLD)
def mine() -> ResponseReturnValue:
    """List the reader's own certificates."""
    person_id = actor().person_id
    held = register.of_person(reading(), person_id) if person_id is not None else ()
    return render_template("certificates/mine.html", held=held)


@bp.get("/certificates/<number>.pdf")
@requires(Capability.CERTIFICATE_HOLD, Capability.CERTIFICATE_SIGN)
def download(number: str) -> ResponseReturnValue:
    """Hand a certificate to its holder or an admin, or say why there is no file and how to get it."""
    certificate = register.held(reading(), number, actor())
    stop_reading()
    data = _file(certificate)
    if data is None:
        return render_template(
            "certificates/unmade.html", certificate=certificate, home=(_("My certificates"), url_for(".mine"))
        )
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
    drawn = documents.picture(data, width=_PICTURE[0])
    answer = private_file(drawn, f"{number}.png", kind="image/png", inline=True)
    answer.headers["Cache-Control"] = f"private, max-age={_PICTURE_KEPT}"
    return answer


@bp.get("/me/certificates/<number>")
@requires(Capability.CERTIFICATE_HOLD)
def show(number: str) -> ResponseReturnValue:
    """Show a certificate on the page, to be looked at, kept and sent on; or say why there is none to see."""
    return _page_of(number, (_("My certificates"), url_for(".mine")))


@bp.get("/admin/certificates/<number>")
@requires(Capability.CERTIFICATE_SIGN)
def in_office(number: str) -> ResponseReturnValue:
    """Show any certificate to the office, as its holder sees it."""
    return _page_of(number, (_("Certificates"), url_for("batches.office")))


def _page_of(number: str, home: tuple[str, str]) -> ResponseReturnValue:
    certificate = register.held(reading(), number, actor())
    if certificate.sha256 is None or certificate.state is rules.CertificateState.REVOKED:
        return render_template("certificates/unmade.html", certificate=certificate, home=home)
    return render_template("certificates/show.html", certificate=certificate, size=_PICTURE, home=home)


def _file(certificate: Held) -> bytes | None:
    """Read the file of a certificate; None where it is not made yet, or no longer handed out."""
    if certificate.sha256 is None or certificate.state is rules.CertificateState.REVOKED:
        return None
    return storage.bound().get(certificate.sha256, "pdf")


@bp.post("/certificates/<number>/make")
@requires(Capability.CERTIFICATE_HOLD, Capability.CERTIFICATE_SIGN)
def make(number: str) -> ResponseReturnValue:
    """Have the file of a numbered certificate made."""

    def deed(session: Session) -> Answer:
        job_id = actions.ask_to_make(session, actor=actor(), number=number, now=clock.now())
        return Answer(url_for("clockwork.show", job_id=job_id))

    return perform(deed)


@bp.get("/verify/")
@public
def verify() -> ResponseReturnValue:
    """Ask for a number, and for the name where more than the state is wanted; other pages may send the number."""
    number = rules.read_number(request.args.get("number", ""))
    if number is not None:
        return see_other(url_for(".verify_number", number=number))
    return render_template("certificates/verify.html", form=VerifyForm(number=request.args.get("number")))


@bp.post("/verify/")
@_guessing
@public
def look_up() -> ResponseReturnValue:
    """Look a number up as somebody typed it."""
    form = VerifyForm()
    if not form.validate_on_submit():
        return render_template("certificates/verify.html", form=form), 422
    number = rules.read_number(form.number.data or "")
    if number is None:
        form.number.errors = [_("This does not read like a certificate number. Compare it with the paper.")]
        return render_template("certificates/verify.html", form=form), 422
    if not form.name.data:
        return see_other(url_for(".verify_number", number=number))
    return _answer(number, form.name.data)


@bp.get("/verify/<number>")
@_seldom
@public
def verify_number(number: str) -> ResponseReturnValue:
    """Tell the state of a number and nothing else."""
    known = rules.read_number(number)
    if known is not None and known != number:
        return see_other(url_for(".verify_number", number=known))
    return _answer(known or number)


@bp.post("/verify/<number>")
@_guessing
@public
def verify_holder(number: str) -> ResponseReturnValue:
    """Tell more of a number to whoever knows the holder's name."""
    form = HolderForm()
    known = rules.read_number(number) or number
    if not form.validate_on_submit():
        return _shown(known, register.by_number(reading(), known), form=form), 422
    return _answer(known, form.name.data or "")


@bp.get("/v/<code>")
@_scanning
@public
def scanned(code: str) -> ResponseReturnValue:
    """Tell whoever scans the paper's code what the register says of it."""
    found = register.by_code(reading(), tokens.read_code(code))
    return _shown(found[0].number, *found) if found else _shown("", None)


def _answer(number: str, name: str = "") -> str:
    session = reading()
    details = register.by_name(session, number, name) if name else None
    return _shown(number, register.by_number(session, number), details, other_name=bool(name) and details is None)


def _shown(
    number: str, found: Public | None, details: Details | None = None, *,
    form: HolderForm | None = None, other_name: bool = False,
) -> str:  # fmt: skip
    return render_template(
        "certificates/verified.html",
        number=number, found=found, details=details, form=form or HolderForm(), other_name=other_name,
        now=clock.now(),
    )  # fmt: skip
