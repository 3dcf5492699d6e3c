"""an audit trail: its lines and its head."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "audit_trail",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _text("actor_kind", 10),
        _text("actor", 64),
        _text("subject", 64, nullable=True),
        _text("doing", 20),
        _text("why", 80),
        _text("place", 64, nullable=True),
        _text("outcome", 20),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _text("mac", 64),
        sa.PrimaryKeyConstraint("id", name="pk_audit_trail"),
    )
    op.create_index("ix_audit_trail_at", "audit_trail", ["at"])
    op.create_index("ix_audit_trail_subject", "audit_trail", ["subject", "id"])
    op.create_index("ix_audit_trail_actor", "audit_trail", ["actor_kind", "actor", "id"])
    op.create_index("ix_audit_trail_doing", "audit_trail", ["doing", "id"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False),
        _text("mac", 64),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "n": 0, "mac": ""}])


def downgrade() -> None:
    raise NotImplementedError("an audit trail is not thrown away")
