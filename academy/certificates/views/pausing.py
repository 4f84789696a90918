"""Stop the making of a batch's files for a while, and let it go on."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.certificates.actions import pausing
from academy.ground import clock
from academy.ground.access import Capability
from academy.web.access import actor, requires
from academy.web.acts import Answer, perform
from academy.web.session import Session

bp = Blueprint("pausing", __name__)


@bp.post("/admin/batches/<int:batch_id>/pause")
@requires(Capability.CERTIFICATE_SIGN)
def pause(batch_id: int) -> ResponseReturnValue:
    """Let no further files of a batch be begun."""

    def deed(session: Session) -> Answer:
        pausing.pause(session, actor=actor(), batch_id=batch_id, now=clock.now())
        return Answer(
            url_for("batches.batch", batch_id=batch_id), _("Paused. What is being made this moment is finished.")
        )

    return perform(deed)


@bp.post("/admin/batches/<int:batch_id>/resume")
@requires(Capability.CERTIFICATE_SIGN)
def resume(batch_id: int) -> ResponseReturnValue:
    """Let a paused batch go on."""

    def deed(session: Session) -> Answer:
        job_id = pausing.resume(session, actor=actor(), batch_id=batch_id, now=clock.now())
        return Answer(url_for("clockwork.show", job_id=job_id), _("It goes on where it stopped."))

    return perform(deed)
