"""Where the pages of the questionnaires are found in the demonstration data, and who visits them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import ANONYME, PILOTE, Visit


def _asked() -> Any:
    """A questionnaire of a mission that receives answers, asked in the room and of a prestataire that has people; made
    from the small definition of the tests when the demonstration has none."""
    from evaluation.questionnaires.models import Questionnaire
    from missions.conventions.models import Convention
    from partners.portfolio.prestataire.models import Membre
    from tests.evaluation.world import opened_for, repondant

    known = Questionnaire.objects.filter(code="essai", state="ouvert").select_related("ingenierie", "convention")
    if found := known.first():
        return found
    people = Membre.objects.active().values("prestataire")
    missions = Convention.objects.signed().standing().filter(choix__prestataire__in=people)
    convention = missions.filter(ingenierie__state="finaliser").select_related("ingenierie__pilote").first()
    convention = convention or missions.select_related("ingenierie__pilote").first()
    assert convention, "les données de démonstration n’ont aucune mission d’un prestataire inscrit"
    made = opened_for(convention)
    repondant(made, "participant", nom="Sam", organisme="Structure", email="participant@example.org")
    return made


def person() -> Any:
    """Somebody of its prestataire (the role ``questionne``)."""
    prestataire = _asked().convention.choix.prestataire
    return prestataire.membres.active().order_by("role", "pk").first().user


def _page(sorte: str = "") -> Callable[[Any], dict]:
    def found(world: Any) -> dict:
        asked = _asked()
        place = {"pk": asked.ingenierie_id, "questionnaire": asked.pk}
        return {**place, "repondant": asked.repondants.filter(sorte=sorte).first().pk} if sorte else place

    return found


def _hub(world: Any) -> dict:
    return {"pk": _asked().ingenierie_id}


def _theirs(world: Any) -> dict:
    return {"convention": _asked().convention_id}


def _theirs_to_answer(world: Any) -> dict:
    asked = _asked()
    return {"convention": asked.convention_id, "repondant": asked.repondants.get(sorte="prestataire").pk}


def _link(world: Any) -> dict:
    """The personal link of somebody who has not answered."""
    from tests.evaluation.world import link_of, repondant

    asked = _asked()
    row = asked.repondants.filter(sorte="participant").first() or repondant(asked, "participant")
    row.questionnaire = asked
    return {"token": link_of(row)[1].split("/")[2]}


VISITS = [
    Visit(PILOTE, "evaluation:evaluation", _hub),
    Visit(PILOTE, "evaluation:questionnaire", _page()),
    Visit(PILOTE, "evaluation:questionnaire_modifier", _page()),
    Visit(PILOTE, "evaluation:ecran", _page()),
    Visit(PILOTE, "evaluation:heures", _page()),
    Visit(PILOTE, "evaluation:repondant_ajouter", _page()),
    Visit(PILOTE, "evaluation:repondant", _page("participant")),
    Visit(PILOTE, "evaluation:repondant_modifier", _page("participant")),
    Visit(PILOTE, "evaluation:saisir", _page("charge_mission")),
    Visit(PILOTE, "evaluation:saisir", _page("participant"), label="pour un autre"),
    Visit("questionne", "mission_evaluee:evaluations", _theirs),
    Visit("questionne", "mission_evaluee:repondre", _theirs_to_answer),
    Visit(ANONYME, "lien", _link, label="questionnaire d’évaluation"),
    Visit(ANONYME, "evaluation_salle:repondre", lambda world: {"cle": _asked().salle_cle}),
]
