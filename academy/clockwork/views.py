"""The page of a running job."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.clockwork import queries
from academy.ground.access import Capability
from academy.ground.errors import NotFound
from academy.web.access import actor, requires
from academy.web.htmx import asked_by_htmx
from academy.web.session import reading

bp = Blueprint("clockwork", __name__, template_folder="templates")


@bp.get("/jobs/<int:job_id>")
@requires(Capability.JOB_SEE)
def show(job_id: int) -> ResponseReturnValue:
    """Show how far a job is, and lead on to its outcome."""
    job = queries.job(reading(), job_id, actor())
    if job is None:
        raise NotFound
    template = "clockwork/_progress.html" if asked_by_htmx() else "clockwork/job.html"
    return render_template(template, job=job, message=_(job.message) if job.message else "")
