"""Where the pages of the récits are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import PILOTE, Visit


def of(state: str, **more: Any) -> Callable[[Any], dict]:
    """A récit in its dossier; ``more`` is what follows it in the address."""

    def found(world: Any) -> dict:
        from capitalisation.recits.models import Recit

        rows = Recit.objects.filter(ingenierie__isnull=False, genre="fiche_experience", state=state)
        recit = rows.order_by("pk").first()
        assert recit, f"les données de démonstration n’ont aucune fiche expérience « {state} » dans un dossier"
        return {"pk": recit.ingenierie_id, "recit": recit.pk, **more}

    return found


def room(world: Any) -> dict:
    """The room of a dossier that has a récit."""
    return {"pk": of("en_cours")(world)["pk"]}


def none(world: Any) -> dict:
    """The room of a dossier that has none."""
    from projects.ingenierie.models import Ingenierie

    rows = Ingenierie.objects.filter(state="confirmer", recits__isnull=True, cycle="collective")
    return {"pk": rows.order_by("pk").first().pk}


def alone(**more: Any) -> Callable[[Any], dict]:
    """A récit without dossier told by the Avise, « arrêté »."""

    def found(world: Any) -> dict:
        from capitalisation.recits.models import Recit

        rows = Recit.objects.filter(ingenierie__isnull=True, organisation__kind="avise", state="arrete")
        recit = rows.order_by("pk").first()
        assert recit, "les données de démonstration n’ont aucun récit sans dossier de l’Avise"
        return {"recit": recit.pk, **more}

    return found


VISITS = (
    Visit(PILOTE, "capitalisation:recits", none, label="rien"),
    Visit(PILOTE, "capitalisation:recits", room),
    Visit(PILOTE, "capitalisation:recit", of("en_cours"), label="en-cours"),
    Visit(PILOTE, "capitalisation:recit", of("arrete"), label="arrete"),
    Visit(PILOTE, "capitalisation:recit_modifier", of("en_cours")),
    Visit(PILOTE, "capitalisation:recit_lecture", of("en_cours")),
    Visit(PILOTE, "capitalisation:recit_version", of("arrete", numero=1)),
    Visit(PILOTE, "capitalisation:recit_rubrique", of("en_cours", code="problematique"), label="texte"),
    Visit(PILOTE, "capitalisation:recit_rubrique", of("en_cours", code="seances"), label="etapes"),
    Visit(PILOTE, "capitalisation:recit_rubrique", of("en_cours", code="contenus"), label="choix"),
    Visit(PILOTE, "capitalisation:recit_rubrique", of("en_cours", code="cout"), label="montants"),
    Visit("avise", "bibliotheque:recits_sans_dossier"),
    Visit("charge_mission", "bibliotheque:recits_sans_dossier", label="rien"),
    Visit("charge_mission", "bibliotheque:recit_commencer"),
    Visit("avise", "bibliotheque:recit", alone()),
    Visit("avise", "bibliotheque:recit_lecture", alone()),
    Visit("avise", "bibliotheque:recit_version", alone(numero=1)),
)
