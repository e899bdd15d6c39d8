"""How a page is measured: first visits, through the whole stack, alternating with the bare view.

Every request asks for another object or comes from another person; whole requests go in turn to :data:`CONNECTIONS`
threads, each with its connection to the database, as the threads of a server do. What a process keeps from one page to
the next helps only as far as it would help people who open different things.
"""

from __future__ import annotations

import gc
import io
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from http.cookies import SimpleCookie

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.crypto import get_random_string

from bench.dataset import PEOPLE, Visit

#: kind → (least share of the bare view, most queries of its own)
AIMS = {"liste": (0.25, 6), "objet": (0.12, 15)}
CONNECTIONS = 4
#: Visits made before the clock starts: templates are read, every connection is open.
WARM_UP = 2 * CONNECTIONS


@dataclass(frozen=True)
class Measure:
    """A page to measure: ``path`` gives the address that a visit asks for; ``kind`` (``liste``, ``objet``) its aims."""

    name: str
    kind: str
    path: Callable[[Visit], str]


@dataclass
class Result:
    """What a measure found: milliseconds per request, of CPU (this process: user and system) and of the clock."""

    name: str
    kind: str
    bytes: int
    cpu_ms: float
    bare_cpu_ms: float
    wall_ms: float
    bare_wall_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        return self.bare_cpu_ms / self.cpu_ms

    def as_dict(self) -> dict:
        least, most = AIMS[self.kind]
        return asdict(self) | {"ratio": self.ratio, "least": least, "most": most}


class Callers:
    """Sends the requests of many people straight into the WSGI application, each with the cookies of its session."""

    def __init__(self, users: Sequence[int]) -> None:
        self.handler = WSGIHandler()
        self.cookies: dict[int, str] = {}
        for user in get_user_model().objects.filter(pk__in=users):
            client = Client()
            client.force_login(user, backend="accounts.backends.AuthenticationBackend")
            # A browser that has already seen a page: session and token, so that no request makes a new one.
            cookie = SimpleCookie(
                {
                    settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
                    settings.CSRF_COOKIE_NAME: get_random_string(32),
                }
            )
            self.cookies[user.pk] = cookie.output(header="", sep=";").strip()
        self.threads = [ThreadPoolExecutor(1) for _ in range(CONNECTIONS)]
        self.turn = 0

    def environ(self, user: int, path: str) -> dict:
        environ = RequestFactory().get(path, headers={"host": "localhost"}).environ
        return environ | {"HTTP_COOKIE": self.cookies[user]}

    def _answer(self, environ: dict) -> tuple[str, int]:
        status: list[str] = []
        body = self.handler(environ | {"wsgi.input": io.BytesIO()}, lambda line, headers: status.append(line))
        length = sum(len(part) for part in body)
        body.close()
        return status[0], length

    def __call__(self, environ: dict) -> tuple[str, int]:
        """One request, by the next thread; returns its status line and the length of its body."""
        return self._next(partial(self._answer, environ))

    def counted(self, environ: dict) -> int:
        """Queries made by one request, savepoints aside."""
        return self._next(partial(_count, partial(self._answer, environ)))

    def _next(self, call: Callable):
        self.turn += 1
        return self.threads[self.turn % CONNECTIONS].submit(call).result()

    def close(self) -> None:
        for thread in self.threads:
            thread.submit(connections.close_all).result()
            thread.shutdown()


def _count(call: Callable[[], object]) -> int:
    seen = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal seen
        seen += not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        call()
    return seen


def _timed(callers: Callers, environs: Sequence[dict]) -> tuple[float, list[float]]:
    """(CPU seconds per request, seconds of the clock of each)."""
    gc.collect()
    walls = []
    cpu = time.process_time()
    for environ in environs:
        begun = time.perf_counter()
        callers(environ)
        walls.append(time.perf_counter() - begun)
    return (time.process_time() - cpu) / len(environs), walls


def measure(what: Measure, visits: Sequence[Visit], callers: Callers) -> Result:
    """Measure a page over ``visits``: a batch of one visit per person, a batch of the bare view by the same people,
    and so on; medians are kept."""
    pages = [callers.environ(visit.user, what.path(visit)) for visit in visits]
    sizes = []
    for page, visit in zip(pages[:WARM_UP], visits, strict=False):
        status, size = callers(page)
        if not status.startswith("200"):
            raise RuntimeError(f"{what.name} : {what.path(visit)} répond {status}")
        sizes.append(size)
    size = round(statistics.median(sizes))
    bare = [callers.environ(visit.user, reverse("bench_bare", args=[size])) for visit in visits]
    for environ in bare[:PEOPLE]:
        callers(environ)
    cpu: list[float] = []
    wall: list[float] = []
    bare_cpu: list[float] = []
    bare_wall: list[float] = []
    for first in range(WARM_UP, len(pages) - PEOPLE + 1, PEOPLE):
        for environs, cpus, walls in ((pages, cpu, wall), (bare, bare_cpu, bare_wall)):
            seconds, each = _timed(callers, environs[first : first + PEOPLE])
            cpus.append(seconds)
            walls.extend(each)
    # Session and person are read for both; the bare view adds one query.
    queries = max(
        callers.counted(page) - callers.counted(same) + 1 for page, same in zip(pages[:20], bare, strict=False)
    )
    return Result(
        name=what.name,
        kind=what.kind,
        bytes=size,
        cpu_ms=1000 * statistics.median(cpu),
        bare_cpu_ms=1000 * statistics.median(bare_cpu),
        wall_ms=1000 * statistics.median(wall),
        bare_wall_ms=1000 * statistics.median(bare_wall),
        queries=queries,
    )
