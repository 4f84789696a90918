"""Enter the claims of the sample: everybody of the past, and those around today."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.classes.sample.around import heads
from academy.classes.sample.heads import Head
from academy.enrolment.actions import opening
from academy.enrolment.actions.opening import NewClaim
from academy.enrolment.rules.states import EnrolmentState
from academy.enrolment.sample import nominated
from academy.enrolment.sample.rosters import Group, Planner, Roster
from academy.ground import clock
from academy.ground.feature import Sample
from academy.people.queries.sample import SampleTrainee, sample_trainees

_WITHOUT_POOL = {ClassState.DRAFT, ClassState.PUBLISHED}
_ALL = 1000
_THE_TRAINEE = 0  # whoever signs in as `trainee` was made first


def fill(sample: Sample) -> None:
    """Give everybody their class sessions."""
    planned = {head.code: head for head in heads(sample.today)}
    views = classes.class_lines(sample.session, size=_ALL).rows
    groups = [
        Group(head=planned[view.code], starts_on=view.starts_on, ends_on=view.ends_on)
        for view in sorted(views, key=lambda view: view.code)
        if view.state not in _WITHOUT_POOL
    ]
    trainees = sample_trainees(sample.session)
    random = Random(f"{sample.today:%Y-%m-%d} rosters")
    rosters = Planner(trainees, random).rosters(groups, _promised(groups))
    by_code = {view.code: view for view in views}
    alone = [group for group in groups if not nominated.is_nominated(group.head)]
    claims = [
        claim
        for group in alone
        for claim in _claims(sample, by_code[group.head.code], group.head, rosters[group.head.code], trainees)
    ]
    opening.enrol_many(
        sample.session,
        actor=sample.actor,
        places={by_code[group.head.code].id: group.head.capacity for group in alone},
        claims=claims,
        now=sample.now,
        progress=lambda done, total, _message="": sample.progress(done, total, "报名 enrolments"),
    )
    for group in groups:
        if nominated.is_nominated(group.head):
            view = by_code[group.head.code]
            nominated.fill(sample, view, group.head, rosters[group.head.code], trainees)


def _promised(groups: Sequence[Group]) -> dict[str, Sequence[int]]:
    """Choose what whoever signs in as `trainee` finds: two completed, one with sittings today."""
    past = sorted(
        (group for group in groups if group.head.state is ClassState.CLOSED), key=lambda group: group.starts_on
    )
    first = past[0]
    later = [group for group in past[1:] if group.starts_on > first.ends_on]
    yearly = [group for group in later if group.head.programme == "yearly"] or later
    of_city = [group for group in yearly if group.head.level == "市级"] or yearly
    today = next(group.head.code for group in groups if group.head.role == "today")
    return dict.fromkeys((first.head.code, of_city[-1].head.code, today), (_THE_TRAINEE,))


def _claims(
    sample: Sample, view: ClassView, head: Head, roster: Roster, trainees: Sequence[SampleTrainee]
) -> Iterator[NewClaim]:
    group_ids = [group.id for group in classes.groups(sample.session, view.id)] if head.groups else []
    random = Random(f"{sample.today:%Y-%m-%d} claims {view.code}")
    last = min(view.closes_at, sample.now)
    moments = sorted(_moment(random, view.opens_at, last) for _ in (*roster.seated, *roster.waiting))
    in_order = [(number, EnrolmentState.SEATED) for number in random.sample(roster.seated, len(roster.seated))]
    in_order += [(number, EnrolmentState.WAITING) for number in roster.waiting]
    late = [
        (number, EnrolmentState.WITHDRAWN, _moment(random, view.opens_at, last)) for number in roster.withdrawn
    ]
    asked = [(number, state, at) for (number, state), at in zip(in_order, moments, strict=True)] + late
    for turn, (number, state, at) in enumerate(asked):
        trainee = trainees[number]
        seated = state is EnrolmentState.SEATED
        yield NewClaim(
            class_session_id=view.id, person_id=trainee.id, unit_id=trainee.unit_id, unit_name=trainee.unit_name,
            group_id=group_ids[turn % len(group_ids)] if group_ids and seated else None,
            state=state, requested_at=at,
        )  # fmt: skip


def _moment(random: Random, first: datetime, last: datetime) -> datetime:
    """Draw a moment of some day between two, when people are awake."""
    days = (clock.local_date(last) - clock.local_date(first)).days
    day = clock.local_date(first) + timedelta(days=random.randint(0, max(days, 0)))
    moment = clock.at(day, random.randint(8, 21), random.randrange(60))
    return min(max(moment, first + timedelta(minutes=1)), last - timedelta(minutes=1))
