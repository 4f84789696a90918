"""A list is imported as it was seen, whole and once, and undone whole until somebody builds on it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from academy.ground.access import Role
from academy.ground.errors import NotFound, Refused
from academy.journal.models import JournalEntry
from academy.people.actions import rosters, undoing
from academy.people.actions.sign_in import open_sign_in
from academy.people.models.importing import RosterImport, Transfer, TransferState
from academy.people.models.register import GridRole, Membership, Person, Phone, RoleGrant
from academy.people.queries import roster_imports
from academy.people.rules.roster.kept import unwritten
from academy.people.rules.roster.kinds import ImportState
from academy.people.rules.roster.plan import Fate
from tests import make
from tests.make import NOW
from tests.people.conftest import PHONE
from tests.people.listing import id_of
from tests.people.roster_stage import AWAY, HOME, Stage, import_, keep, known


def fates(session: Session, import_id: int) -> list[Fate]:
    return [told.fate for told in unwritten(roster_imports.cells(session, import_id) or "").told]


def codes(session: Session, import_id: int) -> list[list[str]]:
    kept = unwritten(roster_imports.cells(session, import_id) or "")
    return [[reason.code for reason in told.reasons] for told in kept.told]


def rows_of(session: Session) -> dict[str, object]:
    """All that an import may change, to compare before and after."""
    session.flush()
    tables = (Person, Phone, Membership, RoleGrant)
    return {
        table.__tablename__: session.execute(
            select(*(column for column in table.__table__.c if column.name != "search_tokens")).order_by(table.id)
        ).all()
        for table in tables
    }


def test_each_row_comes_to_what_it_changes(session: Session) -> None:
    on = Stage(session)
    known(session, "王伟", 1, on.home)
    known(session, "李强", 2, on.home)
    known(session, "张敏", 3, on.away)
    known(session, "赵磊", 4, None)
    known(session, "陈静", 5, on.home)
    import_id = keep(session, on.liaison, [
        ["王伟", id_of(1), "18911110001", HOME, ""], ["李强", id_of(2), "19900009999", HOME, "网格长"],
        ["张敏", id_of(3), "", "", "专职"], ["赵磊", id_of(4), "", HOME, ""], ["陈晶", id_of(5), "", HOME, ""],
        ["王伟", id_of(6), "", HOME, "政法网格员"], ["孙燕", id_of(7), "", AWAY, ""],
        ["王伟", id_of(1), "", HOME, ""],
    ], on.home)  # fmt: skip
    assert fates(session, import_id) == [
        Fate.SAME, Fate.CHANGED, Fate.CHANGED, Fate.CHANGED, Fate.REFUSED, Fate.NEW, Fate.REFUSED, Fate.DUPLICATE,
    ]  # fmt: skip
    assert codes(session, import_id)[4] == ["name_differs"]
    assert codes(session, import_id)[6] == ["unit_not_yours"]
    import_(session, on.liaison, import_id)
    people = {person.id: person for person in session.execute(select(Person)).scalars()}
    new = max(people)
    assert people[new].name == "王伟"
    member = session.execute(select(Membership).where(Membership.person_id == new)).scalar_one()
    assert (member.unit_id, member.grid_role, member.role_as_written) == (on.home.id, None, "政法网格员")
    added = session.execute(select(Phone).where(Phone.verified_at.is_(None))).scalar_one()
    assert (people[added.person_id].name, added.number) == ("李强", "19900009999")
    lead = session.execute(select(Membership).where(Membership.person_id == added.person_id)).scalar_one()
    assert lead.grid_role is GridRole.GRID_LEAD
    transfer = session.execute(select(Transfer)).scalar_one()
    assert (people[transfer.person_id].name, transfer.awaits_unit_id) == ("张敏", on.away.id)
    entry = session.execute(select(JournalEntry).where(JournalEntry.code == "roster.imported")).scalar_one()
    assert entry.after is not None
    assert (entry.after["rows"], entry.after["people"], entry.after["left_out"]) == (8, 4, 2)


def test_without_an_id_number_nobody_is_matched(session: Session) -> None:
    on = Stage(session)
    make.person(session, "王伟", unit=on.home)
    import_id = keep(session, on.liaison, [["王伟", id_of(1), "", HOME, ""], ["王伟", "", "", HOME, ""]], on.home)
    assert fates(session, import_id) == [Fate.NEW, Fate.REFUSED]


def test_the_same_list_once_more_changes_nothing_and_says_so(session: Session) -> None:
    on = Stage(session)
    rows = [["王伟", id_of(1), "19900000001", HOME, ""]]
    first = keep(session, on.liaison, rows, on.home)
    assert not import_(session, on.liaison, first).again
    before = rows_of(session)
    again = import_(session, on.liaison, keep(session, on.liaison, rows, on.home))
    assert (again.again, again.import_id) == (True, first)
    assert import_(session, on.liaison, first).again
    assert rows_of(session) == before


def test_everybody_of_a_unit_means_that_whoever_is_missing_has_left(session: Session) -> None:
    on = Stage(session)
    known(session, "王伟", 1, on.home)
    gone = known(session, "李强", 2, on.home)
    known(session, "刘芳", 3, on.home)
    known(session, "张敏", 4, on.away)
    rows = [["王伟", id_of(1), "", HOME, ""], ["刘芳", "1", "", HOME, ""]]  # 刘芳 is there, only mistyped
    import_id = keep(session, on.liaison, rows, on.home, all_=True)
    assert fates(session, import_id) == [Fate.SAME, Fate.REFUSED, Fate.LEFT]
    import_(session, on.liaison, import_id)
    member = session.execute(select(Membership).where(Membership.person_id == gone.id)).scalar_one()
    assert member.ends_on == make.TODAY - timedelta(days=1)
    undoing.undo(session, actor=on.liaison, import_id=import_id, now=NOW)
    session.expire_all()
    assert session.execute(select(Membership.ends_on).where(Membership.person_id == gone.id)).scalar_one() is None


def test_nothing_is_imported_that_nobody_has_seen(session: Session) -> None:
    on = Stage(session)
    import_id = keep(session, on.liaison, [["王伟", id_of(1), "", HOME, ""]], on.home)
    known(session, "王伟", 1, on.away)
    with pytest.raises(Refused) as refused:
        import_(session, on.liaison, import_id)
    assert refused.value.reasons[0].code == "looks_different"
    rosters.look_again(session, actor=on.liaison, import_id=import_id, now=NOW)
    assert fates(session, import_id) == [Fate.CHANGED]
    assert not import_(session, on.liaison, import_id).again


def test_a_strangers_list_is_not_found(session: Session) -> None:
    on = Stage(session)
    import_id = keep(session, on.liaison, [["王伟", id_of(1), "", HOME, ""]], on.home)
    for deed in (rosters.import_, undoing.undo, rosters.look_again):
        with pytest.raises(NotFound):
            deed(session, actor=on.stranger, import_id=import_id, now=NOW)
    with pytest.raises(NotFound):
        keep(session, on.stranger, [["王伟", id_of(1), "", HOME, ""]], on.home)
    assert roster_imports.imports(session, on.stranger) == ()


def test_an_import_is_undone_whole(session: Session) -> None:
    on = Stage(session)
    known(session, "李强", 2, on.home)
    known(session, "张敏", 3, on.away)
    known(session, "赵磊", 4, None)
    before = rows_of(session)
    import_id = keep(session, on.liaison, [
        ["王伟", id_of(1), "19900000001", HOME, "专职"], ["李强", id_of(2), "19900009999", HOME, "网格长"],
        ["张敏", id_of(3), "", HOME, ""], ["赵磊", id_of(4), "", HOME, ""],
    ], on.home)  # fmt: skip
    import_(session, on.liaison, import_id)
    assert rows_of(session) != before
    undoing.undo(session, actor=on.liaison, import_id=import_id, now=NOW)
    session.expire_all()
    assert rows_of(session) == before
    assert session.execute(select(Transfer.state)).scalar_one() is TransferState.WITHDRAWN
    assert session.get_one(RosterImport, import_id).state is ImportState.UNDONE
    with pytest.raises(Refused):
        undoing.undo(session, actor=on.liaison, import_id=import_id, now=NOW)
    once_more = keep(session, on.liaison, [["王伟", id_of(1), "", HOME, ""]], on.home)
    assert not import_(session, on.liaison, once_more).again


@pytest.mark.parametrize("what", ["signed in", "role", "moved", "phone", "left", "another list", "claim"])
def test_whoever_has_built_on_an_import_stands_in_the_way_by_name(session: Session, what: str) -> None:
    on = Stage(session)
    moved = known(session, "张敏", 3, on.away)
    rows = [["王伟", id_of(1), "19900000001", HOME, "专职"], ["张敏", id_of(3), "", HOME, ""]]
    import_id = keep(session, on.liaison, rows, on.home)
    person_id = import_(session, on.liaison, import_id).people[2]
    member = session.execute(select(Membership).where(Membership.person_id == person_id)).scalar_one()
    if what == "signed in":
        open_sign_in(session, person_id=person_id, device=PHONE, now=NOW)
    elif what == "role":
        session.add(RoleGrant(person_id=person_id, role=Role.INSTRUCTOR, starts_on=make.TODAY))
    elif what == "moved":
        session.execute(update(Transfer).values(state=TransferState.CONFIRMED, decided_at=NOW))
    elif what == "phone":
        session.execute(update(Phone).where(Phone.person_id == person_id).values(verified_at=NOW))
    elif what == "left":
        member.ends_on = make.TODAY
    elif what == "claim":
        make.enrolment(
            session, make.pool(session, make.class_session(session)), session.get_one(Person, person_id)
        )
    else:
        more = [["王伟", id_of(1), "19900000002", HOME, ""]]
        import_(session, on.liaison, keep(session, on.liaison, more, on.home))
    session.flush()
    with pytest.raises(Refused) as refused:
        undoing.undo(session, actor=on.liaison, import_id=import_id, now=NOW)
    reason = refused.value.reasons[0]
    assert (reason.code, reason.values["count"]) == ("built_upon", 1)
    assert reason.values["names"] == ((moved.name,) if what == "moved" else ("王伟",))


def test_cells_are_emptied_after_a_month(session: Session) -> None:
    on = Stage(session)
    import_id = keep(session, on.liaison, [["王伟", id_of(1), "", HOME, ""]], on.home)
    rosters.empty_old(session, now=NOW + timedelta(days=29))
    assert roster_imports.cells(session, import_id)
    rosters.empty_old(session, now=NOW + timedelta(days=31))
    session.expire_all()
    row = session.get_one(RosterImport, import_id)
    assert (row.cells, row.state) == (None, ImportState.DROPPED)
