"""The order of a list, asked for by the heads of its columns: `?sort=name` rises, `?sort=-name` falls."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import request, url_for

from academy.ground.keyset import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """The order of a list as its head shows it, and the links to the other orders."""

    order: Order
    anchor: str | None = None

    @property
    def asked(self) -> str:
        """Write the order as an address holds it."""
        return f"-{self.order.by}" if self.order.falling else self.order.by

    def of(self, key: str) -> str | None:
        """Tell how the list is sorted by a column, in ARIA's words; None where it is not."""
        if key != self.order.by:
            return None
        return "descending" if self.order.falling else "ascending"

    def url(self, key: str) -> str:
        """Address the list sorted by a column, the other way round where it is already; filters stay."""
        asked = f"-{key}" if self.asked == key else key
        kept = {name: request.args.getlist(name) for name in request.args if name not in {"at", "sort"}}
        values = {**(request.view_args or {}), **kept, "sort": asked}
        return url_for(request.endpoint or "", **values, _anchor=self.anchor)


def sorting(keys: Collection[str], *, default: str, anchor: str | None = None) -> Sorting:
    """Read the order of a list; one that is not offered counts as the default."""
    asked = request.args.get("sort", default)
    chosen = asked if asked.removeprefix("-") in keys else default
    order = Order(by=chosen.removeprefix("-"), falling=chosen.startswith("-"))
    return Sorting(order=order, anchor=anchor)
