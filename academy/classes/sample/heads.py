"""Plan the class sessions themselves: what, when, for whom, how many; timetables come after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from academy.classes.rules import ClassState
from academy.classes.sample import working_days
from academy.ground import clock
from academy.people.sample.units import STREET_KEYS

CLOSED = 164
FOUNDED = date(2018, 5, 14)
_GROWTH = 0.72  # below one: more class sessions in the later years
_ONE_OF_EACH = range(20, 29)  # of the class sessions in their order: so that all courses are taught
_GROUPS_FROM, _GROUP_OF = 100, 45

KINDS = ("新任班", "轮训班", "骨干班", "专题班", "联训班")
LEVELS = ("市级", "区级", "街道级")
_SIZES = {"市级": (150, 180, 200, 240, 300), "区级": (80, 100, 120, 150), "街道级": (60, 60, 80)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the academy offers of one programme: kind, name of a class session, days, audience, how often."""

    kind: str
    name: str
    days: int
    audience: str
    share: int


OFFERS = {
    "induction": Offer(
        kind="新任班", name="新任网格员岗前培训班", days=3, audience="上岗一年以内的网格员", share=26
    ),
    "part-time": Offer(kind="新任班", name="兼职网格员入门班", days=2, audience="兼职网格员和志愿者", share=13),
    "yearly": Offer(kind="轮训班", name="在岗网格员轮训班", days=3, audience="在岗网格员", share=24),
    "grid-leads": Offer(
        kind="骨干班", name="网格长骨干研修班", days=4, audience="已完成岗前培训的网格长", share=7
    ),
    "mediation": Offer(kind="专题班", name="专职网格员调解实务班", days=3, audience="专职网格员、调解员", share=9),
    "safety": Offer(kind="专题班", name="社区安全与应急班", days=5, audience="在岗网格员", share=8),
    "care": Offer(kind="专题班", name="心理与助老专题班", days=4, audience="在岗网格员、志愿者", share=7),
    "first-aid": Offer(kind="专题班", name="急救与反诈实操班", days=3, audience="在岗网格员", share=6),
    "justice": Offer(kind="联训班", name="政法网格员联训班", days=3, audience="政法网格员和社区网格员", share=9),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A class session as planned; `seated` and `waiting` are how many will come, for enrolment to find."""

    code: str
    title: str
    programme: str
    level: str
    district: str | None
    street: str | None
    capacity: int
    seated: int
    waiting: int
    state: ClassState
    days: tuple[date, ...]
    """Days of teaching; the first and the last are those of the class session."""
    opens_at: datetime
    closes_at: datetime
    created_at: datetime
    concluded_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    manager: int | None
    """Counted among the instructors; 0 is `manager`."""
    teacher_on: date | None = None
    """A day on which `teacher` teaches here."""
    timetable: bool = True
    role: str = ""
    """What an account of the sample finds it for; empty for the others."""

    @property
    def offer(self) -> Offer:
        """Tell what it is a class session of."""
        return OFFERS[self.programme]

    @property
    def groups(self) -> int:
        """Tell how many groups it has; a small one has none."""
        return -(-self.capacity // _GROUP_OF) if self.capacity >= _GROUPS_FROM else 0


class Names:
    """Give class sessions their codes and titles, each counted in its year."""

    def __init__(self) -> None:
        self._codes: dict[int, int] = {}
        self._titles: dict[tuple[int, str, str], int] = {}

    def code(self, year: int) -> str:
        """Give the next code of a year."""
        self._codes[year] = self._codes.get(year, 0) + 1
        return f"{year}-{self._codes[year]:03d}"

    def title(self, year: int, whose: str, name: str) -> str:
        """Name the next class session of this name in a year and place."""
        number = self._titles[year, whose, name] = self._titles.get((year, whose, name), 0) + 1
        return f"{year} 年{whose}{name}（第 {number} 期）"


def past(random: Random, today: date, names: Names) -> Iterator[Head]:
    """Plan the closed class sessions from the academy's first day on."""
    span = (today - timedelta(days=38) - FOUNDED).days
    for turn in range(CLOSED):
        around = FOUNDED + timedelta(days=int(span * (turn / (CLOSED - 1)) ** _GROWTH))
        around = working_days.after_closing(around)
        programme = random.choices([*OFFERS], weights=[offer.share for offer in OFFERS.values()])[0]
        if turn in _ONE_OF_EACH:
            programme = [*OFFERS][turn - _ONE_OF_EACH.start]
        elif turn == 0 or (turn < _ONE_OF_EACH.start and OFFERS[programme].kind == "骨干班"):
            programme = "induction"  # nobody can have completed what it builds on
        days = working_days.run_of(_monday(around) if turn else FOUNDED, OFFERS[programme].days)
        yield _closed(random, days, programme, names, made_at=clock.at(today, 8, 30))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _closed(random: Random, days: tuple[date, ...], programme: str, names: Names, made_at: datetime) -> Head:
    first = days[0] == FOUNDED
    level = LEVELS[0] if first else random.choices(LEVELS, weights=(36, 42, 22))[0]
    capacity = random.choice(_SIZES[level])
    if programme == "grid-leads":
        level, capacity = "市级", random.choice((60, 80, 100))
    district, street = (None, None) if level == "市级" else random.choice(STREET_KEYS)
    if level == "区级":
        street = None
    concluded_on = days[-1] + timedelta(days=random.randrange(2, 6))
    return Head(
        code=names.code(days[0].year),
        title=names.title(days[0].year, street or district or "", OFFERS[programme].name),
        programme=programme, level=level, district=district, street=street,
        capacity=capacity, seated=int(capacity * random.uniform(0.86, 1.0)), waiting=0, state=ClassState.CLOSED,
        days=days,
        opens_at=clock.at(days[0] - timedelta(days=random.randrange(21, 36)), 9),
        closes_at=clock.at(days[0] - timedelta(days=random.randrange(3, 8)), 18),
        created_at=made_at,
        concluded_at=clock.at(concluded_on, 16, random.randrange(60)),
        closed_at=clock.at(concluded_on + timedelta(days=random.randrange(5, 16)), 10, random.randrange(60)),
        manager=random.randrange(10),
    )  # fmt: skip
