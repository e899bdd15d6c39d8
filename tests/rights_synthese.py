"""Who gets what of the synthesis of the evaluation: part of tests/rights_dossier.py."""

from __future__ import annotations

from tests.rights_lines import ALLOWED, Line, _same, act, edit, read


def _to(name: str):
    return lambda w: [w.dossier.pk, getattr(w, name).pk]


def _region(w) -> list:
    return [w.synthese_montree.ingenierie_id]


SYNTHESE: dict[str, Line] = {
    "evaluation:synthese": read(),
    "evaluation:synthese_commencer": act(written=422),  # it is begun already
    "evaluation:synthese_action": act(
        data=lambda w: {"action": "arreter", "expected_state": "partagee", "version": str(w.synthese.version)}
    ),
    "evaluation:synthese_ecrire": edit(
        lambda w: [w.dossier.pk, "pertinence"],
        lambda w: {"pertinence": "Prise.", "version": str(w.synthese.version)},
    ),
    # A preview changes nothing in the dossier: who reads it may ask.
    "evaluation:synthese_apercu": Line(lambda w: [w.dossier.pk], None, _same(ALLOWED, 404)),
    "evaluation:synthese_docx": read(),
    "evaluation:synthese_version": read(lambda w: [w.dossier.pk, 1]),
    "evaluation:synthese_region": act(data=lambda w: {"montrer": "non", "version": str(w.synthese.version)}),
    "evaluation:synthese_destinataires": read(),
    "evaluation:synthese_destinataire_ajouter": edit(
        data=lambda w: {"sorte": "autre", "organisme": "Prise", "email": "prise@example.org", "lecture": "entiere"}
    ),
    "evaluation:synthese_proposes": edit(data=lambda w: {"cles": [w.synthese_propose]}),
    "evaluation:synthese_envoyer": act(data=lambda w: {"destinataire": str(w.synthese_libre.pk)}),
    "evaluation:synthese_destinataire": edit(
        _to("synthese_libre"),
        lambda w: {
            "sorte": "autre", "organisme": "Pris", "email": "pris@example.org", "lecture": "entiere",
            "version": str(w.synthese_libre.version),
        },
    ),
    "evaluation:synthese_remise": edit(_to("synthese_libre"), lambda w: {"le": "2026-11-20"}),
    "evaluation:synthese_destinataire_retirer": act(
        _to("synthese_libre"), lambda w: {"version": str(w.synthese_libre.version)}
    ),
    "evaluation:synthese_revoquer": act(_to("synthese_lue")),
    # The pilot shows this one to its region: a neighbour reads it, nobody further.
    "evaluation:synthese_de_la_region": Line(_region, _same(ALLOWED, 404, voisin=ALLOWED), None),
}  # fmt: skip
