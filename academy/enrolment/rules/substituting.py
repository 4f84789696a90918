"""What stands against another person coming in somebody's place."""

from dataclasses import dataclass
from datetime import date, datetime

from academy.classes.rules import ClassState
from academy.enrolment.rules.claims import CLASH, PREREQUISITE, ClaimFacts, reasons_about_person
from academy.enrolment.rules.nominating import NOT_OF_UNIT
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.clock import local_date
from academy.ground.errors import Reason
from academy.ground.text import N_

NOT_HELD = Reason("not_held", N_("%(name)s has no place here that somebody else could take over."))
ON_OFFER = Reason(
    "on_offer", N_("This place is only on offer to %(name)s. Confirm it first, then name the other.")
)
TOO_LATE_TO_CHANGE = Reason("too_late_to_change", N_("The class is over or not held; nobody comes any more."))
ARRIVAL_OVER = Reason(
    "arrival_over", N_("The day of arrival, %(day)s, is over. From now on the class manager changes who comes.")
)
SAY_WHY = Reason("say_why", N_("The day of arrival is over, so please say why somebody else comes."))
IN_ALREADY = Reason("in_already", N_("%(name)s already has a place in this class, or waits for one."))
BUSY_THEN = Reason("busy_then", N_("%(name)s has a place in “%(title)s” (%(code)s) on %(day)s, at the same time."))
LACKS_COURSE = Reason("lacks_course", N_("%(name)s must first complete a class that teaches “%(course)s”."))

MAY_CHANGE_HANDS = (EnrolmentState.NOMINATED, EnrolmentState.ASKED, EnrolmentState.SEATED)
_STILL_HELD = (ClassState.PUBLISHED, ClassState.ENROLLING, ClassState.RUNNING)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceFacts:
    """All that the rules need to know of a place that may change hands, whoever were to come."""

    class_state: ClassState
    arrives_on: date
    """The first day, until the end of which the unit itself may change who comes."""
    state: EnrolmentState
    name: str
    """Whose place it is."""
    by_office: bool
    """The class manager or an admin changes it, who may do so after the day of arrival, for a reason."""
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SubstitutionFacts:
    """All that the rules need to know before somebody comes in another's place."""

    place: PlaceFacts
    substitute: str
    of_unit: bool
    unit: str
    about_substitute: ClaimFacts


def reasons_to_keep_person(facts: PlaceFacts, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason why this place stays whose it is, whoever were to come instead."""
    late = local_date(now) > facts.arrives_on
    checks = (
        (facts.class_state not in _STILL_HELD, TOO_LATE_TO_CHANGE),
        (facts.state is EnrolmentState.OFFERED, ON_OFFER.about(name=facts.name)),
        (facts.state not in {*MAY_CHANGE_HANDS, EnrolmentState.OFFERED}, NOT_HELD.about(name=facts.name)),
        (late and not facts.by_office, ARRIVAL_OVER.about(day=facts.arrives_on.isoformat())),
        (late and facts.by_office and not facts.reason, SAY_WHY),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_refuse_substitute(facts: SubstitutionFacts, *, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against this person coming in that place."""
    found = list(reasons_to_keep_person(facts.place, now=now))
    if not facts.of_unit:
        found.append(NOT_OF_UNIT.about(name=facts.substitute, unit=facts.unit))
    if facts.about_substitute.already_in:
        found.append(IN_ALREADY.about(name=facts.substitute))
    return (*found, *of_other(facts.substitute, reasons_about_person(facts.about_substitute)))


def of_other(name: str, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Say of somebody else what the rules say to oneself."""
    others = {CLASH.code: BUSY_THEN, PREREQUISITE.code: LACKS_COURSE}
    return tuple(
        others[reason.code].about(name=name, **reason.values) if reason.code in others else reason
        for reason in reasons
    )
