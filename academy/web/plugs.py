"""What features plug into pages of other features: desks and panels."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.feature import DeskItem, Panel
from academy.ground.settings import Settings
from academy.web.access import actor
from academy.web.session import reading


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the application was put together from, as pages need it."""

    settings: Settings
    desk: tuple[Callable[[Session, Actor, datetime], tuple[DeskItem, ...]], ...]
    panels: tuple[Callable[[Session, Actor, datetime, int], Panel | None], ...]


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


def panels(class_session_id: int) -> tuple[Panel, ...]:
    """Collect what upper features show on a class session's page."""
    reader, now = actor(), clock.now()
    found = [part(reading(), reader, now, class_session_id) for part in _extensions().panels]
    return tuple(panel for panel in found if panel is not None)
