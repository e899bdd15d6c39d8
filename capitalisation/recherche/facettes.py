"""The facets of the library: how each narrows a search, and how many resources each of its values would keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from capitalisation.bibliotheque.enums import (
    PUBLIES,
    Apport,
    CercleContributeurs,
    Echelle,
    EtatRessource,
    Licence,
    Sorte,
    Support,
    Usage,
    Verdict,
)
from capitalisation.bibliotheque.models import Ressource
from core import clock
from referentiels import lists
from referentiels.models import Departement, Region, Secteur, TypePrestation

Choices = list[tuple[str, str]]
#: Chosen in the address for what has no région: the resources of the whole country.
SANS_REGION = "nationale"
#: The states as the facet tells them.
ETATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "publiee": ("publiée", (EtatRessource.PUBLIEE, EtatRessource.PROPOSEE_NATIONALE)),
    "reference": ("référence nationale", (EtatRessource.REFERENCE_NATIONALE,)),
    "proposee": ("proposée", (EtatRessource.PROPOSEE,)),
    "a_completer": ("à compléter", (EtatRessource.A_COMPLETER,)),
    "brouillon": ("brouillon", (EtatRessource.BROUILLON,)),
}
_ETAT_OF = {state: code for code, (_, states) in ETATS.items() for state in states}


@dataclass(frozen=True)
class Facette:
    """One way to narrow the search.

    ``colonne`` is what the rows are grouped by, ``lit`` turns its value into the codes of the address, ``condition``
    keeps the rows that have one of these codes.
    """

    code: str
    label: str
    colonne: str
    choix: Callable[[], Choices]
    condition: Callable[[Sequence[str]], Q]
    lit: Callable[[Any], Sequence[str]]
    ouverte: bool = False


def _simple(code: str, label: str, enum: Any, *, ouverte: bool = False) -> Facette:
    return Facette(
        code, label, code, lambda: list(enum.choices), lambda codes: Q(**{f"{code}__in": codes}),
        lambda value: (value,) if value else (), ouverte,
    )  # fmt: skip


def _liste(code: str, label: str, model: type, relation: str, colonne: str, *, ouverte: bool = False) -> Facette:
    through = Ressource._meta.get_field(relation).remote_field.through
    column = Ressource._meta.get_field(relation).m2m_reverse_field_name()

    def condition(codes: Sequence[str]) -> Q:
        pks = [lists.by_code(model)[c].pk for c in codes if c in lists.by_code(model)]
        return Q(pk__in=through.objects.filter(**{f"{column}__in": pks}).values("ressource"))

    def read(pks: Sequence[int]) -> Sequence[str]:
        known = lists.mapping(model)
        return [known[pk].code for pk in pks if pk in known]

    return Facette(code, label, colonne, lambda: lists.choices(model), condition, read, ouverte)


def _region_condition(codes: Sequence[str]) -> Q:
    pks = [lists.by_code(Region)[c].pk for c in codes if c in lists.by_code(Region)]
    return Q(region__in=pks) | (Q(region__isnull=True) if SANS_REGION in codes else Q())


def _region_read(pk: int | None) -> Sequence[str]:
    found = lists.by_id(Region, pk)
    return (found.code if found else SANS_REGION,)


def a_jour() -> Q:
    """Verified, and not yet to be verified again."""
    later = Q(a_reverifier_le__isnull=True) | Q(a_reverifier_le__gt=clock.today())
    return Q(verifie_le__isnull=False) & later


FACETTES: tuple[Facette, ...] = (
    _simple("sorte", "Sorte", Sorte, ouverte=True),
    _simple("support", "Support", Support, ouverte=True),
    _liste("theme", "Thème", TypePrestation, "themes", "theme_ids", ouverte=True),
    _liste("secteur", "Secteur d’activité", Secteur, "secteurs", "secteur_ids"),
    Facette(
        "region", "Région", "region_id",
        lambda: [(SANS_REGION, "toute la France"), *lists.choices(Region)], _region_condition, _region_read,
    ),
    _liste("departement", "Département", Departement, "departements", "departement_ids"),
    _simple("usage", "Usage", Usage),
    _simple("apport", "Ce qu’elle apporte", Apport),
    _simple("echelle", "Échelle", Echelle),
    Facette(
        "etat", "État", "state", lambda: [(code, label) for code, (label, _) in ETATS.items()],
        lambda codes: Q(state__in=[state for code in codes if code in ETATS for state in ETATS[code][1]]),
        lambda state: (_ETAT_OF[state],) if state in _ETAT_OF else (),
    ),
    _simple("verdict", "Portée de l’essai", Verdict),
    Facette(
        "verification", "Vérification", "verification", lambda: [("a_jour", "vérification à jour")],
        lambda codes: a_jour(), lambda value: (value,) if value else (),
    ),
    _simple("cercle", "Cercle de contributeurs", CercleContributeurs),
    _simple("licence", "Licence", Licence),
)  # fmt: skip
PAR_CODE = {facette.code: facette for facette in FACETTES}
#: What is counted together: one query a group, whose rows are the combinations of values that exist.
GROUPES = (
    ("sorte", "support", "usage", "apport", "echelle", "etat"),
    ("region", "verdict", "verification", "cercle", "licence"),
    ("theme", "secteur"),
)
#: Counted only in a région, or once chosen: there are a hundred.
DANS_UNE_REGION = ("departement",)


def connue(facette: Facette, code: str) -> bool:
    """Does this value exist?"""
    return any(code == known for known, _ in facette.choix())


def filtrees(rows: QuerySet, choisies: Mapping[str, Sequence[str]], *, sauf: Sequence[str] = ()) -> QuerySet:
    """The rows that have, for each facet chosen, one of its values."""
    for code, values in choisies.items():
        if code not in sauf:
            rows = rows.filter(PAR_CODE[code].condition(values))
    return rows


def _columns(rows: QuerySet, groupe: Sequence[str]) -> QuerySet:
    if "verification" in groupe:
        told = Case(When(a_jour(), then=Value("a_jour")), default=Value(""), output_field=CharField())
        rows = rows.annotate(verification=told)
    return rows.order_by().values_list(*(PAR_CODE[code].colonne for code in groupe)).annotate(n=Count("pk"))


def compter(rows: QuerySet, choisies: Mapping[str, Sequence[str]]) -> tuple[int, dict[str, Counter[str]]]:
    """How many rows match, and for each facet how many each value would keep, the other facets staying as they are.

    One query for each of :data:`GROUPES`, whatever there is: of a facet chosen in it, the group keeps every value, and
    what the others leave is counted here.
    """
    groups = [*GROUPES, *([DANS_UNE_REGION] if {"region", "departement"} & set(choisies) else [])]
    counts: dict[str, Counter[str]] = {facette.code: Counter() for facette in FACETTES}
    total = 0
    for number, group in enumerate(groups):
        facets = [PAR_CODE[code] for code in group]
        wanted = [set(choisies.get(code, ())) for code in group]
        for *values, n in _columns(filtrees(rows, choisies, sauf=group), group):
            codes = [facet.lit(value) for facet, value in zip(facets, values, strict=True)]
            refused = [i for i, want in enumerate(wanted) if want and want.isdisjoint(codes[i])]
            if not refused and number == 0:
                total += n
            for i, facet in enumerate(facets):
                if not refused or refused == [i]:
                    for code in codes[i]:
                        counts[facet.code][code] += n
    return total, counts


#: What the search looks in when one does not ask for more.
def publiees(rows: QuerySet) -> QuerySet:
    """Approved by a committee."""
    return rows.filter(state__in=PUBLIES)
