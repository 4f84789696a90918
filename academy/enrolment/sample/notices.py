"""The notices of the class sessions that units fill: most liaisons have confirmed them, some not yet."""

from datetime import datetime, timedelta

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.enrolment.actions import notices
from academy.enrolment.queries import pools
from academy.ground import clock
from academy.ground.feature import Sample

_WORDS = "请参训人员携带身份证和工作证，提前 20 分钟报到。\n需要住宿的，请在推荐名单的备注里注明。"
_ADMIN = "陶思源"
_ALL = 1000
_DAYS_AGO = 8
_SLOW_READERS, _SLOW = 7, 3  # one unit in so many has not confirmed yet, such as the one whose account all may try


def fill(sample: Sample) -> None:
    """Enter the notice of each enrolling class session that units fill."""
    views = classes.class_lines(sample.session, size=_ALL, states=[ClassState.ENROLLING]).rows
    in_order = sorted(views, key=lambda view: view.code)
    nominated = [view for view in in_order if pools.plan(sample.session, view.id).nomination]
    for turn, view in enumerate(nominated):
        _enter(sample, view, turn)


def _enter(sample: Sample, view: ClassView, turn: int) -> None:
    day = max(clock.local_date(view.opens_at), sample.today - timedelta(days=_DAYS_AGO))
    issued_at = min(clock.at(day, 9), sample.now - timedelta(minutes=30))

    def read_at(unit_id: int) -> datetime | None:
        if (unit_id + turn) % _SLOW_READERS == _SLOW:
            return None
        return min(issued_at + timedelta(minutes=17 * (unit_id % 29 + 1)), sample.now)

    notices.enter(
        sample.session, actor=sample.actor, code=view.code, words=_WORDS, phone=sample.settings.office_phone,
        by=_ADMIN, issued_at=issued_at, read_at=read_at, now=sample.now,
    )  # fmt: skip
