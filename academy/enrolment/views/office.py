"""Open a class session for enrolment."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from academy.enrolment.actions import opening
from academy.enrolment.views.blueprint import bp
from academy.ground import clock
from academy.ground.access import Capability
from academy.web import plugs
from academy.web.access import actor, requires
from academy.web.acts import Answer, perform
from academy.web.i18n import moment
from academy.web.session import Session


@bp.post("/admin/classes/<code>/open-enrolment")
@requires(Capability.CLASS_EDIT)
def open_enrolment(code: str) -> ResponseReturnValue:
    """Open a published class session for enrolment."""

    def deed(session: Session) -> Answer:
        phone = plugs.settings().office_phone
        class_ = opening.open_enrolment(session, actor=actor(), code=code, phone=phone, now=clock.now())
        said = _("Enrolment is open from %(moment)s.", moment=moment(class_.enrolment_opens_at))
        return Answer(f"/admin/classes/{code}", said)

    return perform(deed)
