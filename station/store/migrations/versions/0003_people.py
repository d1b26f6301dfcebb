"""Who may what, what was run beside production, and what makes parts findable among millions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("part", sa.Column("kind", sa.String(16), nullable=False, server_default="part"))
    op.add_column("part", sa.Column("retest_of", sa.Integer, nullable=True))
    for name, columns in (
        ("ix_part_serial", ["serial", "id"]),
        ("ix_part_score", ["score"]),
        ("ix_part_defect", ["defect", "id"]),
        ("ix_part_model", ["model", "model_version", "id"]),
        ("ix_part_kind", ["kind", "id"]),
        ("ix_part_retest_of", ["retest_of"]),
        ("ix_part_shift", ["taken_at", "kind", "judgement"]),
        ("ix_part_tally", ["lot", "kind", "judgement"]),
        ("ix_part_series", ["kind", "judgement", "id", "score", "lot"]),
        ("ix_part_search", ["id", "judgement", "score", "defect", "model", "model_version", "kind", "taken_at", "lot", "serial"]),
        ("ix_part_setting", ["model", "model_version", "recipe", "recipe_revision", "ok_at_most", "ng_above", "id"]),
    ):
        op.create_index(name, "part", columns)
    op.create_index("ix_review_truth", "review", ["truth", "part_id"])
    op.create_index("ix_review_mode", "review", ["mode", "truth", "part_id"])
    op.create_index("ix_review_reviewer", "review", ["part_id", "reviewer"])
    op.create_table(
        "embedding",
        sa.Column("part_id", sa.Integer, sa.ForeignKey("part.id"), primary_key=True),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("model_version", sa.String(16), nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_embedding_model", "embedding", ["model", "model_version", "part_id"])
    op.create_table(
        "sample",
        sa.Column("part_id", sa.Integer, sa.ForeignKey("part.id"), primary_key=True),
        sa.Column("drawn_at", sa.DateTime, nullable=False),
        sa.Column("rate", sa.Double, nullable=False),
    )
    op.create_table(
        "shadow",
        sa.Column("part_id", sa.Integer, sa.ForeignKey("part.id"), primary_key=True),
        sa.Column("model", sa.String(64), primary_key=True),
        sa.Column("model_version", sa.String(16), primary_key=True),
        sa.Column("judgement", sa.String(8), nullable=False),
        sa.Column("score", sa.Double, nullable=True),
        sa.Column("ok_at_most", sa.Double, nullable=False),
        sa.Column("ng_above", sa.Double, nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("secret_hash", sa.String(200), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
