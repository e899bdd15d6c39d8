"""Who gets what of the conventions: part of tests/rights_dossier.py."""

from __future__ import annotations

from django.core.files.base import ContentFile

from tests.core.upload_files import PDF
from tests.rights_lines import ALLOWED, Line, _same, act, edit, read, under
from tests.rights_remise import REMISE


def _etape_contrat(w) -> list:
    return [w.dossier.pk, w.contrat.pk, "etapes", w.etape_contrat.pk]


def _avenant(w) -> list:
    return [w.dossier.pk, w.contrat_signe.pk, w.avenant.pk]


def _texte(w) -> list:
    return [w.dossier.pk, w.texte.convention_id, w.texte.pk]


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
    **REMISE,
}
