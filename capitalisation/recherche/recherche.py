"""A search of the library: what is asked, what answers, in which order and why.

``chercher(actor, Criteres.read(request.GET))`` is all that a page, an export or a feed needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import LessThan
from django.http import QueryDict

from capitalisation.bibliotheque.enums import EtatRessource
from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.facettes import FACETTES, PAR_CODE, compter, connue, filtrees, publiees
from capitalisation.recherche.models import ActionAidee
from capitalisation.recherche.mots import LONGUEUR, mots_cherches, mots_proches
from core.actor import Actor
from core.text import normalise, shortened, whole_number
from projects.enums import Cycle
from projects.identification.existant import (
    REGION,
    SECTEUR,
    TERRITOIRE,
    THEME,
    TOUS_SECTEURS,
    Subject,
    score,
    subject_of,
    words_of,
)
from projects.ingenierie.models import Ingenierie
from projects.methodologie import methodology
from referentiels import lists
from referentiels.models import Secteur

TRIS = {
    "pertinence": "Les plus pertinentes d’abord",
    "recentes": "Les plus récentes d’abord",
    "utilisees": "Les plus utilisées d’abord",
}
#: Values of one facet that are read; words of a title that draw near, and what each is worth.
_VALEURS, _MOTS_DU_TITRE, _MOT = 40, 5, 5


@lru_cache(maxsize=1)
def actions_connues() -> dict[str, str]:
    """``{code: label}`` of the actions of the démarche, in both cycles."""
    methods = [methodology.parse(methodology.read_file(cycle)) for cycle in Cycle.values]
    return {code: action.label for method in methods for code, action in method.actions.items()}


@dataclass(frozen=True)
class Criteres:
    """What an address asks for: only what exists is kept, ``ignores`` says what was not understood."""

    q: str = ""
    choisies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tri: str = "pertinence"
    #: Also those not published that the actor may follow.
    toutes: bool = False
    #: An action of the démarche that the resource helps.
    action: str = ""
    #: The ingénierie that one looks for: the nearest first.
    pour: int | None = None
    ignores: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: QueryDict) -> Criteres:
        """From the parameters of an address."""
        ignored: list[str] = []
        chosen: dict[str, tuple[str, ...]] = {}
        for facet in FACETTES:
            asked = list(dict.fromkeys(value for value in data.getlist(facet.code) if value))[:_VALEURS]
            known = tuple(value for value in asked if connue(facet, value))
            ignored += [f"{facet.label} « {shortened(_said(v), 40)} »" for v in asked if v not in known]
            if known:
                chosen[facet.code] = known
        q = " ".join(data.get("q", "").replace("\x00", " ").split())
        if len(q) > LONGUEUR:
            ignored.append(f"ce qui dépasse {LONGUEUR} caractères")
        tri, action, pour = data.get("tri", "") or "pertinence", data.get("action", ""), data.get("pour", "")
        if tri not in TRIS:
            ignored.append("l’ordre demandé")
        if action and action not in actions_connues():
            ignored.append("l’action de la démarche demandée")
        if pour and whole_number(pour) is None:
            ignored.append("l’ingénierie demandée")
        return cls(
            q=q[:LONGUEUR].strip(),
            choisies=chosen,
            tri=tri if tri in TRIS else "pertinence",
            toutes=data.get("toutes") == "1",
            action=action if action in actions_connues() else "",
            pour=whole_number(pour),
            ignores=tuple(ignored),
        )

    @classmethod
    def lire(cls, query: str) -> Criteres:
        """From a query string that was kept."""
        return cls.read(QueryDict(query))

    @cached_property
    def mots(self) -> dict[str, str]:
        """``{what is looked for: the word as normalised}``."""
        return mots_cherches(self.q)

    @property
    def query(self) -> str:
        """As an address says it, always in the same order."""
        params = [("q", self.q), *((code, v) for code, values in self.choisies.items() for v in values)]
        params += [
            ("tri", self.tri if self.tri != "pertinence" else ""), ("toutes", "1" if self.toutes else ""),
            ("action", self.action), ("pour", str(self.pour or "")),
        ]  # fmt: skip
        return urlencode([(name, value) for name, value in params if value])

    @property
    def vide(self) -> bool:
        """Nothing narrows the search."""
        return not (self.q or self.choisies or self.action)

    def en_mots(self) -> list[str]:
        """What is asked, in words."""
        told = [f"« {self.q} »"] if self.q else []
        for code, values in self.choisies.items():
            labels = dict(PAR_CODE[code].choix())
            told.append(f"{PAR_CODE[code].label} : {', '.join(labels[v] for v in values)}")
        if self.action:
            told.append(f"Action : {actions_connues()[self.action]}")
        return told


def _said(value: str) -> str:
    return " ".join(value.replace("\x00", " ").split())


@dataclass
class Resultats:
    """The answer for an actor. ``queryset`` holds every resource that answers, in order; ``corrections`` are the words
    read otherwise than typed ``{typed: read}``; ``pour`` is the ingénierie one looks for, if the actor reads it."""

    criteres: Criteres
    queryset: QuerySet[Ressource]
    cherches: dict[str, str]
    corrections: dict[str, str]
    ignores: tuple[str, ...]
    sujet: Subject | None
    _avant_facettes: QuerySet[Ressource]

    @property
    def pour(self) -> Ingenierie | None:
        return self.sujet.ingenierie if self.sujet else None

    @cached_property
    def _comptes(self) -> tuple[int, dict[str, Any]]:
        return compter(self._avant_facettes, self.criteres.choisies)

    @property
    def total(self) -> int:
        """How many resources answer."""
        return self._comptes[0]

    def comptes(self) -> dict[str, Any]:
        """For each facet, how many resources each value would keep, the other facets staying as they are."""
        return self._comptes[1]

    def pourquoi(self, ressource: Ressource) -> list[str]:
        """Why this resource is there: which words are where, which facets, what is near the ingénierie."""
        return [*_mots_ou(ressource, self.cherches), *_facettes_de(ressource, self.criteres), *self._proche(ressource)]

    def _proche(self, ressource: Ressource) -> tuple[str, ...]:
        return proximite(self.sujet, ressource)[1] if self.sujet else ()


def proximite(sujet: Subject, ressource: Ressource) -> tuple[int, tuple[str, ...]]:
    """How near an ingénierie a resource is (0 to 100), and why, as « Existe-t-il déjà ? » counts it."""
    return score(
        sujet,
        themes=ressource.theme_ids,
        secteurs=ressource.secteur_ids,
        departements=ressource.departement_ids,
        words=words_of(ressource.titre, ressource.resume, " ".join(ressource.mots_cles)),
    )


def _mots_ou(ressource: Ressource, cherches: Mapping[str, str]) -> list[str]:
    places = [
        ("titre", ressource.titre), ("mots clés", " ".join(ressource.mots_cles)), ("résumé", ressource.resume),
        ("producteur", ressource.producteur),
        *((PAR_CODE[code].label.lower(), _labels(ressource, code)) for code in ("theme", "secteur", "departement")),
    ]  # fmt: skip
    texts = [(place, normalise(text)) for place, text in places]
    told: dict[str, list[str]] = {}
    for looked, word in cherches.items():
        found = [place for place, text in texts if looked in text]
        if not found and ressource.recit_id is not None:
            found = ["récit"]
        if found:
            told.setdefault(", ".join(found), []).append(f"« {word} »")
    return [f"{', '.join(words)} : {where}" for where, words in told.items()]


def _labels(ressource: Ressource, code: str) -> str:
    facet = PAR_CODE[code]
    labels = dict(facet.choix())
    return ", ".join(labels[c] for c in facet.lit(getattr(ressource, facet.colonne)))


def _facettes_de(ressource: Ressource, criteres: Criteres) -> list[str]:
    told = []
    for code, values in criteres.choisies.items():
        facet = PAR_CODE[code]
        if code == "verification":
            told.append("vérification à jour")
            continue
        labels = dict(facet.choix())
        held = [labels[c] for c in facet.lit(getattr(ressource, facet.colonne)) if c in values]
        told.append(f"{facet.label.lower()} : {', '.join(held)}")
    if criteres.action:
        told.append(f"a aidé à : {actions_connues()[criteres.action]}")
    return told


# --- What answers ---------------------------------------------------------------------------------------------------


def lisibles(actor: Actor, *, toutes: bool = False) -> QuerySet[Ressource]:
    """Where ``actor`` searches: what is published, or also what she may follow, the archived left out."""
    rows = Ressource.objects.visible_to(actor)
    return rows.exclude(state=EtatRessource.ARCHIVEE) if toutes and actor.kind == "user" else publiees(rows)


def sujet_pour(actor: Actor, pk: int | None) -> Subject | None:
    """What an ingénierie is about, if ``actor`` may read it: one query."""
    if pk is None:
        return None
    found = Ingenierie.objects.visible_to(actor).select_related("pilote", "problematique").filter(pk=pk).first()
    return subject_of(found, found.problematique) if found is not None else None


def _contenant(rows: QuerySet, cherches: Mapping[str, str]) -> QuerySet:
    for looked in cherches:
        rows = rows.filter(search_text__contains=looked)
    return rows


def _corriger(rows: QuerySet, cherches: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The words with those that nothing holds put right, and what was put right: only towards what ``rows`` hold, so
    that a word of a resource kept from the actor is never told."""
    read: dict[str, str] = {}
    right: dict[str, str] = {}
    for looked, word in cherches.items():
        if _contenant(rows, {looked: word}).exists():
            read[looked] = word
            continue
        near = next((k for k in mots_proches(word) if _contenant(rows, {k.mot: ""}).exists()), None)
        if near is None:
            read[looked] = word
        else:
            read[near.mot] = near.ecrit
            right[word] = near.ecrit
    return read, right


def chercher(actor: Actor, criteres: Criteres) -> Resultats:
    """What answers ``criteres`` for ``actor``; nothing that she may not read is counted, shown or told."""
    ignored = criteres.ignores
    sujet = sujet_pour(actor, criteres.pour)
    if criteres.pour is not None and sujet is None:
        ignored += ("l’ingénierie demandée",)
        criteres = replace(criteres, pour=None)
    rows = lisibles(actor, toutes=criteres.toutes)
    if criteres.action:
        rows = rows.filter(pk__in=ActionAidee.objects.filter(code=criteres.action).values("ressource"))
    cherches, corrections = criteres.mots, {}
    found = _contenant(rows, cherches)
    if cherches and not found.exists():
        read, right = _corriger(rows, cherches)
        if right and _contenant(rows, read).exists():
            cherches, corrections = read, right
            found = _contenant(rows, cherches)
    kept = filtrees(found, criteres.choisies)
    return Resultats(
        criteres=criteres,
        queryset=_ordonnees(kept, criteres, cherches, sujet).select_related("contributeur", "region"),
        cherches=cherches,
        corrections=corrections,
        ignores=ignored,
        sujet=sujet,
        _avant_facettes=found,
    )


# --- The order ------------------------------------------------------------------------------------------------------


def _vaut(condition: Any, points: int) -> Case:
    return Case(When(condition, then=Value(points)), default=Value(0), output_field=IntegerField())


def _ordonnees(rows: QuerySet, criteres: Criteres, cherches: Mapping[str, str], sujet: Subject | None) -> QuerySet:
    # A draft has no date of publication: the last of the recent ones, on both databases.
    recent = F("publiee_le").desc(nulls_last=True) if criteres.toutes else F("publiee_le").desc()
    if criteres.tri == "recentes":
        return rows.order_by(recent, "-pk")
    used = (F("utilisations").desc(), recent, F("pk").desc())
    if criteres.tri == "utilisees" or not (cherches or sujet):
        return rows.order_by(*used)
    points: Any = Value(0)
    if sujet is not None:
        points = pres_de(sujet)
    # The title comes first in the text that is searched, and two spaces end it.
    end = StrIndex(F("search_text"), Value("  "))
    for looked in cherches:
        points += _vaut(LessThan(StrIndex(F("search_text"), Value(looked)), end), 10)
    points += _vaut(Q(state=EtatRessource.REFERENCE_NATIONALE), 2)
    return rows.annotate(points=points).order_by("-points", *used)


def _ayant(relation: str, pks: Any) -> Q:
    through = Ressource._meta.get_field(relation).remote_field.through
    column = Ressource._meta.get_field(relation).m2m_reverse_field_name()
    return Q(pk__in=through.objects.filter(**{f"{column}__in": sorted(pks)}).values("ressource"))


def proches(sujet: Subject) -> Q:
    """Of a theme or a sector of the ingénierie."""
    return _ayant("themes", sujet.themes) | _ayant("secteurs", sujet.secteurs)


def pres_de(sujet: Subject) -> Any:
    """How near the ingénierie, counted by the database: theme, sector, territory; then, where a theme or a sector is
    in common, the words of its title."""
    everywhere = lists.by_code(Secteur).get(TOUS_SECTEURS)
    open_to_all = [everywhere.pk] if everywhere is not None else []
    points: Any = _vaut(_ayant("themes", sujet.themes), THEME)
    points += Case(
        When(_ayant("secteurs", sujet.secteurs), then=Value(SECTEUR)),
        When(_ayant("secteurs", open_to_all), then=Value(SECTEUR // 2)),
        default=Value(0), output_field=IntegerField(),
    )  # fmt: skip
    points += Case(
        When(_ayant("departements", sujet.departements), then=Value(TERRITOIRE)),
        When(region__in=sorted(sujet.regions), then=Value(REGION)),
        default=Value(0), output_field=IntegerField(),
    )  # fmt: skip
    words: Any = Value(0)
    for stem in sorted(sujet.title_words)[:_MOTS_DU_TITRE]:
        words += _vaut(Q(search_text__contains=stem), _MOT)
    return points + Case(When(proches(sujet), then=words), default=Value(0), output_field=IntegerField())
