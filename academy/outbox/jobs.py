"""Send what the outbox holds: by SMTP, or into files where no server is set."""

import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import structlog

from academy.ground import clock, db
from academy.ground.settings import Settings
from academy.ground.text import translate
from academy.outbox import actions
from academy.outbox.models import Channel, Message

log = structlog.get_logger()
_AT_ONCE = 50


def deliver(now: datetime, settings: Settings) -> int:
    """Send all messages that are due, and tell how many went out; nothing is sent inside a transaction."""
    sent = 0
    while True:
        with db.transaction() as session:
            messages = actions.take_due(session, now=now, limit=_AT_ONCE)
        for message in messages:
            sent += _deliver_one(message, settings)
        if len(messages) < _AT_ONCE:
            return sent


def _deliver_one(message: Message, settings: Settings) -> bool:
    try:
        if message.channel is Channel.MAIL and settings.smtp_url:
            _by_smtp(message, settings)
        else:
            _into_file(message, settings)
    except OSError as problem:  # smtplib's errors are OSErrors too
        log.warning("message not sent", message=message.id, problem=str(problem))
        with db.transaction() as session:
            actions.note_failure(session, message.id, str(problem))
        return False
    with db.transaction() as session:
        actions.note_sent(session, message.id, now=clock.now())
    return True


def _words(message: Message) -> tuple[str, str]:
    return (
        translate(message.locale, message.subject, message.values),
        translate(message.locale, message.body, message.values),
    )


def _into_file(message: Message, settings: Settings) -> None:
    """Write the message where a developer or an operator can read it."""
    folder = settings.var / "outbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    subject, body = _words(message)
    path = folder / f"{message.id:08d}-{message.code}.txt"
    path.write_text(f"{message.channel}: {message.address}\n{subject}\n\n{body}\n", encoding="utf-8")


def _by_smtp(message: Message, settings: Settings) -> None:
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
