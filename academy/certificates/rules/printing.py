"""In which order certificates are printed and handed out, and how they lie on pre-printed paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from academy.certificates.rules.states import Series
from academy.ground.errors import Reason
from academy.ground.storage import Place
from academy.ground.text import N_

NOTHING_TO_PRINT = Reason("nothing_to_print", N_("There are no files to print yet."))

FURTHEST = 200
"""How far a print may be moved, in tenths of a millimetre."""
KEPT = timedelta(days=7)
"""How long a print is kept; it is made anew at any time."""
OLDER_MAKE = N_("Some files are of an older make: they are printed whole, with border and seal.")


class Order(StrEnum):
    """The order of a pile of certificates."""

    GROUP = "group"
    ROSTER = "roster"
    NUMBER = "number"


ORDER_NAMES: dict[Order, str] = {
    Order.GROUP: N_("By group, then by name"),
    Order.ROSTER: N_("As on the roster, by name"),
    Order.NUMBER: N_("By certificate number"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One certificate of a pile: whose it is, and where its file is kept, if it is made."""

    number: str
    series: Series
    name: str
    name_pinyin: str
    person_id: int
    unit: str
    group: str
    group_position: int | None
    place: Place | None


def in_order(sheets: Iterable[Sheet], order: Order) -> tuple[Sheet, ...]:
    """Lay a pile in order; whoever is in no group comes last."""

    def by_name(sheet: Sheet) -> tuple[str, int, str]:
        return (sheet.name_pinyin, sheet.person_id, sheet.number)

    def by_group(sheet: Sheet) -> tuple[bool, int, tuple[str, int, str]]:
        return (sheet.group_position is None, sheet.group_position or 0, by_name(sheet))

    match order:
        case Order.GROUP:
            return tuple(sorted(sheets, key=by_group))
        case Order.ROSTER:
            return tuple(sorted(sheets, key=by_name))
        case Order.NUMBER:
            return tuple(sorted(sheets, key=lambda sheet: sheet.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a pile is printed: its order, whether the paper has border and seal already, and how far it is moved."""

    series: Series = Series.COMPLETION
    order: Order = Order.NUMBER
    bare: bool = False
    right: int = 0
    """To the right, in tenths of a millimetre; less than 0 is to the left."""
    down: int = 0
    """Downwards, in tenths of a millimetre; less than 0 is upwards."""
