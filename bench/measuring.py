"""How a page is measured: whole requests through the whole stack, alternating with the bare view."""

from __future__ import annotations

import gc
import io
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

#: kind → (least share of the bare view's requests per second, most queries of its own)
AIMS = {"liste": (0.60, 5), "objet": (0.35, 12)}


@dataclass(frozen=True)
class Measure:
    """A page to measure.

    ``path`` gets the sample of the data set (see bench/measures.py) and returns the address; ``user`` returns who asks.
    ``kind`` is ``liste`` or ``objet`` and sets the aims.
    """

    name: str
    kind: str
    path: Callable[[Any], str]
    user: Callable[[Any], Any] = lambda sample: sample.user


@dataclass
class Result:
    """What a measure found. Rates in requests per second, CPU in milliseconds per request."""

    name: str
    kind: str
    bytes: int
    rate: float
    bare_rate: float
    cpu_ms: float
    bare_cpu_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        return self.rate / self.bare_rate

    def as_dict(self) -> dict:
        least, most = AIMS[self.kind]
        return asdict(self) | {"ratio": self.ratio, "least": least, "most": most}


class Caller:
    """Sends requests as ``user`` straight into the WSGI application, session cookie included."""

    def __init__(self, user: Any) -> None:
        self.handler = WSGIHandler()
        client = Client()
        client.force_login(get_user_model().objects.get(pk=user.pk), backend="accounts.backends.AuthenticationBackend")
        # A browser that has already seen a page: session and token, so that no request makes a new one.
        client.get("/")
        names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
        cookie = SimpleCookie({name: client.cookies[name].value for name in names})
        self.cookie = cookie.output(header="", sep=";").strip()

    def environ(self, path: str) -> dict:
        environ = RequestFactory().get(path, headers={"host": "localhost"}).environ
        return environ | {"HTTP_COOKIE": self.cookie}

    def __call__(self, environ: dict) -> tuple[str, int]:
        """One request; returns its status line and the length of its body."""
        status: list[str] = []
        body = self.handler(environ | {"wsgi.input": io.BytesIO()}, lambda line, headers: status.append(line))
        length = sum(len(part) for part in body)
        body.close()
        return status[0], length


def _count(call: Callable[[], object]) -> int:
    """Queries made by ``call``, savepoints aside."""
    seen = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal seen
        seen += not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        call()
    return seen


def _timed(call: Callable[[], object], times: int) -> tuple[float, float]:
    """(wall, CPU) seconds per call."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        call()
    return (time.perf_counter() - wall) / times, (time.process_time() - cpu) / times


def measure(what: Measure, sample: Any, *, rounds: int, seconds: float) -> Result:
    """Measure a page. ``rounds`` pairs of batches, each batch lasting about ``seconds``; medians are kept."""
    caller = Caller(what.user(sample))
    page = caller.environ(what.path(sample))
    status, size = caller(page)
    if not status.startswith("200"):
        raise RuntimeError(f"{what.name} : {what.path(sample)} répond {status}")
    bare = caller.environ(reverse("bench_bare", args=[size]))
    for environ in (page, bare, page, bare):  # caches, templates, prepared connections
        caller(environ)
    # Session and person are read for both; the bare view adds one query.
    queries = _count(lambda: caller(page)) - (_count(lambda: caller(bare)) - 1)
    times = {id(e): max(3, round(seconds / _timed(lambda e=e: caller(e), 3)[0])) for e in (page, bare)}
    found: dict[int, list[tuple[float, float]]] = {id(page): [], id(bare): []}
    for turn in range(rounds):
        for environ in (page, bare) if turn % 2 else (bare, page):
            found[id(environ)].append(_timed(lambda e=environ: caller(e), times[id(environ)]))

    def median(environ: dict, column: int) -> float:
        return statistics.median(pair[column] for pair in found[id(environ)])

    return Result(
        name=what.name,
        kind=what.kind,
        bytes=size,
        rate=1 / median(page, 0),
        bare_rate=1 / median(bare, 0),
        cpu_ms=1000 * median(page, 1),
        bare_cpu_ms=1000 * median(bare, 1),
        queries=queries,
    )
