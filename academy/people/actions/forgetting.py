"""Forget codes, attempts and sign-ins that nobody will ask for; no other row refers to them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from academy.people.models.register import Attempt, OneTimeCode, SignIn

_CODES_KEPT = timedelta(days=1)
_ATTEMPTS_KEPT = timedelta(days=30)
_SIGN_INS_KEPT = timedelta(days=90)


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what is older than it is kept; the journal keeps who signed in when."""
    long_ago = now - _SIGN_INS_KEPT
    session.execute(delete(OneTimeCode).where(OneTimeCode.created_at < now - _CODES_KEPT))
    session.execute(delete(Attempt).where(Attempt.at < now - _ATTEMPTS_KEPT))
    session.execute(delete(SignIn).where(or_(SignIn.ended_at < long_ago, SignIn.expires_at < long_ago)))
