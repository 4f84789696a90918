"""A notice in words: on pages in the reader's language, on paper and in the return form in Chinese."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from academy.enrolment.queries.notices import Member, NoticeView
from academy.enrolment.rules import notices as rules
from academy.enrolment.rules.notice_shares import shares
from academy.ground import clock
from academy.ground.spreadsheet import Sheet, filled_form
from academy.ground.text import DEFAULT_LOCALE, translate
from academy.people.rules.register import GRID_ROLE_NAMES

_DAY = {"zh_CN": "y年M月d日（EEE）", "en": "EEE d MMMM y"}
_NUMERALS = "一二三四五六七八九十"
_HEADS = (("姓名", 14), ("身份证号", 24), ("手机", 16), ("单位", 34), ("岗位类别", 14), ("备注", 30))
_HOW_TO_FILL = (
    "注：1. 只留下要推荐的人，其余各行请删去；补上身份证号和手机。名单中没有的人，照样式加在后面。",
    "注：2. 填好后在“本单位的培训班”页面上传，系统逐行核对并标出要改的地方；也可以直接在页面上勾选。",
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Says a notice in one language."""

    locale: str

    def say(self, message: str, **values: object) -> str:
        """Say a sentence with its named values."""
        return translate(self.locale, message, values)

    def day(self, value: date) -> str:
        """Write a day with its year and its day of the week."""
        return format_date(value, _DAY[self.locale], locale=self.locale)

    def moment(self, value: datetime) -> str:
        """Write a day and an hour."""
        between = "" if self.locale == DEFAULT_LOCALE else " "
        return f"{self.day(clock.local_date(value))}{between}{clock.local(value):%H:%M}"

    def hours(self, tenths: int) -> str:
        """Write a number of hours kept in tenths."""
        return format_decimal(tenths / 10, "#,##0.#", locale=self.locale)


def printed(notice: NoticeView, academy_name: str) -> dict[str, Any]:
    """Give what the paper of a notice is made of, as plain values: its sections numbered as offices do."""
    write = Writer(DEFAULT_LOCALE)
    lines = rules.lines(notice.facts, write)
    return {
        "academy_name": academy_name,
        "number": notice.number,
        "title": notice.facts["title"],
        "version": notice.version,
        "sections": [
            {"numeral": _NUMERALS[place], "label": write.say(line.label), "said": list(line.said)}
            for place, line in enumerate(lines)
        ],
        "words": [part for part in notice.words.splitlines() if part.strip()],
        "quotas": [
            {"name": each.name, "places": each.places, "streets": [[st.name, st.places] for st in each.streets]}
            for each in shares(notice.facts)
        ],
        "issued_on": write.day(clock.local_date(notice.issued_at)).partition("（")[0],
    }


def blank_form(notice: NoticeView, people: Sequence[Member]) -> bytes:
    """Make the form in which a unit sends names back, its own people already in it.

    Numbers of cards and phones stay blank: a liaison may not see them, and fills in those of their choice.
    """
    rows = [(each.name, "", "", each.unit, _role(each.grid_role), "") for each in people]
    title = f"{notice.facts['title']}（{notice.code}）推荐报名表  {notice.number}"
    return filled_form(Sheet(title=title, name="推荐报名表", heads=_HEADS, rows=rows, notes=_HOW_TO_FILL))


def _role(value: str | None) -> str:
    return translate(DEFAULT_LOCALE, GRID_ROLE_NAMES[value]) if value else ""
