"""Who may be certified, by whom, and what is frozen of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from academy.certificates.rules.checks import Standing
from academy.certificates.rules.designs import COLOURS, TEMPLATES, Design, body_of
from academy.certificates.rules.numbers import printed
from academy.certificates.rules.states import TRANSITIONS, BatchState, BatchStep, Series
from academy.classes.rules import ClassState
from academy.ground.errors import Reason
from academy.ground.text import N_
from academy.hours.rules import hours_text

HOURS_SHORT = Reason("hours_short", N_("%(done)s of the %(required)s hours needed."))
NOT_COMPLETED = Reason("not_completed", N_("Not noted as completed when the class was concluded."))
CERTIFIED = Reason("certified", N_("Already has the certificate %(number)s of this class."))
REVOKED_BEFORE = Reason(
    "revoked_before", N_("The certificate %(number)s was revoked. A new one is proposed on its own page.")
)
UNPRINTABLE = Reason(
    "unprintable", N_("The name has signs that cannot be printed: %(characters)s. Correct it first.")
)
NOT_PICKED = Reason("not_picked", N_("Not picked as an excellent trainee."))
NO_HOURS = Reason("no_hours", N_("No hours are noted in this class."))
DISPUTED = Reason("disputed", N_("Asks for a correction that is not settled yet."))
CORRECTED = Reason("corrected", N_("Corrected after this was proposed. Propose a new certificate for them."))
REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        HOURS_SHORT,
        NOT_COMPLETED,
        CERTIFIED,
        REVOKED_BEFORE,
        UNPRINTABLE,
        NOT_PICKED,
        NO_HOURS,
        DISPUTED,
        CORRECTED,
    )
}
_EXCELLENT_PERCENT = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """All that the rules need to know about one person of a class session."""

    person_id: int
    name: str
    name_pinyin: str
    unit: str
    tenths: int
    required_tenths: int
    completed: bool
    certified: str | None
    """The number of the certificate that the person already has of this series for this class session."""
    unprintable: str
    """Characters of the name that the font lacks."""
    revoked: str | None = None
    """The number of such a certificate that was revoked, where nothing stands in its place."""
    check: Standing = Standing.SILENT
    """What they said of the certificate of completion that they are to get."""

    @property
    def is_due(self) -> bool:
        """Tell whether the person has earned a completion, be it that nobody has noted it yet."""
        return self.completed or self.tenths >= self.required_tenths


def reasons_against(
    person: Candidate, series: Series = Series.COMPLETION, *, picked: bool = True
) -> tuple[Reason, ...]:
    """Return every reason against a certificate of this series for this person."""
    asks_completion = series is not Series.HOURS and not person.completed
    short = person.tenths < person.required_tenths
    hours = HOURS_SHORT.about(done=hours_text(person.tenths), required=hours_text(person.required_tenths))
    checks = (
        (asks_completion and short, hours),
        (asks_completion and not short, NOT_COMPLETED),
        (series is Series.HOURS and person.tenths <= 0, NO_HOURS),
        (series is Series.EXCELLENT and not picked, NOT_PICKED),
        (person.certified is not None, CERTIFIED.about(number=person.certified)),
        (person.revoked is not None, REVOKED_BEFORE.about(number=person.revoked)),
        (bool(person.unprintable), UNPRINTABLE.about(characters=" ".join(person.unprintable))),
        (series is Series.COMPLETION and person.check is Standing.DISPUTED, DISPUTED),
    )
    return tuple(reason for applies, reason in checks if applies)


def usual_excellent(completed: int) -> int:
    """Tell how many of those who completed are excellent as a rule of thumb: 15 %, and one at least."""
    return max(1, completed * _EXCELLENT_PERCENT // 100)


# --- proposing and signing -------------------------------------------------------------------------

NOT_CONCLUDED = Reason("not_concluded", N_("The class is not concluded yet. Conclude it first."))
OPEN_BATCH = Reason("open_batch", N_("Certificates of this class are already proposed or being made."))
NOBODY_PICKED = Reason("nobody_picked", N_("Tick the excellent trainees first, then propose them."))
NOBODY = Reason("nobody", N_("Nobody in this class can be certified now."))
NO_ACCOUNT = Reason("no_account", N_("Two people answer for certificates by name. Sign in with your own account."))
NOT_WAITING = Reason("not_waiting", N_("This proposal no longer waits for a signature."))
SAME_PERSON = Reason("same_person", N_("You proposed these certificates yourself. Another admin signs them."))
ALREADY_MADE = Reason("already_made", N_("The file is already there."))
REVOKED = Reason("revoked", N_("This certificate has been revoked. No file is made of it."))
NOT_SIGNED = Reason("not_signed", N_("Files are made of signed proposals only."))
NOT_BEING_MADE = Reason("not_being_made", N_("No files of this batch are being made now."))
NOT_PAUSED = Reason("not_paused", N_("This batch is not paused."))
NOTHING_ISSUED = Reason("nothing_issued", N_("There are no certificates to pack yet."))
NOT_ALL_MADE = Reason("not_all_made", N_("Files still to be made: %(count)s. Pack them when all are there."))

CERTIFIABLE = (ClassState.CONCLUDED, ClassState.CLOSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposalFacts:
    """All that the rules need to know before a batch is proposed."""

    class_state: ClassState
    has_open_batch: bool
    eligible: int
    proposer_id: int | None
    nobody_picked: bool = False
    """Whether the series asks the proposer to pick people, and nobody was."""


def reasons_to_refuse_proposal(facts: ProposalFacts) -> tuple[Reason, ...]:
    """Return every reason against proposing the certificates of a class session."""
    concluded = facts.class_state in CERTIFIABLE
    checks = (
        (not concluded, NOT_CONCLUDED),
        (facts.has_open_batch, OPEN_BATCH),
        (concluded and not facts.has_open_batch and facts.eligible == 0 and not facts.nobody_picked, NOBODY),
        (concluded and not facts.has_open_batch and facts.nobody_picked, NOBODY_PICKED),
        (facts.proposer_id is None, NO_ACCOUNT),
    )
    return tuple(reason for applies, reason in checks if applies)


def reasons_to_refuse_signature(
    *, state: BatchState, proposer_id: int | None, signer_id: int | None
) -> tuple[Reason, ...]:
    """Return every reason against this person's signature under a batch."""
    checks = (
        ((state, BatchStep.SIGN) not in TRANSITIONS, NOT_WAITING),
        (signer_id is None, NO_ACCOUNT),
        (signer_id is not None and signer_id == proposer_id, SAME_PERSON),
    )
    return tuple(reason for applies, reason in checks if applies)


# --- facts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassFacts:
    """What a certificate says of its class session."""

    id: int
    code: str
    title: str
    programme: str
    programme_id: int
    starts_on: date
    ends_on: date
    state: ClassState
    sample: bool


def frozen_facts(of: ClassFacts, person: Candidate, series: Series) -> dict[str, Any]:
    """Freeze all that the certificate will say when it is proposed: what was signed is what is printed."""
    return {
        "name": person.name, "name_pinyin": person.name_pinyin, "unit": person.unit,
        "tenths": person.tenths, "required_tenths": person.required_tenths,
        "class_code": of.code, "class_title": of.title, "programme": of.programme,
        "starts_on": of.starts_on.isoformat(), "ends_on": of.ends_on.isoformat(),
        "template": TEMPLATES[series], "sample": of.sample,
    }  # fmt: skip


def printed_facts(
    frozen: Mapping[str, Any], *, design: Design, number: str | None, code: str, issue_date: date,
    academy_name: str, base_url: str,
) -> dict[str, Any]:  # fmt: skip
    """Tell what the document shows; without a number it is a preview, and says so."""
    return {
        "template": frozen["template"], "title": design.title, "body": body_of(design, frozen),
        "purpose": design.purpose, "signatory": design.signatory, "seal": design.seal,
        "colours": {name: getattr(design, name) for name in COLOURS},
        "name": frozen["name"], "class_title": frozen["class_title"], "class_code": frozen["class_code"],
        "programme": frozen["programme"], "hours": hours_text(frozen["tenths"]),
        "starts_on": frozen["starts_on"], "ends_on": frozen["ends_on"], "sample": frozen["sample"],
        "printed_number": printed(number) if number else "预览", "issue_date": issue_date.isoformat(),
        "code": code, "url": f"{base_url.rstrip('/')}/v/{code}" if code else "",
        "academy_name": academy_name, "preview": number is None,
    }  # fmt: skip
