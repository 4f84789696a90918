"""search: what rows are found by, and the index of each engine.

The tokens are the tokeniser's of today: a later change of it comes with a migration that tells them anew.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from academy.certificates.rules.numbers import printed
from academy.ground.search import tokens

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def facts_of(stored: object) -> dict[str, Any]:
    return json.loads(stored) if isinstance(stored, str) else stored  # PostgreSQL's driver has read it


def of_person(name: str, anonymised_at: object) -> str:
    return "" if anonymised_at else tokens(name)


def of_course(title: str, summary: str, keywords: object) -> str:
    return tokens(title, *facts_of(keywords), unspelled=(summary,))


def of_place(name: str, address: str, teaches: str) -> str:
    return tokens(name, unspelled=(address, teaches))


def of_certificate(number: str, facts: object) -> str:
    frozen = facts_of(facts)
    return tokens(frozen["name"], frozen["class_code"], unspelled=(number, printed(number)))


FOUND: dict[str, tuple[tuple[str, ...], Callable[..., str]]] = {
    "person": (("name", "anonymised_at"), of_person),
    "course": (("title", "summary", "keywords"), of_course),
    "place": (("name", "address", "teaches"), of_place),
    "class_session": (("code", "title"), tokens),
    "certificate": (("number", "facts"), of_certificate),
}
UNFOUND = "ck_person_anonymised_is_not_found"


def upgrade() -> None:
    """Bring the schema here. Columns are added in place: no table is written anew, whatever its size."""
    for table, (columns, tell) in FOUND.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN search_tokens TEXT DEFAULT '' NOT NULL{check_of(table)}")
        fill(table, columns, tell)
        written = SQLITE if on_sqlite() else POSTGRESQL
        for statement in written.strip().format(table).split("\n\n"):
            op.execute(statement)
        if on_sqlite():
            op.execute(f"INSERT INTO {table}_search({table}_search) VALUES ('rebuild')")  # noqa: S608


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def check_of(table: str) -> str:
    if table != "person":
        return ""
    return f" CONSTRAINT {UNFOUND} CHECK (anonymised_at IS NULL OR search_tokens = '')"


def fill(table: str, columns: tuple[str, ...], tell: Callable[..., str]) -> None:
    """Tell every row's tokens, a portion at a time, in the order of keys."""
    telling = sa.text(f"UPDATE {table} SET search_tokens = :told WHERE id = :row_id")  # noqa: S608
    for rows in portions(table, columns):
        told = [{"row_id": row_id, "told": tell(*values)} for row_id, *values in rows]
        op.get_bind().execute(telling, told)


def portions(table: str, columns: tuple[str, ...]) -> Iterator[list[Any]]:
    named = ", ".join(columns)
    asking = sa.text(f"SELECT id, {named} FROM {table} WHERE id > :after ORDER BY id LIMIT {AT_ONCE}")  # noqa: S608
    after = 0
    while rows := list(op.get_bind().execute(asking, {"after": after})):
        yield rows
        after = rows[-1].id


SQLITE = """
CREATE VIRTUAL TABLE {0}_search USING fts5(
  search_tokens, content='{0}', content_rowid='id', columnsize=0, prefix='1 2', tokenize='ascii'
)

CREATE TRIGGER {0}_search_added AFTER INSERT ON {0} BEGIN
  INSERT INTO {0}_search(rowid, search_tokens) VALUES (new.id, new.search_tokens);
END

CREATE TRIGGER {0}_search_changed AFTER UPDATE OF search_tokens ON {0}
WHEN old.search_tokens <> new.search_tokens BEGIN
  INSERT INTO {0}_search({0}_search, rowid, search_tokens) VALUES ('delete', old.id, old.search_tokens);
  INSERT INTO {0}_search(rowid, search_tokens) VALUES (new.id, new.search_tokens);
END

CREATE TRIGGER {0}_search_removed AFTER DELETE ON {0} BEGIN
  INSERT INTO {0}_search({0}_search, rowid, search_tokens) VALUES ('delete', old.id, old.search_tokens);
END
"""
POSTGRESQL = """
ALTER TABLE {0} ADD COLUMN search_vector tsvector
GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, search_tokens)) STORED

CREATE INDEX ix_{0}_search_vector ON {0} USING gin (search_vector)
"""


def downgrade() -> None:
    """Take the schema back."""
    for table in reversed(FOUND):
        if on_sqlite():
            for deed in ("removed", "changed", "added"):
                op.execute(f"DROP TRIGGER {table}_search_{deed}")
            op.execute(f"DROP TABLE {table}_search")
        else:
            op.execute(f"ALTER TABLE {table} DROP COLUMN search_vector")
        op.execute(f"ALTER TABLE {table} DROP COLUMN search_tokens")
