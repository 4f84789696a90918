"""The registers of the sample's sittings so far, who led its groups, and who completed what."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from random import Random

from academy.catalogue import queries as catalogue
from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView, SittingView
from academy.classes.rules import ClassState
from academy.enrolment.queries import showing
from academy.enrolment.queries.showing import RosterRow
from academy.enrolment.rules.states import EnrolmentState
from academy.ground.feature import Sample
from academy.hours import actions as hours
from academy.hours.actions import NewCompletion, NewEntry
from academy.hours.rules import kind_of, required_tenths, year_of
from academy.office import queries
from academy.office.rules import decide
from academy.people.queries import register as people
from academy.sites.rules import PlaceKind

_HELD = (ClassState.RUNNING, ClassState.CONCLUDED, ClassState.CLOSED)
_ALL = 1000
_BUILDS_ON = "grid-leads"
_ONE_MISSED, _SEVERAL_MISSED = 0.11, 0.035
_MESSAGE = "签到和学时 registers"


def fill(sample: Sample) -> None:
    """Take every register up to now, and note who completed the class sessions that are concluded."""
    held = sorted(
        (view for view in classes.class_lines(sample.session, size=_ALL).rows if view.state in _HELD),
        key=lambda view: (view.starts_on, view.code),
    )
    seated = {view.id: _seated(sample, view) for view in held}
    firm = _never_short(sample, seated)
    programmes = {view.programme_id: catalogue.programme(sample.session, view.programme_id) for view in held}
    for done, view in enumerate(held, 1):
        _appoint_leaders(sample, view, seated[view.id])
        entries = list(_entries(sample, view, seated[view.id], firm))
        hours.enter_many(sample.session, actor=sample.actor, entries=entries, now=sample.now)
        if view.concluded_at:
            programme = programmes[view.programme_id]
            required = required_tenths(
                total_tenths=programme.total_tenths, required_percent=programme.required_percent
            )
            completions = list(_completions(view, seated[view.id], entries, required))
            hours.complete_many(sample.session, actor=sample.actor, completions=completions, now=view.concluded_at)
        sample.progress(done, len(held), _MESSAGE)


def _seated(sample: Sample, view: ClassView) -> list[RosterRow]:
    rows = showing.roster(sample.session, view.id)
    return [row for row in rows if row.state is EnrolmentState.SEATED]


def _never_short(sample: Sample, seated: dict[int, list[RosterRow]]) -> frozenset[int]:
    """Tell who completes whatever they begin: who came to something that builds on it, and `trainee`."""
    leads = {line.id for line in catalogue.programmes(sample.session) if line.slug == _BUILDS_ON}
    every = classes.class_lines(sample.session, size=_ALL).rows
    later = [view for view in every if view.programme_id in leads]
    came = {row.person_id for view in later for row in seated.get(view.id) or _seated(sample, view)}
    trainee = people.actor_named(sample.session, "trainee", on=sample.today)
    return frozenset(came | {trainee.person_id if trainee and trainee.person_id else 0})


def _appoint_leaders(sample: Sample, view: ClassView, seated: Sequence[RosterRow]) -> None:
    """Make the first of each group its leader."""
    first: dict[int, int] = {}
    for row in seated:
        if row.group_id is not None:
            first.setdefault(row.group_id, row.person_id)
    for group_id in sorted(first):
        queries.lock_group(sample.session, view.id, group_id).leader_id = first[group_id]


def _entries(
    sample: Sample, view: ClassView, seated: Sequence[RosterRow], firm: Collection[int]
) -> Iterator[NewEntry]:
    sittings = [each for each in classes.sittings(sample.session, view.id) if each.ends_at <= sample.now]
    random = Random(f"{sample.today:%Y-%m-%d} registers {view.code}")
    of_group: dict[int | None, list[SittingView]] = defaultdict(list)
    for group_id in {row.group_id: None for row in seated}:
        of_group[group_id] = [each for each in sittings if not each.group_ids or group_id in each.group_ids]
    for row in seated:
        missed = _missed(random, of_group[row.group_id], firm=row.person_id in firm)
        for each in of_group[row.group_id]:
            if each.id not in missed:
                yield NewEntry(
                    person_id=row.person_id, class_session_id=view.id, sitting_id=each.id, tenths=each.tenths,
                    kind=kind_of(domain=each.domain, at_field_site=each.place_kind is PlaceKind.FIELD_SITE),
                    year=year_of(each.starts_at), entered_at=each.ends_at + timedelta(minutes=5),
                    entered_by=view.manager_name,
                )  # fmt: skip


def _missed(random: Random, sittings: Sequence[SittingView], *, firm: bool) -> frozenset[int]:
    """Draw which sittings somebody was not at: most come to all, some miss one, a few fall short."""
    turn = random.random()
    if not sittings or turn >= _ONE_MISSED + _SEVERAL_MISSED:
        return frozenset()
    if firm or turn < _ONE_MISSED:
        return frozenset({random.choice(sittings).id})
    from_then_on = random.randrange((len(sittings) + 1) // 2)
    return frozenset(each.id for each in sittings[from_then_on:])


def _completions(
    view: ClassView, seated: Sequence[RosterRow], entries: Sequence[NewEntry], required: int
) -> Iterator[NewCompletion]:
    earned: Counter[int] = Counter({row.person_id: 0 for row in seated})
    for entry in entries:
        earned[entry.person_id] += entry.tenths
    for verdict in decide(earned.items(), required=required):
        if verdict.completes:
            yield NewCompletion(
                person_id=verdict.person_id, class_session_id=view.id, programme_id=view.programme_id,
                tenths=verdict.earned, completed_on=view.ends_on,
            )  # fmt: skip
