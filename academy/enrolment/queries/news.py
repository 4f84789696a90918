"""What has become of somebody's claims lately: places on offer to confirm, and claims that others have ended."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession
from academy.classes.rules import ClassState
from academy.enrolment.models.places import Enrolment
from academy.enrolment.rules.states import Ending, EnrolmentState
from academy.journal.models import JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How somebody's latest claim in a class session ended, and why where a reason was given."""

    because: Ending
    at: datetime
    by_oneself: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOffer:
    """A place on offer to somebody, in a class session that has not started."""

    code: str
    title: str
    starts_on: date
    confirm_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A place, or a number in line, that somebody else than its holder has ended."""

    code: str
    title: str
    ended: Ended


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a trainee is told first: offers, the next to lapse first, then losses, the latest first."""

    offers: tuple[OwnOffer, ...]
    losses: tuple[Loss, ...]


_TO_COME = (ClassState.PUBLISHED, ClassState.ENROLLING)


def news(session: Session, person_id: int, *, since: datetime) -> News:
    """Tell in one question which places somebody may confirm now, and what others have ended since a moment.

    Nothing is lost where the person has another claim by now.
    """
    rows = session.execute(
        select(Enrolment, ClassSession)
        .join(ClassSession, ClassSession.id == Enrolment.class_session_id)
        .where(
            Enrolment.person_id == person_id,
            ClassSession.state.in_(_TO_COME),
            Enrolment.withdrawn_at.is_(None) | (Enrolment.withdrawn_at > since),
        )
        .order_by(Enrolment.id)
    ).all()
    offered = [(claim, class_) for claim, class_ in rows if _is_own_offer(claim, class_)]
    gone = {class_.id: (claim, class_) for claim, class_ in rows if claim.state is EnrolmentState.WITHDRAWN}
    for claim, _class in rows:
        if claim.state is not EnrolmentState.WITHDRAWN:
            gone.pop(claim.class_session_id, None)
    lost = [
        Loss(code=class_.code, title=class_.title, ended=_ended(session, claim)) for claim, class_ in gone.values()
    ]
    offers = [
        OwnOffer(code=each.code, title=each.title, starts_on=each.starts_on, confirm_by=claim.confirm_by)
        for claim, each in sorted(offered, key=_lapses)
    ]
    others = [each for each in lost if not each.ended.by_oneself]
    return News(offers=tuple(offers), losses=tuple(sorted(others, key=lambda each: each.ended.at, reverse=True)))


def _lapses(offered: tuple[Enrolment, ClassSession]) -> tuple[bool, datetime, int]:
    claim, class_ = offered
    return claim.confirm_by is None, claim.confirm_by or class_.enrolment_closes_at, claim.id


def _is_own_offer(claim: Enrolment, class_: ClassSession) -> bool:
    offered = claim.state is EnrolmentState.OFFERED and not claim.nominated
    return offered and class_.state is ClassState.ENROLLING


def last_ended(session: Session, class_session_id: int, person_id: int) -> Ended | None:
    """Tell how a person's latest claim in a class session ended; who ended it and why stands in the journal."""
    claim = session.execute(
        select(Enrolment)
        .where(
            Enrolment.class_session_id == class_session_id,
            Enrolment.person_id == person_id,
            Enrolment.state == EnrolmentState.WITHDRAWN,
        )
        .order_by(Enrolment.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return _ended(session, claim) if claim is not None else None


def _ended(session: Session, claim: Enrolment) -> Ended:
    assert claim.ended_because  # noqa: S101 - the database keeps a cause and a time with each that has ended
    assert claim.withdrawn_at  # noqa: S101
    entries = session.execute(
        select(JournalEntry.actor_id, JournalEntry.after)
        .where(JournalEntry.about_kind == Enrolment.__tablename__, JournalEntry.about_id == claim.id)
        .order_by(JournalEntry.id.desc())
    )
    said = [(who, after) for who, after in entries if after and after.get("state") == EnrolmentState.WITHDRAWN]
    actor_id, reason = (said[0][0], str(said[0][1].get("reason", ""))) if said else (claim.person_id, "")
    return Ended(
        because=claim.ended_because, at=claim.withdrawn_at, reason=reason,
        by_oneself=claim.ended_because is Ending.WITHDREW and actor_id == claim.person_id,
    )  # fmt: skip
