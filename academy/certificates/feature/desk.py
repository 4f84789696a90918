"""What desks, the search and the pages of classes show of certificates."""

from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from academy.certificates.queries import batches, register, tallies
from academy.certificates.rules.checks import GROUP_NAMES
from academy.certificates.rules.states import BATCH_STATE_NAMES
from academy.ground.access import Actor, Capability
from academy.ground.feature import (
    DeskItem,
    Hit,
    HitKind,
    Lookup,
    Panel,
)

_NEW = timedelta(days=14)


def find(session: Session, actor: Actor, _now: datetime, lookup: Lookup) -> tuple[Hit, ...]:
    """Find certificates: all for the office, their own for holders."""
    in_office = actor.may(Capability.CERTIFICATE_SIGN)
    if not in_office and not actor.may(Capability.CERTIFICATE_HOLD):
        return ()
    return tuple(
        Hit(
            kind=HitKind.CERTIFICATE,
            title=each.printed,
            detail=f"{each.name} · {each.class_code} · {each.class_title}",
            url=url_for("lives.show" if in_office else "certificates.show", number=each.number),
        )
        for each in register.found_certificates(session, actor, lookup)
    )


def desk(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Tell what the reader has to do, or has got."""
    office = (*_to_sign(session, actor), *_to_propose(session)) if actor.may(Capability.CERTIFICATE_SIGN) else ()
    if actor.may(Capability.CERTIFICATE_HOLD) and actor.person_id is not None:
        return (*office, *_received(session, actor.person_id, now))
    return office


def _to_sign(session: Session, actor: Actor) -> tuple[DeskItem, ...]:
    found = [batch for batch in batches.waiting(session) if batch.proposer_id != actor.person_id]
    if not found:
        return ()
    first = found[0]
    return (
        DeskItem(
            count=len(found),
            sentence=ngettext(
                "batch of certificates waits for your signature",
                "batches of certificates wait for your signature",
                len(found),
            ),
            detail=_(
                "The oldest: %(code)s, proposed by %(name)s", code=first.class_code, name=first.proposer_name
            ),
            url=url_for("batches.batch", batch_id=first.id) if len(found) == 1 else url_for("batches.office"),
            action=_("Look and sign"),
            urgency=10,
            capability=Capability.CERTIFICATE_SIGN,
        ),
    )


def _to_propose(session: Session) -> tuple[DeskItem, ...]:
    found = batches.classes_without(session)
    if not found:
        return ()
    return (
        DeskItem(
            count=len(found),
            sentence=ngettext(
                "concluded class has no certificates yet",
                "concluded classes have no certificates yet",
                len(found),
            ),
            detail=_("The oldest: %(code)s, %(title)s", code=found[0].code, title=found[0].title),
            url=url_for("batches.office") + "#classes",
            action=_("Propose them"),
            urgency=20,
            capability=Capability.CERTIFICATE_PROPOSE,
        ),
    )


def _received(session: Session, person_id: int, now: datetime) -> tuple[DeskItem, ...]:
    count = register.count_new(session, person_id, since=now - _NEW)
    if not count:
        return ()
    return (
        DeskItem(
            count=count,
            sentence=ngettext("new certificate is ready", "new certificates are ready", count),
            detail=_("Download it, and show its code to whoever asks."),
            url=url_for("certificates.mine"),
            action=_("My certificates"),
            urgency=40,
            capability=Capability.CERTIFICATE_HOLD,
        ),
    )


def panel(session: Session, actor: Actor, now: datetime, class_session_id: int) -> Panel | None:
    """Show on a class session's page how its certificates stand."""
    facts = batches.class_facts_by_id(session, class_session_id)
    return Panel(
        template="certificates/_panel.html",
        facts={
            "code": facts.code,
            "batches": batches.of_class(session, class_session_id),
            "state_names": BATCH_STATE_NAMES,
            "may_propose": actor.may(Capability.CERTIFICATE_PROPOSE),
            "answers": tallies.class_tally(session, facts, now=now),
            "answer_names": GROUP_NAMES,
        },
    )
