"""Two streets with their liaisons, people on file under ID numbers, and lists that were looked at."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from academy.ground.access import Actor, Role
from academy.ground.tables import Cell, Grid
from academy.people.actions import rosters
from academy.people.actions.rosters import Imported, Sent
from academy.people.models.register import Membership, Person, Unit
from academy.people.queries import register
from academy.people.queries import rosters as queries
from academy.people.queries.rosters import Claim
from academy.people.rules.roster.headers import find_header
from academy.people.rules.roster.kinds import ImportKind
from tests import make
from tests.make import NOW
from tests.people import listing
from tests.people.listing import HEAD, id_of

HOME, AWAY = "玄武区/樱桥街道", "秦淮区/南廊街道"


class Stage:
    """Two streets with their liaisons, and people on file under ID numbers."""

    def __init__(self, session: Session) -> None:
        self.units = listing.all_units(session)
        self.home, self.away = self.units[HOME], self.units[AWAY]
        self.liaison = self._liaison(session, self.home)
        self.stranger = self._liaison(session, self.away)

    @staticmethod
    def _liaison(session: Session, unit: Unit) -> Actor:
        holder = make.person(session, f"联络员{unit.id}", roles=(Role.LIAISON,), unit=unit)
        session.execute(delete(Membership).where(Membership.person_id == holder.id))
        return make.actor(holder, Role.LIAISON, units=(unit,))


def known(session: Session, name: str, serial: int, unit: Unit | None) -> Person:
    """Somebody on file under an ID number."""
    holder = make.person(session, name, unit=unit, phone=f"1891111{serial:04d}")
    holder.id_number, holder.id_blind = id_of(serial), register.id_blind(id_of(serial))
    holder.id_tail_blind = register.id_tail_blind(id_of(serial))
    session.flush()
    return holder


def keep(
    session: Session, actor: Actor, rows: Sequence[Sequence[Cell]], unit: Unit | None, *, all_: bool = False
) -> int:
    """Look at a list and keep it."""
    grid = Grid(sheet="名单", encoding=None, rows=[HEAD, *rows])
    header = find_header(grid.rows)
    assert header is not None
    claim = Claim(kind=ImportKind.ALL if all_ else ImportKind.SOME, unit_id=unit.id if unit else None)
    looked = queries.look(session, grid, header, claim, on=make.TODAY)
    sent = Sent(
        file_name="名单.xlsx", sha256=hashlib.sha256(repr(rows).encode()).hexdigest(), claim=claim, grid=grid,
        header=header, steps=looked.steps,
    )  # fmt: skip
    return rosters.keep(session, actor=actor, sent=sent, now=NOW)


def import_(session: Session, actor: Actor, import_id: int) -> Imported:
    """Import a list that was kept."""
    return rosters.import_(session, actor=actor, import_id=import_id, now=NOW)
