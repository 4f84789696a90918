"""What the portal decides: the life of a notice."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from academy.ground.errors import Reason
from academy.ground.feature import HitKind
from academy.ground.text import N_

LONGEST_TITLE = 80
LONGEST_BODY = 20_000


class NoticeKind(StrEnum):
    """What a notice is: something to know and act on, or something to read."""

    NOTICE = "notice"
    NEWS = "news"


class NoticeState(StrEnum):
    """The life of a notice."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[NoticeState, frozenset[NoticeState]] = {
    NoticeState.DRAFT: frozenset({NoticeState.PUBLISHED, NoticeState.WITHDRAWN}),
    NoticeState.PUBLISHED: frozenset({NoticeState.WITHDRAWN}),
    NoticeState.WITHDRAWN: frozenset({NoticeState.PUBLISHED}),
}

HIT_NAMES: dict[HitKind, str] = {
    HitKind.CLASS: N_("Classes"),
    HitKind.PERSON: N_("People"),
    HitKind.COURSE: N_("Courses"),
    HitKind.SITE: N_("Sites"),
    HitKind.CERTIFICATE: N_("Certificates"),
    HitKind.NOTICE: N_("Notices"),
}
"""What a search finds, by kind."""

KIND_NAMES: dict[NoticeKind, str] = {NoticeKind.NOTICE: N_("Notice"), NoticeKind.NEWS: N_("News")}

STATE_NAMES: dict[NoticeState, str] = {
    NoticeState.DRAFT: N_("Draft notice"),
    NoticeState.PUBLISHED: N_("Shown to everybody"),
    NoticeState.WITHDRAWN: N_("Taken down"),
}

STALE = Reason("stale", N_("Somebody else has changed this notice since you opened it."))
NO_WORDS = Reason(
    "no_words", N_("This notice has no text yet. Write it first; then it can be shown to everybody.")
)
SHOWN_ALREADY = Reason("shown_already", N_("This notice is shown to everybody already."))
DOWN_ALREADY = Reason("down_already", N_("This notice is taken down already."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody writes of a notice."""

    kind: NoticeKind
    title: str
    body: str
    pinned_until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeFacts:
    """A notice as it is stored; `version` counts its changes."""

    state: NoticeState
    body: str
    version: int


def reasons_against_change(facts: NoticeFacts, *, seen: int, body: str) -> tuple[Reason, ...]:
    """Return every reason against new words by somebody who has seen version `seen`."""
    checks = (
        (seen != facts.version, STALE),
        (facts.state is NoticeState.PUBLISHED and not body, NO_WORDS),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_against_publishing(facts: NoticeFacts, *, seen: int) -> tuple[Reason, ...]:
    """Return every reason against showing everybody what the publisher saw as version `seen`."""
    checks = (
        (NoticeState.PUBLISHED not in TRANSITIONS[facts.state], SHOWN_ALREADY),
        (seen != facts.version, STALE),
        (not facts.body, NO_WORDS),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_against_withdrawal(facts: NoticeFacts) -> tuple[Reason, ...]:
    """Return every reason against taking a notice down."""
    return () if NoticeState.WITHDRAWN in TRANSITIONS[facts.state] else (DOWN_ALREADY,)
