"""Who gets what of the conventions: part of tests/rights_dossier.py."""

from __future__ import annotations

from django.core.files.base import ContentFile

from tests.core.upload_files import PDF
from tests.rights_lines import ALLOWED, Line, _same, act, edit, read, theirs, under


def _etape_contrat(w) -> list:
    return [w.dossier.pk, w.contrat.pk, "etapes", w.etape_contrat.pk]


def _avenant(w) -> list:
    return [w.dossier.pk, w.contrat_signe.pk, w.avenant.pk]


def _texte(w) -> list:
    return [w.dossier.pk, w.texte.convention_id, w.texte.pk]


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
}
