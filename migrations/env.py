"""How Alembic runs here: on the connection it is handed, in that connection's transaction."""

from typing import Literal

from alembic import context

from academy.ground.search_index import in_models

# A migration must not change when the program's own column types do.
PLAIN = {"UtcDateTime": "sa.DateTime(timezone=True)", "Sealed": "sa.LargeBinary()"}


def plainly(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as the plain ones that the database knows."""
    return PLAIN.get(type(item).__name__, False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=True,
    render_item=plainly,
    compare_type=True,
    include_object=in_models,
    transaction_per_migration=False,
)
context.run_migrations()
