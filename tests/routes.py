"""Every route of the application, Django's administration aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

_SAMPLES = {
    "IntConverter": 1,
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
    "SlugConverter": "x",
    "PathConverter": "x",
}


@dataclass(frozen=True)
class Route:
    """One named route with something to fill its address."""

    name: str
    samples: dict

    @property
    def path(self) -> str:
        """An address of this route, its parts made up."""
        try:
            return reverse(self.name, kwargs=self.samples)
        except NoReverseMatch:  # a regular expression that wants more than « x »
            return reverse(self.name, kwargs=dict.fromkeys(self.samples, "1-x"))


def routes() -> Iterator[Route]:
    """All routes, by their full names (« projects:list »)."""
    yield from _walk(get_resolver(), (), {})


def _walk(resolver: URLResolver, namespaces: tuple[str, ...], above: dict) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        samples = above | {
            name: _SAMPLES.get(type(converter).__name__, "x") for name, converter in entry.pattern.converters.items()
        }
        if not entry.pattern.converters and getattr(entry.pattern, "regex", None):
            samples |= dict.fromkeys(entry.pattern.regex.groupindex, "x")
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                inside = (*namespaces, entry.namespace) if entry.namespace else namespaces
                yield from _walk(entry, inside, samples)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"route sans nom : {entry.pattern}"
            yield Route(":".join((*namespaces, entry.name)), samples)
