"""The ledger: SQLite through SQLAlchemy, pictures on disk. The only room that knows SQL.

schema.py     the tables; append-only facts, times in UTC
database.py   opening: pragmas, migrations, what to say when it cannot be
journal.py    writing: one transaction a part, events chained by hash; the only writer on the line
reviews.py    writing beside it: what a part truly was, said by QA while the line runs
lock.py       one station a data folder
damage.py, integrity.py   whether the file is whole; what is not is set aside by the station that starts
copies.py, backup.py      a copy of one moment beside the writer; backups on a schedule, and putting one back
disk.py, retention.py     how much room is left, and which pictures make some
pictures.py   pictures to disk, before the row that names them
queries.py    reading, on sessions of its own
sampling.py   the true escape rate, from OK parts that chance drew
agreement.py  two reviewers on the same parts: Cohen's kappa
similar.py, points.py   the most similar past parts, and the cache that finds them among millions
series.py     counting for charts, over ranges of part ids
deliveries.py how far each sink has acknowledged the parts
exports.py    whole rows and vectors, a block at a time
migrations/   one file a schema version, run by Alembic
"""
