"""places and rosters: how places are filled, units' lists, offers, notices, and lists of people that are sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OFFERED = sa.text("state = 'offered'")
OPEN = sa.text("state = 'open'")
CHECKS_OF_ENROLMENT = {
    "enrolmentstate": (
        "state IN ('seated', 'waiting', 'withdrawn')",
        "state IN ('nominated', 'asked', 'waiting', 'offered', 'seated', 'withdrawn')",
    ),
    "ending": (
        None, "ended_because IN ('withdrew', 'refused', 'lapsed', 'substituted', 'undone')",
    ),
    "withdrawn_has_a_cause": (None, "(state = 'withdrawn') = (ended_because IS NOT NULL)"),
    "offered_has_a_time": (None, "state <> 'offered' OR offered_at IS NOT NULL"),
    "only_an_offer_is_confirmed": (None, "confirm_by IS NULL OR offered_at IS NOT NULL"),
    "put_forward_by_a_unit": (None, "state <> 'nominated' OR nominated"),
}  # fmt: skip
COLUMNS_OF_ENROLMENT = [
    sa.Column("ended_because", sa.String(length=32), nullable=True),
    sa.Column("nominated", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("unit_approved_at", MOMENT, nullable=True),
    sa.Column("academy_approved_at", MOMENT, nullable=True),
    sa.Column("offered_at", MOMENT, nullable=True),
    sa.Column("confirm_by", MOMENT, nullable=True),
    sa.Column("offer_message_id", WHOLE, nullable=True),
    sa.Column("replaces_id", WHOLE, nullable=True),
]
COLUMNS_OF_MESSAGE = [
    sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("gateway_id", sa.String(length=100), server_default="", nullable=False),
]
REFERS = {"replaces_id": "enrolment"}
TABLES = (
    "opening_notice_reader", "opening_notice", "opening_notice_counter", "unit_list", "admission_rule", "admission",
    "roster_effect", "roster_import", "transfer", "unit_change",
)  # fmt: skip

# What the schema of before has no room for, or would lose.
ONLY_HERE = {
    "claims that were put forward, asked for, or are on offer":
        "enrolment WHERE state IN ('nominated', 'asked', 'offered')",
    "substitutes": "enrolment WHERE replaces_id IS NOT NULL",
    "plans of how places are filled": "admission",
    "lists of units": "unit_list",
    "notices": "opening_notice",
    "imports that were carried out": "roster_import WHERE state IN ('imported', 'undone')",
    "moves between units": "transfer",
    "changes of units": "unit_change",
}  # fmt: skip


def one_of(*values: str, name: str) -> sa.Enum:
    """Make the type of a column that holds one of these words."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Bring the schema here; whoever withdrew before did so by their own wish."""
    for column in COLUMNS_OF_ENROLMENT:
        op.add_column("enrolment", column)
    for column in COLUMNS_OF_MESSAGE:
        op.add_column("message", column)
    op.execute("UPDATE message SET urgent = (code = 'people.code')")
    op.execute("UPDATE enrolment SET ended_because = 'withdrew' WHERE state = 'withdrawn'")
    with op.batch_alter_table("enrolment", table_kwargs={"sqlite_autoincrement": True}) as change:
        for name, (before, after) in CHECKS_OF_ENROLMENT.items():
            if before:
                change.drop_constraint(op.f(f"ck_enrolment_{name}"), type_="check")
            change.create_check_constraint(op.f(f"ck_enrolment_{name}"), sa.text(after))
        for column, table in REFERS.items():
            change.create_foreign_key(op.f(f"fk_enrolment_{column}"), table, [column], ["id"])
        change.create_unique_constraint(op.f("uq_enrolment_replaces_id"), ["replaces_id"])
        change.create_index("ix_enrolment_offered", ["confirm_by"], sqlite_where=OFFERED, postgresql_where=OFFERED)
    make_tables_of_places()
    make_tables_of_people()


def downgrade() -> None:
    """Take the schema back, where nothing is lost by it."""
    refuse_to_lose()
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("enrolment", table_kwargs={"sqlite_autoincrement": True}) as change:
        change.drop_index("ix_enrolment_offered")
        change.drop_constraint(op.f("uq_enrolment_replaces_id"), type_="unique")
        for column in REFERS:
            change.drop_constraint(op.f(f"fk_enrolment_{column}"), type_="foreignkey")
        for name, (before, _after) in CHECKS_OF_ENROLMENT.items():
            change.drop_constraint(op.f(f"ck_enrolment_{name}"), type_="check")
            if before:
                change.create_check_constraint(op.f(f"ck_enrolment_{name}"), sa.text(before))
        for column in reversed(COLUMNS_OF_ENROLMENT):
            change.drop_column(column.name)
    take_back_messages()


def take_back_messages() -> None:
    """Forget how messages were told apart by night, and what gateways called them."""
    with op.batch_alter_table("message", table_kwargs={"sqlite_autoincrement": True}) as change:
        for column in reversed(COLUMNS_OF_MESSAGE):
            change.drop_column(column.name)


def refuse_to_lose() -> None:
    """Stop where rows would be lost: they are kept by a backup, not by an older schema."""
    counting = {what: sa.text(f"SELECT count(*) FROM {rows}") for what, rows in ONLY_HERE.items()}  # noqa: S608
    counted = {what: op.get_bind().scalar(statement) for what, statement in counting.items()}
    if lost := [f"{count} {what}" for what, count in counted.items() if count]:
        raise RuntimeError(
            f"There are {'; '.join(lost)}. The schema of before cannot keep them, and nothing was changed. "
            "To go back, restore the backup that was made before the upgrade."
        )


def make_tables_of_places() -> None:
    """Make the tables that are new about places."""
    op.create_table(
        "admission",
        sa.Column("class_session_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("nomination", sa.Boolean(), nullable=False),
        sa.Column("by_streets", sa.Boolean(), nullable=False),
        sa.Column("by_districts", sa.Boolean(), nullable=False),
        sa.Column("academy_confirms", sa.Boolean(), nullable=False),
        sa.Column("streets_by", MOMENT, nullable=True),
        sa.Column("districts_by", MOMENT, nullable=True),
        sa.Column("open_road", sa.Boolean(), nullable=False),
        sa.Column("approval", one_of("none", "unit", "academy", "both", name="approval"), nullable=False),
        sa.Column("reserve_returns_on", sa.Date(), nullable=True),
        sa.Column("reserve_returned_at", MOMENT, nullable=True),
        sa.Column("confirm_hours", WHOLE, nullable=False),
        sa.CheckConstraint("NOT nomination OR by_streets OR by_districts", name=op.f("ck_admission_some_level")),
        sa.CheckConstraint("confirm_hours BETWEEN 0 AND 168", name=op.f("ck_admission_a_week_to_confirm")),
        sa.CheckConstraint("nomination OR open_road", name=op.f("ck_admission_some_road")),
        sa.ForeignKeyConstraint(
            ["class_session_id"], ["class_session.id"], name=op.f("fk_admission_class_session_id")
        ),
        sa.PrimaryKeyConstraint("class_session_id", name=op.f("pk_admission")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "admission_rule",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("class_session_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column(
            "kind",
            one_of("level", "course", "programme", "unit", "grid_role", "rest", name="rulekind"),
            nullable=False,
        ),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_session_id"], ["class_session.id"], name=op.f("fk_admission_rule_class_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_rule")),
        sa.UniqueConstraint(
            "class_session_id", "position", name=op.f("uq_admission_rule_class_session_id_position")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "unit_list",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("class_session_id", WHOLE, nullable=False),
        sa.Column("unit_id", WHOLE, nullable=False),
        sa.Column(
            "state",
            one_of("open", "handed_in", "returned", "reported", "confirmed", name="liststate"),
            nullable=False,
        ),
        sa.Column("handed_in_at", MOMENT, nullable=True),
        sa.Column("handed_in_by", sa.String(length=100), nullable=False),
        sa.Column("returned_because", sa.String(length=200), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=True),
        sa.Column("reported_by", sa.String(length=100), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", sa.String(length=100), nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("reminders", WHOLE, nullable=False),
        sa.Column("extended_to", MOMENT, nullable=True),
        sa.Column("form_sha256", sa.String(length=64), nullable=True),
        sa.Column("form_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(form_sha256 IS NULL) = (form_name = '')", name=op.f("ck_unit_list_a_form_has_a_name")
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f("ck_unit_list_confirmed_has_a_time")
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR returned_because <> ''", name=op.f("ck_unit_list_returned_for_a_reason")
        ),
        sa.CheckConstraint(
            "state = 'open' OR handed_in_at IS NOT NULL", name=op.f("ck_unit_list_handed_in_has_a_time")
        ),
        sa.CheckConstraint(
            "state NOT IN ('reported', 'confirmed') OR reported_at IS NOT NULL",
            name=op.f("ck_unit_list_reported_has_a_time"),
        ),
        sa.ForeignKeyConstraint(
            ["class_session_id"], ["class_session.id"], name=op.f("fk_unit_list_class_session_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_list_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_list")),
        sa.UniqueConstraint("class_session_id", "unit_id", name=op.f("uq_unit_list_class_session_id_unit_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_unit_list_unit_id"), "unit_list", ["unit_id"])
    op.create_table(
        "opening_notice_counter",
        sa.Column("year", WHOLE, autoincrement=False, nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_opening_notice_counter")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "opening_notice",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("class_session_id", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("year", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("issued_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_opening_notice_versions_from_one")),
        sa.ForeignKeyConstraint(
            ["class_session_id"], ["class_session.id"], name=op.f("fk_opening_notice_class_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_notice")),
        sa.UniqueConstraint("year", "number", "version", name=op.f("uq_opening_notice_year_number_version")),
        sa.UniqueConstraint(
            "class_session_id", "version", name=op.f("uq_opening_notice_class_session_id_version")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "opening_notice_reader",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("notice_id", WHOLE, nullable=False),
        sa.Column("person_id", WHOLE, nullable=False),
        sa.Column("unit_id", WHOLE, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["opening_notice.id"], name=op.f("fk_opening_notice_reader_notice_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opening_notice_reader_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opening_notice_reader_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_notice_reader")),
        sa.UniqueConstraint(
            "notice_id", "person_id", "unit_id", name=op.f("uq_opening_notice_reader_notice_id_person_id_unit_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_opening_notice_reader_person_id"), "opening_notice_reader", ["person_id"])


def make_tables_of_people() -> None:
    """Make the tables that are new about people."""
    op.create_table(
        "roster_import",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", one_of("some", "all", name="importkind"), nullable=False),
        sa.Column("state", one_of("checked", "imported", "undone", "dropped", name="importstate"), nullable=False),
        sa.Column("unit_id", WHOLE, nullable=True),
        sa.Column("class_code", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("checked_by_id", WHOLE, nullable=True),
        sa.Column("checked_by", sa.String(length=100), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(state = 'undone') = (undone_at IS NOT NULL)", name=op.f("ck_roster_import_undone_has_a_time")
        ),
        sa.CheckConstraint(
            "(state IN ('imported', 'undone')) = (imported_at IS NOT NULL)",
            name=op.f("ck_roster_import_imported_has_a_time"),
        ),
        sa.ForeignKeyConstraint(["checked_by_id"], ["person.id"], name=op.f("fk_roster_import_checked_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roster_import_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_roster_import_checked_by", "roster_import", ["checked_by_id", "id"])
    op.create_index("ix_roster_import_sha256", "roster_import", ["sha256", "kind", "unit_id", "class_code"])
    op.create_index(op.f("ix_roster_import_unit_id"), "roster_import", ["unit_id"])
    op.create_table(
        "roster_effect",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("import_id", WHOLE, nullable=False),
        sa.Column(
            "what",
            one_of(
                "person_added",
                "id_added",
                "phone_added",
                "joined",
                "left",
                "role_changed",
                "transfer_asked",
                "nominated",
                name="effect",
            ),
            nullable=False,
        ),
        sa.Column("person_id", WHOLE, nullable=False),
        sa.Column("row_id", WHOLE, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["roster_import.id"], name=op.f("fk_roster_effect_import_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roster_effect_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_effect")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_roster_effect_import_id", "roster_effect", ["import_id", "id"])
    op.create_index(op.f("ix_roster_effect_person_id"), "roster_effect", ["person_id"])
    op.create_table(
        "transfer",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("person_id", WHOLE, nullable=False),
        sa.Column("from_unit_id", WHOLE, nullable=False),
        sa.Column("to_unit_id", WHOLE, nullable=False),
        sa.Column("awaits_unit_id", WHOLE, nullable=False),
        sa.Column(
            "grid_role", one_of("full_time", "part_time", "grid_lead", "volunteer", name="gridrole"), nullable=True
        ),
        sa.Column("role_as_written", sa.String(length=60), nullable=False),
        sa.Column(
            "state", one_of("open", "confirmed", "refused", "withdrawn", name="transferstate"), nullable=False
        ),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("refused_because", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_transfer_decided_has_a_time")),
        sa.CheckConstraint("from_unit_id <> to_unit_id", name=op.f("ck_transfer_goes_elsewhere")),
        sa.CheckConstraint(
            "awaits_unit_id IN (from_unit_id, to_unit_id)", name=op.f("ck_transfer_awaits_one_of_the_two")
        ),
        sa.ForeignKeyConstraint(["awaits_unit_id"], ["unit.id"], name=op.f("fk_transfer_awaits_unit_id")),
        sa.ForeignKeyConstraint(["from_unit_id"], ["unit.id"], name=op.f("fk_transfer_from_unit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transfer_person_id")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name=op.f("fk_transfer_to_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transfer_from_unit_id_state", "transfer", ["from_unit_id", "state"])
    op.create_index("ix_transfer_to_unit_id_state", "transfer", ["to_unit_id", "state"])
    op.create_index("ix_transfer_awaits_unit_id_state", "transfer", ["awaits_unit_id", "state"])
    op.create_index(
        "uq_transfer_one_open", "transfer", ["person_id"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_table(
        "unit_change",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("kind", one_of("renamed", "merged", "split", name="unitchangekind"), nullable=False),
        sa.Column("unit_id", WHOLE, nullable=False),
        sa.Column("other_id", WHOLE, nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("name_before", sa.String(length=60), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(kind = 'renamed') = (other_id IS NULL)", name=op.f("ck_unit_change_others_are_of_two")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["unit.id"], name=op.f("fk_unit_change_other_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_change_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unit_change_unit_id", "unit_change", ["unit_id", "on_day"])
