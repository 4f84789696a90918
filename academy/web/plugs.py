"""What features plug into pages of other features: desks and panels."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.feature import DeskItem, Finder, Hit, HitKind, Lookup, Panel
from academy.ground.settings import Settings
from academy.web.access import actor
from academy.web.session import reading

ShowsPanel = Callable[[Session, Actor, datetime, int], Panel | None]


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the application was put together from, as pages need it."""

    settings: Settings
    desk: tuple[Callable[[Session, Actor, datetime], tuple[DeskItem, ...]], ...]
    panels: tuple[ShowsPanel, ...]
    search: tuple[Finder, ...]
    course_panels: tuple[ShowsPanel, ...]
    place_panels: tuple[ShowsPanel, ...]


def _extensions() -> Extensions:
    found: Extensions = current_app.extensions["academy"]
    return found


def settings() -> Settings:
    """Tell the settings of this application."""
    return _extensions().settings


def desk_items() -> tuple[DeskItem, ...]:
    """List what this reader has to do now, the most urgent first."""
    reader, now = actor(), clock.now()
    items = [item for part in _extensions().desk for item in part(reading(), reader, now)]
    return tuple(sorted((item for item in items if reader.may(item.capability)), key=lambda item: item.urgency))


def hits(lookup: Lookup) -> dict[HitKind, tuple[Hit, ...]]:
    """Look for words in everything that this reader may see, by kind; without kinds in which nothing is found."""
    reader, now = actor(), clock.now()
    found = [hit for part in _extensions().search for hit in part(reading(), reader, now, lookup)]
    by_kind = {kind: tuple(hit for hit in found if hit.kind is kind)[: lookup.most] for kind in HitKind}
    return {kind: of_kind for kind, of_kind in by_kind.items() if of_kind}


def panels(class_session_id: int) -> tuple[Panel, ...]:
    """Collect what upper features show on a class session's page."""
    return _shown(_extensions().panels, class_session_id)


def course_panels(course_id: int) -> tuple[Panel, ...]:
    """Collect what upper features show on a course's page."""
    return _shown(_extensions().course_panels, course_id)


def place_panels(place_id: int) -> tuple[Panel, ...]:
    """Collect what upper features show on a place's page."""
    return _shown(_extensions().place_panels, place_id)


def _shown(parts: tuple[ShowsPanel, ...], about: int) -> tuple[Panel, ...]:
    reader, now = actor(), clock.now()
    found = [part(reading(), reader, now, about) for part in parts]
    return tuple(panel for panel in found if panel is not None)
