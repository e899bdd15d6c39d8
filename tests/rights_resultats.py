"""Who gets what of the results and of the follow-ups: part of tests/rights_dossier.py."""

from __future__ import annotations

import datetime as dt

from core import clock
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.contenu import definition_of
from evaluation.questionnaires.models import ModeleQuestionnaire, Questionnaire
from evaluation.resultats.models import SuiviPrevu
from tests.evaluation.resultats.results import SYSTEM, answered
from tests.rights_lines import Line, act, edit, read, under


def results_of(ingenierie) -> dict:
    """What is asked of the results, not answered yet; a follow-up under way that says a need; one that is planned."""
    asked = asking.prepare(ingenierie, "question_resultats", SYSTEM)
    later = asking.prepare(ingenierie, "suivi", SYSTEM, mois=6)
    row = asking.add_repondant(later, {"sorte": "structure", "organisme": "Association A"}, SYSTEM)
    later = asking.perform_action(later, "ouvrir", actor=SYSTEM, expected_state="preparation")
    answered(later, row, {"s_besoins": ("", "Un lieu.")})
    return {
        "resultats": Questionnaire.objects.get(pk=asked.pk),
        "suivi": Questionnaire.objects.get(pk=later.pk),
        "partenaire_interroge": asking.add_repondant(
            asked, {"sorte": "prestataire", "organisme": "Cabinet partenaire"}, SYSTEM
        ),
        "dit_un_besoin": row.reponses.get(),
        "modele_resultats": ModeleQuestionnaire.objects.create(
            organisation=ingenierie.pilote, nom="Le nôtre", code="question_resultats", contenu=asked.contenu
        ),
        "suivi_prevu": SuiviPrevu.objects.create(
            ingenierie=ingenierie, mois=12, le=clock.today() + dt.timedelta(days=300)
        ),
    }


def _adapted(w) -> dict:
    """The choice of the questions, as it stands."""
    definition = definition_of(w.resultats)
    told = {
        f"{q.code}-sources": list(definition.answers(q, part)) for part in definition.parties for q in part.questions
    }
    return {**told, "version": str(w.resultats.version)}


def _own_question(w) -> dict:
    return {"partie": "4", "texte": "Prise ?", "forme": "texte", "sources": ["structure"]}


def _planned(w) -> list:
    return [w.dossier.pk, w.suivi_prevu.pk]


RESULTATS: dict[str, Line] = {
    "evaluation:resultats": read(),
    "evaluation:modele_retirer": act(lambda w: [w.dossier.pk, w.modele_resultats.pk]),
    "evaluation:adapter": edit(under("resultats"), _adapted),
    "evaluation:question_ajouter": edit(under("resultats"), _own_question),
    # Those of the table are put aside, never taken away.
    "evaluation:question_retirer": act(lambda w: [w.dossier.pk, w.resultats.pk, "r1_1"], written=422),
    "evaluation:resultats_de": read(under("suivi")),
    "evaluation:resultats_export": read(under("suivi")),
    "evaluation:resultats_region": act(under("suivi"), lambda w: {"montre": "1", "version": str(w.suivi.version)}),
    "evaluation:resultats_question": read(lambda w: [w.dossier.pk, w.suivi.pk, "s_besoins"]),
    "evaluation:resultats_besoin": edit(
        lambda w: [w.dossier.pk, w.suivi.pk, w.dit_un_besoin.pk],
        lambda w: {
            "ciblee": str(w.ciblee.pk),
            "texte": "Pris",
            "type_prestation": str(w.dossier.themes.get().pk),
            "priorite": "2",
            "identifie": "on",
        },
    ),
    # From « Finaliser » on, which this dossier has not reached.
    "evaluation:suivi_prevoir": edit(data=lambda w: {"mois": "18"}, owner=403, written=403),
    "evaluation:suivi_modifier": edit(_planned, lambda w: {"version": "1", "le": "2027-11-21"}, owner=403, written=403),
    "evaluation:suivi_retirer": act(_planned, owner=403, written=403),
    "evaluation:suivi_ouvrir": act(_planned, owner=403, written=403),
}
