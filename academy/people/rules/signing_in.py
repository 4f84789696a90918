"""How somebody may sign in: limits, passwords, account names, and what a browser is called in the list."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from academy.ground.access import Role
from academy.ground.errors import Reason
from academy.ground.text import N_

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
REMEMBERED = timedelta(days=30)
ONE_DAYS_WORK = timedelta(hours=12)
SEEN_AT_MOST_EVERY = timedelta(minutes=1)
FAMILIAR_FOR = timedelta(days=90)


class CodePurpose(StrEnum):
    """What a one-time code is for."""

    SIGN_IN = "sign_in"
    REGISTER = "register"
    BIND = "bind"


class Tried(StrEnum):
    """What became of a code that somebody typed."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_MANY = "too_many"


class Entry(StrEnum):
    """What became of an attempt to sign in or to join."""

    SIGNED_IN = "signed_in"
    WRONG = "wrong"
    TOO_MANY = "too_many"
    CONFIRM_ID = "confirm_id"
    """The phone is proved; an imported person also gives the last six of the ID, once."""
    UNKNOWN = "unknown"
    """The phone is proved and signs in nobody."""
    STAFF = "staff"
    """The phone is proved, but who works for the academy signs in by name and password."""
    ASKED_TO_BIND = "asked_to_bind"
    PHONE_TAKEN = "phone_taken"


_ALWAYS_BY_PASSWORD = frozenset({Role.ADMIN, Role.SECURITY, Role.AUDITOR})


def needs_password(roles: frozenset[Role], *, has_account: bool) -> bool:
    """Tell whether a code to the phone is not enough: staff use passwords, if they have been given one."""
    return bool(roles & _ALWAYS_BY_PASSWORD) or (has_account and bool(roles - {Role.TRAINEE}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """How often something may be tried within a stretch of time."""

    per_subject: int
    per_address: int
    within: timedelta

    def reached(self, *, by_subject: int, by_address: int) -> bool:
        """Tell whether one more attempt is one too many."""
        return by_subject >= self.per_subject or by_address >= self.per_address


# A training hall shares one address, so an address may do much more than one number or name.
SENDING = Limit(per_subject=5, per_address=300, within=timedelta(hours=1))
TYPING_CODES = Limit(per_subject=10, per_address=100, within=timedelta(hours=1))
# Staff see masked numbers only. Who has the card in hand mistypes it now and then; who guesses does so all day.
TYPING_ID_DIGITS = Limit(per_subject=10, per_address=1000, within=timedelta(days=1))
TYPING_PASSWORDS = Limit(per_subject=10, per_address=100, within=timedelta(minutes=15))


_SHORTEST, _LONGEST = 10, 128
_ACCOUNT_NAME = re.compile(r"[a-z][a-z0-9._-]{2,59}")

PASSWORD_SHORT = Reason("password_short", N_("A password has at least 10 characters."))
PASSWORD_LONG = Reason("password_long", N_("A password has at most 128 characters."))
PASSWORD_DULL = Reason(
    "password_dull", N_("This password is too easy to guess: use words or mix letters and digits.")
)
PASSWORD_HAS_NAME = Reason("password_has_name", N_("The password must not contain the sign-in name."))
ACCOUNT_NAME_SHAPE = Reason(
    "account_name_shape",
    N_("A sign-in name begins with a letter and has 3 to 60 letters a–z, digits, dots or dashes."),
)
ACCOUNT_NAME_TAKEN = Reason("account_name_taken", N_("This sign-in name is taken. Choose another one."))
PASSWORD_WRONG = Reason("password_wrong", N_("The password you have now is another one."))


def read_account_name(text: str) -> str:
    """Read a sign-in name: small letters, no spaces around."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def account_name_fits(name: str) -> bool:
    """Tell whether a sign-in name may be taken."""
    return _ACCOUNT_NAME.fullmatch(name) is not None


def problems_with_password(password: str, *, account_name: str) -> tuple[Reason, ...]:
    """Return everything that speaks against a new password."""
    checks = (
        (len(password) < _SHORTEST, PASSWORD_SHORT),
        (len(password) > _LONGEST, PASSWORD_LONG),
        (password.isdecimal() or len(set(password)) < _SHORTEST // 2, PASSWORD_DULL),
        (bool(account_name) and account_name in password.lower(), PASSWORD_HAS_NAME),
    )
    return tuple(reason for applies, reason in checks if applies)


# The first that a browser names itself by; most also name others, for old websites.
_BROWSERS = (
    ("MicroMessenger", N_("WeChat")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("HuaweiBrowser", N_("Huawei Browser")),
    ("MiuiBrowser", N_("Xiaomi Browser")),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_name(agent: str) -> tuple[str, str]:
    """Name browser and system by what the browser says of itself; message ids, empty where unknown."""
    return (
        next((name for word, name in _BROWSERS if word in agent), ""),
        next((name for word, name in _SYSTEMS if word in agent), ""),
    )
