"""Hand a text message to a gateway: one POST of JSON over HTTP, accepted once the gateway names the message."""

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

_LONGEST_ANSWER = 64 * 1024
_TIMEOUT = 10.0
_NAMES = ("id", "message_id")


class NotAccepted(OSError):
    """The gateway did not take the message; it says how it answered, and never to whom the message was."""


def send(url: str, token: str, *, to: str, words: str, reference: str, timeout: float = _TIMEOUT) -> str:
    """Hand over one message and give the gateway's name for it; raises OSError where it was not accepted.

    The same reference sent again is the same message; no redirect is followed.
    """
    where = urlsplit(url)
    connect = HTTPSConnection if where.scheme == "https" else HTTPConnection
    connection = connect(where.hostname or "", where.port, timeout=timeout)
    body = json.dumps({"to": to, "text": words, "reference": reference}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": reference}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request("POST", (where.path or "/") + (f"?{where.query}" if where.query else ""), body, headers)
        answer = connection.getresponse()
        status, content = answer.status, answer.read(_LONGEST_ANSWER)
    except HTTPException as problem:
        raise NotAccepted(f"the gateway's answer is no HTTP: {type(problem).__name__}") from problem
    finally:
        connection.close()
    if not 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls a success
        raise NotAccepted(f"the gateway answered {status}")
    return _name(content)


def _name(content: bytes) -> str:
    """Read how the gateway calls a message that it accepted."""
    try:
        answer = json.loads(content)
    except ValueError as problem:
        raise NotAccepted("the gateway's answer is no JSON") from problem
    named = [answer[name] for name in _NAMES if name in answer] if isinstance(answer, dict) else []
    if not named or not isinstance(named[0], str | int) or named[0] == "":
        raise NotAccepted("the gateway gave the message no id")
    return str(named[0])
