"""Plan the class sessions around today: running, open, coming, in draft; what the sample's accounts find."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from random import Random

from academy.classes.rules import ClassState
from academy.classes.sample import working_days
from academy.classes.sample.heads import OFFERS, Head, Names, past
from academy.ground import clock

_DAY = timedelta(days=1)

# programme, level, district, capacity, seated, waiting, days from today: starts, enrolment opens and closes
_OPEN = (
    ("part-time", "区级", "栖霞区", 60, 37, 0, 1, -20, 0),
    ("mediation", "市级", None, 30, 29, 0, 5, -18, 1),
    ("first-aid", "市级", None, 60, 58, 0, 10, -15, 5),
    ("care", "市级", None, 40, 40, 12, 14, -16, 9),
    ("justice", "市级", None, 200, 132, 0, 17, -12, 11),
    ("induction", "市级", None, 120, 71, 0, 20, -10, 13),
    ("grid-leads", "市级", None, 50, 23, 0, 26, -8, 18),
    ("yearly", "区级", "江宁区", 100, 44, 0, 31, -5, 20),
)
_COMING = (
    ("safety", "市级", None, 120, 0, 0, 38, 6, 27),
    ("induction", "区级", "浦口区", 150, 0, 0, 45, 9, 36),
)


def heads(today: date) -> tuple[Head, ...]:
    """Plan all class sessions of the sample, closed ones first; the same for the same day."""
    random, names = Random(f"{today:%Y-%m-%d} class sessions"), Names()
    closed = sorted(past(random, today, names), key=lambda head: (head.days[0], head.code))
    return (*closed, *_around(today, names))


def _around(today: date, names: Names) -> Iterator[Head]:
    yield from _concluded(today, names)
    yield from _running(today, names)
    for turn, (programme, level, district, capacity, seated, waiting, *days) in enumerate(_OPEN):
        head = _head(
            names, today, programme, capacity, level=level, district=district, seated=seated, waiting=waiting,
            days=working_days.run_of(today + _DAY * days[0], OFFERS[programme].days), window=(days[1], days[2]),
            manager=turn + 1,
        )  # fmt: skip
        yield head
    for turn, (programme, level, district, capacity, _seated, _waiting, *days) in enumerate(_COMING):
        yield _head(
            names, today, programme, capacity, level=level, district=district, state=ClassState.PUBLISHED,
            days=working_days.run_of(today + _DAY * days[0], OFFERS[programme].days), window=(days[1], days[2]),
            manager=turn + 3,
        )  # fmt: skip
    yield from _set_aside(today, names)


def _concluded(today: date, names: Names) -> Iterator[Head]:
    """Two that wait for certificates: one for a batch, one, proposed already, for the second signature."""
    for programme, ended, role in (("first-aid", 16, "to sign"), ("mediation", 9, "to certify")):
        last = next(working_days.backwards(today - _DAY * ended))
        days = tuple(islice(working_days.backwards(last), OFFERS[programme].days))[::-1]
        concluded_at = clock.at(min(last + 2 * _DAY, today - _DAY), 15, 20)
        head = _head(
            names,
            today,
            programme,
            60,
            seated=58,
            state=ClassState.CONCLUDED,
            days=days,
            window=(-60, -25),
            manager=4,
        )
        yield replace(head, concluded_at=concluded_at, role=role)


def _running(today: date, names: Names) -> Iterator[Head]:
    """One of 300 whose last sitting is over, one with sittings today, and one on Saturdays."""
    over = tuple(islice(working_days.backwards(today - _DAY), OFFERS["yearly"].days))[::-1]
    head = _head(
        names, today, "yearly", 300, seated=296, state=ClassState.RUNNING, days=over, window=(-50, -12), manager=0
    )
    yield replace(head, role="to conclude")
    before = tuple(islice(working_days.backwards(today - _DAY), 2))[::-1]
    after = tuple(islice(working_days.onwards(today + _DAY), 2))
    head = _head(
        names, today, "safety", 120, seated=117, state=ClassState.RUNNING, days=(*before, today, *after),
        window=(-45, -12), manager=0,
    )  # fmt: skip
    yield replace(head, teacher_on=today, role="today")
    saturday = today - _DAY * ((today.weekday() + 2) % 7 or 7)
    yield _head(
        names, today, "part-time", 80, level="区级", district="秦淮区", seated=76, state=ClassState.RUNNING,
        days=(saturday, saturday + 14 * _DAY), window=(-40, -15), manager=6,
    )  # fmt: skip


def _set_aside(today: date, names: Names) -> Iterator[Head]:
    """Two drafts, one with its timetable, and one that was called off."""
    days = working_days.run_of(today + 52 * _DAY, 4)
    yield _head(names, today, "care", 60, state=ClassState.DRAFT, days=days, window=(17, 40), manager=2)
    days = working_days.run_of(today + 66 * _DAY, 4)
    head = _head(names, today, "grid-leads", 40, state=ClassState.DRAFT, days=days, window=(24, 50), manager=None)
    yield replace(head, timetable=False)
    days = working_days.run_of(today + 12 * _DAY, 3)
    head = _head(
        names, today, "first-aid", 60, level="区级", district="高淳区", state=ClassState.CANCELLED, days=days,
        window=(-20, 3), manager=5,
    )  # fmt: skip
    yield replace(head, cancelled_at=clock.at(today - 4 * _DAY, 11, 5))


def _head(
    names: Names,
    today: date,
    programme: str,
    capacity: int,
    *,
    days: tuple[date, ...],
    window: tuple[int, int],
    manager: int | None,
    level: str = "市级",
    district: str | None = None,
    seated: int = 0,
    waiting: int = 0,
    state: ClassState = ClassState.ENROLLING,
) -> Head:
    opens_on = today + _DAY * window[0]
    made_on = min(opens_on - 3 * _DAY, today - _DAY)
    return Head(
        code=names.code(made_on.year), title=names.title(days[0].year, district or "", OFFERS[programme].name),
        programme=programme, level=level, district=district, street=None, capacity=capacity, seated=seated,
        waiting=waiting, state=state, days=days, opens_at=clock.at(opens_on, 9),
        closes_at=clock.at(today + _DAY * window[1], 18), created_at=clock.at(made_on, 10), manager=manager,
    )  # fmt: skip
