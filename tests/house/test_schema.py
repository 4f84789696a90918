"""The schema: made alike by migrations and by the models, named, and safe to go back and forth."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, MetaData, UniqueConstraint, inspect, select, text

from academy.app import FEATURES
from academy.catalogue.models import Course
from academy.certificates.models import Certificate
from academy.classes.models import ClassSession
from academy.ground import db, migrating
from academy.ground.db import Base, Database
from academy.ground.search_index import in_models, matches, wrongly_told
from academy.ground.settings import Settings
from academy.people.models import Person
from academy.sites.models import Place
from tests import make

assert FEATURES  # all models are known once the features are
SEARCHED = (Person, ClassSession, Course, Place, Certificate)


@pytest.fixture
def migrated(bare: Settings) -> Database:
    """A database brought to its schema by migrations alone."""
    database = db.bound()
    assert database.url.database != "academy", bare
    migrating.upgrade(database)
    return database


def checks(database: Database) -> set[tuple[str, str | None]]:
    inspector = inspect(database.engine)
    return {(t, c["name"]) for t in inspector.get_table_names() for c in inspector.get_check_constraints(t)}


def indexes(database: Database) -> set[tuple[str, str | None, bool, str]]:
    inspector = inspect(database.engine)
    return {
        (
            table,
            index["name"],
            bool(index["unique"]),
            str(sorted((k, str(v)) for k, v in index.get("dialect_options", {}).items())),
        )
        for table in inspector.get_table_names()
        for index in inspector.get_indexes(table)
    }


def search(database: Database) -> list[tuple[str, ...]]:
    """List what words are looked up in, as the database tells it."""
    told = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE name LIKE '%\\_search%' ESCAPE '\\' ORDER BY name",
        "postgresql": "SELECT table_name, generation_expression FROM information_schema.columns "
        "WHERE column_name = 'search_vector' UNION ALL "
        "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE '%search_vector' ORDER BY 1",
    }[database.engine.dialect.name]
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(told))]


def test_migrations_make_what_the_models_say(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": in_models})
        assert compare_metadata(context, Base.metadata) == []
    by_migration = checks(migrated), indexes(migrated), search(migrated)
    assert len(by_migration[2]) >= 2 * len(SEARCHED)
    migrating.downgrade(migrated, "base")
    with migrated.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    Base.metadata.create_all(migrated.engine)
    assert by_migration == (checks(migrated), indexes(migrated), search(migrated))


def test_migrations_go_up_down_and_up_again(migrated: Database) -> None:
    assert migrating.version(migrated) == migrating.head()
    migrating.downgrade(migrated, "base")
    assert set(inspect(migrated.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    migrating.upgrade(migrated)
    assert set(inspect(migrated.engine).get_table_names()) >= set(Base.metadata.tables)


def test_a_filled_database_keeps_its_rows_and_finds_them_again(migrated: Database) -> None:
    with db.transaction() as session:
        kept = make.person(session, "尉迟秀兰")
        make.class_session(session, manager=kept)
        make.place(session)
    before = rows(migrated)
    migrating.downgrade(migrated, "0002")
    migrating.upgrade(migrated)
    assert rows(migrated) == before
    with db.reading() as session:
        for words in ("秀兰", "yuchi", "wcxl"):
            found = session.execute(select(Person.id).where(matches(Person, words)))
            assert found.scalars().all() == [kept.id], words
        for entity in SEARCHED:
            assert wrongly_told(session, entity, select(entity.id)) == []


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """List all rows of every table of the models."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=str)
            for table in Base.metadata.sorted_tables
        }


def test_every_constraint_has_a_name() -> None:
    metadata: MetaData = Base.metadata
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"
            if isinstance(constraint, CheckConstraint):
                assert len(str(constraint.name)) <= 63


def test_no_two_unique_constraints_on_the_same_columns() -> None:
    """SQLite tells only the columns; `constraint_of` looks the name up by them."""
    for table in Base.metadata.sorted_tables:
        uniques = [frozenset(c.name for c in index.columns) for index in table.indexes if index.unique]
        uniques += [
            frozenset(c.name for c in u.columns) for u in table.constraints if isinstance(u, UniqueConstraint)
        ]
        assert len(uniques) == len(set(uniques)), table.name
