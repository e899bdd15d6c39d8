"""What a text to sign says, as plain data: what is previewed, what is frozen, what the PDF is made from.

The canonical JSON (:mod:`core.canonical`) of a text never changes; :data:`SCHEMA` says its shape.
"""

from __future__ import annotations

from typing import Any

from consultations.cahier.services import DOCUMENT_DIFFUSE
from core.documents.frozen import kept_document
from core.journal import plain
from missions.conventions.enums import RolePartie
from missions.conventions.models import Avenant, Convention
from missions.conventions.prefill import PROJET, beneficiaires, pieces_of, projet_annexe

SCHEMA = 1
CONVENTION, AVENANT = "convention", "avenant"

TEXTS = (
    "objet", "calendrier", "prix_precisions", "propriete", "donnees", "evaluation", "modifications", "autres",
)  # fmt: skip
VALUES = ("jours", "jours_individuels", "jours_hors_site", "debut", "fin")
_ETAPE = ("intitule", "objectif", "contenu", "duree", "outils", "realisation", "productions", "debut", "fin")
_PARTIE = ("nom", "siret", "adresse", "represente_par", "qualite", "signe", "apport")


def build(convention: Convention) -> dict[str, Any]:
    """The content of ``convention`` as it stands now; decimals as text (exact), dates in ISO."""
    ingenierie = convention.ingenierie
    montants = convention.montants
    projet = projet_annexe(convention)
    return {
        "schema": SCHEMA,
        "genre": CONVENTION,
        "reference": convention.reference,
        "phase": convention.phase,
        "titre": ingenierie.titre,
        "pilote": ingenierie.pilote.name,
        "individuelle": ingenierie.is_individuelle,
        "parties": [
            {"role": RolePartie(p.role).label, **{name: plain(getattr(p, name)) for name in _PARTIE}}
            for p in convention.parties.all()
        ],
        "beneficiaires": [str(row.structure) for row in beneficiaires(ingenierie)],
        **{name: getattr(convention, name).strip() for name in TEXTS},
        **{name: plain(getattr(convention, name)) for name in VALUES},
        "etapes": [{name: plain(getattr(e, name)) for name in _ETAPE} for e in convention.etapes.all()],
        "prix": {
            "ht": plain(montants.ht),
            "tva": plain(montants.tva),
            "ttc": plain(montants.ttc),
            "taux": plain(convention.taux_tva),
        },
        "paiements": [
            {"libelle": p.libelle, "montant": plain(p.montant), "date": plain(p.date)}
            for p in convention.paiements.all()
        ],
        "cahier": _cahier(convention),
        "projet": None
        if projet is None
        else {
            "libelle": projet.libelle,
            "numero": projet.numero,
            "sha256": projet.sha256,
            "contenu": projet.contenu,  # what is annexed is in the text itself, when the application holds it
        },
        "annexes": [
            {"piece": piece.pk, "nom": piece.original_name, "taille": piece.size, "sha256": piece.sha256}
            for category in (PROJET, "")
            for piece in pieces_of(convention, category)
        ],
    }


def _cahier(convention: Convention) -> dict[str, Any] | None:
    version = convention.version_cahier
    if version is None:
        return None
    document = kept_document(version, DOCUMENT_DIFFUSE)
    return {
        "reference": version.cahier.reference,
        "numero": version.numero,
        "le": version.le.date().isoformat(),
        "sha256": version.empreinte,
        "pdf_sha256": document.sha256 if document else "",
    }


def build_avenant(avenant: Avenant) -> dict[str, Any]:
    """The content of ``avenant`` as it stands now, with the parties of its convention."""
    convention = avenant.convention
    return {
        "schema": SCHEMA,
        "genre": AVENANT,
        "reference": convention.reference,
        "numero": avenant.numero,
        "phase": convention.phase,
        "titre": convention.ingenierie.titre,
        "pilote": convention.ingenierie.pilote.name,
        "signee_le": plain(convention.signee_le),
        "parties": [
            {"role": RolePartie(p.role).label, **{name: plain(getattr(p, name)) for name in _PARTIE}}
            for p in convention.parties.all()
        ],
        "quoi": avenant.get_quoi_display(),
        "de": avenant.de,
        "a": avenant.a,
        "pourquoi": avenant.pourquoi,
        "demande_par": avenant.get_demande_par_display(),
        "demande_le": plain(avenant.demande_le),
        "contact": avenant.contact_dit,
        "accepte_dla_le": plain(avenant.accepte_dla_le),
        "accepte_structure_le": plain(avenant.accepte_structure_le),
        "fin": plain(avenant.fin),
        "prix": plain(avenant.prix),
        "base": convention.base,
    }
