"""All settings, read once from the environment; what is wrong is told at once, with the line that mends it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from academy.ground import db
from academy.ground.crypto import Vault, key_file, vault_of_folder

_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
_SHORTEST_SECRET = 32
_HOURS = re.compile(r"([01]?\d|2[0-3])-([01]?\d|2[0-3])")
ROOT = Path(__file__).parent.parent.parent


class BadSettings(Exception):
    """The environment asks for something that must not run; each line says what to set instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The product's settings; each is `ACADEMY_` and its name in capitals."""

    env: str = "development"
    """`development`, `test` or `production`; production refuses what is only safe on one's own machine."""
    academy_name: str = "南京网格学院"
    var: Path = ROOT / "var"
    """The folder for database, files, keys and outgoing mail where no server is set for them."""
    database_url: str = ""
    """`postgresql+psycopg://…`; empty: SQLite in `var/academy.db`."""
    storage_url: str = ""
    """`s3://bucket/prefix`; empty: a folder in `var/files`."""
    smtp_url: str = ""
    """`smtp://host:port` or `smtps://user:password@host`; empty: files in `var/outbox/`."""
    mail_from: str = "academy@localhost"
    sms_url: str = ""
    """`https://host/path` of a gateway for text messages; empty: files in `var/outbox/`."""
    sms_token: str = ""
    """What the gateway knows the academy by; sent to it with every message."""
    quiet_hours: str = "21-8"
    """From which hour to which nobody is sent anything but a one-time code; empty: at any hour."""
    office_phone: str = ""
    """Shown where somebody had better call the office, as on pages that know nothing of a certificate."""
    base_url: str = "http://127.0.0.1:5000"
    """Where the public reaches the academy; printed in QR codes."""
    secret_key: str = ""
    """Signs cookies; empty: made at first start in `var/keys/` (refused in production)."""
    personal_data_key: str = ""
    """64 hex digits, encrypts ID numbers and phones; empty: made at first start (refused in production)."""
    blind_index_key: str = ""
    """64 hex digits, keys the indexes of encrypted values; empty: made at first start (refused in production)."""
    signing_algorithm: str = "p256"
    """`p256` or `rsa2048`: the kind of the keys that `academy keys init` and `rotate` make."""
    signing_pkcs12: str = ""
    """A file with a licensed authority's key and certificates; empty: the academy's own in `var/keys/signing/`."""
    signing_password: str = ""
    """Opens that file."""
    timestamp_url: str = ""
    """An RFC 3161 server that stamps every signature; each file then waits for it. Empty: no timestamps."""
    trusted_proxies: int = 0
    """How many proxies in front may tell the visitor's address and protocol."""
    host: str = "127.0.0.1"
    port: int = 5000
    web_workers: int = 2
    web_threads: int = 2
    sample: bool = True
    """Fill an empty academy with sample data at the first start (refused in production)."""

    @property
    def production(self) -> bool:
        """Tell whether real people use this academy."""
        return self.env == "production"

    @property
    def https(self) -> bool:
        """Tell whether the public reaches the academy by https."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite+pysqlite:///{self.var / 'academy.db'}"

    @property
    def storage(self) -> str:
        """The file store's URL."""
        return self.storage_url or f"file://{self.var / 'files'}"

    @property
    def keys(self) -> Path:
        """The folder of keys made at the first start."""
        return self.var / "keys"

    def cookie_secret(self) -> str:
        """The key that signs cookies."""
        return self.secret_key or key_file(self.keys / "cookies.key").hex()

    def vault(self) -> Vault:
        """The keys of personal data."""
        if self.personal_data_key and self.blind_index_key:
            return Vault(
                sealing={1: bytes.fromhex(self.personal_data_key)}, index=bytes.fromhex(self.blind_index_key)
            )
        return vault_of_folder(self.keys)


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings from the environment; raises BadSettings with every problem at once."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in fields(Settings):
        text = environ.get(f"ACADEMY_{field.name.upper()}")
        if text is None:
            continue
        try:
            values[field.name] = _parse(field.type, text)
        except ValueError:
            problems.append(f"ACADEMY_{field.name.upper()}={text!r} is not understood: give a {field.type}.")
    settings = Settings(**values)
    problems += _problems(settings)
    if problems:
        raise BadSettings("\n".join(problems))
    return settings


def _parse(kind: object, text: str) -> object:
    if kind is bool:
        if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise ValueError(text)
        return text.lower() in {"1", "true", "yes"}
    if kind is int:
        return int(text)
    return Path(text).absolute() if kind is Path else text


def _bad_values(settings: Settings) -> list[str]:
    """List values that cannot work anywhere."""
    problems = []
    keys = ("personal_data_key", "blind_index_key")
    for name in keys:
        text = getattr(settings, name)
        if text and not _HEX_KEY.fullmatch(text):
            problems.append(f"ACADEMY_{name.upper()} is not 64 hex digits: set it to {secrets.token_hex(32)}")
    if settings.signing_algorithm not in {"p256", "rsa2048"}:
        problems.append(f"ACADEMY_SIGNING_ALGORITHM={settings.signing_algorithm!r}: set it to p256 or rsa2048.")
    problems += _bad_sending(settings)
    if len([name for name in keys if getattr(settings, name)]) == 1:
        problems.append("ACADEMY_PERSONAL_DATA_KEY and ACADEMY_BLIND_INDEX_KEY go together: set both, or neither.")
    if settings.secret_key and len(settings.secret_key) < _SHORTEST_SECRET:
        problems.append(f"ACADEMY_SECRET_KEY is too short: set it to {secrets.token_hex(32)}")
    for name, least, most in (("port", 1, 65535), ("trusted_proxies", 0, 10), ("web_workers", 1, 64),
                              ("web_threads", 1, 64)):  # fmt: skip
        if not least <= getattr(settings, name) <= most:
            problems.append(f"ACADEMY_{name.upper()}={getattr(settings, name)}: set it from {least} to {most}.")
    return problems


def _bad_sending(settings: Settings) -> list[str]:
    """List what keeps messages from going out as they should."""
    problems = []
    try:
        quiet(settings.quiet_hours)
    except ValueError:
        problems.append(
            f"ACADEMY_QUIET_HOURS={settings.quiet_hours!r}: set it to two hours of the day such as 21-8, "
            "or to nothing."
        )
    gateway = urlsplit(settings.sms_url)
    if settings.sms_url and not (gateway.scheme in {"http", "https"} and gateway.hostname):
        problems.append(f"ACADEMY_SMS_URL={settings.sms_url!r}: set it to https://gateway.example/messages")
    return problems


def quiet(hours: str) -> tuple[int, int] | None:
    """Read hours of rest such as `21-8`; None where there are none. Raises ValueError for anything else."""
    if not hours:
        return None
    found = _HOURS.fullmatch(hours)
    if found is None or int(found[1]) == int(found[2]):
        raise ValueError(hours)
    return int(found[1]), int(found[2])


def _problems(settings: Settings) -> list[str]:
    """List what must not run, each with the line that mends it."""
    problems = []
    if settings.env not in {"development", "test", "production"}:
        problems.append(f"ACADEMY_ENV={settings.env!r}: set it to development, test or production.")
    problems += _bad_values(settings)
    if not settings.production:
        return problems
    problems += [
        f"Production needs its own {name}, kept apart from the data: "
        f"set ACADEMY_{name.upper()}={secrets.token_hex(32)}"
        for name in ("secret_key", "personal_data_key", "blind_index_key")
        if not getattr(settings, name)
    ]
    if settings.sample:
        problems.append("Production refuses the sample academy and its accounts: set ACADEMY_SAMPLE=0")
    if not settings.https:
        problems.append("Production refuses cookies over plain HTTP: set ACADEMY_BASE_URL=https://your.academy")
    gateway = urlsplit(settings.sms_url)
    if gateway.scheme == "http" and gateway.hostname not in {"127.0.0.1", "::1", "localhost"}:
        problems.append("Production sends no phone number in clear: set ACADEMY_SMS_URL=https://…")
    if settings.database.startswith("sqlite") and not db.sqlite_is_safe():
        problems.append(
            f"SQLite {db.sqlite_version()} can lose committed writes: install the wheel pysqlite3, or set "
            "ACADEMY_DATABASE_URL=postgresql+psycopg://user@host/academy"
        )
    return problems
