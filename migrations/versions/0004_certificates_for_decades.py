"""certificates for decades: series, designs, checks, replacements, packs of files, and the paper of before."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SERIES = sa.Enum("J", "Y", "S", name="series", native_enum=False, create_constraint=True, length=32)
ANSWER = sa.Enum(
    "confirmed", "disputed", "settled", name="checkanswer", native_enum=False, create_constraint=True, length=32
)

# Each check as it was and as it is from here on; None where there was none.
CHECKS: dict[str, dict[str, tuple[str | None, str]]] = {
    "certificate_counter": {"series": ("series IN ('J')", "series IN ('J', 'Y', 'S')")},
    "certificate_batch": {
        "series": (None, "series IN ('J', 'Y', 'S')"),
        "batchstate": (
            "state IN ('proposed', 'signed', 'issuing', 'issued', 'withdrawn')",
            "state IN ('proposed', 'signed', 'issuing', 'paused', 'issued', 'withdrawn')",
        ),
        "signed_has_a_time": (
            "(signed_at IS NOT NULL) = (state IN ('signed', 'issuing', 'issued'))",
            "(signed_at IS NOT NULL) = (state IN ('signed', 'issuing', 'paused', 'issued'))",
        ),
        "replaces_for_a_reason": (None, "replaces IS NULL OR reason <> ''"),
    },
    "certificate": {
        "series": ("series IN ('J')", "series IN ('J', 'Y', 'S')"),
        "certificatestate": (
            "state IN ('numbered', 'issued', 'revoked')",
            "state IN ('numbered', 'issued', 'replaced', 'revoked')",
        ),
        "issued_has_a_place": (None, "(sha256 IS NOT NULL) = (pack_sha256 IS NOT NULL)"),
        "replaced_has_a_time": (None, "(state = 'replaced') = (replaced_at IS NOT NULL)"),
    },
}
COLUMNS: dict[str, list[sa.Column[object]]] = {
    "certificate_batch": [
        sa.Column("series", sa.String(length=32), server_default="J", nullable=False),
        sa.Column("design", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("replaces", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
    ],
    "certificate": [
        sa.Column("shared_sha256", sa.String(length=64), nullable=True),
        sa.Column("pack_sha256", sa.String(length=64), nullable=True),
        sa.Column("pack_offset", WHOLE, nullable=True),
        sa.Column("pack_length", WHOLE, nullable=True),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.Column("replaces_id", WHOLE, nullable=True),
    ],
}
OPEN_BEFORE = sa.text("state IN ('proposed', 'signed', 'issuing')")
OPEN_CLASS = sa.text("state IN ('proposed', 'signed', 'issuing', 'paused') AND replaces IS NULL")
OPEN_REPLACEMENT = sa.text("state IN ('proposed', 'signed', 'issuing', 'paused') AND replaces IS NOT NULL")
LIVE = sa.text("state IN ('numbered', 'issued')")

# What the schema of before has no room for, or would lose.
ONLY_HERE = {
    "certificates that were replaced, stand in another series than J, or have their file in a pack":
        "certificate WHERE state = 'replaced' OR series <> 'J' OR pack_sha256 <> sha256",
    "people with a second certificate of one class":
        "(SELECT 1 FROM certificate GROUP BY class_session_id, person_id HAVING count(*) > 1) AS twice",
    "batches of another series than J, or for a replacement":
        "certificate_batch WHERE series <> 'J' OR replaces IS NOT NULL",
    "designs": "certificate_design",
    "answers of trainees": "certificate_check",
    "reprints": "certificate_reprint",
    "certificates from paper": "paper_certificate",
}  # fmt: skip


def upgrade() -> None:
    """Bring the schema here. Files of before are each a pack of its own, from their first byte to their last."""
    make_tables()
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
    op.execute("UPDATE certificate SET pack_sha256 = sha256")
    with changed("certificate_counter") as change:
        tighten(change, "certificate_counter")
    with changed("certificate_batch") as change:
        tighten(change, "certificate_batch")
        change.drop_index("uq_certificate_batch_one_open")
        partial(change, "uq_certificate_batch_one_open", ["class_session_id", "series"], OPEN_CLASS)
        partial(change, "uq_certificate_batch_one_replacement", ["replaces"], OPEN_REPLACEMENT)
    with changed("certificate") as change:
        tighten(change, "certificate")
        change.drop_index("uq_certificate_one_a_person")
        partial(change, "uq_certificate_one_a_person", ["class_session_id", "person_id", "series"], LIVE)
        change.create_index("ix_certificate_sha256", ["sha256"])
        change.create_unique_constraint(op.f("uq_certificate_replaces_id"), ["replaces_id"])
        change.create_foreign_key(op.f("fk_certificate_replaces_id"), "certificate", ["replaces_id"], ["id"])
    op.create_index("ix_completion_completed_on", "completion", ["completed_on"])
    op.create_index("ix_role_grant_role_person_id", "role_grant", ["role", "person_id"])


def downgrade() -> None:
    """Take the schema back, where nothing is lost by it; a batch that is paused goes on."""
    refuse_to_lose()
    op.drop_index("ix_role_grant_role_person_id", "role_grant")
    op.drop_index("ix_completion_completed_on", "completion")
    with changed("certificate") as change:
        change.drop_constraint(op.f("fk_certificate_replaces_id"), type_="foreignkey")
        change.drop_constraint(op.f("uq_certificate_replaces_id"), type_="unique")
        change.drop_index("ix_certificate_sha256")
        change.drop_index("uq_certificate_one_a_person")
        change.create_index("uq_certificate_one_a_person", ["class_session_id", "person_id"], unique=True)
        loosen(change, "certificate")
    op.execute("UPDATE certificate_batch SET state = 'issuing' WHERE state = 'paused'")
    with changed("certificate_batch") as change:
        change.drop_index("uq_certificate_batch_one_replacement")
        change.drop_index("uq_certificate_batch_one_open")
        partial(change, "uq_certificate_batch_one_open", ["class_session_id"], OPEN_BEFORE)
        loosen(change, "certificate_batch")
    op.execute("DELETE FROM certificate_counter WHERE series <> 'J'")  # no number of theirs stands
    with changed("certificate_counter") as change:
        loosen(change, "certificate_counter")
    for table in ("certificate_reprint", "paper_certificate", "certificate_check", "paper_import"):
        op.drop_table(table)
    op.drop_table("certificate_design")


def refuse_to_lose() -> None:
    """Stop where rows would be lost: they are kept by a backup, not by an older schema."""
    counting = {what: sa.text(f"SELECT count(*) FROM {rows}") for what, rows in ONLY_HERE.items()}  # noqa: S608
    counted = {what: op.get_bind().scalar(statement) for what, statement in counting.items()}
    if lost := [f"{count} {what}" for what, count in counted.items() if count]:
        raise RuntimeError(
            f"There are {'; '.join(lost)}. The schema of before cannot keep them, and nothing was changed. "
            "To go back, restore the backup that was made before the upgrade."
        )


@contextmanager
def changed(table: str) -> Iterator[BatchOperations]:
    """Change a table. SQLite writes it anew, keys and all, and drops its triggers with the old one: put them back."""
    triggers: list[str] = []
    if op.get_bind().dialect.name == "sqlite":
        asking = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name ORDER BY name")
        triggers = list(op.get_bind().execute(asking, {"name": table}).scalars())
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as change:
        yield change
    for trigger in triggers:
        op.execute(trigger)
    if triggers:  # those of the search, whose index reads the table
        op.execute(f"INSERT INTO {table}_search({table}_search) VALUES ('rebuild')")  # noqa: S608


def tighten(change: BatchOperations, table: str) -> None:
    """Put the checks from here on in the place of those of before."""
    for name, (before, after) in CHECKS[table].items():
        if before:
            change.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        change.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(after))


def loosen(change: BatchOperations, table: str) -> None:
    """Put the checks of before back, and take the columns away that they know nothing of."""
    for name, (before, _after) in CHECKS[table].items():
        change.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        if before:
            change.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(before))
    for column in reversed(COLUMNS.get(table, [])):
        change.drop_column(column.name)


def partial(change: BatchOperations, name: str, columns: list[str], where: sa.TextClause) -> None:
    """Let no two of the rows that a condition holds for be alike in these columns."""
    change.create_index(name, columns, unique=True, sqlite_where=where, postgresql_where=where)


def make_tables() -> None:
    """Make the tables that are new."""
    op.create_table(
        "certificate_design",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("series", SERIES, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("author_id", WHOLE, nullable=True),
        sa.Column("author_name", sa.String(length=100), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_certificate_design_counts_from_one")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_certificate_design_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design")),
        sa.UniqueConstraint("series", "version", name=op.f("uq_certificate_design_series_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "paper_import",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", WHOLE, nullable=False),
        sa.Column("actor_id", WHOLE, nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_paper_import_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_import")),
        sa.UniqueConstraint("sha256", name=op.f("uq_paper_import_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "certificate_check",
        sa.Column("class_session_id", WHOLE, nullable=False),
        sa.Column("person_id", WHOLE, nullable=False),
        sa.Column("answer", ANSWER, nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("wish", sa.String(length=200), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by_name", sa.String(length=100), nullable=False),
        sa.Column("settled_note", sa.String(length=200), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(answer = 'settled') = (settled_at IS NOT NULL)", name=op.f("ck_certificate_check_settled_has_a_time")
        ),
        sa.CheckConstraint(
            "answer <> 'disputed' OR wish <> ''", name=op.f("ck_certificate_check_dispute_says_what")
        ),
        sa.ForeignKeyConstraint(
            ["class_session_id"], ["class_session.id"], name=op.f("fk_certificate_check_class_session_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_check_person_id")),
        sa.PrimaryKeyConstraint("class_session_id", "person_id", name=op.f("pk_certificate_check")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_certificate_check_person_id", "certificate_check", ["person_id"])
    op.create_table(
        "paper_certificate",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("import_id", WHOLE, nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_blind", sa.String(length=32), nullable=True),
        sa.Column("class_title", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("source_page", sa.String(length=100), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_paper_certificate_has_a_name")),
        sa.CheckConstraint("number <> ''", name=op.f("ck_paper_certificate_has_a_number")),
        sa.CheckConstraint(
            "(id_number IS NULL) = (id_blind IS NULL)", name=op.f("ck_paper_certificate_id_number_has_an_index")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["paper_import.id"], name=op.f("fk_paper_certificate_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_certificate")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paper_certificate_id_blind", "paper_certificate", ["id_blind"])
    op.create_index("ix_paper_certificate_import_id", "paper_certificate", ["import_id"])
    op.create_index("uq_paper_certificate_number_name", "paper_certificate", ["number_key", "name"], unique=True)
    op.create_table(
        "certificate_reprint",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("certificate_id", WHOLE, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor_id", WHOLE, nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_certificate_reprint_has_a_reason")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_certificate_reprint_actor_id")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_reprint_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_reprint")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_certificate_reprint_certificate_id", "certificate_reprint", ["certificate_id"])
