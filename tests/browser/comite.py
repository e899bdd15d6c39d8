"""Where the pages of the editorial committees are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import ANONYME, Visit


def examen(role: str, *, closed: bool = False) -> Callable[[Any], dict]:
    """An examination that this person may see, open or not."""

    def found(world: Any) -> dict:
        from capitalisation.comite.models import Examen

        rows = Examen.objects.visible_to(world.actor(role)).filter(clos_le__isnull=not closed)
        row = rows.order_by("pk").first()
        assert row, f"les données de démonstration n’ont aucun examen {'clos' if closed else 'ouvert'} pour {role}"
        return {"examen": row.pk}

    return found


def membre(world: Any) -> dict:
    """Somebody who sits by link in the committee of the C2RA."""
    from capitalisation.comite.models import MembreComite

    region = world.user("c2ra").active_membership.organisation.region
    return {"membre": MembreComite.objects.actifs().filter(comite__region=region, user=None).first().pk}


def link(world: Any) -> dict:
    """The link of a member for an examination that is open."""
    from accounts.models import Grant
    from accounts.services.links import link_token
    from capitalisation.comite.models import Examen
    from capitalisation.comite.services.invitations import LIEN

    wanted = Examen.objects.ouverts().values("pk")
    grant = Grant.objects.filter(purpose=LIEN, object_id__in=wanted, revoked_at=None).order_by("pk").first()
    return {"token": link_token(grant)}


VISITS = (
    Visit("c2ra", "bibliotheque:comite"),
    Visit("c2ra", "bibliotheque:comite_reglages"),
    Visit("avise", "bibliotheque:comite_reglages"),
    Visit("c2ra", "bibliotheque:comite_membre_ajouter", query="?q=camille"),
    Visit("c2ra", "bibliotheque:comite_membre", membre),
    Visit("c2ra", "bibliotheque:examen", examen("c2ra"), label="ouvert"),
    Visit("avise", "bibliotheque:examen", examen("avise", closed=True), label="clos"),
    Visit(ANONYME, "lien", link, label="avis-editorial"),
)
