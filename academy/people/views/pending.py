"""What a visitor has begun and must still prove, sealed in the cookie: the database gets it once it is proved."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from flask import session

from academy.ground import clock, crypto

_GOOD_FOR = timedelta(minutes=15)


def keep(purpose: str, **values: Any) -> None:
    """Keep values for the next page; only one thing is begun at a time."""
    text = json.dumps({**values, "at": clock.now().isoformat()})
    session["pending"] = urlsafe_b64encode(crypto.vault().seal(text, _place(purpose))).decode()


def kept(purpose: str) -> dict[str, Any] | None:
    """Give what was kept for this purpose, unless it is too old."""
    try:
        text = crypto.vault().open(urlsafe_b64decode(session.get("pending", "")), _place(purpose))
    except (ValueError, IndexError, KeyError, InvalidTag):
        return None
    values: dict[str, Any] = json.loads(text)
    return values if clock.now() - datetime.fromisoformat(values["at"]) < _GOOD_FOR else None


def forget() -> None:
    """Forget what was begun."""
    session.pop("pending", None)


def _place(purpose: str) -> str:
    return f"cookie.{purpose}"
