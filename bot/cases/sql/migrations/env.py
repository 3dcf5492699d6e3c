"""Alembic's way in: runs on the connection that `bot.store.engine.migrate` hands over."""

from alembic import context

from bot.cases.sql.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
