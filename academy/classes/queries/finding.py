"""Find class sessions by words, within what the reader may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, case, or_, select
from sqlalchemy.orm import Session

from academy.classes.models import ClassSession, Sitting
from academy.classes.rules import PUBLIC_STATES, ClassState
from academy.ground.access import Actor, Capability
from academy.ground.feature import Lookup
from academy.ground.search import first_found
from academy.ground.search_index import matches, wrongly_told


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFound:
    """A class session that words found; `in_office` where the reader may enter its office."""

    code: str
    title: str
    state: ClassState
    starts_on: date
    ends_on: date
    in_office: bool


def in_charge(actor: Actor) -> ColumnElement[bool]:
    """Keep the class sessions that somebody manages or teaches in."""
    teaches = (
        select(Sitting.id)
        .where(Sitting.class_session_id == ClassSession.id, Sitting.instructor_id == actor.person_id)
        .exists()
    )
    return or_(ClassSession.manager_id == actor.person_id, teaches)


def class_sessions(session: Session, actor: Actor, lookup: Lookup) -> tuple[ClassFound, ...]:
    """List the class sessions that words find and this reader may open, an exact code first, then the newest."""
    shown = ClassSession.state.in_(PUBLIC_STATES)
    teaching = actor.may(Capability.CLASS_OFFICE)
    rows = select(ClassSession.id)
    if not actor.is_admin:
        rows = rows.where(or_(shown, in_charge(actor)) if teaching else shown)
    own = in_charge(actor) if teaching else ClassSession.id.is_(None)
    columns = (ClassSession.code, ClassSession.title, ClassSession.state, ClassSession.starts_on)
    exact = case((ClassSession.code == lookup.words.strip(), 0), else_=1)
    asked = (
        rows.with_only_columns(*columns, ClassSession.ends_on, own.label("own"))
        .order_by(exact, ClassSession.starts_on.desc(), ClassSession.id.desc())
        .limit(lookup.most)
    )

    def look(*, loose: bool) -> Sequence[Row[*tuple[Any, ...]]]:
        return session.execute(asked.where(matches(ClassSession, lookup.words, loose=loose))).all()

    return tuple(
        ClassFound(
            code=row.code, title=row.title, state=row.state, starts_on=row.starts_on, ends_on=row.ends_on,
            in_office=bool(row.own),
        )
        for row in first_found(lookup.words, look)
    )  # fmt: skip


def wrong_tokens(session: Session) -> Sequence[int]:
    """List class sessions, of some looked at, that are not found by their codes and titles."""
    return wrongly_told(session, ClassSession, select(ClassSession.id))
