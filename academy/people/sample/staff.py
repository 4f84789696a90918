"""Plan those who run the sample academy, and the accounts that anybody may try it with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from academy.ground.access import Role
from academy.people.sample import names, numbers
from academy.people.sample.units import STREET_KEYS, STREETS

PASSWORD = "academy-demo"  # noqa: S105 - told to everybody; production refuses the accounts
SINCE = date(2018, 5, 14)
INSTRUCTORS = 40
_PHONES_FROM = 20_000  # trainees have the numbers below

SAMPLE_ACCOUNTS: tuple[tuple[str, str, str], ...] = (
    ("admin", "教务管理员 admin", "办班、提名证书 proposes certificates"),
    ("admin2", "教务管理员 admin", "第二人签发 signs what the first proposed"),
    ("security", "安全管理员 security admin", "看操作记录 reads the journal"),
    ("auditor", "审计员 auditor", "看操作记录 reads the journal"),
    ("teacher", "授课教师 instructor", "今天有课 teaches today"),
    ("manager", "班主任 class manager", "一班可结班，一班今天上课 concludes a class"),
    ("district", "区联络员 district liaison", "玄武区 of the district 玄武区"),
    ("liaison", "街道联络员 street liaison", "梅岭新村街道 of one of its streets"),
    ("trainee", "学员 trainee", "手机 phone 19900000000"),
)
"""Account, role in both languages, and what there is to try with it."""

TRAINEE_ACCOUNT = "trainee"
_NAMED = {
    "admin": ("陶思源", Role.ADMIN),
    "admin2": ("贺文清", Role.ADMIN),
    "security": ("秦守正", Role.SECURITY),
    "auditor": ("严明察", Role.AUDITOR),
    "teacher": ("沈立言", Role.INSTRUCTOR),
    "manager": ("何静怡", Role.INSTRUCTOR),
    "district": ("邵建平", Role.LIAISON),
    "liaison": ("许海棠", Role.LIAISON),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One made-up person of the office, the classroom or a sending unit; few have an account to sign in with."""

    name: str
    role: Role
    phone: str
    account: str | None = None
    district: str | None = None
    street: str | None = None


def accounts_table() -> tuple[str, ...]:
    """Say which accounts there are, for whoever has just started the sample academy."""
    width = max(len(account) for account, _role, _use in SAMPLE_ACCOUNTS)
    lines = (f"  {account.ljust(width)}  {role} · {use}" for account, role, use in SAMPLE_ACCOUNTS)
    return (f"样本账号，密码都是 Sample accounts, all with the password: {PASSWORD}", *lines)


def staff(random: Random) -> Iterator[Staff]:
    """Plan everybody who is not a trainee, those with accounts first."""
    phones = (numbers.phone(_PHONES_FROM + serial) for serial in range(1000))
    held = {("玄武区", None): "district", (STREET_KEYS[0][0], STREET_KEYS[0][1]): "liaison"}
    for account, (name, role) in _NAMED.items():
        if role is not Role.LIAISON:
            yield Staff(name=name, role=role, phone=next(phones), account=account)
    for _ in range(INSTRUCTORS - sum(role is Role.INSTRUCTOR for _name, role in _NAMED.values())):
        yield Staff(name=_invented(random), role=Role.INSTRUCTOR, phone=next(phones))
    posts: list[tuple[str, str | None]] = [*((district, None) for district in STREETS), *STREET_KEYS]
    for district, street in posts:
        account_held = held.get((district, street))
        name = _NAMED[account_held][0] if account_held else _invented(random)
        yield Staff(
            name=name,
            role=Role.LIAISON,
            phone=next(phones),
            account=account_held,
            district=district,
            street=street,
        )


def _invented(random: Random) -> str:
    return names.name(random, woman=random.random() < 0.5, born=random.randrange(1968, 1996))
