"""Plan the trainees: who they are, where from, since when, and what is on file of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from academy.people.models.register import GridRole
from academy.people.sample import names, numbers
from academy.people.sample.units import STREET_KEYS

COUNT = 15_300
_OPENED = date(2018, 1, 2)
_GROWTH = 0.72  # below one: the later years bring more people
_ROLES = (
    (GridRole.FULL_TIME, "专职网格员", 54),
    (GridRole.PART_TIME, "兼职网格员", 28),
    (GridRole.GRID_LEAD, "网格长", 11),
    (GridRole.VOLUNTEER, "志愿者", 7),
)
_ROLE_BOUNDS = tuple(accumulate(share for _role, _written, share in _ROLES))
_FIRST_NAME, _FIRST_WOMAN = "周晓雯", True  # whoever signs in as `trainee`


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainee:
    """One made-up trainee; somebody without a phone on file is bound later, by staff who see the ID card."""

    name: str
    id_number: str
    phone: str | None
    phone_verified: bool
    district: str
    street: str
    grid_role: GridRole
    role_as_written: str
    since: date


def trainees(random: Random, today: date) -> Iterator[Trainee]:
    """Plan all trainees in the order in which they took up their work."""
    ids = numbers.IdNumbers()
    weights = tuple(accumulate(random.randrange(60, 160) for _ in STREET_KEYS))
    picked = {0: (_FIRST_NAME, _FIRST_WOMAN)} | {40 + 97 * i: pick for i, pick in enumerate(names.PICKED)}
    days = (today - _OPENED).days
    for serial in range(COUNT):
        turn = ((serial + 0.5) / COUNT) ** _GROWTH
        since = _OPENED + timedelta(days=int(days * turn) - random.randrange(45, 700))
        born = numbers.birthday(random, on=since, today=today)
        woman = random.random() < 0.62
        name = names.name(random, woman=woman, born=born.year)
        name, woman = picked.get(serial, (name, woman))
        verified, on_file = random.random() >= 0.15, random.random() >= 0.012
        district, street = random.choices(STREET_KEYS, cum_weights=weights)[0]
        role, written, _share = random.choices(_ROLES, cum_weights=_ROLE_BOUNDS)[0]
        if serial in picked:
            verified = on_file = True
        yield Trainee(
            name=name, id_number=ids.next(born, woman=woman), phone=numbers.phone(serial) if on_file else None,
            phone_verified=verified, district=district, street=street, grid_role=role, role_as_written=written,
            since=since,
        )  # fmt: skip
