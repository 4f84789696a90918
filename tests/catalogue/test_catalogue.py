"""The catalogue follows `courses/`; programmes are made of it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from academy.catalogue import actions, queries
from academy.catalogue.models import Course, CoursePrerequisite
from academy.catalogue.rules.files import Course as CourseOnDisk
from academy.catalogue.rules.files import read_all
from academy.catalogue.rules.kinds import CourseLevel, Domain
from academy.catalogue.rules.programmes import COURSE_TWICE, NO_COURSE
from academy.ground.access import operator
from academy.ground.errors import NotFound, Refused
from academy.ground.settings import ROOT
from academy.journal.models import JournalEntry
from tests import make
from tests.catalogue.test_files import folder, named

ACTOR = operator()


def on_disk(*slugs: str, **changes: str) -> tuple[CourseOnDisk, ...]:
    courses, problems = read_all([named(slug, changes.get(slug, "")) for slug in slugs])
    assert not problems
    return courses


def apply(session: Session, *courses: CourseOnDisk) -> actions.Diff:
    return actions.apply(session, actor=ACTOR, courses=courses, now=make.NOW)


def codes(session: Session) -> list[str]:
    return list(session.execute(select(JournalEntry.code).order_by(JournalEntry.id)).scalars())


def test_our_own_courses_come_in_once(session: Session) -> None:
    first = actions.sync(session, actor=ACTOR, folder=ROOT / "courses", now=make.NOW)
    assert (len(first.added), len(first.changed), len(first.retired), first.unchanged) == (42, 0, 0, 0)
    second = actions.sync(session, actor=ACTOR, folder=ROOT / "courses", now=make.NOW)
    assert (len(second.added), len(second.changed), len(second.retired), second.unchanged) == (0, 0, 0, 42)
    assert len(queries.courses(session)) == 42
    assert len(queries.courses(session, Domain.THEORY)) == 21
    assert queries.courses_without_outline(session) == ()
    assert codes(session) == ["course.added"] * 42


def test_a_change_names_its_fields_and_touches_nothing_else(session: Session) -> None:
    apply(session, *on_disk("a", "b"))
    changed, problems = read_all([named("a", '"b"', title="改过的"), named("b")])
    assert not problems
    diff = apply(session, *changed)
    assert [(change.slug, change.fields) for change in diff.changed] == [("a", ("title", "prerequisites"))]
    assert diff.unchanged == 1
    view = queries.course(session, "a")
    assert view is not None
    assert view.title == "改过的"
    assert [link.slug for link in view.needs] == ["b"]
    assert codes(session) == ["course.added", "course.added", "course.changed"]


def test_a_prerequisite_goes_with_the_file(session: Session) -> None:
    apply(session, *on_disk("a", "b", a='"b"'))
    apply(session, *on_disk("a", "b"))
    assert session.execute(select(func.count()).select_from(CoursePrerequisite)).scalar_one() == 0


def test_a_course_taken_out_is_retired_and_may_come_back(session: Session) -> None:
    apply(session, *on_disk("a", "b"))
    assert [change.slug for change in apply(session, *on_disk("b")).retired] == ["a"]
    assert apply(session, *on_disk("b")).retired == ()
    assert set(queries.course_ids(session)) == {"b"}
    assert queries.course(session, "a") is not None
    back = apply(session, *on_disk("a", "b"))
    assert [(change.slug, change.fields) for change in back.changed] == [("a", ("taught again",))]
    assert set(queries.course_ids(session)) == {"a", "b"}
    assert session.execute(select(func.count()).select_from(Course)).scalar_one() == 2


def test_a_dry_run_tells_the_same_and_changes_nothing(session: Session) -> None:
    courses = on_disk("a")
    assert actions.compare(session, courses).added == courses
    assert queries.courses(session) == ()


def test_courses_are_found_by_title_summary_and_keyword(session: Session) -> None:
    courses, _problems = read_all([folder(), named("drill", title="应急演练")])
    apply(session, *courses)
    assert [line.slug for line in queries.courses(session, words="心肺 急救")] == ["cpr"]
    assert [line.slug for line in queries.courses(session, words="演练")] == ["drill"]
    assert len(queries.courses(session, level=CourseLevel.BASIC)) == 2
    assert queries.courses(session, level=CourseLevel.ADVANCED) == ()


def test_a_programme_keeps_the_order_of_its_courses(session: Session) -> None:
    a, b, c = (make.course(session, title, hours=hours) for title, hours in (("甲", 40), ("乙", 20), ("丙", 35)))
    made = actions.add_programme(
        session, actor=ACTOR, title="岗前培训", required_percent=90, course_ids=[c.id, a.id], now=make.NOW
    )
    assert made.slug == "gang-qian-pei-xun"
    view = queries.programme(session, made.id)
    assert [line.title for line in view.courses] == ["丙", "甲"]
    assert (view.total_tenths, view.required_tenths) == (75, 68)
    actions.change_programme(
        session, actor=ACTOR, programme_id=made.id, title="岗前培训二", required_percent=80,
        course_ids=[a.id, b.id, c.id], now=make.NOW,
    )  # fmt: skip
    view = queries.programme(session, made.id)
    assert [line.title for line in view.courses] == ["甲", "乙", "丙"]
    (line,) = queries.programmes(session)
    assert (line.title, line.required_percent, line.course_count, line.total_tenths) == ("岗前培训二", 80, 3, 95)
    assert codes(session) == ["programme.added", "programme.changed"]


def test_a_programme_needs_courses_each_once_and_taught_today(session: Session) -> None:
    a, retired = make.course(session, "甲"), make.course(session, "乙")
    retired.retired_at = make.NOW

    def add(*course_ids: int) -> None:
        actions.add_programme(
            session, actor=ACTOR, title="方案", required_percent=90, course_ids=course_ids, now=make.NOW
        )

    with pytest.raises(Refused) as caught:
        add()
    assert caught.value.reasons == (NO_COURSE,)
    with pytest.raises(Refused) as caught:
        add(a.id, a.id)
    assert caught.value.reasons == (COURSE_TWICE.about(course="甲"),)
    with pytest.raises(NotFound):
        add(retired.id)


def test_a_retired_course_may_stay_in_its_programme(session: Session) -> None:
    a = make.course(session, "甲")
    programme = make.programme(session, a)
    a.retired_at = make.NOW
    actions.change_programme(
        session, actor=ACTOR, programme_id=programme.id, title="方案", required_percent=70, course_ids=[a.id],
        now=make.NOW,
    )  # fmt: skip
    assert queries.programme(session, programme.id).required_percent == 70


def test_unmet_prerequisites_are_those_that_nothing_completed_teaches(session: Session) -> None:
    law, talk, visit = (make.course(session, title) for title in ("法律", "谈话", "走访"))
    session.add_all(CoursePrerequisite(course_id=visit.id, needs_id=needed.id) for needed in (law, talk))
    session.flush()
    basics, both = make.programme(session, law), make.programme(session, talk, visit)
    assert queries.unmet_prerequisites(session, both.id, []) == ("法律",)
    assert queries.unmet_prerequisites(session, both.id, [basics.id]) == ()
    alone = make.programme(session, visit)
    assert queries.unmet_prerequisites(session, alone.id, [basics.id]) == ("谈话",)
