"""The notice that opens enrolment: what it says of a class session, and what a new version changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from academy.classes.rules import ClassState
from academy.enrolment.rules.notice_shares import Facts, by_name
from academy.enrolment.rules.plan import APPROVAL_NAMES, Approval
from academy.ground.errors import Reason
from academy.ground.text import N_

LONGEST_WORDS = 2000
LETTERS_OF_NUMBER = "宁网院通"  # on paper numbers are read by people, in one language only

# While a class session is in one of these, what the units were told may be told anew.
ISSUABLE = (ClassState.ENROLLING,)

NOT_ISSUABLE = Reason("not_issuable", N_("A notice goes out while enrolment is open; open it first."))
NOTHING_CHANGED = Reason(
    "nothing_changed", N_("Nothing has changed since the last version; what it says still holds.")
)
WORDS_TOO_LONG = Reason("words_too_long", N_("Use at most %(most)s characters."))
EVERYBODY_READ = Reason("everybody_read", N_("Everybody has confirmed it; there is nobody to remind."))
JUST_REMINDED = Reason("just_reminded", N_("They were reminded at %(moment)s. Give them an hour."))


def printed_number(year: int, number: int) -> str:
    """Write the number of a notice as offices do: `宁网院通〔2026〕12号`."""
    return f"{LETTERS_OF_NUMBER}〔{year}〕{number}号"


class Writer(Protocol):
    """Says sentences, days and hours in one language."""

    def say(self, message: str, **values: object) -> str:
        """Say a sentence with its named values."""

    def day(self, value: date) -> str:
        """Write a day with its year."""

    def moment(self, value: datetime) -> str:
        """Write a day and an hour."""

    def hours(self, tenths: int) -> str:
        """Write a number of hours kept in tenths."""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of a notice: what it is called, and what is said of it, a sentence or more."""

    label: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a new version says otherwise."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def _class(facts: Facts, write: Writer) -> tuple[str, ...]:
    return (f"{facts['title']} · {facts['code']}", f"{facts['kind']} · {facts['level']}")


def _when(facts: Facts, write: Writer) -> tuple[str, ...]:
    first, last = date.fromisoformat(facts["starts_on"]), date.fromisoformat(facts["ends_on"])
    days = write.say(N_("From %(first)s to %(last)s."), first=write.day(first), last=write.day(last))
    begins = (
        (write.say(N_("The first sitting begins on %(moment)s."), moment=_moment(facts["first"], write)),)
        if facts["first"]
        else ()
    )
    return (write.day(first) if first == last else days, *begins)


def _where(facts: Facts, write: Writer) -> tuple[str, ...]:
    return tuple(" ".join(filter(None, place)) for place in facts["teaching_places"])


def _hours(facts: Facts, write: Writer) -> tuple[str, ...]:
    said = write.say(
        N_("%(hours)s hours in %(sittings)s sittings."),
        hours=write.hours(facts["tenths"]),
        sittings=facts["sittings"],
    )
    return (facts["programme"], *((said,) if facts["sittings"] else ()))


def _audience(facts: Facts, write: Writer) -> tuple[str, ...]:
    return (facts["audience"],) if facts["audience"] else ()


def _rules(facts: Facts, write: Writer) -> tuple[str, ...]:
    return tuple(write.say(message, **values) for message, values in facts["rules"])


def _places(facts: Facts, write: Writer) -> tuple[str, ...]:
    rest = (
        (write.say(N_("%(places)s of them are open to all."), places=facts["rest"]),)
        if facts["plan"]["open_road"]
        else ()
    )
    kept = (
        (write.say(N_("%(places)s of them are kept in reserve by the academy."), places=facts["reserve"]),)
        if facts["reserve"]
        else ()
    )
    return (write.say(N_("%(places)s places in all."), places=facts["capacity"]), *kept, *rest)


THEMSELVES = N_("People ask for a place themselves. Who approves it: %(who)s.")
ALSO_THEMSELVES = N_("People may also ask for a place themselves. Who approves it: %(who)s.")


def _filling(facts: Facts, write: Writer) -> tuple[str, ...]:
    plan = facts["plan"]
    said = []
    if plan["nomination"] and plan["by_streets"] and plan["by_districts"]:
        said.append(N_("Streets put people forward; districts check the lists and report them to the academy."))
    elif plan["nomination"]:
        one = N_("Streets put people forward and report their lists to the academy.")
        said.append(one if plan["by_streets"] else N_("Districts put people forward and report to the academy."))
    if plan["nomination"] and plan["academy_confirms"]:
        said.append(N_("A place is certain once the academy has confirmed the list."))
    sentences = [write.say(each) for each in said]
    if plan["open_road"]:
        who = write.say(APPROVAL_NAMES[Approval(plan["approval"])])
        sentences.append(write.say(ALSO_THEMSELVES if plan["nomination"] else THEMSELVES, who=who))
    if plan["confirm_hours"]:
        sentences.append(
            write.say(
                N_("A place that becomes free is confirmed within %(hours)s hours, or goes to the next in line."),
                hours=plan["confirm_hours"],
            )
        )
    return tuple(sentences)


_DUE = (
    ("streets_by", N_("Streets hand in their lists by %(moment)s.")),
    ("districts_by", N_("Districts report by %(moment)s.")),
)


def _deadlines(facts: Facts, write: Writer) -> tuple[str, ...]:
    plan = facts["plan"]
    due = [
        write.say(message, moment=_moment(plan[key], write))
        for key, message in _DUE
        if plan["nomination"] and plan[key] and plan["by_streets" if key == "streets_by" else "by_districts"]
    ]
    opens = write.say(
        N_("Enrolment is open from %(first)s to %(last)s."),
        first=_moment(facts["opens_at"], write), last=_moment(facts["closes_at"], write),
    )  # fmt: skip
    back = plan["reserve_returns_on"]
    returns = (
        (
            write.say(
                N_("Places that nobody used by %(day)s are open to all."), day=write.day(date.fromisoformat(back))
            ),
        )
        if back
        else ()
    )
    return (*due, opens, *returns)


def _contact(facts: Facts, write: Writer) -> tuple[str, ...]:
    return tuple(filter(None, (facts["manager"], facts["phone"])))


def _moment(text: str, write: Writer) -> str:
    return write.moment(datetime.fromisoformat(text))


_LINES: Mapping[str, tuple[Callable[[Facts, Writer], tuple[str, ...]], tuple[str, ...]]] = {
    N_("Class session"): (_class, ("title", "code", "kind", "level")),
    N_("When it takes place"): (_when, ("starts_on", "ends_on", "first")),
    N_("Where it takes place"): (_where, ("teaching_places",)),
    N_("What is taught"): (_hours, ("programme", "tenths", "sittings")),
    N_("For whom"): (_audience, ("audience",)),
    N_("Who may enrol"): (_rules, ("rules",)),
    N_("Places"): (_places, ("capacity", "reserve", "rest")),
    N_("How places are filled"): (_filling, ("plan",)),
    N_("Deadlines"): (_deadlines, ("plan", "opens_at", "closes_at")),
    N_("Whom to ask"): (_contact, ("manager", "phone")),
}

QUOTAS = N_("Places of the units")
WORDS = N_("What the academy adds")


def lines(facts: Facts, write: Writer) -> tuple[Line, ...]:
    """Say the facts of a notice one after the other; those of which there is nothing to say are left out."""
    found = (Line(label, say(facts, write)) for label, (say, _keys) in _LINES.items())
    return tuple(line for line in found if line.said)


def changed(before: Facts, after: Facts) -> tuple[str, ...]:
    """Name what two versions say differently, in the order of the notice, by the labels of its facts."""
    found = [label for label, (_say, keys) in _LINES.items() if any(before[key] != after[key] for key in keys)]
    if before["quotas"] != after["quotas"]:
        found.append(QUOTAS)
    return tuple(found)


def changes(before: Facts, after: Facts, write: Writer) -> tuple[Change, ...]:
    """Say fact by fact what a new version changes; of the places of units only those that are others now."""
    found = []
    for label, (say, _keys) in _LINES.items():
        was, now = say(before, write), say(after, write)
        if was != now:
            found.append(Change(label, was, now))
    old, new = by_name(before), by_name(after)
    different = [name for name in {**old, **new} if old.get(name, 0) != new.get(name, 0)]
    if different:
        said = [
            tuple(write.say(N_("%(unit)s: %(places)s"), unit=name, places=each.get(name, 0)) for name in different)
            for each in (old, new)
        ]
        found.append(Change(QUOTAS, *said))
    return tuple(found)


def reasons_to_refuse_issue(
    *, state: ClassState, words: str, last: tuple[Facts, str] | None, facts: Facts
) -> tuple[Reason, ...]:
    """Return every reason against issuing a notice, the last version being what it is."""
    same = last is not None and not changed(last[0], facts) and last[1] == words
    checks = (
        (state not in ISSUABLE, NOT_ISSUABLE),
        (len(words) > LONGEST_WORDS, WORDS_TOO_LONG.about(most=LONGEST_WORDS)),
        (same, NOTHING_CHANGED),
    )
    return tuple(reason for applies, reason in checks if applies)
