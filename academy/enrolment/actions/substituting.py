"""Give a place to another person of the unit, in the same breath, so that nobody in line slips in between."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions.claiming import new_claim
from academy.enrolment.actions.ending import end
from academy.enrolment.actions.filling import promote, tell
from academy.enrolment.models.places import Enrolment, PlacePool
from academy.enrolment.queries import deciding, pools, quotas, substituting
from academy.enrolment.queries.substituting import Changeable
from academy.enrolment.rules.groups import taken_up_by
from academy.enrolment.rules.states import Ending
from academy.enrolment.rules.substituting import (
    NOT_HELD,
    PlaceFacts,
    SubstitutionFacts,
    reasons_to_refuse_substitute,
)
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.errors import NotFound, Refused
from academy.ground.text import N_, clean_name, has_a_character
from academy.journal.actions import record
from academy.outbox.actions import Letter
from academy.people.queries import register as people

COMES_INSTEAD = Letter(
    "enrolment.comes-instead",
    N_("You have a place in a class"),
    N_(
        "You come to “%(title)s” (%(code)s), which begins on %(day)s, in place of %(who)s. The timetable is on "
        "the page of the class."
    ),
)
REPLACED = Letter(
    "enrolment.replaced",
    N_("Somebody else comes in your place"),
    N_("%(who)s comes to “%(title)s” (%(code)s) in your place. Hours that you have done there stay yours."),
)


def substitute(
    session: Session, *, actor: Actor, enrolment_id: int, person_id: int, reason: str, now: datetime
) -> Enrolment:
    """Let another person of the unit come in somebody's place, and give the new claim.

    The pool place and the group are kept, the hours are not. Raises Refused with every reason against it.
    """
    place = substituting.changeable(session, actor, enrolment_id)
    said = clean_name(reason) if has_a_character(reason) else ""
    locked = _lock(session, place, person_id)
    claim = deciding.lock_claim_by_id(session, enrolment_id)
    class_ = deciding.existing_class(session, place.class_session_id)
    if claim is None:
        raise Refused(NOT_HELD.about(name=place.name))
    names = people.names(session, [person_id])
    if person_id not in names:
        raise NotFound
    facts = _facts(session, (place, claim, class_), (person_id, names[person_id]), said, now=now)
    if not facts.of_unit and not place.anybody:
        raise NotFound
    if reasons := reasons_to_refuse_substitute(facts, now=now):
        raise Refused(*reasons)
    made = _pass_on(session, actor, (claim, class_, locked), person_id, reason=said, now=now)
    tell(session, REPLACED, claim.person_id, class_, now=now, who=facts.substitute)
    tell(session, COMES_INSTEAD, person_id, class_, now=now, who=place.name)
    _promote_elsewhere(session, actor, locked.values(), but=locked[claim.pool_id], now=now)
    return made


def _pass_on(
    session: Session,
    actor: Actor,
    what: tuple[Enrolment, ClassView, Mapping[int, PlacePool]],
    person_id: int,
    *,
    reason: str,
    now: datetime,
) -> Enrolment:
    """End the one claim and enter the other on the same place, in the same state."""
    claim, class_, locked = what
    was = claim.state
    end(
        session, actor=actor, claim=claim, because=Ending.SUBSTITUTED, locked=locked, now=now, reason=reason,
        promoting=False,
    )  # fmt: skip
    session.flush()
    made = new_claim(
        session, (class_, locked[claim.pool_id]), person_id, state=was, now=now, nominated=claim.nominated,
        replaces_id=claim.id,
    )  # fmt: skip
    made.group_id = claim.group_id
    made.unit_approved_at, made.academy_approved_at = claim.unit_approved_at, claim.academy_approved_at
    record(
        session, actor=actor, what="enrolment.came-instead", about=made, now=now,
        before={"enrolment_id": claim.id}, after={"state": was, **({"reason": reason} if reason else {})},
    )  # fmt: skip
    return made


def _lock(session: Session, place: Changeable, person_id: int) -> dict[int, PlacePool]:
    """Lock the place's pool, those that its person waits for, and then everybody whom this touches, by id."""
    waited_for = pools.waited_for(session, [place.person_id])
    locked = pools.lock(session, {place.pool_id} | waited_for)
    line = deciding.lock_line(session, waited_for)
    people.lock_persons(session, {place.person_id, person_id, *(claim.person_id for claim in line)})
    return locked


def _facts(
    session: Session,
    of: tuple[Changeable, Enrolment, ClassView],
    substitute_: tuple[int, str],
    reason: str,
    *,
    now: datetime,
) -> SubstitutionFacts:
    place, claim, class_ = of
    person_id, name = substitute_
    about = deciding.claim_facts(session, class_, person_id)
    spans = classes.spans(session, [class_.id]).get(class_.id, ())
    unit = people.unit_of(session, person_id, clock.local_date(now))
    unit_id = place.unit_id
    return SubstitutionFacts(
        place=PlaceFacts(
            class_state=class_.state, arrives_on=class_.starts_on, state=claim.state, name=place.name,
            by_office=place.by_office, reason=reason,
        ),
        substitute=name,
        of_unit=_is_of_unit(session, place, unit.id if unit else None),
        unit=quotas.unit_names(session, [unit_id])[unit_id] if unit_id is not None else "",
        about_substitute=replace(about, sittings=taken_up_by(spans, claim.group_id)),
    )  # fmt: skip


def _is_of_unit(session: Session, place: Changeable, unit_id: int | None) -> bool:
    if place.unit_id is None:
        return place.anybody
    return unit_id in people.units_below(session, [place.unit_id])


def _promote_elsewhere(
    session: Session, actor: Actor, locked: Collection[PlacePool], *, but: PlacePool, now: datetime
) -> None:
    """Give who came before free places that they wait for, now that their time is free."""
    for pool in locked:
        if pool is not but:
            promote(session, actor, pool, now=now, tell_passed=False)
