"""The plant's record store: one PostgreSQL database into which every station copies its ledger.

A row has a name of its own there: a part its run and shot, what belongs to a part these two, an event its hash. What is sent
twice changes nothing, so a ledger that was restored from a backup, moved to another PC or is sent again from its beginning
leaves no row twice. How far a ledger has come is asked of the plant itself at each connection.

A ledger's rows are sent in the order of their row numbers, so what the plant has of a ledger is the beginning of each table. That
holds for tables whose row number is the part's id too (embedding, sample), since their rows are written together with the part.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
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
    RowMapping,
    Select,
    String,
    Table,
    Text,
    and_,
    create_engine,
    func,
    inspect,
    literal,
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
    Column("last_rows_at", DateTime(timezone=True)),  # when it sent some last
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A table of the ledger and its twin in the plant."""

    here: Table
    there: Table
    key: tuple[str, ...]  # of the twin

    @property
    def row_number(self) -> ColumnElement[int]:
        """Of a row of the ledger: grows in the order of writing."""
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
    if isinstance(source, String):
        return Text()
    if not isinstance(source, Integer):
        raise TypeError(f"{source!r}: PostgreSQL's type for it is not written down here")
    return BigInteger()


_PAIRS = {
    "part": _pair("part", "run", "shot_number", indexes=(("taken_at",), ("station", "taken_at"), ("lot",), ("serial",), ("judgement", "taken_at"))),
    "picture": _pair("picture", "view"),
    "embedding": _pair("embedding"),
    "sample": _pair("sample"),
    "shadow": _pair("shadow", "model", "model_version"),
    "review": _pair("review", "at", "reviewer", "truth", "mode"),
    "event": _pair("event", "hash", indexes=(("at",),)),
    "region": _pair("region", "region_index"),
}


class PlantDatabase:
    """The connection of one station to it. Used by one thread."""

    def __init__(self, url: str, user: str, password: str | None, station: str, with_vectors: bool, timeout_s: float) -> None:
        """Nothing is connected yet.

        Args:
            url: postgresql://host[:port]/database[?sslmode=…], without user and password.
            station: what it calls itself.
            with_vectors: every region with its vector too, about 0.3 MB a part.
            timeout_s: a connection must stand within this time, and a statement end within `patience_s` [s].

        Raises:
            PlantError: psycopg is not installed.
        """
        address = make_url(url).set(drivername="postgresql+psycopg")
        self.where = f"{address.host}/{address.database}"
        self.patience_s = 10 * timeout_s
        self._station = station
        self._names = [name for name in _PAIRS if with_vectors or name != "region"]
        self._cursors: dict[str, int] = {}
        self._origin = ""
        arguments = {
            "connect_timeout": max(2, round(timeout_s)), "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
            "tcp_user_timeout": round(2000 * timeout_s), "options": f"-c statement_timeout={round(1000 * self.patience_s)}",
            "application_name": f"inspection {station}"[:60], "client_encoding": "utf8",
        }  # fmt: skip
        try:
            self._engine = create_engine(address.set(username=user or None, password=password), poolclass=NullPool, connect_args=arguments)
        except ImportError as err:  # psycopg itself, or the library that it calls
            raise PlantError(f"psycopg cannot be used ({err}): see requirements/delivery.txt") from err
        self._connection: Connection | None = None

    @property
    def part_cursor(self) -> int:
        """Id of the last part of this ledger that the plant has; 0 = none, or nobody has asked yet."""
        return self._cursors.get("part", 0)

    def open(self, ledger: Engine) -> None:
        """Connect, make the tables where they are missing, and ask how far this ledger has come.

        Raises:
            PlantError: it cannot be reached, refuses, is a newer program's, or does not keep its texts as UTF-8.
            StoreError: the ledger cannot be read.
        """
        self.close()
        with self._asking():
            self._connection = there = self._engine.connect()
            with there.begin():
                there.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # of stations that start at once one makes the tables
                found = there.scalar(select(func.max(_about.c.version))) if inspect(there).has_table(_about.name) else None
                if found is not None and found > SCHEMA:
                    raise PlantError(f"plant database {self.where}: its schema {found} is newer than this program's {SCHEMA}; update this station")
                if (encoding := there.scalar(text("SHOW server_encoding"))) != "UTF8":
                    raise PlantError(f"plant database {self.where}: it keeps texts as {encoding}; make one with ENCODING 'UTF8'")
                _metadata.create_all(there)
                if found is None:
                    there.execute(insert(_about).values(version=SCHEMA))
        self._meet(ledger)

    def copy(self, ledger: Engine) -> tuple[int, bool]:
        """Copy the next rows of every table, in one transaction of the plant; on its disk when this returns.

        Returns:
            Rows that were sent, and whether more wait.

        Raises:
            PlantError: they are not all there; none of them is, unless only the answer was lost.
            StoreError: the ledger cannot be read.
        """
        if not self._origin:
            self._meet(ledger)
        batches = self._next(ledger)
        if not any(batches.values()):
            return 0, False
        there = self._connected()
        with self._asking(_in_words(batches)), there.begin():
            for name, rows in batches.items():
                if rows:
                    there.execute(insert(_PAIRS[name].there).on_conflict_do_nothing(), rows)
            there.execute(_stations.update().where(_stations.c.origin == self._origin).values(last_rows_at=now()))
        for name, rows in batches.items():
            if rows:
                self._cursors[name] = rows[-1]["ledger_row"]
        return sum(map(len, batches.values())), any(len(rows) == ROWS for rows in batches.values())

    def counts(self) -> dict[str, int]:
        """Rows of this ledger that the plant has, by table. Raises PlantError."""
        there = self._connected()
        with self._asking(), there.begin():
            tables = {name: _PAIRS[name].there for name in self._names}
            return {name: there.scalar(select(func.count()).select_from(t).where(t.c.origin == self._origin)) or 0 for name, t in tables.items()}

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
        there = self._connected()
        with _reading(), ledger.connect() as here:
            self._origin = here.scalar(text("SELECT hash FROM event ORDER BY id LIMIT 1")) or ""
            if not self._origin:
                return
            with self._asking(), there.begin():
                seen = insert(_stations).values(origin=self._origin, station=self._station, first_seen_at=now())
                there.execute(seen.on_conflict_do_update(index_elements=["origin"], set_={"station": self._station}))
                self._cursors = {name: self._cursor(_PAIRS[name], here, there) for name in self._names}

    def _cursor(self, pair: _Pair, here: Connection, there: Connection) -> int:
        """The last row of this ledger that the plant has; found by halving, since what it has is the beginning.

        Of a ledger that was restored from a backup the plant has other rows under the same numbers beside; they do not count.
        """

        def last_up_to(number: int) -> RowMapping | None:
            return here.execute(pair.rows().where(pair.row_number <= number).order_by(pair.row_number.desc()).limit(1)).mappings().one_or_none()

        def is_there(row: RowMapping) -> bool:
            own = and_(pair.there.c.origin == self._origin, *(pair.there.c[name] == row[name] for name in ("ledger_row", *pair.key)))
            return there.scalar(select(literal(1)).where(own).limit(1)) is not None

        newest = last_up_to(2**62)
        if newest is None or is_there(newest):
            return 0 if newest is None else int(newest["ledger_row"])
        low, high = 0, int(newest["ledger_row"])  # up to low it is there, high is not
        while high - low > 1:
            middle = (low + high) // 2
            row = last_up_to(middle)
            if row is None or row["ledger_row"] <= low or is_there(row):
                low = middle
            else:
                high = int(row["ledger_row"])
        return low

    def _next(self, ledger: Engine) -> dict[str, list[dict[str, Any]]]:
        if not self._origin:
            return {}
        batches = {}
        with _reading(), ledger.connect() as here:
            for name in self._names:
                pair = _PAIRS[name]
                query = pair.rows().where(pair.row_number > self._cursors[name]).order_by(pair.row_number).limit(ROWS)
                rows = here.execute(query).mappings()
                batches[name] = [{key: _storable(value) for key, value in row.items()} | {"origin": self._origin} for row in rows]
        return batches

    def _connected(self) -> Connection:
        if self._connection is None:
            raise PlantError(f"plant database {self.where}: not connected")
        return self._connection

    @contextlib.contextmanager
    def _asking(self, what: str = "") -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as err:
            raise PlantError(f"plant database {self.where}: {_first_line(err)}{what}") from err


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as err:
        raise StoreError(f"the records cannot be read for the plant database: {_first_line(err)}") from err


def _storable(value: Any) -> Any:
    """PostgreSQL's texts hold no NUL: it is written out."""
    return value.replace("\0", "\\x00") if isinstance(value, str) and "\0" in value else value


def _in_words(batches: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Where in the ledger something is that the plant refuses."""
    return " (at " + ", ".join(f"{name} {rows[0]['ledger_row']} to {rows[-1]['ledger_row']}" for name, rows in batches.items() if rows) + ")"


def _first_line(err: SQLAlchemyError) -> str:
    cause = getattr(err, "orig", None) or err
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]
