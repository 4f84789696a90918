"""Send what the outbox holds: text messages by a gateway, mail by SMTP, or into files where no server is set."""

import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from time import monotonic
from urllib.parse import unquote, urlsplit

import structlog

from academy.ground import clock, db, sms
from academy.ground.settings import Settings, quiet
from academy.ground.text import translate
from academy.outbox import actions, rules
from academy.outbox.models import Channel, Message

log = structlog.get_logger()
_AT_ONCE = 50
_LONGEST_ROUND = 25.0  # seconds; with one more message, less than the minute for which messages are taken


def deliver(now: datetime, settings: Settings) -> int:
    """Send all messages that are due, and tell how many went out; nothing is sent inside a transaction.

    Where a server is slow, what has not been tried in the time of its lease is given back, lest it be sent twice.
    """
    sent = 0
    while True:
        with db.transaction() as session:
            messages = actions.take_due(session, now=now, limit=_AT_ONCE)
        until = monotonic() + _LONGEST_ROUND
        for place, message in enumerate(messages):
            if monotonic() > until:
                return sent + _give_back(messages[place:], now)
            sent += _deliver_one(message, settings, now)
        if len(messages) < _AT_ONCE:
            return sent


def _give_back(messages: Sequence[Message], now: datetime) -> int:
    """Let whoever comes next send these; none of them went out."""
    with db.transaction() as session:
        for message in messages:
            actions.put_off(session, message.id, until=now)
    return 0


def _deliver_one(message: Message, settings: Settings, now: datetime) -> bool:
    send = _way(message, settings)
    goes_at = rules.goes_at(now, quiet=quiet(settings.quiet_hours), urgent=message.urgent)
    if send is not _into_file and goes_at > now:
        with db.transaction() as session:
            actions.put_off(session, message.id, until=goes_at)
        return False
    try:
        gateway_id = send(message, settings)
    except OSError as problem:  # smtplib's errors and those of the gateway are OSErrors too
        log.warning("message not sent", message=message.id, problem=str(problem))
        with db.transaction() as session:
            actions.note_failure(session, message.id, str(problem))
        return False
    with db.transaction() as session:
        actions.note_sent(session, message.id, now=clock.now(), gateway_id=gateway_id)
    return True


def _way(message: Message, settings: Settings) -> Callable[[Message, Settings], str]:
    """Tell how a message goes; a file wakes nobody, and is all that a made-up number of the sample gets."""
    if message.channel is Channel.MAIL:
        return _by_smtp if settings.smtp_url else _into_file
    made_up = rules.is_made_up(message.address) and not settings.production
    return _by_gateway if settings.sms_url and not made_up else _into_file


def _words(message: Message) -> tuple[str, str]:
    return (
        translate(message.locale, message.subject, message.values),
        translate(message.locale, message.body, message.values),
    )


def _by_gateway(message: Message, settings: Settings) -> str:
    """Hand a text message to the gateway, and give its name for it."""
    _subject, body = _words(message)
    return sms.send(
        settings.sms_url, settings.sms_token, to=message.address, words=body, reference=f"message-{message.id}"
    )


def _into_file(message: Message, settings: Settings) -> str:
    """Write the message where a developer or an operator can read it."""
    folder = settings.var / "outbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    subject, body = _words(message)
    path = folder / f"{message.id:08d}-{message.code}.txt"
    path.write_text(f"{message.channel}: {message.address}\n{subject}\n\n{body}\n", encoding="utf-8")
    return ""


def _by_smtp(message: Message, settings: Settings) -> str:
    """Hand mail to the server, and give the id that it has among all mail."""
    server = urlsplit(settings.smtp_url)
    subject, body = _words(message)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, message.address, subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(f"message-{message.id}")
    mail.set_content(body)
    secure = server.scheme == "smtps"
    connect = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with connect(server.hostname or "127.0.0.1", server.port or (465 if secure else 25), timeout=30) as smtp:
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(mail)
    return str(mail["Message-ID"])
