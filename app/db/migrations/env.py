"""Alembic's environment: it runs on the connection that ``app.db.migrate`` hands over."""

from alembic import context
from sqlalchemy import text

import app.models  # noqa: F401 - every table registers itself
from app.db.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,
)
if connection.dialect.name == "postgresql":  # a step may compute, or its host sleep, for longer
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
with context.begin_transaction():
    context.run_migrations()
