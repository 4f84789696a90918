"""Who may do what: the whole policy on one screen.

A view declares a capability; a role grants capabilities; scope ("my unit", "my class") is a `where` in the query.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the academy; a class manager is an instructor put in charge of a class session."""

    TRAINEE = "trainee"
    LIAISON = "liaison"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"
    SECURITY = "security"
    AUDITOR = "auditor"


class Capability(StrEnum):
    """One deed that a view may ask for, named `feature:deed`."""

    ACCOUNT_KEEP = "account:keep"
    CERTIFICATE_CHECK = "certificate:check"
    CERTIFICATE_HOLD = "certificate:hold"
    CERTIFICATE_PROPOSE = "certificate:propose"
    CERTIFICATE_SIGN = "certificate:sign"
    CLASS_EDIT = "class:edit"
    CLASS_OFFICE = "class:office"
    DESK_ADMIN = "desk:admin"
    DESK_TEACH = "desk:teach"
    DESK_TRAINEE = "desk:trainee"
    DESK_UNIT = "desk:unit"
    ENROLMENT_MAKE = "enrolment:make"
    JOB_SEE = "job:see"
    JOURNAL_READ = "journal:read"
    NOTICE_WRITE = "notice:write"
    PERSON_BIND_PHONE = "person:bind-phone"
    PERSON_LIST = "person:list"
    PERSON_REVEAL = "person:reveal"
    UNIT_EDIT = "unit:edit"


_EVERYBODY = {Capability.ACCOUNT_KEEP, Capability.CERTIFICATE_CHECK, Capability.JOB_SEE}

GRANTS: dict[Role, frozenset[Capability]] = {
    Role.TRAINEE: frozenset(
        _EVERYBODY | {Capability.DESK_TRAINEE, Capability.ENROLMENT_MAKE, Capability.CERTIFICATE_HOLD}
    ),
    Role.LIAISON: frozenset(_EVERYBODY | {Capability.DESK_UNIT, Capability.PERSON_BIND_PHONE}),
    Role.INSTRUCTOR: frozenset(
        _EVERYBODY | {Capability.DESK_TEACH, Capability.CLASS_OFFICE, Capability.PERSON_BIND_PHONE}
    ),
    Role.ADMIN: frozenset(
        _EVERYBODY
        | {
            Capability.CERTIFICATE_PROPOSE,
            Capability.CERTIFICATE_SIGN,
            Capability.CLASS_EDIT,
            Capability.CLASS_OFFICE,
            Capability.DESK_ADMIN,
            Capability.NOTICE_WRITE,
            Capability.PERSON_BIND_PHONE,
            Capability.PERSON_LIST,
            Capability.PERSON_REVEAL,
            Capability.UNIT_EDIT,
        }
    ),
    Role.SECURITY: frozenset(_EVERYBODY | {Capability.JOURNAL_READ}),
    Role.AUDITOR: frozenset(_EVERYBODY | {Capability.JOURNAL_READ}),
}


class Via(StrEnum):
    """The door through which an act came."""

    WEB = "web"
    CLI = "cli"
    JOB = "job"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a frozen value, never a row."""

    person_id: int | None
    name: str
    roles: frozenset[Role]
    unit_ids: frozenset[int] = frozenset()
    via: Via = Via.WEB
    address: str | None = None

    def may(self, capability: Capability) -> bool:
        """Tell whether one of the actor's roles grants this."""
        return any(capability in GRANTS[role] for role in self.roles)

    @property
    def is_admin(self) -> bool:
        """Tell whether the actor sees every class session and person."""
        return Role.ADMIN in self.roles


def operator(name: str = "operator", via: Via = Via.CLI) -> Actor:
    """Act as the machine's operator, who holds every office role."""
    return Actor(person_id=None, name=name, roles=frozenset({Role.ADMIN}), via=via)


VISITOR = Actor(person_id=None, name="", roles=frozenset())
