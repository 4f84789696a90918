"""How a feature plugs into the product.

The application, worker, command line, `academy audit` and `academy demo` are handed all features and import none.
A part that a feature lacks is an empty tuple.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session

from academy.ground.access import Actor, Capability
from academy.ground.errors import Reason
from academy.ground.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an invariant found: `count` must equal `expected`; `examples` name rows that break it."""

    count: int
    expected: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invariant:
    """A truth of the whole database. `check` gives None where it does not apply (no sample here)."""

    name: str
    check: Callable[[Session], Finding | None]


class Progress(Protocol):
    """Tell how far a long work has come, and say so in the product's own table or on a terminal."""

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Report `done` of `total`."""


@dataclass(frozen=True, slots=True)
class JobType:
    """A kind of background work: `run` takes its work order and may run twice; it tells where its result is."""

    name: str
    run: Callable[["Work"], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a job is given: who asked for it, what it is about, and how to tell how far it has come."""

    actor: Actor
    arguments: Mapping[str, Any]
    progress: Progress
    settings: Settings


@dataclass(frozen=True, slots=True)
class Every:
    """Clockwork: run this at an interval; small, and safe to run twice."""

    name: str
    interval: timedelta
    run: Callable[[datetime, Settings], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """An entry of the menu, shown to whoever holds the capability; None shows it to everybody.

    `but` hides it from whoever holds one of those capabilities, who has a better way or no use for it; `also` are
    the beginnings of further addresses that belong to the entry.
    """

    label: str
    endpoint: str
    icon: str
    order: int
    capability: Capability | None = None
    phone: bool = False
    but: tuple[Capability, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskItem:
    """One thing to do now: a number, the sentence that follows it, and the page where it is done.

    The kind `late` or `no` tints the number of what must not wait; `names` are of people that it is about.
    """

    count: int
    sentence: str
    detail: str
    url: str
    action: str
    urgency: int
    capability: Capability
    kind: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A feature's part of a lower feature's page: a template and what it shows."""

    template: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """That a person holds a valid certificate of a class session, and from which day it is."""

    person_id: int
    class_session_id: int
    issued_on: date


class HitKind(StrEnum):
    """What a search can find, in the order in which groups are shown."""

    CLASS = "class"
    PERSON = "person"
    COURSE = "course"
    SITE = "site"
    CERTIFICATE = "certificate"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that words found: what it is called, a line that tells it from others, and its page."""

    kind: HitKind
    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What somebody looks for, and how many of a kind are wanted at most."""

    words: str
    most: int


Finder = Callable[[Session, Actor, datetime, Lookup], tuple[Hit, ...]]
"""Finds what this reader may see, the best first; the reader's scope is in the query itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a feature is given to add its share to the sample academy; equal input gives equal facts."""

    session: Session
    actor: Actor
    now: datetime
    today: date
    settings: Settings
    progress: Progress


class AlreadyFilled(Exception):
    """Tell that the academy holds people already, so that the sample is not added to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """All that a feature plugs into the product; `says` are lines told when the sample academy starts."""

    name: str
    blueprints: tuple[Any, ...] = ()
    jobs: tuple[JobType, ...] = ()
    schedule: tuple[Every, ...] = ()
    commands: tuple[Any, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    sample: tuple[Callable[[Sample], None], ...] = ()
    says: tuple[str, ...] = ()
    nav: tuple[NavItem, ...] = ()
    desk: tuple[Callable[[Session, Actor, datetime], tuple[DeskItem, ...]], ...] = ()
    panels: tuple[Callable[[Session, Actor, datetime, int], Panel | None], ...] = ()
    """Parts of the office's page of a class session, by its id; those of a course's and a place's page follow."""
    course_panels: tuple[Callable[[Session, Actor, datetime, int], Panel | None], ...] = ()
    place_panels: tuple[Callable[[Session, Actor, datetime, int], Panel | None], ...] = ()
    search: tuple[Finder, ...] = ()
    in_charge_of: tuple[Callable[[Session, int, int], bool], ...] = ()
    """Tell whether the first person looks after the second one now."""
    day_changes: tuple[Callable[[Session, Actor, datetime, str, date], None], ...] = ()
    """Act on another first day of a class session, given its code and the day before."""
    unit_ties: tuple[Callable[[Session, int], tuple[Reason, ...]], ...] = ()
    """Tell what of a feature still ties a unit, so that it cannot be merged into another one yet."""
    credentials: tuple[Callable[[Session, Collection[int]], Iterable[Credential]], ...] = ()
    """Tell which valid certificates these persons hold, for class sessions that ask for one."""
