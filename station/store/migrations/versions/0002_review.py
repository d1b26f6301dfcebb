"""Reviews: what a part truly was, said by a person after the verdict. Parts, pictures, regions, events stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("part_id", sa.Integer, sa.ForeignKey("part.id"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("truth", sa.String(8), nullable=False),
        sa.Column("mode", sa.String(64), nullable=False),
        sa.Column("comment", sa.String, nullable=False),
    )
    op.create_index("ix_review_part_id", "review", ["part_id"])
