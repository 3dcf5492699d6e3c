"""what is written back into a case: tasks and notes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, more in (("case_tasks", [sa.Column("due", sa.Date(), nullable=False)]), ("case_notes", [])):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("case_id", sa.Integer(), nullable=False),
            sa.Column("key", sa.String(length=36), nullable=False),
            *more,
            sa.Column("sealed", sa.LargeBinary(), nullable=False),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint("key", name=f"uq_{table}_key"),
            sqlite_autoincrement=True,
        )
        op.create_index(f"ix_{table}_case_id", table, ["case_id"])


def downgrade() -> None:
    for table in ("case_notes", "case_tasks"):
        op.drop_index(f"ix_{table}_case_id", table_name=table)
        op.drop_table(table)
