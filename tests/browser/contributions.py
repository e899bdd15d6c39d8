"""Where the contributions to a récit and its pictures are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser import mobilise
from tests.browser.finders import ANONYME, PILOTE, Visit
from tests.browser.recits import alone


def _of(etat: str, *, one: bool = False) -> Callable[[Any], dict]:
    """The récit of a contribution in that state; ``one``: the contribution itself."""

    def found(world: Any) -> dict:
        from capitalisation.recits.models import Contribution

        row = Contribution.objects.filter(etat=etat).select_related("recit").order_by("pk").first()
        assert row, f"les données de démonstration n’ont aucune contribution « {etat} »"
        more = {"contribution": row.pk} if one else {}
        return {"pk": row.recit.ingenierie_id, "recit": row.recit_id, **more}

    return found


def _known(world: Any) -> dict:
    """Somebody of that dossier."""
    from capitalisation.recits.apporteurs import connus
    from projects.ingenierie.models import Ingenierie

    found = _of("rendue")(world)
    qui = connus(Ingenierie.objects.get(pk=found["pk"]))[0]
    return {**found, "sorte": qui.sorte, "cle": qui.cle}


def _image(world: Any) -> dict:
    from capitalisation.recits.models import ImageRecit

    row = ImageRecit.objects.filter(recit__ingenierie__isnull=False).select_related("recit").order_by("pk").first()
    return {"pk": row.recit.ingenierie_id, "recit": row.recit_id, "image": row.pk}


def _images(world: Any) -> dict:
    found = _image(world)
    del found["image"]
    return found


VISITS = (
    Visit(PILOTE, "capitalisation:recit_contributions", _of("rendue")),
    Visit(PILOTE, "capitalisation:recit_contribution_demander", _known),
    Visit(PILOTE, "capitalisation:recit_contribution", _of("demandee", one=True), label="demandee"),
    Visit(PILOTE, "capitalisation:recit_contribution", _of("rendue", one=True), label="rendue"),
    Visit(PILOTE, "capitalisation:recit_contribution", _of("reprise", one=True), label="reprise"),
    Visit(ANONYME, "lien", mobilise.link("recit-contribution", used_at=None), label="contribution"),
    Visit(ANONYME, "lien", mobilise.link("recit-contribution", used_at__isnull=False), label="contribution-rendue"),
    Visit(PILOTE, "capitalisation:recit_images", _images),
    Visit(PILOTE, "capitalisation:recit_image_ajouter", _images),
    Visit(PILOTE, "capitalisation:recit_image_modifier", _image),
    Visit("avise", "bibliotheque:recit_images", alone()),
)
