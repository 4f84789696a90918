"""What units and the academy do about places, and what time does: the other half of the state machine's deeds."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy.orm import Session

from academy.enrolment.actions import confirming, lists, nominating, opening, ordering, quotas, substituting
from academy.enrolment.models.nominating import Admission
from academy.enrolment.rules.plan import Approval, Plan
from academy.enrolment.rules.states import EnrolmentState as S
from academy.office import actions as office
from tests import make
from tests.enrolment.changing import Changes
from tests.enrolment.deeds import PICK, RUN, WHO, YES, where
from tests.enrolment.world import Run, Somebody

DUE = make.NOW + timedelta(days=2)
UNIT, FEW = st.integers(0, 5), st.integers(0, 2)
CLOSED = {"handed_in", "reported", "confirmed"}
MINUTES = st.sampled_from((1, 30, 400, 2000, 5000))
SOMETIMES = 0.5
_LONG = 2000


def _some_plan(chance: Random) -> Plan:
    return Plan(
        nomination=chance.random() < SOMETIMES,
        by_districts=chance.random() < SOMETIMES,
        academy_confirms=chance.random() < SOMETIMES,
        streets_by=DUE,
        districts_by=DUE,
        approval=chance.choice([Approval.NONE, Approval.NONE, *Approval]),
        confirm_hours=chance.choice((0, 6, 6)),
    )


class Places(Changes):
    """What may happen to the places of three class sessions."""

    @initialize(chance=st.randoms(use_true_random=True))
    def plan(self, chance: Random) -> None:
        """Decide how places are filled, and give districts and streets some where units nominate, or at times."""
        self.decide({run.id: _some_plan(chance) for run in self.world.runs})
        for number, plan in enumerate(self.model.plans.values()):
            if plan.nomination or chance.random() < SOMETIMES:
                self.give(number, chance.randint(0, 2), 1, 0)
                self.divide(number, 0, chance.randint(0, 1), chance.randint(0, 1))

    def decide(self, plans: dict[int, Plan]) -> None:
        """Write down how the places of each class session are filled."""
        self.model.plans = plans

        def write(session: Session) -> None:
            session.add_all(Admission(class_session_id=key, **asdict(plan)) for key, plan in plans.items())

        self.step("plan", write, lambda: None)

    # ------------------------------------------------------------------ units and their lists

    @rule(run=RUN, unit=UNIT, who=WHO, other=WHO, reserve=YES, as_academy=YES)
    def nominate(self, *, run: int, unit: int, who: int, other: int, reserve: bool, as_academy: bool) -> None:
        """Put two people forward, or into the reserve."""
        both = [self.who(who), self.who(other)]
        self.put_forward(self.run_of(run), self.unit(unit), both, reserve=reserve, as_academy=as_academy)

    def put_forward(self, of: Run, by: int, people: list[Somebody], *, reserve: bool, as_academy: bool) -> None:
        """Put people forward, as the liaison of the unit's district or as the academy."""
        actor = self.world.admin if as_academy else self.world.speakers[self.world.streets.get(by, by)]
        ids = [each.id for each in people]

        def deed(session: Session) -> None:
            nominating.nominate(
                session, actor=actor, code=of.code, unit_id=by, person_ids=ids, reserve=reserve, now=self.model.now
            )

        def predict() -> bool:
            return self.model.nominate(of, by, people, reserve=reserve, as_academy=as_academy) is not None

        self.step("nominate", deed, predict)

    @rule(pool=PICK, pick=PICK, as_academy=YES)
    def nominate_fitting(self, *, pool: int, pick: int, as_academy: bool) -> None:
        """Put somebody of a unit forward that has places, on one while it is free, else into the reserve."""
        some = [
            (key, each.run, each.unit)
            for key, each in self.model.pools.items()
            if each.unit is not None and self.model.plans[each.run.id].nomination
        ]
        if not some:
            self.enrol_where_it_is_open(pick)
            return
        key, of, by = some[pool % len(some)]
        members = [who for who in self.world.people if who.street in self.world.below(by)]
        who = [members[pick % len(members)]]
        self.put_forward(of, by, who, reserve=self.model.free(key) <= 0, as_academy=as_academy)

    @where(S.NOMINATED, S.WAITING)
    @rule(pick=PICK, as_academy=YES)
    def take_off(self, *, pick: int, as_academy: bool) -> None:
        """Take somebody off a list."""
        claim = self.claim(pick, S.NOMINATED, S.WAITING)
        actor = self.answering(claim, as_academy=as_academy)

        def predict() -> bool:
            theirs = as_academy or claim.district is not None
            return theirs and self.model.take_off(claim, as_academy=as_academy)

        self.step(
            "take off",
            lambda session: nominating.take_off(session, actor=actor, enrolment_id=claim.id, now=self.model.now),
            predict,
        )

    @where(S.WAITING)
    @rule(pick=PICK, as_academy=YES)
    def move_up(self, *, pick: int, as_academy: bool) -> None:
        """Put somebody of a unit's reserve before the one before."""
        claim = self.claim(pick, S.WAITING)
        actor = self.answering(claim, as_academy=as_academy)

        def predict() -> bool:
            theirs = as_academy or claim.district is not None
            return theirs and self.model.move_up(claim, as_academy=as_academy)

        self.step(
            "move up",
            lambda session: ordering.move_up(session, actor=actor, enrolment_id=claim.id, now=self.model.now),
            predict,
        )

    @rule(run=RUN, unit=UNIT)
    def hand_in(self, run: int, unit: int) -> None:
        """Hand a unit's list in; how far it comes is the lists' own rule."""
        self.move_list("hand in", lists.hand_in, self.run_of(run), self.unit(unit))

    @precondition(lambda self: "reported" in self.seen.lists.values())
    @rule(pick=PICK)
    def confirm_list(self, pick: int) -> None:
        """Confirm a list that was reported."""
        some = [key for key, state in self.seen.lists.items() if state == "reported"]
        class_id, unit = some[pick % len(some)]
        run = next(run for run in self.world.runs if run.id == class_id)
        self.move_list("confirm list", confirming.confirm, run, unit)

    def move_list(self, name: str, deed: Callable[..., object], of: Run, unit: int) -> None:
        """Move a list on, and have the model know how far it has come."""

        def predict() -> None:
            rows = self.seen.lists
            confirmed = {key for key, state in rows.items() if state == "confirmed"}
            self.model.confirm_lists(confirmed, {key for key, state in rows.items() if state in CLOSED})

        self.step(
            name,
            lambda session: deed(session, actor=self.world.admin, code=of.code, unit_id=unit, now=self.model.now),
            predict,
        )

    @where()
    @rule(pick=PICK, who=WHO)
    def substitute(self, pick: int, who: int) -> None:
        """Let somebody else come instead."""
        claim, other = self.claim(pick, S.SEATED, S.NOMINATED, S.ASKED), self.who(who)
        self.step(
            "substitute",
            lambda session: substituting.substitute(
                session, actor=self.world.admin, enrolment_id=claim.id, person_id=other.id, reason="本人生病",
                now=self.model.now,
            ),
            lambda: self.model.substitute(claim, other),
        )  # fmt: skip

    # ------------------------------------------------------------------ places

    @rule(run=RUN, places=st.integers(0, 6))
    def set_capacity(self, run: int, places: int) -> None:
        """Have more places, or fewer."""
        of = self.run_of(run)
        self.step(
            "set capacity",
            lambda session: opening.set_capacity(
                session, actor=self.world.admin, code=of.code, places=places, now=self.model.now
            ),
            lambda: self.model.set_capacity(of, places),
        )

    @rule(run=RUN, first=FEW, second=FEW, reserve=st.sampled_from((0, 0, 1, -1)))
    def give(self, run: int, first: int, second: int, reserve: int) -> None:
        """Give the districts so many places, and keep some back."""
        of = self.run_of(run)
        giving = dict(zip(self.world.districts, (first, second), strict=True))

        def predict() -> bool:
            allowed = self.model.may_give(of, giving, reserve)
            if allowed:
                self.model.give(of, giving, reserve)
            return allowed

        self.step(
            "give",
            lambda session: quotas.give(
                session, actor=self.world.admin, code=of.code, giving=giving, reserve=reserve, now=self.model.now
            ),
            predict,
        )

    @rule(run=RUN, district=st.integers(0, 1), first=FEW, second=st.integers(-1, 2))
    def divide(self, run: int, district: int, first: int, second: int) -> None:
        """Divide a district's places among its streets."""
        of, by = self.run_of(run), self.world.districts[district]
        streets = [street for street, above in self.world.streets.items() if above == by]
        giving = dict(zip(streets, (first, second), strict=True))

        def predict() -> bool:
            allowed = self.model.may_divide(of, by, giving)
            if allowed:
                self.model.divide(of, by, giving)
            return allowed

        self.step(
            "divide",
            lambda session: quotas.divide(
                session, actor=self.world.speakers[by], code=of.code, district_id=by, giving=giving,
                now=self.model.now,
            ),
            predict,
        )  # fmt: skip

    # ------------------------------------------------------------------ what happens now and then

    @rule(run=RUN, what=st.sampled_from(("wait", "wait", "return", "start", "start", "cancel")), minutes=MINUTES)
    def now_and_then(self, run: int, what: str, minutes: int) -> None:
        """Let time pass, unused places return, a class session start once its day has come, or be cancelled."""
        of = self.run_of(run)
        if what == "cancel" and self.model.capacity(of) % 2:
            self.cancel(of)
        elif what == "return":
            self.return_unused(of)
        elif what == "start" and (self.model.now >= of.starts_at or minutes >= _LONG):
            if self.model.now < of.starts_at:
                self.wait(of.starts_at - self.model.now)
            self.start(of)
        else:
            self.wait(timedelta(minutes=minutes))

    def wait(self, passes: timedelta) -> None:
        """Let time pass, which changes nothing by itself."""
        self.model.now += passes
        self.step("wait", lambda _session: None, lambda: None)

    def return_unused(self, of: Run) -> None:
        """Open to all what nobody used."""
        self.step(
            "return unused",
            lambda session: quotas.return_unused(
                session, actor=self.world.admin, class_session_id=of.id, now=self.model.now
            ),
            lambda: self.model.return_unused(of),
        )

    def start(self, of: Run) -> None:
        """Begin a class session."""
        self.step(
            "start",
            lambda session: office.start(session, actor=self.world.admin, code=of.code, now=self.model.now),
            lambda: self.model.start(of),
        )

    def cancel(self, of: Run) -> None:
        """Call a class session off."""
        self.step(
            "cancel",
            lambda session: office.cancel(
                session, actor=self.world.admin, code=of.code, reason="讲师生病", now=self.model.now
            ),
            lambda: self.model.cancel(of),
        )
