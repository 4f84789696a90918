"""What lists of units ask of whoever sits at a desk: fill them, check them, confirm them, remind of them."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from academy.enrolment.queries import unit_classes
from academy.enrolment.queries.unit_classes import UnitClass
from academy.enrolment.rules.lists import ListState
from academy.ground import clock
from academy.ground.access import Actor, Capability
from academy.ground.feature import DeskItem
from academy.web import i18n
from academy.web.session import Session


def units(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Tell a liaison which lists are due, and which of the streets' wait to be checked."""
    if not actor.may(Capability.DESK_UNIT):
        return ()
    found = unit_classes.unit_classes(session, actor, on=clock.local_date(now))
    return (
        *(_due(each, now) for each in found if each.unit.owes),
        *(item for each in found if each.is_district for item in _to_check(each)),
    )


def _due(of: UnitClass, now: datetime) -> DeskItem:
    late = of.unit.is_late(now)
    returned = of.unit.list.state is ListState.RETURNED
    left = max(of.places - of.taken, 0)
    due = i18n.moment(of.due) if of.due else ""
    filled = _("%(taken)s of %(places)s places filled", taken=of.taken, places=of.places)
    when = (_("was due by %(moment)s", moment=due) if late else _("due by %(moment)s", moment=due)) if due else ""
    return DeskItem(
        count=left or of.taken,
        sentence=_("list was returned: please mend it")
        if returned
        else ngettext("place to be filled by your unit", "places to be filled by your unit", left)
        if left
        else ngettext("person is on a list to be handed in", "people are on a list to be handed in", of.taken),
        detail=_(", ").join(filter(None, (of.title, when, filled))),
        url=url_for("enrolment.unit_class", code=of.code, unit=of.unit.id),
        action=_("Fill the list"),
        urgency=6 if late or returned else 15,
        capability=Capability.DESK_UNIT,
        kind="late" if late or returned else "",
    )


def _to_check(of: UnitClass) -> Iterator[DeskItem]:
    waiting = [each for each in of.district.streets if each.list.state is ListState.HANDED_IN]
    if waiting and of.unit.list.editable:
        yield DeskItem(
            count=len(waiting),
            sentence=ngettext(
                "street's list waits to be checked", "streets' lists wait to be checked", len(waiting)
            ),
            detail=of.title,
            url=url_for("enrolment.unit_class", code=of.code, unit=of.unit.id, _anchor="streets"),
            action=_("Check them"),
            urgency=14,
            capability=Capability.DESK_UNIT,
            names=tuple(each.name for each in waiting[:3]),
        )


def office(session: Session, actor: Actor, now: datetime) -> tuple[DeskItem, ...]:
    """Tell the office which lists wait to be confirmed, and which units are late."""
    if not actor.may(Capability.CLASS_EDIT):
        return ()
    return tuple(
        item
        for each in unit_classes.nominated(session, on=clock.local_date(now))
        for item in _for_office(each, now)
    )


def _for_office(of: unit_classes.Nominated, now: datetime) -> Iterator[DeskItem]:
    url = url_for("enrolment.places", code=of.code, _anchor="units")
    units_ = [unit for district in of.division.districts for unit in district.every]
    reported = [each for each in of.division.districts if each.reported]
    late = [each.name for each in units_ if each.is_late(now)]
    if reported and of.academy_confirms:
        yield DeskItem(
            count=len(reported),
            sentence=ngettext(
                "reported list is to be confirmed", "reported lists are to be confirmed", len(reported)
            ),
            detail=of.title,
            url=url,
            action=_("Look and confirm"),
            urgency=18,
            capability=Capability.CLASS_EDIT,
            names=tuple(each.own.name for each in reported[:3]),
        )
    if late:
        yield DeskItem(
            count=len(late),
            sentence=ngettext("unit is late with its list", "units are late with their lists", len(late)),
            detail=of.title,
            url=url,
            action=_("Remind them"),
            urgency=20,
            capability=Capability.CLASS_EDIT,
            kind="late",
            names=tuple(late[:3]),
        )
