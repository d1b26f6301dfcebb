"""The first schema: part, picture, region, event."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "part",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("shot_number", sa.Integer, nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("lot", sa.String(64), nullable=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("taken_at", sa.DateTime, nullable=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("judgement", sa.String(8), nullable=False),
        sa.Column("score", sa.Double),
        sa.Column("worst_view", sa.String(64), nullable=False),
        sa.Column("worst_region", sa.String(64), nullable=False),
        sa.Column("defect", sa.String(64), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("recipe", sa.String(64), nullable=False),
        sa.Column("recipe_revision", sa.Integer, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("model_version", sa.String(16), nullable=False),
        sa.Column("ok_at_most", sa.Double, nullable=False),
        sa.Column("ng_above", sa.Double, nullable=False),
        sa.Column("feature_version", sa.String(32), nullable=False),
        sa.Column("provider", sa.String(32), nullable=False),
        sa.Column("vector_ms", sa.Double),
        sa.Column("score_ms", sa.Double),
        sa.Column("judge_ms", sa.Double),
        sa.UniqueConstraint("run", "shot_number"),
    )
    op.create_index("ix_part_lot", "part", ["lot", "id"])
    op.create_index("ix_part_judgement", "part", ["judgement", "id"])
    op.create_index("ix_part_taken_at", "part", ["taken_at"])
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("part_id", sa.Integer, sa.ForeignKey("part.id"), nullable=False),
        sa.Column("view", sa.String(64), nullable=False),
        sa.Column("path", sa.String, nullable=False),
    )
    op.create_index("ix_picture_part_id", "picture", ["part_id"])
    op.create_table(
        "region",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("part_id", sa.Integer, sa.ForeignKey("part.id"), nullable=False),
        sa.Column("region_index", sa.Integer, nullable=False),
        sa.Column("view", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("score", sa.Double),
        sa.Column("unit_space", sa.Integer, nullable=False),
        sa.Column("deviation", sa.LargeBinary, nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_region_part_id", "region", ["part_id"])
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
