"""The ledger: SQLite through SQLAlchemy, pictures on disk. The only room that knows SQL.

The file itself

    schema.py        the tables; append-only facts, times in UTC
    database.py      opening: pragmas, migrations, what to say when it cannot be
    lock.py          one station a data folder
    integrity.py     whether the file is whole, before anything else uses it; what is not is set aside by the station that starts
    damage.py        how a damaged file is told, found and put out of the way
    glance.py        what a database says of itself; nothing is made, changed or migrated
    copies.py        a copy of one moment, beside the writer
    left_behind.py   what is read from a ledger that gives way to another one
    backup.py        backups on a schedule, and putting one back
    disk.py          how much room is left, and when there is too little to accept another part
    retention.py     which pictures make room, by age, quota and free space
    thinning.py      the vectors of old OK parts are emptied
    migrations/      one file a schema version, run by Alembic

Writing

    journal.py       one transaction a part, events chained by hash; the only writer on the line
    pictures.py      pictures to disk, before the row that names them
    reviews.py       beside the line: what a part truly was, said by QA while the line runs
    accounts.py      who may sign in; of a secret only the hash is kept
    deliveries.py    how far each sink has acknowledged the parts
    plant.py         the same ledger in the plant's PostgreSQL

Reading, on sessions of its own

    queries.py       one part and the newest ones
    search.py        a filter's parts among millions, page by page
    part_facts.py    all that is on record of one part
    line_history.py  what the line's rules and the operator's page ask: counts, alarms, challenge parts, serials
    events.py        the events, filtered, and whether their chain is whole
    series.py        counting for charts, over ranges of part ids
    sampling.py      the true escape rate, from OK parts that chance drew
    agreement.py     two reviewers on the same parts: Cohen's kappa
    similar.py       the most similar past parts
    points.py        the cache that finds them among millions
    scored.py        scores and embeddings for the drift page
    known_good.py    parts that people have called good: what a model may be taught with
    trials.py        what a candidate is tried on, and what it said beside the line
    exports.py       whole rows and vectors, a block at a time
"""
