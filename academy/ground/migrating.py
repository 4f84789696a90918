"""Bring a database to the program's schema, all migrations in one transaction."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, inspect, text

from academy.ground.db import Base, Database
from academy.ground.lazy import LazyModule
from academy.ground.settings import ROOT

alembic_config = LazyModule("alembic.config")
alembic_command = LazyModule("alembic.command")

FOLDER = ROOT / "migrations"


def head() -> str:
    """Tell the newest migration; it stands in a file so that two branches conflict in git, not in production."""
    return (FOLDER / "HEAD").read_text().strip()


def version(database: Database) -> str | None:
    """Tell the migration that a database stands at; None before the first."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        return None if found is None else str(found)


def upgrade(database: Database, to: str = "head") -> None:
    """Run the migrations up to one of them; does nothing where they have run."""
    _run(database, lambda config: alembic_command.upgrade(config, to))


def downgrade(database: Database, to: str) -> None:
    """Take migrations back down to one of them, or to `base`."""
    _run(database, lambda config: alembic_command.downgrade(config, to))


def revise(database: Database, message: str) -> str:
    """Write the next migration from what the models have and the database lacks, and tell its number."""
    number = f"{int(head() or 0) + 1:04d}"

    def write(config: Any) -> None:  # noqa: ANN401 - Alembic's Config
        alembic_command.revision(config, message, autogenerate=True, rev_id=number)

    _run(database, write)
    (FOLDER / "HEAD").write_text(f"{number}\n")
    return number


def config_for(connection: Connection | None = None) -> Any:  # noqa: ANN401 - Alembic's Config, loaded on first use
    """Tell Alembic where the migrations are and which connection to use."""
    config = alembic_config.Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    return config


def _run(database: Database, step: Callable[[Any], None]) -> None:
    """Run Alembic on one connection and commit only what leaves every foreign key whole.

    SQLite rebuilds a table to alter it; with foreign keys on that would delete or refuse its children, and the
    pragma is silently ignored inside a transaction, so it is set before BEGIN and checked before COMMIT.
    """
    with database.engine.connect() as connection:
        if database.is_sqlite:
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101 - a checked-out connection has one
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.execution_options(academy_writes=True).begin():
                step(config_for(connection))
                if database.is_sqlite:
                    _check_foreign_keys(connection)
        finally:
            if database.is_sqlite:
                connection.invalidate()  # the next connection turns foreign keys on again


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(
            f"The migration breaks {len(broken)} foreign keys, the first: {broken[0]}. Nothing was kept."
        )
