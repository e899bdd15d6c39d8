"""What a convention takes from the dossier: proposed where nothing is typed yet, never forced on what was.

From the retained project when the application holds it, else from the diffused cahier des charges, the budget, the
fiche of the prestataire and the directory.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.in_charge import in_charge
from consultations.cahier.models import VersionDiffusee
from consultations.choix.models import ChoixPrestataire
from consultations.choix.projet import projet_valide
from core.formats import format_date
from core.models import Attachment
from engagement.budget.enums import CREDITS_DES_DLA, TAUX_TVA, NatureCharge, Regime
from engagement.budget.summary import BudgetLu, budget_of
from engagement.budget.tva import CENT, montants
from missions.conventions import clauses
from missions.conventions.enums import RolePartie
from missions.conventions.models import Convention
from mobilisation.projet.models import CadreEvaluation, ProjetIntervention
from mobilisation.projet.periode import periode_of
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

#: The category of the attachment that is the retained project, when the application does not hold it itself.
PROJET = "projet"
#: In an ingénierie collective with more structures than this, they do not each sign: the convention lists them.
STRUCTURES_QUI_SIGNENT = 3


@dataclass(frozen=True, slots=True)
class ProjetAnnexe:
    """The retained project annexed to the convention: what it is called, its number, its SHA-256, and what it says
    (the keys of a proposition) when the application holds it."""

    libelle: str
    sha256: str
    numero: int = 0
    contenu: dict[str, Any] | None = None


def projet_retenu(choix: ChoixPrestataire) -> ProjetAnnexe | None:
    """The project that the structures validated for this choice, when it was built in the application."""
    version = projet_valide(choix)
    if version is None:
        return None
    told = f"Projet d’intervention de {choix.prestataire}, version {version.numero}"
    if choix.projet_valide_at is not None:
        told += f", validé le {format_date(choix.projet_valide_at)}"
    return ProjetAnnexe(told, version.empreinte, version.numero, version.data)


def projet_annexe(convention: Convention) -> ProjetAnnexe | None:
    """What is annexed: the project validated in the application, else the file attached as such."""
    found = projet_retenu(convention.choix)
    if found is not None:
        return found
    piece = pieces_of(convention, PROJET).first()
    return None if piece is None else ProjetAnnexe(piece.original_name, piece.sha256)


def pieces_of(convention: Convention, category: str = ""):
    """The attachments of the convention, of one category."""
    return Attachment.objects.of(convention._meta.label_lower, [convention.pk]).filter(category=category)


def versions_of(ingenierie: Ingenierie):
    """The diffused versions of the cahier des charges, newest first."""
    return VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).order_by("-numero", "-pk")


# --- Fields ---------------------------------------------------------------------------------------------------------


def proposals(convention: Convention) -> dict[str, Any]:
    """What is known of each field of ``convention``; what is not known is not there."""
    ingenierie = convention.ingenierie
    version = convention.version_cahier or versions_of(ingenierie).first()
    cahier = version.data if version else {}
    projet = projet_retenu(convention.choix)
    told = {
        "objet": _objet(convention, cahier),
        "version_cahier": version,
        **_calendrier(ingenierie, cahier),
        **_jours(ingenierie, cahier),
        **_prix(budget_of(ingenierie.pk), convention.phase),
        "propriete": clauses.PROPRIETE,
        "donnees": clauses.DONNEES,
        "evaluation": _evaluation(ingenierie, cahier),
        "modifications": clauses.MODIFICATIONS,
        **(_of_projet(projet.contenu) if projet and projet.contenu else {}),
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _objet(convention: Convention, cahier: dict[str, Any]) -> str:
    titre = cahier.get("titre") or convention.ingenierie.titre
    told = [f"La présente convention confie à {convention.choix.prestataire.name} la mission « {titre} »."]
    if general := cahier.get("objectif_general", "").strip():
        told.append(f"Objectif : {general}")
    if convention.phase:
        told.append(f"Elle porte sur la phase {convention.phase}.")
    return "\n\n".join(told)


def _calendrier(ingenierie: Ingenierie, cahier: dict[str, Any]) -> dict[str, Any]:
    periode = periode_of(ingenierie)
    told = [cahier.get("calendrier", "").strip()]
    if day := cahier.get("date_restitution"):
        told.append(f"Restitution : {format_date(dt.date.fromisoformat(day))}.")
    return {"debut": periode.debut, "fin": periode.fin, "calendrier": "\n".join(line for line in told if line)}


def _jours(ingenierie: Ingenierie, cahier: dict[str, Any]) -> dict[str, Any]:
    """The days of the cahier when it leaves no choice, else those of the projet d'intervention or of the budget."""
    least, most = cahier.get("jours_min"), cahier.get("jours_max")
    if most and Decimal(least or most) == Decimal(most):
        alone = cahier.get("jours_individuels")
        return {"jours": Decimal(most), "jours_individuels": Decimal(alone) if alone else None}
    projet = ProjetIntervention.objects.filter(ingenierie=ingenierie).only("jours", "jours_individuels").first()
    if projet is not None and projet.jours:
        return {"jours": projet.jours, "jours_individuels": projet.jours_individuels}
    return {"jours": budget_of(ingenierie.pk).jours.total or None}


def _prix(budget: BudgetLu, phase: str) -> dict[str, Any]:
    """What the kept budget plans for external services, when its lines are told the same way."""
    lines = [c for c in budget.charges if c.nature == NatureCharge.REALISATION]
    if phase and any(c.phase == phase for c in lines):
        lines = [c for c in lines if c.phase == phase]
    ways = {(c.base, c.taux_tva) for c in lines}
    if len(ways) != 1:
        return {}
    ((base, taux),) = ways
    return {"prix": sum((c.montant for c in lines), Decimal(0)), "base": base, "taux_tva": taux}


def _evaluation(ingenierie: Ingenierie, cahier: dict[str, Any]) -> str:
    if told := cahier.get("role_evaluation", "").strip():
        return told
    cadre = CadreEvaluation.objects.filter(ingenierie=ingenierie).only("participation_intervenants").first()
    return (cadre.participation_intervenants.strip() if cadre else "") or clauses.EVALUATION


def _decimal(value: Any) -> Decimal | None:
    return Decimal(str(value)) if value not in (None, "") else None


def _of_projet(contenu: dict[str, Any]) -> dict[str, Any]:
    """Days, price and calendar of the retained project, which were negotiated on it."""
    on_site, off_site = _decimal(contenu.get("jours_site")), _decimal(contenu.get("jours_hors_site"))
    told: dict[str, Any] = {
        "prix_precisions": contenu.get("justification_prix", ""),
        **_prix_du_projet(*(_decimal(contenu.get(name)) for name in ("prix_ht", "prix_ttc", "tva"))),
    }
    if on_site is not None or off_site is not None:
        told |= {"jours": (on_site or Decimal(0)) + (off_site or Decimal(0)), "jours_hors_site": off_site}
    calendrier = contenu.get("calendrier")
    if isinstance(calendrier, str) and calendrier.strip():
        told["calendrier"] = calendrier.strip()
    return told


def _prix_du_projet(ht: Decimal | None, ttc: Decimal | None, tva: Decimal | None) -> dict[str, Any]:
    """The price as the project tells it: HT when its TTC follows from it to the cent, else TTC."""
    rates = {rate for rate, _ in TAUX_TVA}
    taux = tva.quantize(CENT) if tva is not None and tva.quantize(CENT) in rates else None
    if ht is not None and (ttc is None or montants(ht, Regime.HT, taux).ttc == ttc):
        return {"prix": ht, "base": Regime.HT, "taux_tva": taux}
    return {} if ttc is None else {"prix": ttc, "base": Regime.TTC, "taux_tva": taux}


# --- Rows -----------------------------------------------------------------------------------------------------------


def parties(convention: Convention) -> list[dict[str, Any]]:
    """The parties that the dossier knows: the DLA, the structures, the prestataire, those who fund beside the DLA."""
    ingenierie = convention.ingenierie
    return [_dla(ingenierie), *_structures(ingenierie), _prestataire(convention.choix), *_cofinanceurs(ingenierie)]


def _dla(ingenierie: Ingenierie) -> dict[str, Any]:
    pilote = ingenierie.pilote
    porteuse = pilote.structure_porteuse
    named = f"{porteuse}, pour {pilote.name}" if porteuse and porteuse != pilote.name else pilote.name
    person = in_charge(ingenierie.charge_mission, pilote)
    return {
        "role": RolePartie.DLA,
        "nom": named[:200],
        "adresse": pilote.address[:500],
        "email": pilote.email or (person.email if person else ""),
    }


def _structures(ingenierie: Ingenierie) -> list[dict[str, Any]]:
    rows = beneficiaires(ingenierie)
    if not ingenierie.is_individuelle and len(rows) > STRUCTURES_QUI_SIGNENT:
        return []
    return [
        {
            "role": RolePartie.STRUCTURE,
            "nom": row.structure.name,
            "siret": row.structure.siret,
            "adresse": _address(row.structure.address, row.structure.code_postal, row.structure.commune),
            "represente_par": row.structure.contact_name,
            "qualite": row.structure.contact_function,
            "email": row.structure.contact_email,
        }
        for row in rows
    ]


def beneficiaires(ingenierie: Ingenierie) -> list[StructureCiblee]:
    """The structures of an ingénierie that take part: its only one, or those that confirmed."""
    rows = StructureCiblee.objects.filter(ingenierie=ingenierie).select_related("structure")
    if not ingenierie.is_individuelle:
        rows = rows.filter(state=EtatMobilisation.CONFIRMEE)
    return list(rows.order_by("structure__search_text", "pk"))


def _prestataire(choix: ChoixPrestataire) -> dict[str, Any]:
    prestataire, fiche = choix.prestataire, choix.periode.fiche
    return {
        "role": RolePartie.PRESTATAIRE,
        "nom": prestataire.name,
        "siret": prestataire.siret,
        "adresse": _address(fiche.address, fiche.code_postal, fiche.commune),
        "represente_par": fiche.contact_name,
        "qualite": fiche.contact_function,
        "email": fiche.contact_email,
    }


def _cofinanceurs(ingenierie: Ingenierie) -> list[dict[str, Any]]:
    found: dict[str, Decimal] = {}
    for row in budget_of(ingenierie.pk).ressources:
        if row.nature not in CREDITS_DES_DLA and row.compte:
            found[row.nom] = found.get(row.nom, Decimal(0)) + row.compte
    return [
        {"role": RolePartie.COFINANCEUR, "nom": nom[:200], "signe": False, "apport": apport}
        for nom, apport in found.items()
    ]


def _address(street: str, postcode: str, commune: str) -> str:
    town = f"{postcode} {commune}".strip()
    return "\n".join(part for part in (street.strip(), town) if part)[:500]


def etapes(convention: Convention) -> list[dict[str, Any]]:
    """The stages of the retained project, word for word; nothing when the application does not hold it."""
    projet = projet_retenu(convention.choix)
    rows = (projet.contenu or {}).get("etapes", []) if projet else []
    return [_etape(row, rang) for rang, row in enumerate(rows, 1)]


def _etape(row: dict[str, Any], rang: int) -> dict[str, Any]:
    how = (("Par", row.get("par_qui")), ("Avec", row.get("avec_qui")), ("Comment", row.get("comment")))
    return {
        "ordre": rang,
        "intitule": (row.get("intitule") or f"Étape {rang}")[:200],
        "objectif": row.get("objectif") or "",
        "contenu": row.get("contenu") or "",
        "duree": _decimal(row.get("duree")),
        "outils": row.get("outils") or "",
        "realisation": "\n".join(f"{label} : {text}" for label, text in how if text),
        "productions": row.get("productions") or "",
        "debut": _day(row.get("debut")),
        "fin": _day(row.get("fin")),
    }


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if value else None
    except (TypeError, ValueError):  # a period told in words
        return None
