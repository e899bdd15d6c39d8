"""What a fiche still needs before it is sent: computed from the row alone (``with_completeness``), no other query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core import clock
from partners.portfolio.fiche.models.blocs import Intervenant, Piece, Reference
from partners.portfolio.fiche.models.fiche import FicheVersion, FicheVersionQuerySet
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.rubriques import RUBRIQUE_OF, RUBRIQUES, Rubrique


@dataclass(frozen=True)
class Manque:
    """Something missing: in which rubric, its field (anchor of the page), its name."""

    rubrique: Rubrique
    champ: str
    label: str


@dataclass(frozen=True)
class Avancement:
    """How far a fiche (or one of its rubrics) is: points filled of points asked."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


def _filled(name: str) -> Callable[[Any], bool]:
    def holds(fiche: Any) -> bool:
        value = getattr(fiche, name)
        return bool(value.strip() if isinstance(value, str) else value)

    return holds


def _insured(fiche: Any) -> bool:
    return bool(fiche.has_assurance and fiche.assurance_expire_le and fiche.assurance_expire_le >= clock.today())


#: (field, what is missing when it is not there, whether it is). The order is that of the page.
_ASKED: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("raison_sociale", "la raison sociale", _filled("raison_sociale")),
    ("forme_juridique", "la forme juridique", lambda f: f.forme_juridique_id is not None),
    ("address", "l’adresse", _filled("address")),
    ("code_postal", "le code postal", _filled("code_postal")),
    ("commune", "la commune", _filled("commune")),
    ("contact_name", "le nom du référent", _filled("contact_name")),
    ("contact_email", "l’adresse électronique du référent", _filled("contact_email")),
    ("contact_phone", "le téléphone du référent", _filled("contact_phone")),
    ("kind", "le type de prestataire", _filled("kind")),
    ("annee_creation", "l’année de création", _filled("annee_creation")),
    ("effectif", "l’effectif", lambda f: f.effectif is not None),
    ("tva", "le régime de TVA", _filled("tva")),
    ("assureur", "l’assureur", _filled("assureur")),
    ("departements", "un département d’intervention au moins", lambda f: f.has_departements),
    ("piece_assurance", "une attestation d’assurance en cours de validité", _insured),
    ("piece_statuts", "le Kbis ou les statuts", lambda f: f.has_statuts),
    ("presentation", "la présentation de votre activité", _filled("presentation")),
    ("individuel", "individuel, collectif, ou les deux", lambda f: f.individuel or f.collectif),
    ("secteurs", "un secteur au moins", lambda f: f.has_secteurs),
    ("domaines", "un domaine au moins", lambda f: f.has_domaines),
    ("themes", "un thème au moins", lambda f: f.has_themes),
    ("types", "un type d’intervention au moins", lambda f: f.has_types),
    ("references", "une référence au moins", lambda f: f.n_references > 0),
    ("intervenants", "un intervenant au moins", lambda f: f.n_intervenants > 0),
    ("piece_cv", "le CV de chaque intervenant", lambda f: f.n_intervenants > 0 and f.n_cv >= f.n_intervenants),
    ("prix_min", "le prix par jour", lambda f: f.prix_min is not None or f.prix_max is not None),
    ("charte", "votre engagement", lambda f: f.charte),
)


def with_completeness(fiches: FicheVersionQuerySet) -> FicheVersionQuerySet:
    """``fiches`` saying what their lists and blocks hold, in the one query that loads them."""

    def some(name: str) -> Exists:
        through = FicheVersion._meta.get_field(name).remote_field.through
        return Exists(through.objects.filter(ficheversion_id=OuterRef("pk")))

    def blocks(model: type[models.Model], **filters: Any) -> Any:
        rows = model.objects.filter(fiche=OuterRef("pk"), **filters).order_by().values("fiche")
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

    return fiches.annotate(
        **{f"has_{name}": some(name) for name in ("departements", "secteurs", "domaines", "themes", "types")},
        n_references=blocks(Reference),
        n_intervenants=blocks(Intervenant),
        n_cv=Coalesce(
            Subquery(
                Piece.objects.filter(fiche=OuterRef("pk"), nature="cv", intervenant__isnull=False)
                .order_by()
                .values("fiche")
                .annotate(n=Count("intervenant", distinct=True))
                .values("n")
            ),
            0,
        ),
        n_demandes=blocks(Remarque, tour=OuterRef("tours")),
        n_a_traiter=blocks(Remarque, tour=OuterRef("tours"), traitee_le=None),
        has_assurance=Exists(Piece.objects.filter(fiche=OuterRef("pk"), nature="assurance")),
        has_statuts=Exists(Piece.objects.filter(fiche=OuterRef("pk"), nature="statuts")),
    )


#: Fields that answer for another one: one of the two is enough.
SAME_AS = {"collectif": "individuel", "prix_max": "prix_min"}
#: What is asked, by name: the pages mark it.
COUNTED = frozenset(name for name, _, _ in _ASKED)


def read_again(fiche: FicheVersion) -> FicheVersion:
    """``fiche`` as it now stands, with what its lists and blocks hold: one query."""
    return with_completeness(FicheVersion.objects.all()).get(pk=fiche.pk)


def measured(fiche: FicheVersion) -> FicheVersion:
    """``fiche`` with what its lists and blocks hold: itself when it says so, else asked again (one query)."""
    return fiche if hasattr(fiche, "n_references") else read_again(fiche)


def missing(fiche: FicheVersion) -> list[Manque]:
    """What is missing, in the order of the pages; empty for a complete fiche."""
    fiche = measured(fiche)
    return [Manque(RUBRIQUE_OF[name], name, label) for name, label, holds in _ASKED if not holds(fiche)]


def progress(fiche: FicheVersion, lacking: list[Manque]) -> tuple[Avancement, dict[str, Avancement]]:
    """How far the whole fiche is, what the C2RA asks included, and each rubric by code, from what is missing."""
    asked: dict[str, int] = {rubrique.code: 0 for rubrique in RUBRIQUES}
    for name, _, _ in _ASKED:
        asked[RUBRIQUE_OF[name].code] += 1
    gone: dict[str, int] = {}
    for item in lacking:
        gone[item.rubrique.code] = gone.get(item.rubrique.code, 0) + 1
    parts = {code: Avancement(total - gone.get(code, 0), total) for code, total in asked.items()}
    fiche = measured(fiche)
    total = len(_ASKED) + fiche.n_demandes
    return Avancement(total - len(lacking) - fiche.n_a_traiter, total), parts
