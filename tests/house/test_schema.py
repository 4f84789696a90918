"""The schema: made alike by migrations and by the models, named, and safe to go back and forth."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, MetaData, UniqueConstraint, inspect

from academy.app import FEATURES
from academy.ground import db, migrating
from academy.ground.db import Base, Database
from academy.ground.settings import Settings

assert FEATURES  # all models are known once the features are


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


def test_migrations_make_what_the_models_say(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    by_migration = checks(migrated), indexes(migrated)
    migrating.downgrade(migrated, "base")
    with migrated.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    Base.metadata.create_all(migrated.engine)
    assert by_migration == (checks(migrated), indexes(migrated))


def test_migrations_go_up_down_and_up_again(migrated: Database) -> None:
    assert migrating.version(migrated) == migrating.head()
    migrating.downgrade(migrated, "base")
    assert set(inspect(migrated.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    migrating.upgrade(migrated)
    assert set(inspect(migrated.engine).get_table_names()) >= set(Base.metadata.tables)


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
