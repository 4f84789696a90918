"""Acts that nobody will send again are forgotten, the younger ones kept."""

from datetime import timedelta

import pytest

from academy.ground import db
from academy.ground.db import Database
from academy.ground.settings import Settings
from academy.web import actions
from academy.web.feature import FEATURE
from academy.web.models import Act
from tests import make


def test_old_acts_are_forgotten_in_steps(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database is db.bound()
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    with db.transaction() as session:
        for age in (12, 11, 10, 9, 8, 6):
            session.add(Act(person_id=1, act_id=str(age), done_at=make.NOW - timedelta(days=age)))
    (forget,) = FEATURE.schedule
    forget.run(make.NOW, settings)
    with db.transaction() as session:
        assert [act.act_id for act in session.query(Act)] == ["6"]
