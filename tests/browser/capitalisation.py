"""Where the pages of the capitalisation are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import ANONYME, OPEN, PILOTE, Visit


def of(state: str, *, closed: bool = False, suite: str = "", **more: Any) -> Callable[[Any], dict]:
    """A plan in its ingénierie; ``more`` is what follows it in the address."""

    def found(world: Any) -> dict:
        from capitalisation.transfert.models import PlanTransfert

        rows = PlanTransfert.objects.filter(state=state, **({"suite": suite} if suite else {}))
        plan = rows.filter(**({} if closed else OPEN)).order_by("pk").first()
        assert plan, f"les données de démonstration n’ont aucun plan de transfert « {state} »"
        return {"pk": plan.ingenierie_id, **more}

    return found


def row(state: str, **filters: Any) -> Callable[[Any], dict]:
    """A transfer of such a plan."""

    def found(world: Any) -> dict:
        from capitalisation.transfert.models import LigneTransfert

        rows = LigneTransfert.objects.filter(plan__state=state, **filters).select_related("plan")
        ligne = rows.order_by("pk").first()
        return {"pk": ligne.plan.ingenierie_id, "ligne": ligne.pk}

    return found


def none(world: Any) -> dict:
    """An ingénierie at « Confirmer »: it has no plan yet."""
    from projects.ingenierie.models import Ingenierie

    return {"pk": Ingenierie.objects.filter(state="confirmer").order_by("pk").first().pk}


def consent(one: bool, **filters: Any) -> Callable[[Any], dict]:
    """An ingénierie whose structures were asked; one of the consents."""

    def found(world: Any) -> dict:
        from capitalisation.consentements.models import Consentement

        rows = Consentement.objects.filter(**filters).select_related("structure")
        consentement = rows.order_by("pk").first()
        more = {"consentement": consentement.pk} if one else {}
        return {"pk": consentement.structure.ingenierie_id, **more}

    return found


def opened(**filters: Any) -> Callable[[Any], dict]:
    """A resource of the library that everybody reads."""

    def found(world: Any) -> dict:
        from capitalisation.vitrine.selection import shown

        ressource = shown().filter(**filters).order_by("pk").first()
        assert ressource, f"les données de démonstration n’ont aucune ressource ouverte à tous : {filters}"
        return {"pk": ressource.pk}

    return found


VISITS = (
    Visit(ANONYME, "bibliotheque:recherche", label="anonyme"),
    Visit(ANONYME, "bibliotheque:recherche", query="?q=introuvable", label="anonyme"),
    Visit(ANONYME, "bibliotheque:ressource", opened(support="fiche_experience"), label="anonyme-fiche"),
    Visit(ANONYME, "bibliotheque:ressource", opened(support="questionnaire"), label="anonyme-questionnaire"),
    Visit(PILOTE, "capitalisation:transfert", none, label="rien"),
    Visit(PILOTE, "capitalisation:transfert", of("brouillon"), label="brouillon"),
    Visit(PILOTE, "capitalisation:transfert", of("decide"), label="decide"),
    Visit(PILOTE, "capitalisation:transfert", of("decide", closed=True, suite="rien"), label="rien-a-transferer"),
    Visit(PILOTE, "capitalisation:transfert", of("mene", closed=True), label="mene"),
    Visit(PILOTE, "capitalisation:transfert_ecrire", of("brouillon", partie="decision"), label="decision"),
    Visit(PILOTE, "capitalisation:transfert_ecrire", of("brouillon", partie="comite"), label="comite"),
    Visit(PILOTE, "capitalisation:transfert_ligne_ajouter", of("brouillon")),
    Visit(PILOTE, "capitalisation:transfert_ligne", row("brouillon", plan__ingenierie__state="finaliser")),
    Visit(PILOTE, "capitalisation:transfert_ligne_suivre", row("decide")),
    Visit(PILOTE, "capitalisation:consentements", none, label="rien"),
    Visit(PILOTE, "capitalisation:consentements", consent(False)),
    Visit(PILOTE, "capitalisation:consentement_ajouter", consent(False)),
    Visit(PILOTE, "capitalisation:consentement", consent(True)),
    Visit(PILOTE, "capitalisation:consentement_noter", consent(True)),
)
