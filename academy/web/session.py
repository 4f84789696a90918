"""One reading session a request, and the way out of it into a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from academy.ground import db

__all__ = ["Session", "expect_token", "reading", "stop_reading", "transaction"]


def reading() -> Session:
    """Give the request its one reading session."""
    if "reading" not in g:
        g.reading_scope = db.reading()
        g.reading = g.reading_scope.__enter__()
    session: Session = g.reading
    return session


def stop_reading(_error: BaseException | None = None) -> None:
    """End the request's reading session, if it had one."""
    if g.pop("reading", None) is not None:
        g.pop("reading_scope").__exit__(None, None, None)


def expect_token() -> None:
    """End a request whose CSRF token was refused, where no form stands that could be drawn anew."""
    if g.get("csrf_refused"):
        raise CSRFError(g.csrf_refused)


@contextmanager
def transaction() -> Iterator[Session]:
    """Run one use case; what was read before is read anew afterwards.

    A request whose CSRF token was refused never gets here: its form is redrawn, nothing is changed.
    """
    expect_token()
    stop_reading()
    with db.transaction() as session:
        yield session
