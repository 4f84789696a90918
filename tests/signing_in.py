"""A browser in which somebody is signed in, and what it makes the application ask the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event

from academy.ground import db, tokens
from academy.people.models.register import Person, SignIn
from tests import make
from tests.pages import PageClient


def sign_in(client: PageClient, holder: Person) -> PageClient:
    """Sign a person in, as of the builders' moment."""
    secret = f"secret of {holder.id}"
    with db.transaction() as session:
        session.add(
            SignIn(
                fingerprint=tokens.fingerprint(secret), person_id=holder.id, agent="", address="127.0.0.1",
                remembered=False, created_at=make.NOW, seen_at=make.NOW,
                expires_at=make.NOW + timedelta(days=30), ended_at=None,
            )
        )  # fmt: skip
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    return client


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append(statement)

    engine = db.bound().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
