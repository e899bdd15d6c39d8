"""Where the resources of the library are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import User
from tests.browser.finders import PILOTE, Visit

DEPOSITAIRE = "depositaire"


def _drafts():
    from capitalisation.bibliotheque.models import Ressource

    return Ressource.objects.filter(state="brouillon", auteur__isnull=False).order_by("pk")


def person() -> User:
    """Somebody who has a draft in hand."""
    draft = _drafts().select_related("auteur").first()
    assert draft, "les données de démonstration n’ont aucun brouillon de ressource"
    return draft.auteur


def draft(world: Any) -> dict:
    return {"pk": _drafts().filter(auteur=world.user(DEPOSITAIRE)).first().pk}


def resource(**filters: Any) -> Callable[[Any], dict]:
    """A resource of the library."""

    def found(world: Any) -> dict:
        from capitalisation.bibliotheque.models import Ressource

        row = Ressource.objects.filter(**filters).order_by("pk").first()
        assert row, f"les données de démonstration n’ont aucune ressource {filters}"
        return {"pk": row.pk}

    return found


def published(**filters: Any) -> Callable[[Any], dict]:
    """One that the network reads."""
    return resource(state__in=("publiee", "reference_nationale"), lecteurs__in=("reseau", "public"), **filters)


def poured(world: Any) -> dict:
    """An ingénierie that gave a resource."""
    from capitalisation.bibliotheque.models import Ressource

    row = Ressource.objects.filter(ingenierie__isnull=False).order_by("pk").first()
    assert row, "les données de démonstration n’ont aucune ressource tirée d’une ingénierie"
    return {"pk": row.ingenierie_id}


VISITS = (
    Visit(DEPOSITAIRE, "bibliotheque:deposer"),
    Visit(DEPOSITAIRE, "bibliotheque:deposer", query="?support=fichier"),
    Visit(DEPOSITAIRE, "bibliotheque:ressource", draft, label="brouillon"),
    Visit(DEPOSITAIRE, "bibliotheque:ressource_modifier", draft),
    Visit(DEPOSITAIRE, "bibliotheque:mes_ressources"),
    Visit("avise", "bibliotheque:mes_ressources"),
    Visit("avise", "bibliotheque:ressource", resource(lecteurs_demandes="public"), label="ouverture-demandee"),
    Visit("charge_mission", "bibliotheque:ressource", published(support="lien"), label="lien"),
    Visit("charge_mission", "bibliotheque:ressource", published(support="fichier"), label="fichier"),
    Visit("charge_mission", "bibliotheque:ressource", published(support="questionnaire"), label="questionnaire"),
    Visit("charge_mission", "bibliotheque:ressource", published(support="fiche_experience"), label="recit"),
    Visit("avise", "bibliotheque:ressource", resource(state="archivee"), label="archivee"),
    Visit(PILOTE, "capitalisation:verser", poured),
)
