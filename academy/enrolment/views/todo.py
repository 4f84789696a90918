"""What places ask of whoever sits at a desk: offers to confirm, claims to decide on, people to phone."""

from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.enrolment.queries import awaiting, news
from academy.enrolment.queries.news import Loss, OwnOffer
from academy.enrolment.rules.states import Ending
from academy.ground.access import Actor, Capability
from academy.ground.feature import DeskItem
from academy.ground.text import N_
from academy.people.queries import register as people
from academy.web import i18n
from academy.web.session import Session

_SHOWN_NAMES = 3
_TOLD_FOR = timedelta(days=7)


_ENDED: dict[Ending, str] = {
    Ending.WITHDREW: N_("claim of yours was withdrawn by your unit or the academy"),
    Ending.REFUSED: N_("claim of yours was not approved"),
    Ending.LAPSED: N_("place held for you has lapsed; it was not confirmed in time"),
    Ending.SUBSTITUTED: N_("place of yours went to somebody else of your unit"),
    Ending.UNDONE: N_("list that put you forward was taken back"),
}


def own_claims(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Ask a trainee first of all to confirm each place on offer; tell for some days what others have ended."""
    if actor.person_id is None or not actor.may(Capability.DESK_TRAINEE):
        return ()
    found = news.news(session, actor.person_id, since=now - _TOLD_FOR)
    return (*map(_offer, found.offers), *map(_loss, found.losses))


def _offer(offer: OwnOffer) -> DeskItem:
    until = _("until %(moment)s", moment=i18n.moment(offer.confirm_by)) if offer.confirm_by else ""
    return DeskItem(
        count=1,
        sentence=_("place is free for you: please confirm it"),
        detail=" · ".join(filter(None, (offer.title, until))),
        url=url_for("enrolment.show", code=offer.code, _anchor="mine"),
        action=_("Look at it"),
        urgency=0,
        capability=Capability.DESK_TRAINEE,
        kind="late",
    )


def _loss(loss: Loss) -> DeskItem:
    return DeskItem(
        count=1,
        sentence=_(_ENDED[loss.ended.because]),
        detail=" · ".join(filter(None, (loss.title, loss.ended.reason))),
        url=url_for("enrolment.show", code=loss.code),
        action=_("Look at it"),
        urgency=40,
        capability=Capability.DESK_TRAINEE,
        kind="no",
    )


def unit_claims(session: Session, actor: Actor, _now: datetime) -> tuple[DeskItem, ...]:
    """Ask a liaison to confirm offers to the unit's reserve, and to decide on what their people ask for."""
    if not actor.may(Capability.DESK_UNIT):
        return ()
    scope = people.units_below(session, actor.unit_ids)
    offers = awaiting.offers(session, unit_ids=scope)
    pending = awaiting.count_to_decide(session, unit_ids=scope)
    first = offers[0].confirm_by if offers else None
    items = (
        DeskItem(
            count=len(offers),
            sentence=ngettext(
                "place is free for somebody in your reserve: please confirm",
                "places are free for people in your reserve: please confirm",
                len(offers),
            ),
            detail=_("the first lapses %(moment)s", moment=i18n.moment(first)) if first else "",
            url=url_for("enrolment.unit_claims", _anchor="offers"),
            action=_("Confirm or pass on"),
            urgency=2,
            capability=Capability.DESK_UNIT,
            kind="late",
            names=tuple(each.name for each in offers[:_SHOWN_NAMES]),
        ),
        DeskItem(
            count=pending,
            sentence=ngettext(
                "person of your unit asks for a place", "people of your unit ask for a place", pending
            ),
            detail=_("Their places are held until you decide."),
            url=url_for("enrolment.unit_claims"),
            action=_("Decide"),
            urgency=8,
            capability=Capability.DESK_UNIT,
        ),
    )
    return tuple(item for item in items if item.count)


def office_claims(session: Session, actor: Actor, _now: datetime) -> tuple[DeskItem, ...]:
    """Ask the office to phone those whom no message reaches, and to decide on claims."""
    if not actor.may(Capability.CLASS_EDIT):
        return ()
    unreached = awaiting.offers(session, reached_nobody=True)
    pending = awaiting.count_to_decide(session, unit_ids=None)
    items = (
        DeskItem(
            count=len(unreached),
            sentence=ngettext(
                "place is on offer, and no message reaches anybody: please phone",
                "places are on offer, and no message reaches anybody: please phone",
                len(unreached),
            ),
            detail=_("The time to confirm has not begun."),
            url=url_for("enrolment.admin_claims", _anchor="unreached"),
            action=_("Whom to phone"),
            urgency=6,
            capability=Capability.DESK_ADMIN,
            kind="late",
            names=tuple(each.name for each in unreached[:_SHOWN_NAMES]),
        ),
        DeskItem(
            count=pending,
            sentence=ngettext(
                "claim on a place waits for the academy", "claims on places wait for the academy", pending
            ),
            detail=_("The places are held until you decide."),
            url=url_for("enrolment.admin_claims"),
            action=_("Decide"),
            urgency=14,
            capability=Capability.DESK_ADMIN,
        ),
    )
    return tuple(item for item in items if item.count)
