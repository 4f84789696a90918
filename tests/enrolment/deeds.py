"""What people do about claims, and what is decided about one claim: half the deeds of the state machine."""

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy.orm import Session

from academy.enrolment.actions import approving, claiming, offering
from academy.enrolment.models.places import Enrolment
from academy.enrolment.queries import offers
from academy.enrolment.rules.states import EnrolmentState as S
from academy.outbox.actions import note_sent
from tests.enrolment.machine import Machine
from tests.enrolment.model import Claim
from tests.enrolment.plans import offer_message_ids

WHO, RUN, PICK, YES = st.integers(0, 7), st.integers(0, 2), st.integers(0, 99), st.booleans()
Rule = TypeVar("Rule", bound=Callable[..., Any])


def where(*states: S) -> Callable[[Rule], Rule]:
    """Let a rule be chosen only while there is a claim in one of these states, or any where none is named."""
    decorate: Callable[[Rule], Rule] = precondition(lambda machine: machine.has_claims(*states))
    return decorate


class Claims(Machine):
    """What may happen to claims one by one."""

    # ------------------------------------------------------------------ one's own claims

    @rule(who=WHO, run=RUN)
    def enrol(self, who: int, run: int) -> None:
        """Ask for a place oneself."""
        one, of = self.who(who), self.run_of(run)
        self.step(
            "enrol",
            lambda session: claiming.enrol(session, actor=one.actor, code=of.code, now=self.model.now),
            lambda: self.model.enrol(one, of),
        )

    @rule(pick=PICK, run=RUN)
    def enrol_another(self, pick: int, run: int) -> None:
        """Ask for a place as one of those who have none in this class session: the commonest deed."""
        self.enrol(self.without_claim(pick, self.run_of(run)), run)

    @rule(pick=PICK)
    def enrol_where_it_is_open(self, pick: int) -> None:
        """Ask for a place in a class session that lets people in."""
        some = [number for number, run in enumerate(self.world.runs) if not self.model.begun(run)] or [0]
        self.enrol_another(pick // len(some), some[pick % len(some)])

    @where()
    @rule(pick=PICK)
    def withdraw(self, pick: int) -> None:
        """Give a claim up."""
        self.withdraw_claim(self.claim(pick))

    def withdraw_claim(self, claim: Claim) -> None:
        """Give this claim up, as the person whose it is."""
        self.step(
            "withdraw",
            lambda session: claiming.withdraw(
                session, actor=claim.who.actor, code=claim.run.code, now=self.model.now
            ),
            lambda: self.model.withdraw(claim.who, claim.run),
        )

    @precondition(lambda self: self.awaited_places())
    @rule(pick=PICK)
    def make_room(self, pick: int) -> None:
        """Give up a place that somebody in line waits for."""
        some = self.awaited_places()
        self.withdraw_claim(some[pick % len(some)])

    @where(S.ASKED, S.WAITING)
    @rule(pick=PICK, as_academy=YES)
    def approve(self, *, pick: int, as_academy: bool) -> None:
        """Approve a claim."""
        claim = self.claim(pick, S.ASKED, S.WAITING)
        actor = self.answering(claim, as_academy=as_academy)
        self.step(
            "approve",
            lambda session: approving.approve(session, actor=actor, enrolment_id=claim.id, now=self.model.now),
            lambda: self.model.approve(claim, as_academy=as_academy),
        )

    @where(S.ASKED)
    @rule(pick=PICK, as_academy=YES)
    def refuse(self, *, pick: int, as_academy: bool) -> None:
        """Refuse a claim."""
        claim = self.claim(pick, S.ASKED)
        actor = self.answering(claim, as_academy=as_academy)
        self.step(
            "refuse",
            lambda session: approving.refuse(
                session, actor=actor, enrolment_id=claim.id, reason="名额已满", now=self.model.now
            ),
            lambda: self.model.refuse(claim, as_academy=as_academy),
        )

    # ------------------------------------------------------------------ offers

    @where(S.OFFERED)
    @rule(pick=PICK)
    def confirm(self, pick: int) -> None:
        """Say yes to an offer oneself; for whom a unit put forward its liaison does so."""
        claim = self.claim(pick, S.OFFERED)
        self.step(
            "confirm",
            lambda session: offering.confirm(
                session, actor=claim.who.actor, code=claim.run.code, now=self.model.now
            ),
            lambda: not claim.nominated and self.model.confirm(claim),
        )

    @where(S.OFFERED)
    @rule(pick=PICK, as_academy=YES, says_yes=YES)
    def answer_for(self, *, pick: int, as_academy: bool, says_yes: bool) -> None:
        """Say yes or no to an offer for somebody else."""
        claim = self.claim(pick, S.OFFERED)
        actor = self.answering(claim, as_academy=as_academy)
        deed: Callable[..., object] = offering.confirm_for if says_yes else offering.decline_for

        def predict() -> bool:
            if not (as_academy or (claim.nominated and claim.district)):
                return False
            return self.model.confirm(claim) if says_yes else self.model.end(claim)

        self.step(
            "confirm for" if says_yes else "decline for",
            lambda session: deed(session, actor=actor, enrolment_id=claim.id, now=self.model.now),
            predict,
        )

    @where(S.OFFERED)
    @rule(pick=PICK, accepted=YES)
    def start_clock(self, *, pick: int, accepted: bool) -> None:
        """Have the message about an offer accepted, or not, and let the clockwork look for that."""
        claim = self.claim(pick, S.OFFERED)

        def deed(session: Session) -> None:
            row = session.get_one(Enrolment, claim.id)
            for message_id in offer_message_ids(session, row)[-1:] if accepted else ():
                note_sent(session, message_id, now=self.model.now)
            session.flush()
            offering.start_clock(session, enrolment_id=claim.id, now=self.model.now)
            claim.confirm_by = row.confirm_by

        self.step("start clock", deed, lambda: None)

    @where(S.OFFERED)
    @rule(pick=PICK)
    def lapse(self, pick: int) -> None:
        """Let the clockwork look for offers whose time is over."""
        claim = self.claim(pick, S.OFFERED)

        def deed(session: Session) -> None:
            if claim.id in offers.overdue(session, now=self.model.now):
                offering.lapse(session, actor=self.world.admin, enrolment_id=claim.id, now=self.model.now)

        def predict() -> None:
            if not self.model.over(claim.run):
                self.model.lapse(claim)

        self.step("lapse", deed, predict)
