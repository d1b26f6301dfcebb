"""The plant's record store: one PostgreSQL database into which every station copies its ledger.

A row has a name of its own there: a part its run and shot, what belongs to a part these two, an event its hash. What is sent
twice changes nothing, so a ledger that was restored from a backup, moved to another PC or is sent again from its beginning
leaves no row twice. How far a ledger has come is asked of the plant itself; the station keeps nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Double,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Select,
    String,
    Table,
    Text,
    create_engine,
    func,
    literal_column,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeEngine

from station.shot import now
from station.store.database import StoreError
from station.store.schema import Base, Part, UtcDateTime

SCHEMA = 1
"""Of the plant's tables; a station refuses a plant with a newer one."""
ROWS = 500
"""Rows of one table a transaction: about a second of a fast line with all its vectors."""
_LOCK = 7_204_111  # any number that nobody else locks by


class PlantError(Exception):
    """The plant's database cannot be reached, refuses, or is a newer one's. What is not copied stays in the ledger and is tried again."""


_metadata = MetaData()
_about = Table("inspection_schema", _metadata, Column("version", Integer, primary_key=True))
_stations = Table(
    "inspection_station",
    _metadata,
    Column("origin", Text, primary_key=True),  # hash of the ledger's first event
    Column("station", Text, nullable=False),  # as it called itself last
    Column("first_seen_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A table of the ledger and its twin in the plant."""

    here: Table
    there: Table
    key: tuple[str, ...]  # of the twin

    @property
    def row_number(self) -> ColumnElement[int]:
        """Of a row of the ledger: counted up in the order of writing."""
        return literal_column(f"{self.here.name}.rowid", BigInteger)

    def rows(self) -> Select[Any]:
        """Of the ledger, as the twin has them, but for the origin."""
        columns: list[ColumnElement[Any]] = [self.row_number.label("ledger_row")]
        columns += [column for column in self.here.columns if column.name in self.there.columns]
        if "part_id" not in self.here.columns:
            return select(*columns).select_from(self.here)
        part = Part.__table__
        return select(*columns, part.c.run, part.c.shot_number).select_from(self.here.join(part, part.c.id == self.here.c.part_id))


def _pair(name: str, *key: str, indexes: Sequence[tuple[str, ...]] = ()) -> _Pair:
    here = Base.metadata.tables[name]
    of_part: list[Column[Any]] = [Column("run", Text), Column("shot_number", BigInteger)] if "part_id" in here.columns else []
    key = ("run", "shot_number", *key) if of_part else key
    own = [Column(c.name, _type(c.type), nullable=c.nullable) for c in here.columns if c.name not in ("id", "part_id")]
    twin = Table(
        f"inspection_{name}",
        _metadata,
        Column("origin", Text, nullable=False),
        Column("ledger_row", BigInteger, nullable=False),  # of a part: its number on the station's screens
        *of_part,
        *own,
        PrimaryKeyConstraint(*key),
        Index(f"ix_inspection_{name}_ledger", "origin", "ledger_row"),
        *(Index(f"ix_inspection_{name}_{columns[0]}", *columns) for columns in indexes),
    )
    return _Pair(here, twin, key)


def _type(source: TypeEngine[Any]) -> TypeEngine[Any]:
    """PostgreSQL's type of a ledger's column. Lengths are the ledger's business."""
    if isinstance(source, UtcDateTime):
        return DateTime(timezone=True)
    if isinstance(source, LargeBinary):
        return LargeBinary()
    if isinstance(source, Float):
        return Double()
    return Text() if isinstance(source, String) else BigInteger()


_PAIRS = {
    "part": _pair("part", "run", "shot_number", indexes=(("taken_at",), ("station", "taken_at"), ("lot",), ("serial",), ("judgement", "taken_at"))),
    "picture": _pair("picture", "view"),
    "embedding": _pair("embedding"),
    "sample": _pair("sample"),
    "shadow": _pair("shadow", "model", "model_version"),
    "review": _pair("review", "at", "reviewer"),
    "event": _pair("event", "hash", indexes=(("at",),)),
    "region": _pair("region", "region_index"),
}


class PlantDatabase:
    """The connection of one station to it. Used by one thread."""

    def __init__(
        self, url: str, user: str = "", password: str | None = None, station: str = "", with_vectors: bool = False, timeout_s: float = 5.0
    ) -> None:
        """Nothing is connected yet.

        Args:
            url: postgresql://host[:port]/database[?sslmode=…], without user and password.
            with_vectors: every region with its vector too, about 0.3 MB a part.
            timeout_s: the server must answer within this time [s], and a statement end within ten times as long.

        Raises:
            PlantError: psycopg is not installed.
        """
        address = make_url(url).set(drivername="postgresql+psycopg")
        self.where = f"{address.host}/{address.database}"
        self._address = address.set(username=user or None, password=password)
        self._station = station
        self._names = [name for name in _PAIRS if with_vectors or name != "region"]
        self._cursors: dict[str, int] = {}
        self._origin = ""
        milliseconds = round(1000 * timeout_s)
        arguments = {
            "connect_timeout": max(2, round(timeout_s)), "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
            "tcp_user_timeout": 2 * milliseconds, "options": f"-c statement_timeout={10 * milliseconds}",
            "application_name": f"inspection {station}"[:60],
        }  # fmt: skip
        try:
            self._engine = create_engine(self._address, poolclass=NullPool, connect_args=arguments)
        except ModuleNotFoundError as err:
            raise PlantError(f"{err.name} is not installed: see requirements/delivery.txt") from err
        self._connection: Connection | None = None

    @property
    def part_cursor(self) -> int:
        """Id of the last part of this ledger that the plant has; 0 = none, or nobody has asked yet."""
        return self._cursors.get("part", 0)

    def open(self, ledger: Engine) -> None:
        """Connect, make the tables where they are missing, and ask how far this ledger has come.

        Raises:
            PlantError: see there.
            StoreError: the ledger cannot be read.
        """
        self.close()
        try:
            self._connection = self._engine.connect()
            with self._connection.begin():
                self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # of stations that start at once one makes the tables
                _metadata.create_all(self._connection)
                found = self._connection.scalar(select(func.max(_about.c.version)))
                if found is None:
                    self._connection.execute(insert(_about).values(version=SCHEMA))
                elif found > SCHEMA:
                    raise PlantError(f"plant database {self.where}: its schema {found} is newer than this program's {SCHEMA}; update this station")
            self._meet(ledger)
        except SQLAlchemyError as err:
            raise PlantError(f"plant database {self.where}: {_first_line(err)}") from err

    def copy(self, ledger: Engine) -> tuple[int, bool]:
        """Copy the next rows of every table, in one transaction of the plant; on its disk when this returns.

        Returns:
            Rows that were sent, and whether more wait.

        Raises:
            PlantError, StoreError.
        """
        if not self._origin:
            self._meet(ledger)
        batches = self._next(ledger)
        if not any(batches.values()):
            return 0, False
        assert self._connection is not None
        try:
            with self._connection.begin():
                for name, rows in batches.items():
                    if rows:
                        self._connection.execute(insert(_PAIRS[name].there).on_conflict_do_nothing(), rows)
                self._connection.execute(_stations.update().where(_stations.c.origin == self._origin).values(seen_at=now()))
        except SQLAlchemyError as err:
            raise PlantError(f"plant database {self.where}: {_first_line(err)}") from err
        for name, rows in batches.items():
            if rows:
                self._cursors[name] = rows[-1]["ledger_row"]
        return sum(map(len, batches.values())), any(len(rows) == ROWS for rows in batches.values())

    def counts(self) -> dict[str, int]:
        """Rows of this ledger that the plant has, by table. Raises PlantError."""
        assert self._connection is not None
        try:
            with self._connection.begin():
                tables = {name: _PAIRS[name].there for name in self._names}
                return {
                    name: self._connection.scalar(select(func.count()).select_from(t).where(t.c.origin == self._origin)) or 0
                    for name, t in tables.items()
                }
        except SQLAlchemyError as err:
            raise PlantError(f"plant database {self.where}: {_first_line(err)}") from err

    def close(self) -> None:
        """Let go of the connection; never raises."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except SQLAlchemyError:  # it was broken already
                connection.invalidate()

    # -- how far ---------------------------------------------------------------------------------------------------

    def _meet(self, ledger: Engine) -> None:
        """Which ledger this is, and its cursors; a ledger without any event has nothing to copy yet."""
        assert self._connection is not None
        try:
            with ledger.connect() as here:
                self._origin = here.scalar(text("SELECT hash FROM event ORDER BY id LIMIT 1")) or ""
                if not self._origin:
                    return
                with self._connection.begin():
                    at = now()
                    seen = insert(_stations).values(origin=self._origin, station=self._station, first_seen_at=at, seen_at=at)
                    self._connection.execute(seen.on_conflict_do_update(index_elements=["origin"], set_={"station": self._station, "seen_at": at}))
                    self._cursors = {name: self._cursor(_PAIRS[name], here, self._connection) for name in self._names}
        except SQLAlchemyError as err:
            raise PlantError(f"plant database {self.where}: {_first_line(err)}") from err

    def _cursor(self, pair: _Pair, here: Connection, there: Connection) -> int:
        """The last row that the plant has of this ledger; 0 where the ledger has another row of that number: it was restored."""
        names = ("ledger_row", *pair.key)
        newest = select(*(pair.there.c[name] for name in names)).where(pair.there.c.origin == self._origin)
        row = there.execute(newest.order_by(pair.there.c.ledger_row.desc()).limit(1)).one_or_none()
        if row is None:
            return 0
        own = here.execute(pair.rows().where(pair.row_number == row.ledger_row)).mappings().one_or_none()
        return row.ledger_row if own is not None and all(own[name] == row[i] for i, name in enumerate(names)) else 0

    def _next(self, ledger: Engine) -> dict[str, list[dict[str, Any]]]:
        if not self._origin:
            return {}
        try:
            with ledger.connect() as here:
                batches = {}
                for name in self._names:
                    pair = _PAIRS[name]
                    query = pair.rows().where(pair.row_number > self._cursors[name]).order_by(pair.row_number).limit(ROWS)
                    batches[name] = [{**row, "origin": self._origin} for row in here.execute(query).mappings()]
                return batches
        except SQLAlchemyError as err:
            raise StoreError(f"the records cannot be read for the plant database: {getattr(err, 'orig', None) or err}") from err


def _first_line(err: SQLAlchemyError) -> str:
    return str(getattr(err, "orig", None) or err).strip().splitlines()[0]
