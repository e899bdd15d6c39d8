"""What exists already near an ingénierie: found, scored and explained, among what the actor may list.

A source answers with :class:`Near` objects; higher floors add theirs (library, fiches expérience) to :data:`SOURCES`.
The score is the same on both databases: themes, sectors and territory in common, and words in common after
normalisation. Where PostgreSQL has ``pg_trgm``, near spellings of the title find more candidates; they never change the
score.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, FloatField, Func, OuterRef, Q, QuerySet, Value
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date, plural
from core.registry import Registry
from core.search import has_trigrams
from core.text import normalise
from projects.enums import OPEN_STATES, Cycle, Etat
from projects.ingenierie.models import Ingenierie, IngenierieScope
from projects.methodologie import methodology
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation

#: Most shown, least score shown, most candidates looked at.
SHOWN, LEAST, CANDIDATES = 12, 25, 400
#: What each thing in common is worth, out of 100.
THEME, SECTEUR, TERRITOIRE, REGION, MOTS = 35, 25, 15, 5, 25
#: Words in common that make the whole of :data:`MOTS`.
ENOUGH_WORDS = 4
TOUS_SECTEURS = "tous-secteurs"

#: Words that say nothing: those of the language, then those that every ingénierie uses.
STOP_WORDS = frozenset(
    word
    for line in (methodology.DATA / "mots_vides.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_SHORTEST = 4
_STEM = 6


def stem(word: str) -> str:
    """What two forms of a word share: no plural, at most six letters (« bancaires », « bancaire » → « bancai »)."""
    return re.sub(r"(s|x)$", "", word)[:_STEM]


def words_of(*texts: str | None) -> dict[str, str]:
    """``{stem: the word as found}`` of the words that count in ``texts``, in their order.

    >>> list(words_of("Les structures négocient leurs emprunts bancaires"))
    ['negoci', 'emprun', 'bancai']
    """
    found: dict[str, str] = {}
    for text in texts:
        for word in re.findall(r"[^\W_]+", (text or "").lower()):
            plain = normalise(word)
            if len(plain) >= _SHORTEST and plain not in STOP_WORDS and not plain.isdigit():
                found.setdefault(stem(plain), word)
    return found


@dataclass(frozen=True)
class Near:
    """Something that exists and is near: where to read it, how near (0 to 100), and why in words."""

    key: str
    kind: str
    title: str
    url: str
    score: int
    reasons: tuple[str, ...]
    detail: str = ""
    state: str = ""
    step: str = ""


@dataclass
class Subject:
    """What one looks for, said once for every source."""

    ingenierie: Ingenierie
    themes: frozenset[int] = frozenset()
    secteurs: frozenset[int] = frozenset()
    departements: frozenset[int] = frozenset()
    words: dict[str, str] = field(default_factory=dict)
    title_words: frozenset[str] = frozenset()

    @cached_property
    def regions(self) -> frozenset[int]:
        found = {d.region_id for pk in self.departements if (d := lists.by_id(Departement, pk))}
        return frozenset(found | {self.ingenierie.pilote.region_id} - {None})


def subject_of(ingenierie: Ingenierie, problematique: Any) -> Subject:
    """The subject of an ingénierie, from its identity and what its problématique says."""
    return Subject(
        ingenierie,
        frozenset(ingenierie.theme_ids),
        frozenset(ingenierie.secteur_ids),
        frozenset(ingenierie.departement_ids),
        words_of(ingenierie.titre, ingenierie.accroche, problematique.besoins, problematique.contexte),
        frozenset(words_of(ingenierie.titre, ingenierie.accroche)),
    )


Source = Callable[[Subject, Actor], Iterable[Near]]
SOURCES: Registry[Source] = Registry("ce qui existe déjà")


def _named(model: type, ids: Iterable[int]) -> str:
    return ", ".join(sorted((str(item) for pk in ids if (item := lists.by_id(model, pk))), key=normalise))


def score(
    subject: Subject,
    *,
    themes: Iterable[int],
    secteurs: Iterable[int],
    departements: Iterable[int],
    words: dict[str, str],
    common_words: frozenset[str] = frozenset(),
) -> tuple[int, tuple[str, ...]]:
    """How near (0 to 100) and why. ``common_words``: stems so frequent among the candidates that they say nothing."""
    total, reasons = 0.0, []
    shared = subject.themes & set(themes)
    if shared:
        total += THEME
        reasons.append(f"même thème : {_named(TypePrestation, shared)}")
    both = subject.secteurs & set(secteurs)
    everywhere = lists.by_code(Secteur).get(TOUS_SECTEURS)
    open_to_all = everywhere is not None and everywhere.pk in (subject.secteurs | set(secteurs))
    if both:
        total += SECTEUR
        reasons.append(f"même secteur : {_named(Secteur, both)}")
    elif open_to_all:
        total += SECTEUR / 2
        reasons.append("ouverte à tous les secteurs")
    places = subject.departements & set(departements)
    if places:
        total += TERRITOIRE
        told = _named(Departement, places) if len(places) <= 3 else plural(len(places), "département")
        reasons.append(f"même territoire : {told}")
    elif {d.region_id for pk in departements if (d := lists.by_id(Departement, pk))} & subject.regions:
        total += REGION
        reasons.append("même région")
    alike = [s for s in words if s in subject.words and s not in common_words]
    if alike:
        # A word of the title counts double: it says what the ingénierie is about.
        weight = sum(2 if s in subject.title_words else 1 for s in alike)
        total += MOTS * min(1.0, weight / ENOUGH_WORDS)
        first = sorted(alike, key=lambda s: s not in subject.title_words)[:5]
        reasons.append(f"mots en commun : {', '.join(words[s] for s in first)}")
    return min(100, round(total)), tuple(reasons)


def _about(subject: Subject) -> Q:
    """The candidates: a theme, a sector or a word of the title in common."""
    through = Ingenierie.themes.through.objects.filter(ingenierie=OuterRef("pk"))
    condition = Exists(through.filter(typeprestation__in=subject.themes))
    sectors = Ingenierie.secteurs.through.objects.filter(ingenierie=OuterRef("pk"))
    condition = Q(condition) | Q(Exists(sectors.filter(secteur__in=subject.secteurs)))
    for word in sorted(subject.title_words)[:8]:
        condition |= Q(search_text__contains=word)
    return condition


def _candidates(subject: Subject, actor: Actor) -> QuerySet:
    regions = [f"r{pk}" for pk in subject.regions]
    found = (
        Ingenierie.objects.filter(
            Exists(IngenierieScope.objects.filter(ingenierie=OuterRef("pk"), key__in=regions)),
            pk__in=Ingenierie.objects.listed_for(actor).values("pk"),
            cycle=Cycle.COLLECTIVE,
        )
        .exclude(pk=subject.ingenierie.pk)
        .order_by("-last_activity_at", "-pk")
    )
    condition = _about(subject)
    if has_trigrams():
        near = Func(
            Value(normalise(subject.ingenierie.titre)),
            F("search_text"),
            function="word_similarity",
            output_field=FloatField(),
        )
        found = found.annotate(spelling=near)
        condition |= Q(spelling__gte=0.5)
    return found.filter(condition)


def ingenieries(subject: Subject, actor: Actor) -> list[Near]:
    """The ingénieries collectives of the région, running and past: two queries.

    The words of a problématique count only where the actor may read the dossier: of the others, the summary.
    """
    rows = list(
        _candidates(subject, actor).values(
            "pk",
            "titre",
            "accroche",
            "state",
            "theme_ids",
            "secteur_ids",
            "departement_ids",
            "date_debut",
            "date_fin",
            "pilote__name",
            "problematique__contexte",
            "problematique__besoins",
        )[:CANDIDATES]
    )
    readable = set(
        Ingenierie.objects.visible_to(actor).filter(pk__in=[r["pk"] for r in rows]).values_list("pk", flat=True)
    )
    words = {
        r["pk"]: words_of(
            r["titre"],
            r["accroche"],
            *((r["problematique__besoins"], r["problematique__contexte"]) if r["pk"] in readable else ()),
        )
        for r in rows
    }
    counted = Counter(s for found in words.values() for s in found)
    common = frozenset(s for s, n in counted.items() if len(rows) >= 12 and n > len(rows) / 4)
    answer = []
    for r in rows:
        points, reasons = score(
            subject,
            themes=r["theme_ids"],
            secteurs=r["secteur_ids"],
            departements=r["departement_ids"],
            words=words[r["pk"]],
            common_words=common,
        )
        if points >= LEAST:
            whole = r["pk"] in readable
            answer.append(
                Near(
                    key=f"ingenierie-{r['pk']}",
                    kind="Ingénierie en cours" if r["state"] in OPEN_STATES else "Ingénierie passée",
                    title=r["titre"],
                    url=reverse("projects:detail" if whole else "projects:resume", args=[r["pk"]]),
                    score=points,
                    reasons=reasons,
                    detail=" · ".join(filter(None, [r["pilote__name"], _period(r)])),
                    state=Etat(r["state"]).label,
                    step=r["state"],
                )
            )
    return answer


def _period(row: dict[str, Any]) -> str:
    start, end = format_date(row["date_debut"]), format_date(row["date_fin"])
    return f"{start} → {end}" if start and end else start or end


def near(subject: Subject, actor: Actor) -> list[Near]:
    """The nearest of every source, at most :data:`SHOWN`, nearest first."""
    found = [item for source in SOURCES for item in source(subject, actor)]
    return sorted(found, key=lambda item: (-item.score, item.title, item.key))[:SHOWN]


def register() -> None:
    """Called once by :func:`projects.identification.providers.register`."""
    SOURCES.register("ingenieries", ingenieries)
