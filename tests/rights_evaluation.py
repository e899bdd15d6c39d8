"""Who gets what of the evaluation: part of tests/rights_dossier.py."""

from __future__ import annotations

from tests.rights_lines import ALLOWED, Line, _same, act, edit, read, theirs, under


def _part(w) -> list:
    """The part of the DLA, that it fills itself."""
    return [w.dossier.pk, w.questionnaire.pk, w.repond_dla.pk]


def _somebody(w) -> list:
    return [w.dossier.pk, w.questionnaire.pk, w.repond.pk]


_WHO = {"sorte": "participant", "nom": "Prise", "organisme": "Prise"}

EVALUATION: dict[str, Line] = {
    "evaluation:evaluation": read(),
    "evaluation:preparer": act(data=lambda w: {"code": "essai", "convention": str(w.contrat_signe.pk)}),
    "evaluation:questionnaire": read(under("questionnaire")),
    "evaluation:questionnaire_action": read(
        under("questionnaire"),
        lambda w: {"action": "clore", "expected_state": "ouvert", "version": str(w.questionnaire.version)},
    ),
    "evaluation:questionnaire_modifier": edit(
        under("questionnaire"), lambda w: {"titre": "Pris", "version": str(w.questionnaire.version)}
    ),
    "evaluation:completer": act(under("questionnaire")),
    "evaluation:solliciter": act(under("questionnaire"), lambda w: {"tous": "1"}),
    "evaluation:garder_modele": act(under("questionnaire"), lambda w: {"nom": "Pris"}),
    # It changes nothing in the dossier: who reads it may ask.
    "evaluation:vierge": Line(under("questionnaire"), None, _same(ALLOWED, 404)),
    "evaluation:ecran": read(under("questionnaire")),
    "evaluation:nombre": read(under("questionnaire")),
    "evaluation:heures": edit(under("questionnaire"), lambda w: {"version": str(w.questionnaire.version)}),
    "evaluation:repondant_ajouter": edit(under("questionnaire"), lambda w: _WHO),
    "evaluation:repondant": read(_somebody),
    "evaluation:repondant_modifier": edit(_somebody, lambda w: {**_WHO, "version": str(w.repond.version)}),
    "evaluation:repondant_oublier": act(_somebody, lambda w: {"version": str(w.repond.version)}),
    "evaluation:repondant_retirer": act(_somebody, lambda w: {"version": str(w.repond.version)}),
    "evaluation:saisir": edit(_part, lambda w: {"v_e1a": "non", "envoyer": "1", "version": str(w.repond_dla.version)}),
    "mission_evaluee:evaluations": theirs(lambda w: [w.contrat_signe.pk], {}, get=True, post=False),
    "mission_evaluee:repondre": theirs(
        lambda w: [w.contrat_signe.pk, w.repond_prestataire.pk],
        {"t_e3a": "Pris", "envoyer": "1", "version": "1"},
        get=True,
        post=True,
    ),
}
