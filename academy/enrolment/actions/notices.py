"""Issue the notice of a class session and its new versions, note who has read it, remind those who have not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.enrolment.actions.filling import tell
from academy.enrolment.models.notices import OpeningNotice, OpeningNoticeCounter, OpeningNoticeReader
from academy.enrolment.queries import notice_facts, notices, quotas
from academy.enrolment.rules.nominating import CLASS_NOT_OPEN
from academy.enrolment.rules.notice_shares import Facts, unit_ids
from academy.enrolment.rules.notices import (
    EVERYBODY_READ,
    ISSUABLE,
    JUST_REMINDED,
    WORDS,
    changed,
    printed_number,
    reasons_to_refuse_issue,
)
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.db import insert_once
from academy.ground.errors import NotFound, Refused
from academy.ground.text import N_
from academy.journal.actions import record
from academy.outbox.actions import Letter
from academy.people.queries import register as people

ISSUED = Letter(
    "enrolment.notice-issued",
    N_("A class is open for your unit"),
    N_(
        "Notice %(number)s: “%(title)s” (%(code)s) begins on %(day)s and has %(places)s places for %(units)s. "
        "Please read it on the page of your unit and confirm that you have."
    ),
)
CHANGED = Letter(
    "enrolment.notice-changed",
    N_("The notice of a class has changed"),
    N_(
        "Notice %(number)s on “%(title)s” (%(code)s) says something new about: %(what)s. Please read it on the "
        "page of your unit and confirm that you have."
    ),
)
REMINDED = Letter(
    "enrolment.notice-reminded",
    N_("Please read the notice of a class"),
    N_(
        "You have not confirmed notice %(number)s on “%(title)s” (%(code)s) yet. It has %(places)s places for "
        "%(units)s. Please read it on the page of your unit."
    ),
)
_BETWEEN = timedelta(hours=1)


def issue(session: Session, *, actor: Actor, code: str, words: str, phone: str, now: datetime) -> OpeningNotice:
    """Issue the next version of a class session's notice, and send it to the liaisons of the units with places.

    All versions have one number. Raises Refused with every reason, as where nothing has changed.
    """
    locked = classes.lock_class_session(session, code)
    class_ = classes.class_session(session, code)
    if class_ is None:
        raise NotFound
    last, words = notices.lock_latest(session, locked.id), words.strip()
    facts = notice_facts.facts(session, class_, phone=phone, on=clock.local_date(now))
    said_before = (last.facts, last.words) if last else None
    if reasons := reasons_to_refuse_issue(state=class_.state, words=words, last=said_before, facts=facts):
        raise Refused(*reasons)
    notice = _write(session, class_, last, facts=facts, words=words, by=actor.name, at=now)
    _note_issued(session, actor, notice, code, now=now)
    readers = _address(session, notice, now=now)
    what = () if last is None else (*changed(last.facts, facts), *((WORDS,) if last.words != words else ()))
    _send(session, CHANGED if last else ISSUED, notice, class_, readers, now=now, what=what)
    return notice


def enter(
    session: Session,
    *,
    actor: Actor,
    code: str,
    words: str,
    phone: str,
    by: str,
    issued_at: datetime,
    read_at: Callable[[int], datetime | None],
    now: datetime,
) -> OpeningNotice:
    """Enter a notice that went out some time ago, and when each unit's liaisons confirmed it; nobody is told."""
    class_ = classes.class_session(session, code)
    if class_ is None:
        raise NotFound
    facts = notice_facts.facts(session, class_, phone=phone, on=clock.local_date(now))
    notice = _write(session, class_, None, facts=facts, words=words, by=by, at=issued_at)
    _note_issued(session, actor, notice, code, now=now)
    for reader in _address(session, notice, now=issued_at):
        reader.read_at = read_at(reader.unit_id)
    return notice


def confirm_read(session: Session, *, actor: Actor, notice_id: int, now: datetime) -> bool:
    """Note that a liaison has read a version, for each of their units that it went to; tells if that is new."""
    notices.notice_for(session, actor, notice_id)
    notice = notices.lock_notice(session, notice_id)
    rows = notices.lock_readers(session, notice_id)
    if actor.person_id is None:
        raise NotFound
    mine = {row.unit_id: row for row in rows if row.person_id == actor.person_id}
    given = quotas.given_places(session, [notice.class_session_id])[notice.class_session_id]
    fresh = False
    for unit_id in sorted(actor.unit_ids & ({row.unit_id for row in rows} | given.units)):
        if unit_id not in mine:  # whoever speaks for the unit since it was sent
            mine[unit_id] = OpeningNoticeReader(
                notice_id=notice_id, person_id=actor.person_id, unit_id=unit_id, sent_at=now
            )
            session.add(mine[unit_id])
        if mine[unit_id].read_at is None:
            mine[unit_id].read_at, fresh = now, True
    if fresh:
        after = {"number": printed_number(notice.year, notice.number), "version": notice.version}
        record(session, actor=actor, what="enrolment.notice-read", about=notice, now=now, after=after)
    return fresh


def send_on(session: Session, *, actor: Actor, code: str, now: datetime) -> int:
    """Send the newest version to units that have got places since it went out, and tell to how many liaisons.

    Each unit gets it once, however often places come and go; the pools of the class session are locked.
    """
    locked = classes.lock_class_session(session, code)
    class_ = classes.class_session(session, code)
    notice = notices.lock_latest(session, locked.id)
    if class_ is None or notice is None or class_.state not in ISSUABLE:
        return 0
    given = quotas.given_places(session, [locked.id])[locked.id]
    known = {row.unit_id for row in notices.lock_readers(session, notice.id)}
    readers = _enter(session, notice, given.units - known, now=now)
    told = _send(session, ISSUED, notice, class_, readers, now=now)
    if readers:
        after = {"number": printed_number(notice.year, notice.number), "people": told}
        record(session, actor=actor, what="enrolment.notice-sent-on", about=notice, now=now, after=after)
    return told


def remind(session: Session, *, actor: Actor, code: str, now: datetime) -> int:
    """Remind the liaisons who have not confirmed the newest version, and tell how many; not twice in an hour.

    What somebody left unread who no longer speaks for the unit goes to whoever does now.
    """
    locked = classes.lock_class_session(session, code)
    class_ = classes.class_session(session, code)
    notice = notices.lock_latest(session, locked.id)
    if class_ is None or notice is None:
        raise NotFound
    if class_.state not in ISSUABLE:
        raise Refused(CLASS_NOT_OPEN)
    rows = notices.lock_readers(session, notice.id)
    speak = people.liaisons(session, {row.unit_id for row in rows}, on=clock.local_date(now))
    _hand_on(rows, speak)
    unread = [row for row in rows if row.read_at is None and row.person_id in speak.get(row.unit_id, ())]
    if not unread:
        raise Refused(EVERYBODY_READ)
    due = [row for row in unread if now - row.sent_at >= _BETWEEN]
    if not due:
        raise Refused(JUST_REMINDED.about(moment=clock.civil(max(row.sent_at for row in unread))))
    for row in due:
        row.sent_at = now
    told = _send(session, REMINDED, notice, class_, due, now=now)
    record(session, actor=actor, what="enrolment.notice-reminded", about=notice, now=now, after={"people": told})
    return told


def _hand_on(rows: Sequence[OpeningNoticeReader], speak: Mapping[int, Sequence[int]]) -> None:
    """Address what is unread anew where its addressee has handed the unit's desk over."""
    addressed = {(row.unit_id, row.person_id) for row in rows}
    for row in rows:
        now_speaking = speak.get(row.unit_id, ())
        heir = next((each for each in now_speaking if (row.unit_id, each) not in addressed), None)
        if row.read_at is None and row.person_id not in now_speaking and heir is not None:
            row.person_id = heir
            addressed.add((row.unit_id, heir))


def _write(
    session: Session,
    class_: ClassView,
    last: OpeningNotice | None,
    *,
    facts: Facts,
    words: str,
    by: str,
    at: datetime,
) -> OpeningNotice:
    """Write the version after the last one, under its number or, for the first, under the next of the year."""
    year, number = (last.year, last.number) if last else _next_number(session, at)
    notice = OpeningNotice(
        class_session_id=class_.id, version=last.version + 1 if last else 1, year=year, number=number,
        facts=dict(facts), words=words, issued_at=at, issued_by=by,
    )  # fmt: skip
    session.add(notice)
    return notice


def _note_issued(session: Session, actor: Actor, notice: OpeningNotice, code: str, *, now: datetime) -> None:
    after = {"number": printed_number(notice.year, notice.number), "version": notice.version, "code": code}
    record(session, actor=actor, what="enrolment.notice-issued", about=notice, now=now, after=after)


def _next_number(session: Session, now: datetime) -> tuple[int, int]:
    """Give the next number of the local year, locked until the notice is there, so that none is left out."""
    year = clock.local_date(now).year
    insert_once(session, OpeningNoticeCounter, year=year, last=0)
    counter = notices.lock_counter(session, year)
    counter.last += 1
    return year, counter.last


def _address(session: Session, notice: OpeningNotice, *, now: datetime) -> list[OpeningNoticeReader]:
    """Enter whom a version goes to: everybody who speaks today for a unit with places."""
    session.flush()
    return _enter(session, notice, unit_ids(notice.facts), now=now)


def _enter(
    session: Session, notice: OpeningNotice, units: Collection[int], *, now: datetime
) -> list[OpeningNoticeReader]:
    """Enter whoever speaks today for these units among the readers of a version."""
    speak = people.liaisons(session, sorted(units), on=clock.local_date(now))
    readers = [
        OpeningNoticeReader(notice_id=notice.id, person_id=person_id, unit_id=unit_id, sent_at=now)
        for unit_id, person_ids in sorted(speak.items())
        for person_id in dict.fromkeys(person_ids)
    ]
    session.add_all(readers)
    return readers


def _send(
    session: Session,
    letter: Letter,
    notice: OpeningNotice,
    class_: ClassView,
    readers: Sequence[OpeningNoticeReader],
    *,
    now: datetime,
    what: Sequence[str] = (),
) -> int:
    """Tell each of these liaisons once, however many units they speak for, and how many they are."""
    units: dict[int, list[int]] = {}
    for row in readers:
        units.setdefault(row.person_id, []).append(row.unit_id)
    names = quotas.unit_names(session, {row.unit_id for row in readers})
    given = quotas.given_places(session, [class_.id])[class_.id]
    for person_id, of_person in sorted(units.items()):
        tell(
            session, letter, person_id, class_, now=now,
            number=printed_number(notice.year, notice.number), what=list(what),
            units=[names[unit_id] for unit_id in of_person], places=given.of(of_person),
        )  # fmt: skip
    return len(units)
