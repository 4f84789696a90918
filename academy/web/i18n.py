"""The reader's language, and dates, numbers and names as that language writes them."""

from datetime import date, datetime
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Flask
from flask_babel import Babel, Domain, get_locale

from academy.ground import clock, text
from academy.ground.errors import Reason
from academy.ground.text import DEFAULT_LOCALE
from academy.web.preferences import locale

# CLDR patterns as people say dates; Chinese needs no space between the parts.
_DAY = {"zh_CN": "M月d日 EEEE", "en": "EEEE d MMMM"}
_DAY_YEAR = {"zh_CN": "y年M月d日", "en": "d MMMM y"}
_SHORT = {"zh_CN": "M月d日", "en": "d MMM"}
_MONTH = {"zh_CN": "M月", "en": "LLL"}
_MONTH_YEAR = {"zh_CN": "y年M月", "en": "LLLL y"}


@cache
def _parsed(name: str) -> Locale:
    """Read a language's habits once a process; by its name they would be looked up for every date and number."""
    return Locale.parse(name)


def habits() -> Locale:
    """Tell how the reader's language writes dates and numbers."""
    return _parsed(locale())


@lru_cache(4096)
def _date(value: date, pattern: str, language: str) -> str:
    """Keep what a page writes over and over: the same few days."""
    return format_date(value, pattern, locale=_parsed(language))


def html_lang() -> str:
    """Tell the page's language as HTML names it."""
    return locale().replace("_", "-")


def say(reason: Reason) -> str:
    """Say a rule's reason in the reader's language."""
    return text.translate(locale(), reason.message, reason.values)


def _civil(value: date | datetime) -> date:
    return clock.local_date(value) if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """Write a day as `11月22日 星期日`, with its year where that is not this year."""
    civil = _civil(value)
    text = _date(civil, _DAY[locale()], locale())
    if civil.year == clock.local_date(clock.now()).year:
        return text
    return f"{civil.year}年{text}" if locale() == "zh_CN" else f"{text} {civil.year}"


def day_year(value: date | datetime) -> str:
    """Write a day as `2026年11月22日`."""
    return _date(_civil(value), _DAY_YEAR[locale()], locale())


def month(value: date) -> str:
    """Write a month without its year: `11月`."""
    return _date(value, _MONTH[locale()], locale())


def month_year(value: date) -> str:
    """Write a month as `2026年11月`."""
    return _date(value, _MONTH_YEAR[locale()], locale())


def weekdays() -> list[tuple[str, str]]:
    """Name the days of the week from Monday on, as the head of a calendar shortens them and in full."""
    short, full = (habits().days["stand-alone"][width] for width in ("narrow", "wide"))
    return [(short[number], full[number]) for number in range(7)]


def clock_time(value: datetime) -> str:
    """Write the hour of a moment as `09:00`."""
    return f"{clock.local(value):%H:%M}"


def moment(value: datetime) -> str:
    """Write a moment as day and hour."""
    return f"{day(value)} {clock_time(value)}"


def span(start: date | datetime, end: date | datetime) -> str:
    """Write a stretch of days, or of hours within one day, as people say it."""
    first, last = _civil(start), _civil(end)
    if first == last and isinstance(start, datetime) and isinstance(end, datetime):
        return f"{day(first)} {clock_time(start)}–{clock_time(end)}"
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day_year(first)} – {day_year(last)}"
    until, from_ = (_date(each, _SHORT[locale()], locale()) for each in (last, first))
    if first.year == clock.local_date(clock.now()).year:
        return f"{from_} – {until}"
    return f"{first.year}年{from_} – {until}" if locale() == "zh_CN" else f"{from_} – {until} {first.year}"


def hours(tenths: int) -> str:
    """Write hours kept in tenths: 340 → `34`, 35 → `3.5`."""
    return _hours(tenths, locale())


@lru_cache(4096)
def _hours(tenths: int, language: str) -> str:
    """Keep what a roster writes hundreds of times: few numbers, over and over."""
    return format_decimal(tenths / 10, "#,##0.#", locale=_parsed(language))


def number(value: float) -> str:
    """Write a number with its thousands apart."""
    return format_decimal(value, locale=habits())


class _Catalogue(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """The catalogue that pages, jobs and documents share, read once a process.

    Flask-Babel's own would look for `zh_Hans_CN`, and read the file anew for every page.
    """

    def get_translations(self) -> NullTranslations:
        """Give the sentences of the reader's language."""
        return text.translations(locale())


class _Languages(Babel):  # type: ignore[misc]
    """Flask-Babel with our catalogue."""

    domain_instance = _Catalogue()


def init_app(app: Flask) -> None:
    """Teach the application its languages."""
    _Languages(app, default_locale=DEFAULT_LOCALE, locale_selector=habits, default_timezone="Asia/Shanghai")
    app.jinja_env.filters.update(
        day=day,
        day_year=day_year,
        month_year=month_year,
        moment=moment,
        clock=clock_time,
        hours=hours,
        number=number,
        say=say,
    )
    app.jinja_env.globals.update(span=span, get_locale=get_locale)
    # A roster says a thousand sentences: templates ask the catalogue itself, Flask-Babel's way there costs more.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # Jinja's i18n extension adds it
        lambda message: text.translations(locale()).ugettext(message),
        lambda one, many, count: text.translations(locale()).ungettext(one, many, count),
        newstyle=True,
    )
