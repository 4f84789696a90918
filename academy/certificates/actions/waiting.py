"""Keep what was read from a workbook between its dry run and its import: sealed, and for a day at most."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from academy.certificates.rules.paper import PaperRow
from academy.ground import crypto, storage
from academy.ground.errors import NotFound, Reason

_KIND = "waiting"
_PLACE = "paper_import.waiting"
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A workbook that was read, and is not taken in yet."""

    file_name: str
    sha256: str
    rows: tuple[PaperRow, ...]


def keep(waiting: Waiting) -> str:
    """Keep what was read, sealed because of the ID numbers in it, and tell under which name."""
    told = json.dumps(asdict(waiting), ensure_ascii=False, default=_plain)
    return storage.bound().put(crypto.vault().seal(told, _PLACE), _KIND)


def read(name: str) -> Waiting:
    """Read what is kept under a name; raises NotFound once it is forgotten."""
    try:
        sealed = storage.bound().get(name, _KIND)
    except FileNotFoundError as error:
        raise NotFound from error
    told = json.loads(crypto.vault().open(sealed, _PLACE))
    return Waiting(
        file_name=told["file_name"], sha256=told["sha256"], rows=tuple(_row(each) for each in told["rows"])
    )


def forget(name: str) -> None:
    """Forget what was kept under a name."""
    storage.bound().remove(name, _KIND)


def forget_old(now: datetime) -> int:
    """Forget what nobody took in within a day, and tell how much that was."""
    store = storage.bound()
    old = [name for name, kept_at in store.keys(_KIND) if kept_at < now - _KEPT]
    for name in old:
        store.remove(name, _KIND)
    return len(old)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value))


def _row(told: Mapping[str, Any]) -> PaperRow:
    day = told["issued_on"]
    return PaperRow(
        **{
            **told,
            "issued_on": date.fromisoformat(day) if day else None,
            "problems": tuple(Reason(**problem) for problem in told["problems"]),
        }
    )
