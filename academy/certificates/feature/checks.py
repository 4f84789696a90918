"""What desks show of certificates that are to be made: look at yours, settle what is disputed."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from academy.certificates.queries import checks, tallies
from academy.certificates.rules.checks import Standing
from academy.ground.access import Actor, Capability
from academy.ground.feature import DeskItem


def desk(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Ask a trainee to look at their certificate, and the office to settle what trainees found wrong."""
    office = _to_settle(session) if actor.may(Capability.CERTIFICATE_PROPOSE) else ()
    if actor.may(Capability.CERTIFICATE_HOLD) and actor.person_id is not None:
        return (*office, *_to_check(session, actor.person_id, now))
    return office


def _to_check(session: Session, person_id: int, now: datetime) -> tuple[DeskItem, ...]:
    found = [each for each in checks.to_look_at(session, person_id, now=now) if each.is_asked]
    if not found:
        return ()
    first = found[0]
    once_more = first.person.check is not Standing.SILENT
    return (
        DeskItem(
            count=len(found),
            sentence=ngettext(
                "certificate is about to be made: is every word right?",
                "certificates are about to be made: is every word right?",
                len(found),
            ),
            detail=_("It has changed since you looked: %(title)s", title=first.of.title)
            if once_more
            else first.of.title,
            url=url_for("checks.show", code=first.of.code) if len(found) == 1 else url_for("certificates.mine"),
            action=_("Look at it"),
            urgency=5,
            capability=Capability.CERTIFICATE_HOLD,
            kind="late",
        ),
    )


def _to_settle(session: Session) -> tuple[DeskItem, ...]:
    count = tallies.count_disputes(session)
    if not count:
        return ()
    return (
        DeskItem(
            count=count,
            sentence=ngettext(
                "trainee finds something wrong on a certificate to be made",
                "trainees find something wrong on certificates to be made",
                count,
            ),
            detail=_("Nothing is made for them before it is settled."),
            url=url_for("checks.disputes"),
            action=_("Look and settle"),
            urgency=12,
            capability=Capability.CERTIFICATE_PROPOSE,
            kind="late",
        ),
    )
