"""The ledger: SQLite through SQLAlchemy, pictures on disk. The only room that knows SQL.

schema.py     the tables; append-only facts, times in UTC
database.py   opening: pragmas, migrations, what to say when it cannot be
journal.py    writing: one transaction a part, events chained by hash; the only writer on the line
reviews.py    writing beside it: what a part truly was, said by QA while the line runs
lock.py       one station a data folder
pictures.py   pictures to disk, before the row that names them
queries.py    reading, on sessions of its own
sampling.py   the true escape rate, from OK parts that chance drew
agreement.py  two reviewers on the same parts: Cohen's kappa
similar.py, points.py   the most similar past parts, and the cache that finds them among millions
series.py     counting for charts, over ranges of part ids
exports.py    whole rows and vectors, a block at a time
migrations/   one file a schema version, run by Alembic
"""
