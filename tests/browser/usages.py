"""Where the pages of the uses of the library are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import PILOTE, Visit


def _of(world: Any, **filters: Any) -> Any:
    """The first published resource of the organisation that one acts for."""
    from capitalisation.bibliotheque.models import Ressource

    rows = Ressource.objects.publiees().filter(contributeur=world.project.pilote_id, **filters)
    found = rows.order_by("pk").first()
    assert found, f"{world.project.pilote} n’a aucune ressource publiée dans la démonstration"
    return found


def own(world: Any) -> dict:
    return {"pk": _of(world).pk}


def any_one(world: Any) -> dict:
    from capitalisation.bibliotheque.models import Ressource

    return {"pk": Ressource.objects.publiees().order_by("pk").values_list("pk", flat=True)[0]}


def about(model: str, name: str) -> Callable[[Any], dict]:
    """What somebody wrote about a resource of the organisation that one acts for."""

    def found(world: Any) -> dict:
        from django.apps import apps

        rows = apps.get_model("capitalisation", model).objects.filter(ressource__contributeur=world.project.pilote_id)
        filters = {"etat": "ouvert"} if model == "Signalement" else {}
        row = rows.filter(**filters).order_by("pk").first()
        assert row, f"les données de démonstration n’ont aucun {model} pour {world.project.pilote}"
        return {"pk": row.ressource_id, name: row.pk}

    return found


def use(world: Any) -> dict:
    from capitalisation.usages.models import Utilisation

    row = Utilisation.objects.filter(organisation=world.project.pilote_id).order_by("pk").first()
    assert row, "les données de démonstration n’ont aucune utilisation"
    return {"pk": row.ressource_id, "utilisation": row.pk}


def dossier(world: Any) -> dict:
    """An ingénierie of the organisation that one acts for, which uses something."""
    from capitalisation.usages.models import Utilisation

    row = Utilisation.objects.filter(ingenierie__pilote=world.project.pilote_id).order_by("pk").first()
    return {"pk": row.ingenierie_id if row else world.project.pk}


VISITS = (
    Visit(PILOTE, "bibliotheque:utiliser", any_one),
    Visit(PILOTE, "bibliotheque:utilisation", use),
    Visit(PILOTE, "bibliotheque:question", any_one),
    Visit(PILOTE, "bibliotheque:question_repondre", about("QuestionRessource", "question")),
    Visit(PILOTE, "bibliotheque:question_retirer", about("QuestionRessource", "question")),
    Visit(PILOTE, "bibliotheque:signaler", any_one),
    Visit(PILOTE, "bibliotheque:signalement", about("Signalement", "signalement")),
    Visit(PILOTE, "bibliotheque:verifiee", own),
    Visit(PILOTE, "capitalisation:ressources", dossier),
    Visit(PILOTE, "capitalisation:ressources", lambda world: {"pk": world.project.pk}, label="une"),
)
