"""The content of a cahier des charges as plain data: what is previewed, what is frozen, what the PDF is made from.

The canonical JSON (:mod:`core.canonical`) of a version never changes; :data:`SCHEMA` says its shape, and later shapes
keep reading the earlier ones.
"""

from __future__ import annotations

from typing import Any

from consultations.cadre.models import GuidePrestataires
from consultations.cahier import annexes
from consultations.cahier.enums import DETAILS_LONGS, DetailStructure, Diagnostic, Finalite
from consultations.cahier.models import REPARTITION, CahierDesCharges
from core import canonical, clock
from core.formats import format_money_plain, format_number
from core.journal import plain
from core.models import Attachment
from core.text import normalise
from engagement.partenaires import summary
from projects.enums import Cycle, EtatMobilisation
from referentiels.fuseaux import Fuseau
from structures.annuaire.models import Structure
from structures.annuaire.totaux import totaux_of

SCHEMA = 1

#: Fields copied as they are.
TEXTS = (
    "titre", "accroche", "contacts", "origine_demande", "contexte", "demarche", "plan_accompagnement",
    "structures_presentation", "partenaires_presentation", "comite_pilotage", "type_motif", "objectif_general",
    "objectifs_operationnels", "resultats_attendus", "contenu_attendu", "appropriation", "hors_site", "productions",
    "conditions", "role_evaluation", "cout_precisions", "calendrier", "proposition_attendue", "criteres_conformite",
    "criteres_reponse", "criteres_intervenants", "criteres_couts", "criteres_collectif", "criteres_autres",
    "modalites_reponse", "diagnostic_synthese", "clauses",
)  # fmt: skip
#: Numbers and dates: decimals as text (exact), dates in ISO.
VALUES = (
    "jours_min", "jours_max", *REPARTITION, "cout_jour", "regime", "date_debut", "date_fin", "date_restitution",
    "date_limite",
)  # fmt: skip


def _details(structure: Structure) -> dict[str, str]:
    """Every detail of the sheet, ready to read; never anything of a person."""
    secteur = str(structure.secteur)
    if structure.branche:
        secteur += f", {structure.branche}"
    return {
        DetailStructure.COMMUNE: structure.commune,
        DetailStructure.SECTEUR: secteur,
        DetailStructure.FORME: str(structure.forme_juridique or ""),
        DetailStructure.CREATION: str(structure.annee_creation or ""),
        DetailStructure.ETP: format_number(structure.etp),
        DetailStructure.SALARIES: format_number(structure.salaries),
        DetailStructure.SAISONNIERS: format_number(structure.saisonniers),
        DetailStructure.BENEVOLES: format_number(structure.benevoles),
        DetailStructure.BENEVOLES_ACTIFS: format_number(structure.benevoles_actifs),
        DetailStructure.ADHERENTS: format_number(structure.adherents),
        DetailStructure.BUDGET: format_money_plain(structure.budget),
        DetailStructure.TERRITOIRE: structure.territoire,
        DetailStructure.PROJET: structure.projet,
        DetailStructure.FINANCEMENTS: structure.financements,
        DetailStructure.COMPETENCES: structure.competences,
    }


def _structures(cahier: CahierDesCharges) -> list[dict[str, Any]]:
    rows = (
        cahier.structures_presentees()
        .select_related(
            "structure__departement", "structure__secteur", "structure__branche", "structure__forme_juridique"
        )
        .order_by("structure__departement__code", "structure__search_text", "pk")
    )
    wanted = [d for d in DetailStructure.values if d in cahier.details]
    answer = []
    for row in rows:
        told = _details(row.structure)
        answer.append(
            {
                "nom": str(row.structure),
                "departement": str(row.structure.departement),
                "confirmee": row.state == EtatMobilisation.CONFIRMEE,
                "details": {code: told[code] for code in wanted if told[code]},
            }
        )
    return answer


def _totals(cahier: CahierDesCharges) -> dict[str, dict[str, str]]:
    """People and money of the structures presented, of the details that are diffused: the number, and of how many
    structures when some do not tell."""
    totals = totaux_of(cahier.structures_presentees(), "structure__")
    return {
        total.champ: {"nombre": total.nombre, "texte": total.texte, "partiel": total.partiel}
        for total in totals.connus
        if total.champ in cahier.details
    }


def _partners(cahier: CahierDesCharges) -> list[dict[str, Any]]:
    return [
        {
            "nom": partner.nom,
            "famille": family.label,
            "role": partner.roles or partner.contribution_technique,
            "comite_pilotage": partner.comite_pilotage,
            "intervient": partner.systeme_intervenant,
        }
        for family in summary.partenaires_of(cahier.ingenierie_id)
        for partner in family.partenaires
    ]


def annexes_of(cahier: CahierDesCharges) -> list[Attachment]:
    """The files attached to the cahier, oldest first."""
    return list(Attachment.objects.of(cahier._meta.label_lower, [cahier.pk]))


def guide_of(cahier: CahierDesCharges) -> dict[str, Any] | None:
    """The guide of the pilot's région for prestataires, in force today: it is given with the cahier."""
    guide = GuidePrestataires.objects.in_force(cahier.ingenierie.pilote.region_id, clock.today())
    piece = guide.fichier if guide else None
    if piece is None:
        return None
    return {
        "titre": guide.titre,
        "numero": guide.numero,
        "depuis": guide.depuis.isoformat(),
        "nom": piece.original_name,
        "taille": piece.size,
        "sha256": piece.sha256,
        "piece": piece.pk,
    }


def _type_of(cahier: CahierDesCharges) -> str:
    if cahier.ingenierie.is_individuelle:
        return Cycle.INDIVIDUELLE.label
    return cahier.get_type_ingenierie_display() if cahier.type_ingenierie else ""


def build(cahier: CahierDesCharges) -> dict[str, Any]:
    """The content of ``cahier`` as it stands now."""
    ingenierie = cahier.ingenierie
    pilote = ingenierie.pilote
    return {
        "schema": SCHEMA,
        "reference": cahier.reference,
        "numero": cahier.numero,
        "motif_rectification": cahier.motif_rectification,
        "pilote": {
            "nom": pilote.name,
            "structure_porteuse": pilote.structure_porteuse,
            "region": str(pilote.region or ""),
        },
        "territoire": [str(d) for d in ingenierie.departements.order_by("code")],
        "secteurs": sorted((str(s) for s in ingenierie.secteurs.all()), key=normalise),
        "type_ingenierie": cahier.type_ingenierie,
        "type_libelle": _type_of(cahier),
        "finalite": Finalite(cahier.finalite).label if cahier.finalite else "",
        "themes": [theme.label for theme in cahier.themes.all()],
        "fuseau": cahier.fuseau,
        "fuseau_libelle": Fuseau(cahier.fuseau).label,
        "diagnostic": Diagnostic(cahier.diagnostic).label if cahier.diagnostic else "",
        "portee": cahier.portee,
        "details_longs": [d.value for d in DETAILS_LONGS if d in cahier.details],
        "structures": _structures(cahier),
        "structures_annoncees": ingenierie.structures_annoncees,
        "totaux": _totals(cahier),
        "partenaires": _partners(cahier),
        "annexes": [
            {"nom": a.original_name, "taille": a.size, "sha256": a.sha256, "piece": a.pk} for a in annexes_of(cahier)
        ],
        "annexes_structures": annexes.told_of(cahier),
        "guide": guide_of(cahier),
        **{name: getattr(cahier, name) for name in TEXTS},
        **{name: plain(getattr(cahier, name)) for name in VALUES},
    }


def digest(content: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON."""
    return canonical.digest(canonical.canonical(content))
