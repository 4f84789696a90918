"""Many rows asked for by their values, and entered, on each engine."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from academy.ground.many import among, insert_many
from academy.people.models.register import Unit, UnitKind
from tests import make


def units(count: int, *, first: int = 0) -> Iterator[dict[str, object]]:
    for number in range(first, first + count):
        name = f"单位{number}"
        yield {"kind": UnitKind.DISTRICT, "name": name, "name_pinyin": name, "starts_on": make.TODAY}


def names(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Unit.id, Unit.name)).all())


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 2001])
def test_rows_are_entered_with_their_keys_in_order(session: Session, count: int) -> None:
    keys = insert_many(session, Unit, units(count))
    assert keys == sorted(set(keys))
    assert names(session) == {key: f"单位{number}" for number, key in enumerate(keys)}


def test_a_key_is_never_given_twice(session: Session) -> None:
    before = make.unit(session).id
    first = insert_many(session, Unit, units(3))
    session.execute(delete(Unit).where(Unit.id == first[-1]))
    again = insert_many(session, Unit, units(2, first=3))
    after = make.unit(session).id
    assert before < first[0] < first[-1] < again[0] < again[-1] < after


def test_rows_are_found_by_numbers_and_by_texts(session: Session) -> None:
    keys = insert_many(session, Unit, units(5))
    asked = select(Unit.id).order_by(Unit.id)
    for values, found in (([], []), (keys[1:3], keys[1:3]), (range(-40_000, keys[0] + 1), keys[:1])):
        assert list(session.execute(asked.where(among(Unit.id, values))).scalars()) == found
    for texts, found in (({"单位1", "单位4", '"]'}, [keys[1], keys[4]]), ({"1"}, []), (set[str](), [])):
        assert list(session.execute(asked.where(among(Unit.name, texts))).scalars()) == found
    left = select(Unit.id).where(~among(Unit.id, keys[1:]))
    assert list(session.execute(left).scalars()) == keys[:1]
