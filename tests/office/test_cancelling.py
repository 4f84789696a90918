"""A class session that is not held: who is told, what becomes of claims and of waiting elsewhere."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import audit
from academy.enrolment.rules.states import EnrolmentState
from academy.ground import db
from academy.ground.access import Role, operator
from academy.ground.errors import Forbidden, Refused
from academy.hours.actions import NewEntry, enter_many
from academy.hours.rules import HoursKind
from academy.journal.models import JournalEntry
from academy.office import actions, queries
from academy.outbox.models import Message
from academy.people.models.register import Person
from tests import make, ties
from tests.office.stage import Stage, stage
from tests.pages import PageClient, text_of
from tests.signing_in import sign_in

WHY = "讲师生病"


def cancel(session: Session, on: Stage) -> ClassSession:
    return actions.cancel(session, actor=operator(), code=on.class_.code, reason=WHY, now=make.NOW)


def told(session: Session, who: Person) -> list[str]:
    session.flush()
    return list(session.execute(select(Message.code).where(Message.person_id == who.id)).scalars())


def claims(session: Session, who: Person) -> dict[int, EnrolmentState]:
    rows = session.execute(
        select(Enrolment.class_session_id, Enrolment.state).where(Enrolment.person_id == who.id)
    )
    return {row[0]: row[1] for row in rows}


def test_everybody_who_has_a_place_or_waits_is_told_why_and_claims_stay(session: Session) -> None:
    on = stage(session, state=ClassState.ENROLLING)
    late, gone = make.person(session, "候补人"), make.person(session, "退班人")
    make.enrolment(session, on.pool, late, state=EnrolmentState.WAITING)
    make.enrolment(session, on.pool, gone, state=EnrolmentState.WITHDRAWN)
    class_ = cancel(session, on)
    assert (class_.state, class_.cancelled_because) == (ClassState.CANCELLED, WHY)
    assert [told(session, who) for who in (*on.people, late)] == [["enrolment.class-cancelled"]] * 4
    assert told(session, gone) == []
    message = session.execute(select(Message).where(Message.person_id == late.id)).scalar_one()
    assert message.values["reason"] == WHY
    assert message.values["code"] == on.class_.code
    assert claims(session, on.people[0]) == {on.class_.id: EnrolmentState.SEATED}
    assert claims(session, late) == {on.class_.id: EnrolmentState.WAITING}
    entries = session.execute(select(JournalEntry).order_by(JournalEntry.id)).scalars().all()
    assert [entry.code for entry in entries] == ["class.cancel", "office.cancelled"]
    assert entries[-1].after == {"reason": WHY, "seated": 3, "waiting": 1}
    with pytest.raises(Refused):
        cancel(session, on)


def test_whoever_waited_elsewhere_at_the_same_hour_moves_up_at_once(session: Session) -> None:
    on = stage(session, people=1, state=ClassState.ENROLLING)
    on.class_.starts_on = on.class_.ends_on = later = make.TODAY.replace(day=30)
    for sitting in on.sittings:
        session.delete(sitting)
    room = make.place(session)
    make.sitting(session, on.class_, instructor=on.manager, at=room, day=later)
    other = make.class_session(session, starts_on=later)
    make.sitting(session, other, instructor=make.person(session), at=make.place(session))
    pool = make.pool(session, other, places=1)
    make.enrolment(session, pool, on.people[0], state=EnrolmentState.WAITING)
    assert audit.waiting_beside_free_places(session, now=make.NOW).count == 0
    cancel(session, on)
    assert claims(session, on.people[0])[other.id] is EnrolmentState.SEATED
    assert told(session, on.people[0]) == ["enrolment.class-cancelled", "enrolment.promoted"]
    assert audit.waiting_beside_free_places(session, now=make.NOW).count == 0
    assert audit.wrong_taken(session).count == 0
    assert audit.clashing_seats(session).count == 0


def test_a_draft_is_cancelled_though_nobody_is_told(session: Session) -> None:
    draft = make.class_session(session, state=ClassState.DRAFT)
    actions.cancel(session, actor=operator(), code=draft.code, reason=WHY, now=make.NOW)
    assert draft.state is ClassState.CANCELLED
    assert session.execute(select(Message)).first() is None


def test_who_only_teaches_cancels_nothing(session: Session) -> None:
    on = stage(session)
    teacher = make.person(session, "李建国", roles=(Role.INSTRUCTOR,))
    make.sitting(session, on.class_, instructor=teacher, at=make.place(session), hour=19)
    with pytest.raises(Forbidden):
        actions.cancel(
            session, actor=make.actor(teacher, Role.INSTRUCTOR), code=on.class_.code, reason=WHY, now=make.NOW
        )


def test_concluding_without_deciding_is_found(session: Session) -> None:
    on = stage(session, people=2)
    entries = [
        NewEntry(
            person_id=on.people[0].id, class_session_id=on.class_.id, kind=HoursKind.THEORY, sitting_id=sitting.id,
            year=2026, tenths=36, entered_at=make.NOW, entered_by="陈敏",
        )
        for sitting in on.sittings
    ]  # fmt: skip
    enter_many(session, actor=operator(), entries=entries, now=make.NOW)
    assert queries.undecided_codes(session) == ()
    on.class_.state, on.class_.concluded_at, on.class_.closed_at = ClassState.CLOSED, make.NOW, make.NOW
    session.flush()
    assert queries.undecided_codes(session) == (on.class_.code,)
    ties.completion(session, on.class_, on.people[0], tenths=108)
    assert queries.undecided_codes(session) == ()


def test_concluding_a_class_that_nobody_has_the_hours_for_is_fine(session: Session) -> None:
    on = stage(session, state=ClassState.CONCLUDED)
    assert on.class_.concluded_at
    assert queries.undecided_codes(session) == ()


def test_a_claim_is_on_a_pool_of_its_own_class(session: Session) -> None:
    on, other = stage(session, people=0), stage(session, people=0)
    other.pool.class_session_id = on.class_.id  # as the builder reads it
    session.expunge(other.pool)
    with pytest.raises(IntegrityError):
        make.enrolment(session, other.pool, make.person(session))


def set_up(client: PageClient, *, state: ClassState = ClassState.ENROLLING) -> tuple[Stage, str, PageClient]:
    with db.transaction() as session:
        on = stage(session, state=state)
        admin = make.person(session, "孙莉", roles=(Role.ADMIN,))
    return on, f"/admin/classes/{on.class_.code}", sign_in(client, admin)


def test_the_office_cancels_with_a_reason_that_the_trainees_read(client: PageClient) -> None:
    on, url, browser = set_up(client)
    assert f'href="{url}/cancel"' in browser.get(url).text
    page = browser.get(f"{url}/cancel")
    assert "3" in text_of(page)
    assert browser.send(f"{url}/cancel", reason="  ").status_code == 422
    answer = browser.send(f"{url}/cancel", reason=f"{WHY}\n改期另行通知")
    assert (answer.status_code, answer.location) == (303, url)
    assert f'href="{url}/cancel"' not in browser.get(url).text
    assert browser.get(f"{url}/cancel").status_code == 200
    trainee = sign_in(client, on.people[0])
    for path in ("/me/", f"/classes/{on.class_.code}"):
        assert f"{WHY} 改期另行通知" in text_of(trainee.get(path)), path
    assert trainee.get(f"{url}/cancel").status_code == 403
    assert sign_in(client, on.manager).get(f"{url}/cancel").status_code == 403


def test_the_office_starts_a_class_through_one_door(client: PageClient) -> None:
    on, url, browser = set_up(client)
    start = f"/teach/classes/{on.class_.code}/start"
    assert browser.get(f"/teach/classes/{on.class_.code}").text.count(f'action="{start}"') == 1
    assert browser.send(start, page=url).status_code == 303
    with db.reading() as session:
        assert session.get_one(ClassSession, on.class_.id).state is ClassState.RUNNING
    assert f'action="{start}"' not in browser.get(url).text
