"""What « Engager » holds, read for other floors (cahier des charges, presentation sheet): plain data, in French.

Each function takes the primary key of an ingénierie and asks a fixed number of queries, whatever the rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from engagement.enums import CADRE, NatureObjectif
from engagement.models import (
    AvisComite,
    Objectif,
    ObjectifsProjet,
    PartenaireProjet,
    ResultatAttendu,
    ValidationPorteur,
)
from engagement.summary_budget import (
    Balance,
    BudgetLu,
    ChargeLue,
    RessourceLue,
    ScenarioLu,
    ValorisationLue,
    budget,
    realisation,
    scenarios,
)
from partners.directory.enums import Famille

__all__ = [
    "AvisLu",
    "Balance",
    "BudgetLu",
    "ChargeLue",
    "FamilleLue",
    "ObjectifLu",
    "ObjectifsLus",
    "PartenaireLu",
    "RessourceLue",
    "ResultatLu",
    "ScenarioLu",
    "ValidationLue",
    "ValorisationLue",
    "budget",
    "objectifs",
    "partenaires",
    "realisation",
    "resultats",
    "scenarios",
    "validation",
]


# --- Partners -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartenaireLu:
    """A partner as documents show it. ``pk`` is that of :class:`PartenaireProjet`."""

    pk: int
    nom: str
    famille: str
    roles: str
    contribution_technique: str
    contribution_financiere: str
    systeme_intervenant: bool
    comite_pilotage: bool
    groupe_travail: bool


@dataclass(frozen=True, slots=True)
class FamilleLue:
    """A family of fiche pratique 3 with its partners."""

    code: str
    label: str
    partenaires: tuple[PartenaireLu, ...]


def partenaires(ingenierie_id: int) -> list[FamilleLue]:
    """The partners by family, in the order of the fiche; a family without partner is there, empty. One query."""
    rows = PartenaireProjet.objects.filter(ingenierie=ingenierie_id).select_related("partenaire")
    found: dict[str, list[PartenaireLu]] = {code: [] for code in Famille.values}
    for row in rows:
        found[row.famille].append(
            PartenaireLu(
                row.pk,
                str(row.partenaire),
                row.famille,
                row.roles,
                row.contribution_technique,
                row.contribution_financiere,
                row.systeme_intervenant,
                row.comite_pilotage,
                row.groupe_travail,
            )
        )
    return [FamilleLue(code, label, tuple(found[code])) for code, label in Famille.choices]


# --- Objectives and results -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectifLu:
    """An objective. ``code`` is empty for one of the ingénierie's own."""

    label: str
    precision: str
    code: str

    @property
    def texte(self) -> str:
        """« Consolider… : précision », or the label alone."""
        return f"{self.label} : {self.precision}" if self.precision else self.label


@dataclass(frozen=True, slots=True)
class ObjectifsLus:
    """The objectives of an ingénierie; ``objet`` and ``raisons`` are those of the evaluation."""

    strategiques: tuple[ObjectifLu, ...] = ()
    operationnels: tuple[ObjectifLu, ...] = ()
    objet: str = ""
    raisons: str = ""
    version: int = 0


def objectifs(ingenierie_id: int) -> ObjectifsLus:
    """The objectives by level, those of the framework first. Two queries."""
    page = ObjectifsProjet.objects.filter(ingenierie=ingenierie_id).first()
    found: dict[str, list[ObjectifLu]] = {nature: [] for nature in CADRE}
    for row in Objectif.objects.filter(ingenierie=ingenierie_id):
        found[row.nature].append(ObjectifLu(row.label, row.precision, row.code))
    return ObjectifsLus(
        tuple(found[NatureObjectif.STRATEGIQUE]),
        tuple(found[NatureObjectif.OPERATIONNEL]),
        page.objet if page else "",
        page.raisons if page else "",
        page.version if page else 0,
    )


@dataclass(frozen=True, slots=True)
class ResultatLu:
    """An expected result. ``cible`` and ``mesure`` are worded; the evaluation compares with ``cible_nombre``."""

    pk: int
    libelle: str
    nature: str
    indicateur: str
    cible: str
    mesure: str
    fixe: bool
    version: int
    nature_code: str = ""
    cible_nombre: Decimal | None = None
    cible_unite: str = ""


def resultats(ingenierie_id: int) -> list[ResultatLu]:
    """The expected results in order. ``nature`` is worded. One query."""
    return [
        ResultatLu(
            r.pk,
            r.libelle,
            r.get_nature_display(),
            r.indicateur,
            r.cible_dite,
            r.mesure_dite,
            r.fixe,
            r.version,
            r.nature,
            r.cible_nombre,
            r.cible_unite,
        )
        for r in ResultatAttendu.objects.filter(ingenierie=ingenierie_id)
    ]


# --- Validation -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AvisLu:
    """The opinion of a comité d'appui."""

    organisation: str
    date: dt.date
    sens: str
    commentaires: str


@dataclass(frozen=True, slots=True)
class ValidationLue:
    """Opinions recorded, agreement of the structure porteuse (date, or ``None``), confirmation of its funders."""

    avis: tuple[AvisLu, ...] = ()
    porteur_le: dt.date | None = None
    financeurs_le: dt.date | None = None


def validation(ingenierie_id: int) -> ValidationLue:
    """Who validated the démarche. Two queries."""
    avis = AvisComite.objects.filter(ingenierie=ingenierie_id).select_related("organisation")
    porteur = ValidationPorteur.objects.filter(ingenierie=ingenierie_id).first()
    return ValidationLue(
        tuple(AvisLu(str(a.organisation), a.date, a.get_sens_display(), a.commentaires) for a in avis),
        porteur.date if porteur and porteur.validee else None,
        porteur.financeurs_date if porteur else None,
    )
