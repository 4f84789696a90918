"""Turn a slice of a list into a page with links."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for

from academy.ground.keyset import Slice

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list, as templates show it."""

    rows: Sequence[T]
    next_url: str | None
    previous_url: str | None
    total: int | None
    first: bool


def page(part: Slice[T]) -> Page[T]:
    """Link a slice to its neighbours, keeping this page's filters."""
    return Page(
        rows=part.rows,
        next_url=_link(part.after),
        previous_url=_link(part.before),
        total=part.total,
        first=part.before is None,
    )


def cursor() -> str | None:
    """Read which page is asked for."""
    return request.args.get("at")


def _link(place: str | None) -> str | None:
    if place is None or request.endpoint is None:
        return None
    kept = {key: request.args.getlist(key) for key in request.args if key != "at"}
    return url_for(request.endpoint, **{**(request.view_args or {}), **kept, "at": place})
