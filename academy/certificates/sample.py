"""The certificates of the sample's past, as two admins decided them; one batch waits for its signature."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from academy.certificates.actions import deciding
from academy.certificates.actions import past as past_batches
from academy.certificates.actions.past import Earned, PastBatch
from academy.classes.queries import sessions as classes
from academy.classes.queries.sessions import ClassView
from academy.classes.rules import ClassState
from academy.classes.sample.around import heads
from academy.enrolment.queries import showing
from academy.ground import clock
from academy.ground.access import Actor
from academy.ground.feature import Sample
from academy.hours import queries as hours
from academy.people.queries import register as people

_ALL = 1000
_CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DECIDED_AFTER = timedelta(days=6)
_AT_ONCE = 8
_MESSAGE = "结业证书 certificates"


def fill(sample: Sample) -> None:
    """Number the certificates of every closed class session, in the order in which the classes ended."""
    closed = sorted(
        classes.class_lines(sample.session, size=_ALL, states=(ClassState.CLOSED,)).rows,
        key=lambda view: (view.ends_on, view.code),
    )
    proposer, signer = _admin(sample, "admin"), _admin(sample, "admin2")
    random = Random(f"{sample.today:%Y-%m-%d} certificates")
    for start in range(0, len(closed), _AT_ONCE):
        past = [_past(sample, view, proposer, signer) for view in closed[start : start + _AT_ONCE]]
        past_batches.number_many(
            sample.session,
            actor=sample.actor,
            past=past,
            now=sample.now,
            new_code=lambda: "".join(random.choices(_CODE_SIGNS, k=10)),
        )
        sample.progress(start + len(past), len(closed), _MESSAGE)
    waiting = next(head.code for head in heads(sample.today) if head.role == "to sign")
    deciding.propose(sample.session, actor=proposer, code=waiting, now=sample.now - timedelta(hours=16))


def _admin(sample: Sample, account: str) -> Actor:
    found = people.actor_named(sample.session, account, on=sample.today)
    if found is None:
        raise LookupError(f"The sample has no account {account!r}.")
    return found


def _past(sample: Sample, view: ClassView, proposer: Actor, signer: Actor) -> PastBatch:
    decided_on = view.ends_on + _DECIDED_AFTER
    return PastBatch(
        class_code=view.code, proposer=proposer, signer=signer, proposed_at=clock.at(decided_on, 9, 30),
        signed_at=clock.at(decided_on, 15), people=list(_earned(sample, view)),
    )  # fmt: skip


def _earned(sample: Sample, view: ClassView) -> Iterator[Earned]:
    completions = hours.completions(sample.session, view.id)
    for row in showing.roster(sample.session, view.id):
        if row.person_id in completions:
            tenths = completions[row.person_id].tenths
            yield Earned(person_id=row.person_id, name=row.name, unit=row.unit_name, tenths=tenths)
