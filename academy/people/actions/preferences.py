"""How somebody likes to read: kept with the person, so that every device of theirs shows it."""

from datetime import datetime

from sqlalchemy.orm import Session

from academy.ground.access import Actor
from academy.ground.errors import NotFound
from academy.ground.text import LOCALES
from academy.journal.actions import record
from academy.people.models.register import Person
from academy.people.queries import register


def choose(
    session: Session, *, actor: Actor, locale: str | None = None, large_type: bool | None = None, now: datetime
) -> Person:
    """Keep the language of the actor's pages and messages, and the size of type; none leaves it as it is.

    A language decides what a message says, so it is journalled as any change is, and only if it changes.
    """
    found = register.lock_persons(session, [actor.person_id] if actor.person_id is not None else [])
    if not found or locale not in {None, *LOCALES}:
        raise NotFound
    person = found[0]
    if locale is not None and locale != person.locale:
        before, person.locale = {"locale": person.locale}, locale
        record(
            session, actor=actor, what="person.language-chosen", about=person, now=now,
            before=before, after={"locale": locale},
        )  # fmt: skip
    if large_type is not None and large_type is not person.large_type:
        person.large_type = large_type
        record(
            session, actor=actor, what="person.type-chosen", about=person, now=now,
            before={"large_type": not large_type}, after={"large_type": large_type},
        )  # fmt: skip
    return person
