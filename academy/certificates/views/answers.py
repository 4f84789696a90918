"""What the office's lists show of trainees' answers: counts, a tag for each, and a way to narrow the lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from academy.certificates.queries import tallies
from academy.certificates.queries.tallies import Dispute
from academy.certificates.rules import checks as rules
from academy.certificates.rules.checks import Group, Standing
from academy.certificates.rules.proposing import Candidate, ClassFacts
from academy.ground import clock
from academy.ground.errors import Reason
from academy.web.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of a list's people, and which of them are asked for."""

    tabs: Sequence[tuple[str, str, bool, int]]
    standings: Mapping[int, Standing]
    kept_out: Mapping[int, Reason] = field(default_factory=dict)
    disputes: Sequence[Dispute] = ()

    def of(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Keep the rows of people whose answer is asked for; a row is a person, or begins with one."""
        chosen = _chosen()
        if chosen is None:
            return rows
        kept = {person_id for person_id, found in self.standings.items() if rules.group_of(found) is chosen}
        return [row for row in rows if (row[0] if isinstance(row, tuple) else row).person_id in kept]


def _chosen() -> Group | None:
    return request.args.get("check", type=Group)


def of_class(session: Session, of: ClassFacts, people: Iterable[Candidate]) -> Answers | None:
    """Show what the people of a class session answered; None while, or once, nobody is asked."""
    counted = [person for person in people if tallies.is_counted(person)]
    if not counted or not tallies.is_open(session, of, now=clock.now()):
        return None
    standings = {person.person_id: person.check for person in counted}
    return Answers(
        tabs=_tabs(rules.tally(standings.values()), "batches.class_certificates", code=of.code),
        standings=standings,
        disputes=tallies.disputes_of_class(session, of.id),
    )


def of_batch(session: Session, batch_id: int) -> Answers | None:
    """Show what the people of a batch of completions answered."""
    found = tallies.of_batch(session, batch_id)
    if found is None:
        return None
    return Answers(
        tabs=_tabs(found.counts, "batches.batch", batch_id=batch_id),
        standings=found.standings,
        kept_out=found.kept_out,
    )


def _tabs(counts: Mapping[Group, int], endpoint: str, **values: Any) -> list[tuple[str, str, bool, int]]:
    entries: list[tuple[Group | None, str, int]] = [(None, _("All"), sum(counts.values()))]
    entries += [(group, _(name), counts[group]) for group, name in rules.GROUP_NAMES.items()]
    chosen = _chosen()
    return [
        (label, url_for(endpoint, check=group.value if group else None, _anchor="answers", **values),
         group is chosen, count)
        for group, label, count in entries
    ]  # fmt: skip
