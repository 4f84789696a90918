"""Queue messages in the transaction that causes them, and note what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from academy.ground.db import Base
from academy.ground.text import DEFAULT_LOCALE
from academy.outbox import queries
from academy.outbox.models import Channel, Message, MessageState

_MESSAGE = insert(Base.metadata.tables[Message.__tablename__])
_MOST_TRIES = 5
_LEASE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a kind of message, as message ids with named values."""

    code: str
    subject: str
    body: str
    urgent: bool = False
    """Goes out at night too, because somebody sits and waits for it."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a message goes."""

    channel: Channel
    address: str
    person_id: int | None = None
    locale: str = DEFAULT_LOCALE


def post(session: Session, letter: Letter, *, to: Recipient, now: datetime, values: Mapping[str, Any]) -> Message:
    """Queue one message, and give its row, which has an id after the next flush."""
    message = Message(**_queued(letter, to, now, values))
    session.add(message)
    return message


def send_off(session: Session, letter: Letter, *, to: Recipient, now: datetime, values: Mapping[str, Any]) -> None:
    """Queue one message that nobody goes on with: without the ORM, which costs a rush for seats less."""
    session.connection().execute(_MESSAGE, _queued(letter, to, now, values))


def _queued(letter: Letter, to: Recipient, now: datetime, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": letter.code, "channel": to.channel, "person_id": to.person_id, "address": to.address,
        "locale": to.locale, "subject": letter.subject, "body": letter.body, "values": dict(values),
        "state": MessageState.QUEUED, "queued_at": now, "due_at": now, "urgent": letter.urgent,
    }  # fmt: skip


def take_due(session: Session, *, now: datetime, limit: int) -> list[Message]:
    """Take the messages that are due and keep other workers off them for a minute."""
    messages = list(queries.lock_due(session, now=now, limit=limit))
    for message in messages:
        message.tries += 1
        message.due_at = now + _LEASE * message.tries
    return messages


def put_off(session: Session, message_id: int, *, until: datetime) -> None:
    """Keep a message for the morning; that was no try."""
    message = queries.lock_message(session, message_id)
    message.due_at, message.tries = until, message.tries - 1


def note_sent(session: Session, message_id: int, *, now: datetime, gateway_id: str = "") -> None:
    """Note that a message went out and what its server calls it; forget its values, which may hold a code."""
    message = queries.lock_message(session, message_id)
    message.state, message.sent_at, message.values = MessageState.SENT, now, {}
    message.gateway_id = gateway_id[:100]


def note_failure(session: Session, message_id: int, problem: str) -> None:
    """Note why a message did not go out; after five tries it waits for a person."""
    message = queries.lock_message(session, message_id)
    message.problem = problem[:300]
    if message.tries >= _MOST_TRIES:
        message.state = MessageState.FAILED
