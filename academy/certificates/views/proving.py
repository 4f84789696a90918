"""What a file is that somebody was given as a certificate: dropped on the page, judged, and not kept."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.forms import ProofForm, VerifyForm
from academy.certificates.queries import history, register, verifying
from academy.certificates.queries.verifying import Finding
from academy.certificates.rules import verdicts
from academy.certificates.views.register import bp
from academy.documents.actions import keys
from academy.ground import clock
from academy.web import plugs
from academy.web.access import public
from academy.web.htmx import see_other
from academy.web.limits import limiter
from academy.web.session import reading, stop_reading

__all__ = ["bp"]  # with the pages of both files

_dropping = limiter.shared_limit("6 per minute; 60 per hour", scope="verify by file")


@bp.get("/verify/file")
@public
def no_file() -> ResponseReturnValue:
    """Lead whoever reloads a result, or follows an address to it, to where files are dropped."""
    return see_other("/verify/#file")


@bp.post("/verify/file")
@_dropping
@public
def look_at_file() -> ResponseReturnValue:
    """Judge a file, and forget it."""
    form = ProofForm()
    if not form.validate_on_submit():
        return _asked_again(form), 422
    upload = form.file.data
    data = upload.read(verifying.LARGEST + 1)
    upload.close()
    if len(data) > verifying.LARGEST:
        form.file.errors = [
            _("The file is larger than %(megabytes)s MB; certificates of ours are far smaller.",
              megabytes=verifying.MEGABYTES)
        ]  # fmt: skip
        return _asked_again(form), 422
    stop_reading()
    finding = verifying.verify(data, authorities=keys.authorities(plugs.settings()))
    return render_template(
        "certificates/file.html", finding=finding, ending=_ending(finding), file_name=upload.filename,
        now=clock.now(), titles=verdicts.TITLES, sentences=verdicts.SENTENCES, changes=verdicts.CHANGES,
    )  # fmt: skip


def _ending(finding: Finding) -> history.Ending | None:
    """Tell how the life of the certificate ended whose exact file this is."""
    known = finding.public if finding.details else None
    return history.ending(reading(), known.number) if known and known.state not in register.LIVE else None


def _asked_again(form: ProofForm) -> str:
    return render_template("certificates/verify.html", form=VerifyForm(formdata=None), proof=form)
