"""The page that shows every component in every state, for those who build pages; not there in production."""

from calendar import Calendar
from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from academy.ground import clock
from academy.ground.errors import NotFound
from academy.web import i18n, plugs
from academy.web.access import public
from academy.web.forms import KITCHEN_NAMES, KitchenForm
from academy.web.sorting import sorting

bp = Blueprint("kitchen", __name__)

# What is wrong in the form: nearly everything, each in its own way.
_WRONG = MultiDict([("phone", "138"), ("day", "1026-11-22"), ("unit", "1"), ("remark", "说明" * 120)])
_NEAR, _FRIDAY = timedelta(days=4), 4


@bp.before_request
def _only_for_builders() -> None:
    if plugs.settings().production:
        raise NotFound


@bp.get("/_kitchen")
@public
def show() -> ResponseReturnValue:
    """Show every component in every state; with `?problems` those of a form that was filled in wrongly."""
    form = KitchenForm(meta={"csrf": False})
    if "problems" in request.args:
        form = KitchenForm(_WRONG, meta={"csrf": False})
        form.validate()
    return render_template(
        "kitchen.html",
        form=form,
        sort=sorting(("name", "unit", "hours", "state"), default="name", anchor="table"),
        long_job=_long_job(),
        month=_month(clock.local_date(clock.now())),
        weekdays=i18n.weekdays(),
        now=clock.now(),
        marked=_marked,
    )


@bp.get("/_kitchen/job")
@public
def job() -> ResponseReturnValue:
    """Show a job that is a minute long and never ends, to see its progress move."""
    return render_template("kitchen_job.html", job=_long_job())


@bp.get("/_kitchen/options")
@public
def options() -> ResponseReturnValue:
    """Find made-up people for the picker among the components."""
    words = request.args.get("q", "").strip()
    found = [(name, name, "玄武区 · 梅岭新村街道") for name in KITCHEN_NAMES if words in name]
    return render_template("options.html", rows=found[:8])


def _marked(*texts: str) -> list[list[tuple[str, bool]]]:
    """Mark the first two characters of each text, as if words had found them."""
    return [[(text[:2], True), (text[2:], False)] for text in texts]


def _long_job() -> dict[str, object]:
    second = clock.now().second
    return {"state": "running", "done": second, "total": 60, "message": None, "url": url_for(".job")}


def _month(today: date) -> dict[str, object]:
    """Lay out this month with something on a few of its days."""
    weeks = [
        [_day(day, today) if day.month == today.month else None for day in week]
        for week in Calendar().monthdatescalendar(today.year, today.month)
    ]
    return {"first": today.replace(day=1), "weeks": weeks}


def _day(day: date, today: date) -> dict[str, object]:
    busy = abs(day - today) < _NEAR and day.weekday() <= _FRIDAY
    return {
        "day": day,
        "today": day == today,
        "past": day < today,
        "anchor": f"d-{day.isoformat()}",
        "entries": ["邻里纠纷调解实务", "电信网络诈骗的套路与识别"][: 1 + day.day % 2] if busy else [],
    }
