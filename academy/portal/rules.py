"""What the portal decides: the life of a notice."""

from enum import StrEnum

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

KIND_NAMES: dict[NoticeKind, str] = {NoticeKind.NOTICE: N_("Notice"), NoticeKind.NEWS: N_("News")}

STATE_NAMES: dict[NoticeState, str] = {
    NoticeState.DRAFT: N_("Draft notice"),
    NoticeState.PUBLISHED: N_("Shown to everybody"),
    NoticeState.WITHDRAWN: N_("Taken down"),
}
