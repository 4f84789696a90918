"""Recognise the units of a list, however their names are written."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.people.rules.roster.labels import Cell, bare, written
from academy.people.rules.roster.values import DASHES, is_blank

_BETWEEN = re.compile(r"[/\\|、>_·]")
_IN_FRONT = ("江苏省", "南京市")
_AT_THE_END = ("办事处", "人民政府", "办")

UNIT_UNKNOWN = Reason("unit_unknown", N_("No unit is called so, or more than one is. Write district and street."))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUnit:
    """A unit that lists may name: a street or town of a district."""

    id: int
    district: str
    name: str

    @property
    def path(self) -> str:
        """Write the unit with its district, `玄武区/樱桥街道`."""
        return f"{self.district}/{self.name}"

    @property
    def full_name(self) -> str:
        """Write the unit as pages do, `玄武区 · 樱桥街道`."""
        return f"{self.district} · {self.name}"


def key(text: str) -> str:
    """Take of a unit's name what tells it from others."""
    text = DASHES.sub("", _BETWEEN.sub("", bare(text)))
    for place in _IN_FRONT:
        text = text.removeprefix(place)
    for office in _AT_THE_END:
        if text.endswith(office):
            return text.removesuffix(office)
    return text


class Places:
    """All known units, by their names with and without the district, and by former ones."""

    def __init__(
        self, units: Iterable[KnownUnit], former: Mapping[tuple[str, str], KnownUnit] | None = None
    ) -> None:
        self._by_path: dict[str, KnownUnit] = {}
        self._by_name: defaultdict[str, set[KnownUnit]] = defaultdict(set)
        called = [((unit.district, unit.name), unit) for unit in units]
        for (district, name), unit in (*called, *(former or {}).items()):
            self._by_path.setdefault(key(district + name), unit)
            self._by_name[key(name)].add(unit)

    def read(self, cell: Cell, district: Cell) -> tuple[KnownUnit | None, Reason | None]:
        """Recognise the unit of a row, with the help of its district; blank is no mistake."""
        if is_blank(cell):
            return None, None
        asked = key(written(cell))
        found = self._by_path.get(asked)
        if found is None and not is_blank(district):
            found = self._by_path.get(key(written(district)) + asked)
        elif found is None and len(called_so := list(self._by_name.get(asked, ()))) == 1:
            found = called_so[0]
        return found, None if found else UNIT_UNKNOWN
