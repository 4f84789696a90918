"""offers, desks and batches: every message about an offer, what liaisons ask for, and an index for undoing lists."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OUTCOME = sa.Enum(
    "handed_over",
    "refused",
    "taken_back",
    name="deskoutcome",
    native_enum=False,
    create_constraint=True,
    length=32,
)
UNDECIDED = sa.text("outcome IS NULL")


def upgrade() -> None:
    """Bring the schema here; the one message known of an offer is the first of many."""
    op.create_index(op.f("ix_batch_entry_person_id"), "batch_entry", ["person_id"])
    op.create_table(
        "offer_message",
        sa.Column("enrolment_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("message_id", WHOLE, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_offer_message_enrolment_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_offer_message_message_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "message_id", name=op.f("pk_offer_message")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_offer_message_message_id"), "offer_message", ["message_id"])
    op.execute(
        "INSERT INTO offer_message (enrolment_id, message_id) "
        "SELECT enrolment.id, message.id FROM enrolment JOIN message ON message.id = enrolment.offer_message_id"
    )
    with op.batch_alter_table("enrolment", table_kwargs={"sqlite_autoincrement": True}) as change:
        change.drop_column("offer_message_id")
    make_desk_ask()


def downgrade() -> None:
    """Take the schema back, where nobody waits for a desk: of the messages about an offer the first one stays."""
    if waiting := op.get_bind().scalar(sa.text("SELECT count(*) FROM desk_ask WHERE outcome IS NULL")):
        raise RuntimeError(
            f"{waiting} liaisons have asked to hand their desk over. The schema of before cannot keep that, and "
            "nothing was changed. Confirm or refuse what they ask for first, on /admin/desks; those of people who "
            "no longer have the desk can be deleted."
        )
    op.drop_table("desk_ask")
    op.add_column("enrolment", sa.Column("offer_message_id", WHOLE, nullable=True))
    op.execute(
        "UPDATE enrolment SET offer_message_id = (SELECT min(message.id) FROM offer_message "
        "JOIN message ON message.id = offer_message.message_id "
        "WHERE offer_message.enrolment_id = enrolment.id AND message.queued_at >= enrolment.offered_at)"
    )
    op.drop_table("offer_message")
    op.drop_index(op.f("ix_batch_entry_person_id"), table_name="batch_entry")


def make_desk_ask() -> None:
    """Make the table of what liaisons ask for who leave their desk."""
    op.create_table(
        "desk_ask",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("unit_id", WHOLE, nullable=False),
        sa.Column("giver_id", WHOLE, nullable=False),
        sa.Column("heir_id", WHOLE, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("outcome", OUTCOME, nullable=True),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_desk_ask_settled_has_a_time")
        ),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_desk_ask_giver_id")),
        sa.ForeignKeyConstraint(["heir_id"], ["person.id"], name=op.f("fk_desk_ask_heir_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_desk_ask_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_ask")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_desk_ask_unit_id"), "desk_ask", ["unit_id"])
    op.create_index(
        "uq_desk_ask_one_open",
        "desk_ask",
        ["unit_id", "giver_id"],
        unique=True,
        postgresql_where=UNDECIDED,
        sqlite_where=UNDECIDED,
    )
