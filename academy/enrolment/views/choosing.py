"""What a class that was moved onto another one asks of whoever has a place in both."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from academy.enrolment.queries import waiting
from academy.ground.access import Actor, Capability
from academy.ground.feature import DeskItem
from academy.web import i18n
from academy.web.session import Session


def own_clashes(session: Session, actor: Actor, _now: datetime) -> tuple[DeskItem, ...]:
    """Ask a trainee to choose between two class sessions at the same hours."""
    if actor.person_id is None or not actor.may(Capability.DESK_TRAINEE):
        return ()
    return tuple(
        DeskItem(
            count=2,
            sentence=_("of your classes fall together: please withdraw from one"),
            detail=_(
                "%(one)s and %(other)s, on %(moment)s", one=each.title, other=each.other_title,
                moment=i18n.moment(each.at),
            ),
            url=url_for("enrolment.show", code=each.code, _anchor="mine"),
            action=_("Look at it"),
            urgency=1,
            capability=Capability.DESK_TRAINEE,
            kind="late",
        )
        for each in waiting.own_clashing(session, actor.person_id)
    )  # fmt: skip
