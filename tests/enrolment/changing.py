"""What the office changes under people's places: the days of a class, what it asks for, lists sent, and units."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy.orm import Session

from academy.enrolment.actions import admission, moving, rosters
from academy.enrolment.queries import rosters as queries
from academy.enrolment.rules.admission import RuleKind
from academy.ground import clock
from academy.ground.tables import Grid
from academy.people.actions import memberships, transfers
from academy.people.actions import rosters as people
from academy.people.actions.memberships import Joining
from academy.people.actions.rosters import Sent
from academy.people.actions.transfers import Moving
from academy.people.queries.rosters import Claim
from academy.people.rules.roster.headers import find_header
from tests.enrolment.deeds import PICK, RUN, WHO, Claims
from tests.enrolment.world import Run, Somebody
from tests.people.listing import HEAD

DAYS = st.sampled_from((-3, -2, -1, 0, 1, 2, 3))
ASKED: tuple[tuple[int, ...], ...] = ((0,), (1,), (0, 1), ())


class Changes(Claims):
    """What may change around claims."""

    @rule(what=st.sampled_from(("move", "move", "ask", "less", "unit")), run=RUN, days=DAYS, who=WHO, pick=PICK)
    def change(self, *, what: str, run: int, days: int, who: int, pick: int) -> None:
        """Move a class session, ask for more or for less of whoever comes, or have somebody change units."""
        if what == "unit":
            self.change_unit(who, pick)
        elif what == "ask":
            self.ask_for(run, ASKED[pick % len(ASKED)])
        elif what == "less" and self.seen.rules:
            self.ask_less(pick)
        else:
            self.move(run, days)

    # ------------------------------------------------------------------ class sessions

    def move(self, run: int, days: int) -> None:
        """Hold a class session on other days, and so perhaps together with another one."""
        of, to = self.run_of(run), self.run_of(run).starts_on + timedelta(days=days)
        self.step(
            "move",
            lambda session: moving.move(session, actor=self.world.admin, code=of.code, to=to, now=self.model.now),
            lambda: self.model.move(of, to),
        )

    def ask_for(self, run: int, asked: tuple[int, ...]) -> None:
        """Ask for people of some districts, or for those in no class shortly before."""
        of, districts = self.run_of(run), [self.world.districts[each] for each in asked]
        kind = RuleKind.UNIT if districts else RuleKind.REST
        self.step(
            "ask for",
            lambda session: admission.add_rule(
                session, actor=self.world.admin, code=of.code, kind=kind, keys=districts,
                months=None if districts else 1, now=self.model.now,
            ),
            lambda: self.model.ask_for(of, kind, districts),
        )  # fmt: skip

    def ask_less(self, pick: int) -> None:
        """Take a rule away."""
        rule_ = self.seen.rules[pick % len(self.seen.rules)]
        of = next(run for run in self.world.runs if run.id == rule_.class_session_id)
        self.step(
            "ask less",
            lambda session: admission.remove_rule(
                session, actor=self.world.admin, code=of.code, rule_id=rule_.id, now=self.model.now
            ),
            lambda: self.model.ask_less(of, RuleKind(rule_.kind), rule_.wanted["keys"]),
        )

    # ------------------------------------------------------------------ people

    def change_unit(self, who: int, pick: int) -> None:
        """Have somebody belong to another street from today on; a claim stays what it was."""
        one, street = self.who(who), [*self.world.streets][pick % len(self.world.streets)]

        def deed(session: Session) -> None:
            if one.street is None:
                joining = Joining(person_id=one.id, unit_id=street)
                memberships.join(session, actor=self.world.admin, joining=joining, now=self.model.now)
                return
            change = Moving(person_id=one.id, from_unit_id=one.street, to_unit_id=street)
            transfers.ask_transfer(session, actor=self.world.admin, moving=change, now=self.model.now)

        self.step("change unit", deed, lambda: None)

    # ------------------------------------------------------------------ lists that were sent

    @rule(run=RUN, who=WHO, pick=PICK)
    def send_list(self, run: int, who: int, pick: int) -> None:
        """Import a list of three for a class session."""
        self.send(self.run_of(run), [self.who((who + place * (pick % 3 + 1)) % 8) for place in range(3)])

    def send(self, of: Run, some: Sequence[Somebody]) -> None:
        """Import a list of these people for a class session; whoever cannot come is left out."""
        rows = [[who.name, who.id_number, "", self.world.paths.get(who.street or 0, ""), ""] for who in some]
        grid = Grid(sheet="名单", encoding=None, rows=[HEAD, *rows])
        claim = Claim(class_code=of.code)
        sha256 = hashlib.sha256(str(self.lengths[-1]).encode()).hexdigest()

        def deed(session: Session) -> None:
            header = find_header(grid.rows)
            assert header is not None
            looked = queries.look(session, grid, header, claim, on=clock.local_date(self.model.now))
            sent = Sent(
                file_name="名单.xlsx", sha256=sha256, claim=claim, grid=grid, header=header, steps=looked.steps
            )
            key = people.keep(session, actor=self.world.admin, sent=sent, now=self.model.now)
            rosters.import_roster(session, actor=self.world.admin, import_id=key, now=self.model.now)

        def predict() -> None:
            ids = {who.id: who for who in some}
            self.model.take_list(of, [(ids[row.person_id], row.pool_id) for row in self.seen.listed_since])

        self.step("send list", deed, predict)

    @precondition(lambda self: self.seen.listed)
    @rule(pick=PICK)
    def undo_list(self, pick: int) -> None:
        """Take an import back, with the claims that it made."""
        keys = sorted({row.import_id for row in self.seen.listed})
        self.undo(keys[pick % len(keys)])

    def undo(self, key: int) -> None:
        """Take this import back."""
        claims = [row.enrolment_id for row in self.seen.listed if row.import_id == key]
        self.step(
            "undo list",
            lambda session: rosters.undo_roster(
                session, actor=self.world.admin, import_id=key, now=self.model.now
            ),
            lambda: self.model.undo_list(claims),
        )
