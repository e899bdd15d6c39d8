"""What « Engager » holds, read for other floors (cahier des charges, presentation sheet): plain data, in French.

Each function takes the primary key of an ingénierie and asks a fixed number of queries, whatever the rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from core.formats import NBSP, format_money_plain, format_number
from engagement.enums import CADRE, NatureObjectif, NatureRessource, Regime
from engagement.models import (
    AvisComite,
    Budget,
    LigneCharge,
    LigneRessource,
    Objectif,
    ObjectifsProjet,
    PartenaireProjet,
    ResultatAttendu,
    ValidationPorteur,
    ValorisationTemps,
)
from partners.directory.enums import Famille

ZERO = Decimal("0.00")


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
    """An expected result."""

    pk: int
    libelle: str
    nature: str
    indicateur: str
    cible: str
    mesure: str
    fixe: bool
    version: int


def resultats(ingenierie_id: int) -> list[ResultatLu]:
    """The expected results in order. ``nature`` is worded. One query."""
    return [
        ResultatLu(r.pk, r.libelle, r.get_nature_display(), r.indicateur, r.cible, r.mesure, r.fixe, r.version)
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


# --- Budget ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balance:
    """Charges against ressources, to the cent. ``ecart`` is ressources less charges."""

    charges: Decimal
    ressources: Decimal

    @property
    def ecart(self) -> Decimal:
        return self.ressources - self.charges

    @property
    def equilibre(self) -> bool:
        """Equal and above zero."""
        return self.charges == self.ressources and self.charges > 0

    @property
    def phrase(self) -> str:
        """The balance said in words: « Il manque 350,00 € de ressources. »"""
        if self.equilibre:
            return f"Le budget est équilibré à {format_money_plain(self.charges)}."
        if self.charges == self.ressources:
            return "Le budget est vide."
        if self.ecart < 0:
            return f"Il manque {format_money_plain(-self.ecart)} de ressources."
        return f"Les ressources dépassent les charges de {format_money_plain(self.ecart)}."


@dataclass(frozen=True, slots=True)
class ChargeLue:
    """A cost line, amounts in euros."""

    pk: int
    nature: str
    nature_code: str
    libelle: str
    phase: str
    quantite: str
    montant: Decimal


@dataclass(frozen=True, slots=True)
class RessourceLue:
    """A funding line; ``compte`` is the amount that counts in the balance."""

    pk: int
    nature: str
    nature_code: str
    nom: str
    demande: Decimal | None
    obtenu: Decimal | None
    compte: Decimal
    date_decision: dt.date | None


@dataclass(frozen=True, slots=True)
class ValorisationLue:
    """Time valued apart; ``montant`` is ``None`` when a day has no value, ``arrondi`` when it was rounded."""

    pk: int
    acteur: str
    qui: str
    jours: Decimal
    taux_jour: Decimal | None
    montant: Decimal | None
    arrondi: bool


@dataclass(frozen=True, slots=True)
class BudgetLu:
    """The budget of an ingénierie. Amounts in euros, ``regime`` « TTC » or « HT »."""

    regime: str = "TTC"
    tva_note: str = ""
    convention: str = ""
    non_superposition: str = ""
    commentaire: str = ""
    confirme_le: dt.datetime | None = None
    confirme_par: str = ""
    version: int = 0
    charges: tuple[ChargeLue, ...] = ()
    ressources: tuple[RessourceLue, ...] = ()
    valorisations: tuple[ValorisationLue, ...] = ()
    balance: Balance = field(default_factory=lambda: Balance(ZERO, ZERO))

    @property
    def total_demande(self) -> Decimal:
        return sum((r.demande for r in self.ressources if r.demande is not None), ZERO)

    @property
    def total_obtenu(self) -> Decimal:
        return sum((r.obtenu for r in self.ressources if r.obtenu is not None), ZERO)

    @property
    def total_valorise(self) -> Decimal:
        return sum((v.montant for v in self.valorisations if v.montant is not None), ZERO)

    @property
    def total_jours_valorises(self) -> Decimal:
        return sum((v.jours for v in self.valorisations), ZERO)

    @property
    def credits_dla(self) -> Decimal:
        """What the DLA pay of it, own and other DLA's credits."""
        codes = (NatureRessource.CREDITS_DLA, NatureRessource.AUTRES_DLA)
        return sum((r.compte for r in self.ressources if r.nature_code in codes), ZERO)


def _quantite(charge: LigneCharge) -> str:
    if charge.quantite is None:
        return ""
    unite = charge.get_unite_display()
    return f"{format_number(charge.quantite)}{NBSP}{unite if charge.quantite >= 2 else unite.rstrip('s')}"


def budget(ingenierie_id: int) -> BudgetLu:
    """The budget with its lines and balance; empty (version 0) before anything is written. Four queries."""
    page = Budget.objects.filter(ingenierie=ingenierie_id).first() or Budget(version=0)
    charges = tuple(
        ChargeLue(
            c.pk,
            c.get_nature_display(),
            c.nature,
            c.libelle,
            c.phase,
            _quantite(c),
            c.montant,
        )
        for c in LigneCharge.objects.filter(ingenierie=ingenierie_id)
    )
    ressources = tuple(
        RessourceLue(r.pk, r.get_nature_display(), r.nature, r.nom, r.demande, r.obtenu, r.compte, r.date_decision)
        for r in LigneRessource.objects.filter(ingenierie=ingenierie_id).select_related("partenaire__partenaire")
    )
    valorisations = tuple(
        ValorisationLue(v.pk, v.get_acteur_display(), v.qui, v.jours, v.taux_jour, v.montant, v.arrondi)
        for v in ValorisationTemps.objects.filter(ingenierie=ingenierie_id)
    )
    return BudgetLu(
        regime=Regime(page.regime).label,
        tva_note=page.tva_note,
        convention=page.convention,
        non_superposition=page.non_superposition,
        commentaire=page.commentaire,
        confirme_le=page.confirme_le,
        confirme_par=page.confirme_par,
        version=page.version,
        charges=charges,
        ressources=ressources,
        valorisations=valorisations,
        balance=Balance(sum((c.montant for c in charges), ZERO), sum((r.compte for r in ressources), ZERO)),
    )
