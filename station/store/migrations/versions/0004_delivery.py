"""How far each sink has acknowledged the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("part_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=True),
    )
