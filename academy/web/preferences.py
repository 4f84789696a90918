"""How the reader likes to read: as kept with the person who is signed in, else in the browser's own cookie."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, session
from flask_login import current_user

from academy.ground import clock
from academy.ground.text import DEFAULT_LOCALE, LOCALES

_A_VISIT = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose with a tap; none where they left it as it was."""

    locale: str | None = None
    large_type: bool | None = None


def locale() -> str:
    """Tell the language of this page; Chinese whatever the browser says, until the reader switches."""
    chosen: str | None = g.get("locale")
    if chosen is None:
        kept = getattr(current_user, "locale", None) or session.get("locale")
        chosen = g.locale = kept if kept in LOCALES else DEFAULT_LOCALE
    return chosen


def large_type() -> bool:
    """Tell whether the reader wants large type."""
    kept: bool | None = getattr(current_user, "large_type", None)
    return bool(session.get("large_type")) if kept is None else kept


def read(locale: str, large_type: str) -> Chosen:
    """Read what a form says; what it does not offer is not chosen."""
    return Chosen(
        locale=locale if locale in LOCALES else None,
        large_type={"0": False, "1": True}.get(large_type),
    )


def show(chosen: Chosen) -> None:
    """Let this browser show pages like this, also to a visitor, until something else is chosen."""
    if chosen.locale is not None:
        session["locale"] = g.locale = chosen.locale
    if chosen.large_type is not None:
        session["large_type"] = chosen.large_type


def choose(chosen: Chosen) -> None:
    """Keep a visitor's choice, and that it was made just now: signing in within the visit takes it along."""
    earlier = chosen_in_this_visit()
    show(chosen)
    session["chosen"] = {
        "locale": earlier.locale if chosen.locale is None else chosen.locale,
        "large_type": earlier.large_type if chosen.large_type is None else chosen.large_type,
        "at": clock.now().isoformat(),
    }
    session.permanent = True


def chosen_in_this_visit() -> Chosen:
    """Tell what a visitor chose within this visit; what somebody chose here days ago says nothing of this one."""
    kept = session.get("chosen")
    if kept is None or clock.now() - datetime.fromisoformat(kept["at"]) >= _A_VISIT:
        return Chosen()
    return Chosen(locale=kept["locale"], large_type=kept["large_type"])
