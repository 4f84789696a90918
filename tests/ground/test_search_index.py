"""Rows are found by their words, on each engine, whatever is typed and however they were written."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from academy.ground.search_index import best_match, matches, wrongly_told
from academy.people.models.register import Person
from academy.people.queries.finding import having_of, named
from tests import make

NAMES = ("张伟", "张伟芳", "王秀兰", "单于芳", "买买提·艾力", "吕布", "𬭎", "John Smith", "曾国强")
SHARED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def found(session: Session, words: str, *, loose: bool = False) -> set[str]:
    statement = select(Person.name).where(matches(Person, words, loose=loose))
    return set(session.execute(statement).scalars())


@pytest.fixture
def people(session: Session) -> Session:
    for name in NAMES:
        make.person(session, name)
    return session


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("张伟", {"张伟", "张伟芳"}),
        ("伟芳", {"张伟芳"}),
        ("张芳", set()),
        ("zhangw", {"张伟", "张伟芳"}),
        ("zwf", {"张伟芳"}),
        ("WXL", {"王秀兰"}),
        ("wang xiu", {"王秀兰"}),
        ("xiulan", {"王秀兰"}),
        ("shanyu", {"单于芳"}),
        ("danyu", {"单于芳"}),
        ("zeng", {"曾国强"}),
        ("ceng", {"曾国强"}),
        ("maimaiti aili", {"买买提·艾力"}),
        ("买买提艾力", {"买买提·艾力"}),
        ("lvbu", {"吕布"}),
        ("lübu", {"吕布"}),
        ("𬭎", {"𬭎"}),
        ("smith john", {"John Smith"}),
        ("smi", {"John Smith"}),
        ("'; DROP TABLE person; --", set()),
        ("！？", set()),
    ],
)
def test_people_are_found_by_any_part(people: Session, words: str, names: set[str]) -> None:
    assert found(people, words) == names


def test_where_nothing_has_the_words_together_their_characters_are_enough(people: Session) -> None:
    rows = select(Person.id)
    loosely = best_match(people, rows, "张芳", having_of(people, "张芳", on=make.TODAY))
    assert people.execute(select(Person.name).where(loosely)).scalars().all() == ["张伟芳"]
    strictly = best_match(people, rows, "张伟", having_of(people, "张伟", on=make.TODAY))
    assert set(people.execute(select(Person.name).where(strictly)).scalars()) == {"张伟", "张伟芳"}


def test_a_unit_beside_a_name_narrows_it_down_and_alone_finds_nobody(session: Session) -> None:
    district = make.unit(session, "玄武区")
    make.person(session, "王芳", unit=make.unit(session, "梅岭街道", parent=district))
    make.person(session, "王刚", unit=make.unit(session, "秦淮区"))

    def at(words: str) -> list[str]:
        having = named(session, select(Person.id), words, on=make.TODAY)
        return [*session.execute(select(Person.name).where(having).order_by(Person.id)).scalars()]

    assert at("玄武 王") == ["王芳"]
    assert at("王 梅岭") == ["王芳"]
    assert at("wang 秦淮") == ["王刚"]
    assert at("玄武") == []
    assert at("玄武 李") == []


def test_whatever_way_a_row_is_written_it_is_found(session: Session) -> None:
    serial = count(1)
    rows = [
        {"name": f"批量{n}号", "name_pinyin": "x", "name_initials": "x", "locale": "en", "created_at": make.NOW}
        for n in (next(serial), next(serial))
    ]
    session.execute(insert(Person), rows)
    plain = insert(Person.metadata.tables["person"])
    session.connection().execute(plain, [{**row, "sample": False} for row in rows])
    assert len(session.execute(select(Person.id).where(matches(Person, "批量"))).all()) == 4
    person = make.person(session, "旧名字")
    person.name = "新名字"
    session.flush()
    assert found(session, "旧名字") == set()
    assert found(session, "新名字") == {"新名字"}
    session.execute(delete(Person).where(Person.name.startswith("批量")))
    assert found(session, "批量") == set()


def test_nobody_anonymised_is_found(session: Session) -> None:
    person = make.person(session, "张伟芳")
    person.anonymised_at = make.NOW + timedelta(days=1)
    session.flush()
    assert found(session, "张伟芳") == set()
    person.search_tokens = "张 伟 芳"
    with pytest.raises(IntegrityError):
        session.flush()


def test_rows_that_are_not_found_by_their_words_are_told(session: Session) -> None:
    person = make.person(session, "张伟芳")
    assert wrongly_told(session, Person, select(Person.id)) == []
    person.search_tokens = "李 四"
    session.flush()
    assert wrongly_told(session, Person, select(Person.id)) == [person.id]


@SHARED
@given(data=st.data())
def test_any_part_of_a_stored_name_finds_it(people: Session, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in NAMES if not name.isascii()]))
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    if part.strip("·"):
        assert name in found(people, part)


@SHARED
@given(words=st.one_of(st.text(max_size=200), st.text(alphabet="\"'*():&|!<->\\^张w2 \0-", max_size=40)))
def test_whatever_is_typed_is_no_error(people: Session, words: str) -> None:
    assert found(people, words) <= set(NAMES)
    assert found(people, words) <= found(people, words, loose=True)
