"""Text messages go to a gateway over HTTP: a real one of our own on the loopback, which answers as it is told."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from academy.ground import clock, db, sms
from academy.ground.settings import BadSettings, Settings, quiet, read
from academy.outbox import actions, jobs, rules
from academy.outbox.models import Channel, Message, MessageState
from tests import make

SEAT = actions.Letter("test.seat", "You have a place.", "You have a place in “%(title)s”.")
CODE = actions.Letter("test.code", "Your code", "Your code for “%(title)s”.", urgent=True)
REAL = "13900001111"
NIGHT = clock.at(make.TODAY, 22)
MORNING = clock.at(make.TODAY + timedelta(days=1), 8)


@dataclass
class Gateway:
    """What arrived, and what is answered."""

    url: str = ""
    status: int = 202
    answer: bytes = b'{"id": "gw-1"}'
    requests: list[tuple[dict[str, str], Any]] = field(default_factory=list)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    found = Gateway()

    class Handler(BaseHTTPRequestHandler):
        """Keep what arrives and answer as told."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.requests.append(({"path": self.path, **self.headers}, json.loads(body)))
            self.send_response(found.status)
            self.send_header("Location", found.url)
            self.send_header("Content-Length", str(len(found.answer)))
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's own name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_address[1]}/messages?by=academy"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def by_gateway(settings: Settings, gateway: Gateway) -> Settings:
    return replace(settings, sms_url=gateway.url, sms_token="key-of-the-academy")


def post(letter: actions.Letter = SEAT, number: str = REAL, channel: Channel = Channel.SMS) -> None:
    with db.transaction() as session:
        to = actions.Recipient(channel, number, locale="en")
        actions.post(session, letter, to=to, now=make.NOW, values={"title": "消防班"})


def messages() -> list[Message]:
    with db.reading() as session:
        return list(session.execute(select(Message).order_by(Message.id)).scalars())


@pytest.mark.usefixtures("database")
def test_a_message_is_sent_once_it_is_accepted_and_keeps_the_gateways_name(
    by_gateway: Settings, gateway: Gateway
) -> None:
    post()
    assert jobs.deliver(make.NOW, by_gateway) == 1
    assert jobs.deliver(make.NOW, by_gateway) == 0
    ((headers, body),) = gateway.requests
    (message,) = messages()
    assert body == {"to": REAL, "text": "You have a place in “消防班”.", "reference": f"message-{message.id}"}
    assert headers["path"] == "/messages?by=academy"
    assert headers["Authorization"] == "Bearer key-of-the-academy"
    assert headers["Idempotency-Key"] == f"message-{message.id}"
    assert (message.state, message.sent_at, message.gateway_id) == (MessageState.SENT, make.NOW, "gw-1")
    assert not (by_gateway.var / "outbox").exists()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("status", "answer"),
    [(500, b'{"id": "x"}'), (404, b""), (301, b'{"id": "x"}'), (200, b""), (200, b"<ok>"), (200, b"[1]"),
     (200, b'{"id": null}'), (200, b'{"code": 0}')],
)  # fmt: skip
def test_what_the_gateway_did_not_accept_is_tried_again(
    by_gateway: Settings, gateway: Gateway, status: int, answer: bytes
) -> None:
    gateway.status, gateway.answer = status, answer
    post()
    assert jobs.deliver(make.NOW, by_gateway) == 0
    (message,) = messages()
    assert (message.state, message.sent_at, message.gateway_id) == (MessageState.QUEUED, None, "")
    assert "gateway" in message.problem
    assert REAL not in message.problem
    gateway.status, gateway.answer = 200, b'{"message_id": 7}'
    assert jobs.deliver(make.NOW, by_gateway) == 0  # not at once
    assert jobs.deliver(make.NOW + timedelta(minutes=2), by_gateway) == 1
    assert messages()[0].gateway_id == "7"
    assert len({headers["Idempotency-Key"] for headers, _body in gateway.requests}) == 1


@pytest.mark.usefixtures("database")
def test_a_gateway_that_is_away_is_tried_five_times(by_gateway: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    post()
    now = make.NOW
    for _ in range(7):
        jobs.deliver(now, replace(by_gateway, sms_url=f"http://127.0.0.1:{port}/"))
        now += timedelta(minutes=10)
    assert [(each.state, each.tries) for each in messages()] == [(MessageState.FAILED, 5)]


def test_a_gateway_that_says_nothing_keeps_nobody_waiting() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, pytest.raises(OSError, match="timed out"):
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        sms.send(url, "", to=REAL, words="消防班", reference="message-1", timeout=0.2)


@pytest.mark.usefixtures("database")
def test_what_a_slow_gateway_leaves_over_is_given_back_untried(
    by_gateway: Settings, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        post()
    monkeypatch.setattr(jobs, "_LONGEST_ROUND", -1.0)
    assert jobs.deliver(make.NOW, by_gateway) == 0
    assert [(each.tries, each.due_at) for each in messages()] == [(0, make.NOW)] * 3
    monkeypatch.undo()
    assert jobs.deliver(make.NOW, by_gateway) == 3
    assert len(gateway.requests) == 3


@pytest.mark.usefixtures("database")
def test_made_up_numbers_of_the_sample_are_never_sent_to(by_gateway: Settings, gateway: Gateway) -> None:
    post(number="19900001234")
    post(number="mail@example.org", channel=Channel.MAIL)
    assert jobs.deliver(make.NOW, by_gateway) == 2
    assert gateway.requests == []
    assert len(list((by_gateway.var / "outbox").iterdir())) == 2


@pytest.mark.usefixtures("database")
def test_at_night_only_codes_go_out_and_the_rest_in_the_morning(by_gateway: Settings, gateway: Gateway) -> None:
    post()
    post(CODE)
    assert jobs.deliver(NIGHT, by_gateway) == 1
    assert [body["text"] for _headers, body in gateway.requests] == ["Your code for “消防班”."]
    waiting = messages()[0]
    assert (waiting.state, waiting.due_at, waiting.tries) == (MessageState.QUEUED, MORNING, 0)
    assert jobs.deliver(MORNING - timedelta(seconds=1), by_gateway) == 0
    assert jobs.deliver(MORNING, by_gateway) == 1
    assert messages()[0].tries == 1


@pytest.mark.usefixtures("database")
def test_a_file_wakes_nobody_and_hours_of_rest_can_be_switched_off(
    settings: Settings, by_gateway: Settings, gateway: Gateway
) -> None:
    post()
    assert jobs.deliver(NIGHT, settings) == 1
    post()
    assert jobs.deliver(NIGHT, replace(by_gateway, quiet_hours="")) == 1
    assert len(gateway.requests) == 1


@pytest.mark.parametrize(
    ("at", "quiet_hours", "goes"),
    [
        (clock.at(make.TODAY, 20, 59), (21, 8), None),
        (clock.at(make.TODAY, 21), (21, 8), MORNING),
        (clock.at(make.TODAY, 23, 59), (21, 8), MORNING),
        (clock.at(make.TODAY, 0), (21, 8), clock.at(make.TODAY, 8)),
        (clock.at(make.TODAY, 7, 59), (21, 8), clock.at(make.TODAY, 8)),
        (clock.at(make.TODAY, 8), (21, 8), None),
        (clock.at(make.TODAY, 13), (12, 14), clock.at(make.TODAY, 14)),
        (clock.at(make.TODAY, 23), (12, 14), None),
        (clock.at(make.TODAY, 23), None, None),
    ],
)
def test_the_night(at: datetime, quiet_hours: tuple[int, int] | None, goes: datetime | None) -> None:
    assert rules.goes_at(at, quiet=quiet_hours, urgent=False) == (goes or at)
    assert rules.goes_at(at, quiet=quiet_hours, urgent=True) == at


def test_settings_of_sending_are_checked() -> None:
    assert quiet("21-8") == (21, 8)
    assert quiet("") is None
    for wrong in ({"ACADEMY_QUIET_HOURS": "late"}, {"ACADEMY_QUIET_HOURS": "8-8"}, {"ACADEMY_SMS_URL": "gateway"}):
        with pytest.raises(BadSettings, match=f"{next(iter(wrong))}="):
            read(wrong)
    with pytest.raises(BadSettings, match="set ACADEMY_SMS_URL=https:"):
        read({"ACADEMY_ENV": "production", "ACADEMY_SMS_URL": "http://gateway.example/messages"})
