"""The two engines that every test with a database runs on, emptied before each test."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest
from peewee import InterfaceError, OperationalError

from tests.snapshots import Snapshots
from vodokanal.models.database import connect_to, database, open_connection
from vodokanal.models.migrating import migrate
from vodokanal.operations.foundations import lay_foundations

SUFFIXES = ("", "-wal", "-shm")
# For what only one engine has.
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)

Layer = tuple[str, ...]
Laid = TypeVar("Laid")


class Engine:
    """A database of one engine, made by the migrations."""

    name: str
    current: ClassVar[Engine]

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        # What lies upon the foundations, and nothing else; None when nobody knows.
        self._layer: Layer | None = None
        self._ahead: Layer = ()
        self._made: dict[Layer, bytes] = {}
        self._build()

    @property
    def is_sqlite(self) -> bool:
        """Whether the tests run on SQLite now."""
        return self.name == "sqlite"

    def fresh(self, first: str = "") -> None:
        """Only the foundations are left, and this thread is connected.

        What the test asks for first lies there too, when it has been made before: two copies
        would cost twice as much.
        """
        Engine.current = self
        self._layer = None
        layer = (first,) if (first,) in self._made else ()
        self._begin(layer)
        self._layer = self._ahead = layer

    def laid(self, name: str, make: Callable[[], Laid]) -> Laid:
        """What `make` adds to a fresh database: made once, then its rows are copied.

        Where a test has written something before, it is made upon that.
        """
        layer: Layer = (name,)
        if layer != self._ahead:
            if self._layer is None or not self._is_untouched():
                self._layer = None
                return make()
            layer = (*self._layer, name)
            self._lay(layer, make)
        self._ahead = ()
        made: Laid = pickle.loads(self._made[layer])  # noqa: S301 - our own rows
        return made

    def _lay(self, layer: Layer, make: Callable[[], object]) -> None:
        self._layer = None
        if layer in self._made:
            self._copy(layer)
        else:
            made = pickle.dumps(make())
            self._keep(layer)
            self._made[layer] = made
        self._layer = layer

    def leave(self) -> None:
        """A test is over."""
        disconnect()

    def _build(self) -> None:
        connect_to(self.url)
        open_connection()
        migrate(self.folder)

    def _begin(self, layer: Layer) -> None:
        raise NotImplementedError

    def _is_untouched(self) -> bool:
        """Whether nothing has been written since the rows were last laid."""
        raise NotImplementedError

    def _keep(self, layer: Layer) -> None:
        raise NotImplementedError

    def _copy(self, layer: Layer) -> None:
        raise NotImplementedError


class SqliteEngine(Engine):
    """A file that is copied anew for every test."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "portal.db"
        self._version: tuple[int, ...] = ()
        super().__init__(f"sqlite:///{self.path}", folder)

    def _begin(self, layer: Layer) -> None:
        self._copy(layer)

    def _is_untouched(self) -> bool:
        return self._version == self._now()

    def _keep(self, layer: Layer) -> None:
        # Closing the last connection moves everything out of the write-ahead log.
        disconnect()
        shutil.copyfile(self.path, self._template(layer))
        self._copy(layer)

    def _copy(self, layer: Layer) -> None:
        disconnect()
        for suffix in SUFFIXES:
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self._template(layer), self.path)
        connect_to(self.url)
        open_connection()
        self._version = self._now()

    def _template(self, layer: Layer) -> Path:
        return self.folder / ("-".join(("template", *layer)) + ".db")

    def _now(self) -> tuple[int, ...]:
        """Another one as soon as this connection or another one writes."""
        if database.is_closed():
            return ()
        (version,) = database.execute_sql("PRAGMA data_version").fetchone()
        return id(database.connection()), version, database.connection().total_changes

    def _build(self) -> None:
        self.path.unlink(missing_ok=True)
        super()._build()
        lay_foundations()
        database.close()
        self.path.replace(self._template(()))


class PostgresEngine(Engine):
    """A database whose tables are emptied for every test, through one connection."""

    name = "postgresql"

    def leave(self) -> None:
        """The connection stays: a new one would have to read the whole catalogue."""

    def _build(self) -> None:
        super()._build()
        self._own = database.obj
        self._snapshots = Snapshots()

    def _begin(self, layer: Layer) -> None:
        if not self._is_connected():
            self._connect()
        try:
            self._snapshots.empty()
        except (OperationalError, InterfaceError):
            # A test has broken the connection, or taken it away.
            self._connect()
            self._snapshots.empty()
        if layer:
            self._copy(layer)

    def _is_untouched(self) -> bool:
        return self._is_connected() and self._snapshots.is_untouched()

    def _keep(self, layer: Layer) -> None:
        self._snapshots.keep(layer)

    def _copy(self, layer: Layer) -> None:
        self._snapshots.copy(layer)

    def _is_connected(self) -> bool:
        if database.obj is not self._own or database.is_closed():
            return False
        roll_back()
        return True

    def _connect(self) -> None:
        disconnect()
        self._own.close()
        self._own = connect_to(self.url)
        open_connection()


def disconnect() -> None:
    """Closes this thread's connection, whatever state a test left it in."""
    if database.obj is None or database.is_closed():
        return
    while database.in_transaction():
        database.pop_transaction()
    database.close()


def roll_back() -> None:
    """Ends whatever transaction a test left open on this thread's connection."""
    if database.in_transaction():
        while database.in_transaction():
            database.pop_transaction()
        database.rollback()
