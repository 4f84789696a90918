"""A message goes out if and only if its transaction was committed."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import Message as Mail

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from sqlalchemy import func, select

from academy.ground import clock, db
from academy.ground.db import Database
from academy.ground.settings import Settings
from academy.outbox import actions, jobs
from academy.outbox.models import Channel, Message, MessageState

LETTER = actions.Letter("test.seat", "You have a place.", "You have a place in “%(title)s”.")


class Mailbox(Handler):
    """Keep what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Mail] = []

    def handle_message(self, message: Mail) -> None:
        self.mails.append(message)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


def post(channel: Channel, address: str) -> None:
    with db.transaction() as session:
        to = actions.Recipient(channel, address, locale="en")
        actions.post(session, LETTER, to=to, now=clock.now(), values={"title": "消防班"})


def states() -> dict[MessageState, int]:
    with db.reading() as session:
        counted = session.execute(select(Message.state, func.count()).group_by(Message.state))
        return {state: count for state, count in counted}  # noqa: C416 - rows are no pairs to mypy


@pytest.mark.usefixtures("database")
def test_mail_goes_by_smtp(settings: Settings, mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    post(Channel.MAIL, "someone@example.org")
    assert jobs.deliver(clock.now(), replace(settings, smtp_url=url)) == 1
    assert jobs.deliver(clock.now(), replace(settings, smtp_url=url)) == 0
    (mail,) = box.mails
    assert str(make_header(decode_header(mail["Subject"]))) == "You have a place."
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "消防班" in body.decode()
    assert states() == {MessageState.SENT: 1}


@pytest.mark.usefixtures("database")
def test_a_text_message_becomes_a_file_where_there_is_no_server(settings: Settings) -> None:
    post(Channel.SMS, "19900000000")
    jobs.deliver(clock.now(), settings)
    (path,) = (settings.var / "outbox").iterdir()
    assert "19900000000" in path.read_text()
    assert "消防班" in path.read_text()


def test_what_cannot_be_sent_is_tried_five_times_and_then_told(settings: Settings, database: Database) -> None:
    assert database is db.bound()
    post(Channel.MAIL, "someone@example.org")
    nobody_listens = replace(settings, smtp_url="smtp://127.0.0.1:9")
    now = clock.now()
    for _ in range(7):
        jobs.deliver(now, nobody_listens)
        now += actions._LEASE * 10
    assert states() == {MessageState.FAILED: 1}


@pytest.mark.usefixtures("database")
def test_addresses_are_not_stored_in_clear_and_codes_are_forgotten(settings: Settings) -> None:
    post(Channel.SMS, "19900000000")
    jobs.deliver(clock.now(), settings)
    with db.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT address FROM message").scalar_one()
        assert b"19900000000" not in bytes(raw)
        assert session.execute(select(Message.values)).scalar_one() == {}
