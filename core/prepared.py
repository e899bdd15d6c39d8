"""Queries whose SQL is built once: for the few whose making in Python costs more than their answer.

An ORM query with thirty subqueries takes 20 ms to build and 1 ms to answer, and is the same at every request but for
one primary key. ``Prepared`` builds it once per process with marks in the place of what varies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql.subqueries import UpdateQuery
from psycopg2.extensions import AsIs

#: connection of the driver → statements it has prepared (they live and die with it)
_on_connection: WeakKeyDictionary = WeakKeyDictionary()


class Prepared:
    """A ``values()`` queryset prepared for ever-changing integers and texts.

    ``build(mark)`` returns the queryset, calling ``mark(name)`` where an integer will vary, ``mark(name, str)`` where a
    text will, ``mark(name, dt.date)`` where a day will. Everything else in it must be constant: no choice that depends
    on the request. ::

        prepared = Prepared(lambda mark: Ingenierie.objects.filter(pk=mark("pk")).annotate(…).values("pk", …))
        prepared.rows(pk=42)    # the dicts that build(…).filter(pk=42).values(…) would give
    """

    _FIRST_MARK = -7_340_000_000
    _FIRST_DAY = dt.date(1234, 5, 6)

    def __init__(self, build: Callable[[Callable[..., Any]], QuerySet]):
        self._build = build
        self._plans: dict[str, tuple[str, list[Any], list[str], Any, Any]] = {}

    def _plan(self, alias: str) -> tuple[str, list[Any], list[str], Any, Any]:
        marks: dict[Any, _Place] = {}

        def mark(name: str, kind: type = int) -> Any:
            value: Any = self._FIRST_MARK - len(marks)
            if kind is dt.date:
                value = self._FIRST_DAY + dt.timedelta(days=len(marks))
                marks[connections[alias].ops.adapt_datefield_value(value)] = _Place(name, "date")
                return value
            value = value if kind is int else f"marque:{value}"
            marks[value] = _Place(name, "bigint" if kind is int else "text")
            return value

        queryset = self._build(mark)
        query = queryset.query
        compiler = query.get_compiler(alias)
        sql, params = compiler.as_sql()
        places = [marks[p] if isinstance(p, (int, str, dt.date)) and p in marks else p for p in params]
        if {p.name for p in places if type(p) is _Place} != {p.name for p in marks.values()}:
            raise ValueError("Une marque de la requête préparée ne se retrouve pas dans ses paramètres.")
        names = [*query.extra_select, *query.values_select, *query.annotation_select]
        converters = compiler.get_converters([s[0] for s in compiler.select[: compiler.col_count]])
        return sql, places, names, compiler, converters

    def _run(self, cursor, using: str, sql: str, places: list[Any], values: dict[str, Any]) -> list[tuple]:
        if connections[using].vendor != "postgresql" or not settings.SERVER_PREPARED:
            cursor.execute(sql, tuple(values[p.name] if type(p) is _Place else p for p in places))
            return cursor.fetchall()
        # The server plans thirty subqueries in 2 ms and answers them in 0.5: let it plan once per connection.
        names = list(dict.fromkeys(p.name for p in places if type(p) is _Place))
        known = _on_connection.setdefault(connections[using].connection, {})
        statement = known.get(id(self))
        if statement is None:
            statement = f"dla_{len(known) + 1}"
            numbered = [AsIs(f"${names.index(p.name) + 1}::{p.type}") if type(p) is _Place else p for p in places]
            text = cursor.mogrify(sql, tuple(numbered)).decode()
            cursor.execute(f"PREPARE {statement} AS {text}")  # complete: nothing is interpolated any more
            known[id(self)] = statement
        arguments = ", ".join(["%s"] * len(names))
        cursor.execute(f"EXECUTE {statement} ({arguments})", tuple(values[name] for name in names))
        return cursor.fetchall()

    def rows(self, *, using: str = "default", **values: Any) -> Iterator[dict[str, Any]]:
        """The rows for these values, as dicts: one query."""
        plan = self._plans.get(using)
        if plan is None:
            plan = self._plans[using] = self._plan(using)
        sql, places, names, compiler, converters = plan
        adapt = connections[using].ops.adapt_datefield_value
        values = {name: adapt(value) if isinstance(value, dt.date) else value for name, value in values.items()}
        with connections[using].cursor() as cursor:
            rows = self._run(cursor, using, sql, places, values)
        if converters:
            rows = compiler.apply_converters(rows, converters)
        return (dict(zip(names, row, strict=False)) for row in rows)


class _Place:
    """Where a value goes: its name, and its type for PostgreSQL."""

    __slots__ = ("name", "type")

    def __init__(self, name: str, type_: str):
        self.name = name
        self.type = type_


class PreparedUpdate:
    """An ``update()`` whose SQL is built once, for those made at every writing.

    ``build(mark)`` returns a queryset and the values to give its rows, with ``mark(name, kind)`` where an integer, a
    text or (``dt.datetime``) an instant will vary. Everything else in them is constant. ::

        prepared = PreparedUpdate(
            lambda mark: (Ingenierie.objects.filter(pk=mark("pk")), {"touched": mark("now", dt.datetime)})
        )
        prepared.run(pk=42, now=clock.now())    # how many rows were updated
    """

    _FIRST_INSTANT = dt.datetime(1234, 5, 6, tzinfo=dt.UTC)

    def __init__(self, build: Callable[[Callable[..., Any]], tuple[QuerySet, dict[str, Any]]]):
        self._build = build
        self._plans: dict[str, tuple[str, list[Any]]] = {}

    def _plan(self, using: str) -> tuple[str, list[Any]]:
        marks: dict[Any, _Place] = {}
        adapt = connections[using].ops.adapt_datetimefield_value

        def mark(name: str, kind: type = int) -> Any:
            value: Any = Prepared._FIRST_MARK - len(marks)
            if kind is dt.datetime:
                instant = self._FIRST_INSTANT + dt.timedelta(days=len(marks))
                marks[adapt(instant)] = _Place(name, "timestamptz")
                return instant
            value = value if kind is int else f"marque:{value}"
            marks[value] = _Place(name, "bigint" if kind is int else "text")
            return value

        queryset, values = self._build(mark)
        query = queryset.query.chain(UpdateQuery)
        query.add_update_values(values)
        query.annotations = {}
        sql, params = query.get_compiler(using).as_sql()
        places = [marks[p] if isinstance(p, (int, str, dt.datetime)) and p in marks else p for p in params]
        if {p.name for p in places if type(p) is _Place} != {p.name for p in marks.values()}:
            raise ValueError("Une marque de la mise à jour préparée ne se retrouve pas dans ses paramètres.")
        return sql, places

    def run(self, *, using: str = "default", **values: Any) -> int:
        """Update for these values; returns how many rows matched."""
        plan = self._plans.get(using)
        if plan is None:
            plan = self._plans[using] = self._plan(using)
        sql, places = plan
        adapt = connections[using].ops.adapt_datetimefield_value
        values = {name: adapt(value) if isinstance(value, dt.datetime) else value for name, value in values.items()}
        with connections[using].cursor() as cursor:
            cursor.execute(sql, tuple(values[p.name] if type(p) is _Place else p for p in places))
            return cursor.rowcount


class PreparedObject:
    """One object of ``model`` with its ``related`` foreign keys, read by SQL built once.

    ``build(queryset, mark)`` filters the queryset with marks, as for :class:`Prepared`. The object is the one that
    ``queryset.select_related(*related).get()`` would give.
    """

    def __init__(
        self, model: type[Model], related: tuple[str, ...], build: Callable[[QuerySet, Callable[..., Any]], QuerySet]
    ):
        self._model = model
        self._names = [f.attname for f in model._meta.concrete_fields]
        self._related = {
            name: (target, [f.attname for f in target._meta.concrete_fields])
            for name in related
            if (target := model._meta.get_field(name).related_model)
        }
        columns = [*self._names, *(f"{n}__{c}" for n, (_, names) in self._related.items() for c in names)]
        self._prepared = Prepared(lambda mark: build(model._default_manager.all(), mark).values(*columns))

    def get(self, *, using: str = "default", **values: Any) -> Any | None:
        """The object for these values, or ``None``: one query."""
        row = next(iter(self._prepared.rows(using=using, **values)), None)
        if row is None:
            return None
        found = self._model.from_db(using, self._names, [row[name] for name in self._names])
        for name, (target, names) in self._related.items():
            key = getattr(found, self._model._meta.get_field(name).attname)
            other = target.from_db(using, names, [row[f"{name}__{c}"] for c in names]) if key is not None else None
            found._state.fields_cache[name] = other
        return found
