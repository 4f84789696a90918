"""What part of the journal somebody wants to see, and what changed in an entry."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from academy.ground.errors import Reason
from academy.ground.text import N_

MOST_EXPORTED = 10_000
TOO_MANY = Reason(
    "too_many", N_("More than %(limit)s entries are wanted. Choose fewer days or one kind of change, then export.")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The part of the journal that somebody wants to see; what is empty asks nothing."""

    words: str = ""
    """Looked for in what was done, in the names of who did it and in what changed."""
    said_by: frozenset[str] = frozenset()
    """The codes of deeds that the reader's language says with these words."""
    code: str = ""
    who: str = ""
    kind: str = ""
    number: int | None = None
    since: date | None = None
    until: date | None = None

    def questions(self) -> dict[str, str]:
        """Name what was asked, as text, leaving out what was not."""
        asked = {
            "q": self.words, "code": self.code, "who": self.who, "kind": self.kind, "number": self.number,
            "since": self.since, "until": self.until,
        }  # fmt: skip
        return {name: str(value) for name, value in asked.items() if value}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """List what changed as (name, was, became) in the order the change named it."""
    names = list(dict.fromkeys([*before, *after]))
    return tuple((name, _text(before.get(name)), _text(after.get(name))) for name in names)


def _text(value: object) -> str:
    """Write a journalled value on one line; nothing is written as nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
