"""The signed-in browser: whom its cookie stands for, how that begins, and where it leads."""

from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask, Response, after_this_request, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from academy.ground import clock, db, tokens
from academy.ground.access import VISITOR, Actor
from academy.people.actions import sign_in as actions
from academy.people.queries import sign_ins
from academy.people.rules.signing_in import SEEN_AT_MOST_EVERY
from academy.web import preferences
from academy.web.session import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody signed in, as Flask-Login knows them, with how they like to read."""

    secret: str
    sign_in_id: int
    actor: Actor
    seen_at: datetime
    locale: str
    large_type: bool
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Give the secret that stands in the cookie; the database holds its fingerprint only."""
        return self.secret


class Visitor:
    """Somebody not signed in; only the address is known."""

    is_authenticated = False
    is_active = False
    is_anonymous = True

    def get_id(self) -> None:
        """Give nothing to stand in the cookie."""

    @property
    def actor(self) -> Actor:
        """Act as nobody, from an address."""
        return replace(VISITOR, address=request.remote_addr)


def init_login(app: Flask) -> None:
    """Teach the application who is signed in: the row in the database decides, the cookie only names it."""
    manager = LoginManager(app)
    manager.session_protection = None  # a phone changes networks, and stays the same phone
    manager.anonymous_user = Visitor
    manager.user_loader(_load)

    @app.before_request
    def _see() -> None:
        """Note once a minute that the browser was seen, in a transaction of its own."""
        if request.endpoint == "static" or not current_user.is_authenticated:
            return
        now = clock.now()
        if now - current_user.seen_at >= SEEN_AT_MOST_EVERY:
            with db.transaction() as writing:
                actions.see(writing, sign_in_id=current_user.sign_in_id, now=now)


def _load(secret: str) -> Reader | None:
    found = sign_ins.signed_in(reading(), tokens.fingerprint(secret), now=clock.now(), address=request.remote_addr)
    if found is None:
        return None
    return Reader(
        secret=secret, sign_in_id=found.id, actor=found.actor, seen_at=found.seen_at,
        locale=found.locale, large_type=found.large_type,
    )  # fmt: skip


def device(*, remembered: bool = False) -> actions.Device:
    """Describe the browser of this request, with what its visitor chose just before."""
    chosen = preferences.chosen_in_this_visit()
    return actions.Device(
        agent=request.user_agent.string, address=request.remote_addr, remembered=remembered,
        locale=chosen.locale, large_type=chosen.large_type,
    )  # fmt: skip


def start(entered: actions.Entered, *, remembered: bool = False) -> Actor:
    """Begin a browser's signed-in time; nothing stays of what its cookie held before.

    How the person likes to read is in it too, so that the sign-in page is like that when this time has ended.
    """
    if entered.actor is None or entered.sign_in_id is None:
        raise ValueError("Only an entry that signed somebody in can start.")
    session.clear()
    preferences.show(preferences.Chosen(entered.locale, entered.large_type))
    session.permanent = remembered
    reader = Reader(
        secret=entered.secret, sign_in_id=entered.sign_in_id, actor=entered.actor, seen_at=clock.now(),
        locale=entered.locale, large_type=entered.large_type,
    )  # fmt: skip
    login_user(reader)
    return entered.actor


def stop() -> None:
    """End a browser's signed-in time, and have it forget what pages kept there: the timetable, and its worker."""
    logout_user()

    @after_this_request
    def _forget(response: Response) -> Response:
        response.headers["Clear-Site-Data"] = '"storage"'
        return response


def sign_in_id() -> int:
    """Tell which sign-in this browser's is."""
    found: int = current_user.sign_in_id
    return found
