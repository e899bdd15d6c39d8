"""Who gets what of the conventions: part of tests/rights_dossier.py."""

from __future__ import annotations

from django.core.files.base import ContentFile

from tests.core.upload_files import PDF
from tests.rights_lines import ALLOWED, Line, _same, act, edit, listing, read, theirs, under
from tests.rights_remise import REMISE


def _etape_contrat(w) -> list:
    return [w.dossier.pk, w.contrat.pk, "etapes", w.etape_contrat.pk]


def _avenant(w) -> list:
    return [w.dossier.pk, w.contrat_signe.pk, w.avenant.pk]


def _texte(w) -> list:
    return [w.dossier.pk, w.texte.convention_id, w.texte.pk]


def _suivi(w) -> list:
    return [w.dossier.pk, w.contrat_signe.pk, w.etape_suivie.pk]


def _demande(w) -> list:
    return [w.dossier.pk, w.contrat_signe.pk, w.modification.pk]


def _space(*names: str):
    """The same objects, at the address of the prestataire."""
    return lambda w: [w.contrat_signe.pk, *(getattr(w, name).pk for name in names)]


def _fiche(w, **values: str) -> dict:
    return {**values, "version": str(w.etape_suivie.fiche.version)}


CHANGE = {"quoi": "contenu", "de": "Pris", "a": "Deux", "pourquoi": "Pris", "pour": "dla"}
WITHDRAWN = {"action": "retirer", "expected_state": "demandee", "version": "1", "reason": "Pris"}

#: The pages of the prestataire's own space: nobody's of A, not even its responsable.
ESPACE = {
    f"mission:{route}": theirs(args, {"version": "1"}, get=get, post=post)
    for route, args, get, post in (
        ("mission", _space(), True, False),
        ("convention", _space(), True, False),
        ("suivi", _space(), True, False),
        ("suivi_consultant", _space(), True, True),
        ("suivi_besoin", _space(), True, True),
        ("suivi_previsions", _space(), False, True),
        ("suivi_etape", _space("etape_suivie"), True, True),
        ("suivi_prevu", _space("etape_suivie"), True, True),
        ("suivi_reprendre", _space("etape_suivie"), False, True),
        ("modifications", _space(), True, False),
        ("modification_demander", _space(), True, True),
        ("modification", _space("modification"), True, False),
        ("modification_corriger", _space("modification"), True, True),
        ("modification_action", _space("modification"), False, True),
    )
}


def under_mission(w) -> list:
    return [w.contrat_signe.pk]


def _seance(w) -> list:
    return [w.dossier.pk, w.contrat_signe.pk, w.seance_mission.pk]


def _participant_seance(w) -> list:
    return [*_seance(w), w.participant_seance.pk]


def _leur_seance(w) -> list:
    return [w.contrat_signe.pk, w.seance_mission.pk]


SEANCE = {
    "nature": "collective", "titre": "Prise", "date": "2026-12-03", "heure_debut": "14:00", "heure_fin": "16:00",
    "fuseau": "Europe/Paris",
}  # fmt: skip

SEANCES: dict[str, Line] = {
    "missions:seances": read(under("contrat_signe")),
    "missions:seance_nouvelle": edit(under("contrat_signe"), lambda w: SEANCE),
    "missions:seance": read(_seance),
    "missions:seance_modifier": edit(_seance, lambda w: SEANCE | {"version": str(w.seance_mission.version)}),
    "missions:seance_etat": act(
        _seance,
        lambda w: {"action": "tenir", "expected_state": "prevue", "version": str(w.seance_mission.version)},
    ),
    # It is not convened.
    "missions:seance_renvoyer": act(_seance, lambda w: {"version": str(w.seance_mission.version)}, written=422),
    "missions:seance_compte_rendu": edit(
        _seance, lambda w: {"compte_rendu": "Pris", "version": str(w.seance_mission.version)}
    ),
    "missions:seance_presences": edit(_seance, lambda w: {f"presence_{w.participant_seance.pk}": "present"}),
    "missions:seance_participants": edit(_seance, lambda w: {"qui": f"partenaire-{w.associe.pk}"}),
    "missions:seance_participant": edit(
        _participant_seance, lambda w: {"source": "partenaire", "organisme": "Pris", "version": "1"}
    ),
    "missions:seance_participant_retirer": act(_participant_seance, lambda w: {"version": "1"}),
    "missions:seance_participant_renvoyer": act(
        _participant_seance, lambda w: {"version": str(w.seance_mission.version)}, written=422
    ),
    "mission:seances": theirs(under_mission, {}, get=True, post=False),
    "mission:seance": theirs(_leur_seance, {}, get=True, post=False),
    "mission:seance_etat": theirs(_leur_seance, {"action": "tenir"}, get=False, post=True),
    "mission:seance_presences": theirs(_leur_seance, {}, get=True, post=True),
    "mission:seance_compte_rendu": theirs(_leur_seance, {"compte_rendu": "Pris"}, get=True, post=True),
}

MISSIONS: dict[str, Line] = {
    **ESPACE,
    "mission:missions": listing(),
    "missions:missions": read(),
    "missions:mission": read(under("contrat_signe")),
    "missions:suivi": read(under("contrat_signe")),
    "missions:suivi_envoyer": act(under("contrat_signe")),
    "missions:suivi_consultant": edit(under("contrat_signe"), lambda w: _fiche(w, consultant="Pris")),
    "missions:suivi_besoin": edit(under("contrat_signe"), lambda w: _fiche(w, besoin_actuel="oui")),
    "missions:suivi_previsions": act(under("contrat_signe"), _fiche, written=422),  # nothing is planned yet
    "missions:suivi_etape": edit(_suivi, lambda w: {"commentaire": "Pris", "version": str(w.etape_suivie.version)}),
    "missions:suivi_prevu": edit(
        _suivi, lambda w: {"personnes_prevues": "Pris", "version": str(w.etape_suivie.version)}
    ),
    # It is not returned: there is nothing to open again.
    "missions:suivi_reprendre": act(
        _suivi, lambda w: {"reason": "Pris", "version": str(w.etape_suivie.version)}, written=409
    ),
    "missions:modifications": read(under("contrat_signe")),
    "missions:modification_demander": edit(under("contrat_signe"), lambda w: CHANGE),
    "missions:modification": read(_demande),
    "missions:modification_corriger": edit(_demande, lambda w: {**CHANGE, "version": str(w.modification.version)}),
    "missions:modification_action": act(_demande, lambda w: {**WITHDRAWN, "version": str(w.modification.version)}),
    "missions:modification_structures": edit(_demande, lambda w: {"structures": [w.accord.structure_id]}),
    "missions:modification_accord": edit(
        lambda w: [w.dossier.pk, w.contrat_signe.pk, w.modification_attendue.pk, w.accord.pk],
        lambda w: {"avis": "oui", "le": "2026-11-21", "version": str(w.accord.version)},
    ),
    "missions:conventions": read(),
    "missions:commencer": edit(data=lambda w: {"choix": str(w.choix.pk), "phase": "9"}),
    "missions:convention": read(under("contrat")),
    "missions:convention_action": act(
        under("contrat"),
        lambda w: {
            "action": "mettre_a_signer",
            "expected_state": "projet",
            "version": str(w.contrat.version),
        },
    ),
    # A preview changes nothing in the dossier: who reads it may ask.
    "missions:convention_apercu": Line(under("contrat"), None, _same(ALLOWED, 404)),
    "missions:convention_docx": read(under("contrat")),
    # It was never put to be signed: it may go.
    "missions:convention_retirer": act(under("contrat"), lambda w: {"version": str(w.contrat.version)}),
    "missions:convention_budget": act(under("contrat")),
    "missions:convention_etapes": act(under("contrat"), written=422),  # it has stages already
    "missions:convention_section": edit(
        lambda w: [w.dossier.pk, w.contrat.pk, "clauses"],
        lambda w: {"autres": "Prises", "version": str(w.contrat.version)},
    ),
    "missions:ligne_ajouter": edit(
        lambda w: [w.dossier.pk, w.contrat.pk, "etapes"], lambda w: {"ordre": "9", "intitule": "Prise"}
    ),
    "missions:ligne": edit(_etape_contrat, lambda w: {"ordre": "1", "intitule": "Prise", "version": "1"}),
    "missions:ligne_retirer": act(_etape_contrat, lambda w: {"version": "1"}),
    "missions:avenant_ouvrir": edit(
        under("contrat_signe"),
        lambda w: {"quoi": "autre", "de": "Un", "a": "Deux", "pourquoi": "Pris", "demande_par": "dla"},
    ),
    "missions:avenant": read(_avenant),
    "missions:avenant_modifier": edit(
        _avenant,
        lambda w: {
            "quoi": "autre",
            "de": "Un",
            "a": "Deux",
            "pourquoi": "Pris",
            "demande_par": "dla",
            "version": "1",
        },
    ),
    "missions:avenant_action": act(
        _avenant,
        lambda w: {"action": "abandonner", "expected_state": "projet", "version": "1", "reason": "Pris"},
    ),
    "missions:acte": read(_texte),
    "missions:acte_pdf": read(_texte),
    "missions:acte_refaire": act(_texte, written=409),  # it is there
    "missions:acte_liens": act(_texte),
    "missions:acte_papier": edit(
        _texte,
        lambda w: {
            **{f"le_{row.pk}": "2026-11-21" for row in w.texte.signataires.all()},
            "fichier": ContentFile(PDF + b"%s", name="signe.pdf"),
        },
    ),
    **SEANCES,
    **REMISE,
}
