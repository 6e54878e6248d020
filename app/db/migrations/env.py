"""Alembic's environment: it runs on the connection that ``app.db.migrate`` hands over."""

from alembic import context

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
with context.begin_transaction():
    context.run_migrations()
