"""The schema: made alike by migrations and by the models, named, and safe to go back and forth."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, MetaData, UniqueConstraint, func, inspect, select, text
from sqlalchemy.orm import Session

from academy.app import FEATURES
from academy.catalogue.models import Course
from academy.certificates.models.batches import CertificateBatch
from academy.certificates.models.register import Certificate
from academy.certificates.rules.states import BatchState, CertificateState, Series
from academy.classes.models import ClassSession
from academy.ground import db, migrating
from academy.ground.db import Base, Database
from academy.ground.search_index import in_models, matches, wrongly_told
from academy.ground.settings import Settings
from academy.people.models.register import Person
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


def checks(database: Database) -> set[tuple[str, str | None, str]]:
    inspector = inspect(database.engine)
    return {
        (table, check["name"], check["sqltext"])
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def never_reusing(database: Database) -> list[str]:
    """List the tables whose keys SQLite never hands out again; PostgreSQL never does so."""
    if not database.is_sqlite:
        return []
    with database.engine.connect() as connection:
        asking = text("SELECT name FROM sqlite_master WHERE sql LIKE '% AUTOINCREMENT%' ORDER BY name")
        return list(connection.execute(asking).scalars())


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
    by_migration = checks(migrated), indexes(migrated), search(migrated), never_reusing(migrated)
    assert len(by_migration[2]) >= 2 * len(SEARCHED)
    migrating.downgrade(migrated, "base")
    with migrated.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    Base.metadata.create_all(migrated.engine)
    assert by_migration == (checks(migrated), indexes(migrated), search(migrated), never_reusing(migrated))


def test_migrations_go_up_down_and_up_again(migrated: Database) -> None:
    assert migrating.version(migrated) == migrating.head()
    migrating.downgrade(migrated, "base")
    assert set(inspect(migrated.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    migrating.upgrade(migrated)
    assert set(inspect(migrated.engine).get_table_names()) >= set(Base.metadata.tables)


def test_a_filled_database_keeps_its_rows_and_finds_them_again(migrated: Database) -> None:
    with db.transaction() as session:
        kept = make.person(session, "尉迟秀兰")
        class_session = make.class_session(session, manager=kept)
        make.place(session)
        batch = decided(session, class_session)
        for state in (CertificateState.ISSUED, CertificateState.NUMBERED, CertificateState.REVOKED):
            certified(session, batch, make.person(session, "欧阳娜娜"), state)
    before = rows(migrated)
    migrating.downgrade(migrated, "0002")
    migrating.upgrade(migrated)
    assert rows(migrated) == before
    with db.reading() as session:
        for words in ("秀兰", "yuchi", "wcxl"):
            found = session.execute(select(Person.id).where(matches(Person, words)))
            assert found.scalars().all() == [kept.id], words
        found = session.execute(select(Certificate.number).where(matches(Certificate, "欧阳")))
        assert len(found.all()) == 3
        for entity in SEARCHED:
            assert wrongly_told(session, entity, select(entity.id)) == []


def test_a_certificate_is_still_found_when_its_table_was_written_anew(migrated: Database) -> None:
    with db.transaction() as session:
        batch = decided(session, make.class_session(session))
        certified(session, batch, make.person(session, "欧阳娜娜"), CertificateState.ISSUED)
    migrating.downgrade(migrated, "0003")
    migrating.upgrade(migrated)
    with db.transaction() as session:
        row = session.execute(select(Certificate)).scalar_one()
        row.facts = row.facts | {"name": "陈堃"}
        certified(session, row.batch_id, make.person(session, "李㛃"), CertificateState.NUMBERED)
    with db.reading() as session:
        told = {
            words: session.execute(select(Certificate.sequence).where(matches(Certificate, words))).scalars().all()
            for words in ("欧阳", "陈堃", "李㛃")
        }
    assert told == {"欧阳": [], "陈堃": [1], "李㛃": [2]}


@pytest.mark.parametrize(
    "values",
    [{"pack_sha256": "b" * 64, "pack_offset": 0, "pack_length": 9}, {"series": "Y"}],
    ids=["in a pack", "of another series"],
)
def test_what_an_older_schema_cannot_keep_is_not_lost_to_it(migrated: Database, values: dict[str, object]) -> None:
    with db.transaction() as session:
        batch = decided(session, make.class_session(session))
        certified(session, batch, make.person(session, "欧阳娜娜"), CertificateState.ISSUED, **values)
    before = rows(migrated)
    with pytest.raises(RuntimeError, match=r"There are 1 certificates .* nothing was changed"):
        migrating.downgrade(migrated, "0003")
    assert (migrating.version(migrated), rows(migrated)) == (migrating.head(), before)


def test_a_paused_batch_goes_on_in_an_older_schema(migrated: Database) -> None:
    with db.transaction() as session:
        decided(session, make.class_session(session), BatchState.PAUSED)
    migrating.downgrade(migrated, "0003")
    with migrated.engine.connect() as connection:
        assert connection.execute(text("SELECT state FROM certificate_batch")).scalar_one() == "issuing"


def decided(session: Session, of: ClassSession, state: BatchState = BatchState.ISSUING) -> int:
    """A batch that was signed."""
    batch = CertificateBatch(
        class_session_id=of.id, state=state, proposer_id=None, proposer_name="教务甲", proposed_at=make.NOW,
        signer_id=None, signer_name="教务乙", signed_at=make.NOW, started_at=None, issued_at=None,
        withdrawn_at=None, replaces=None,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch.id


def certified(
    session: Session, batch_id: int, holder: Person, state: CertificateState, **values: object
) -> None:  # fmt: skip
    """The next certificate of a batch; its file, where it has one, is a pack of its own, as in the time before."""
    sequence = session.execute(select(func.count()).select_from(Certificate)).scalar_one() + 1
    made = None if state is CertificateState.NUMBERED else f"{sequence:064d}"
    known: dict[str, object] = {
        "series": Series.COMPLETION, "year": 2026, "sequence": sequence, "number": f"2026-J-{sequence:06d}",
        "code": f"{sequence:010d}", "person_id": holder.id, "batch_id": batch_id, "state": state,
        "class_session_id": session.get_one(CertificateBatch, batch_id).class_session_id,
        "facts": {"name": holder.name, "class_code": "2026-001"}, "issue_date": make.NOW.date(),
        "numbered_at": make.NOW, "sha256": made, "pack_sha256": made, "issued_at": made and make.NOW,
        "revoked_at": make.NOW if state is CertificateState.REVOKED else None,
    }  # fmt: skip
    session.add(Certificate(**known | values))
    session.flush()


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
