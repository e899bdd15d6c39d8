"""Where the pages of the portfolio are found in the demonstration data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _region(world: Any) -> int:
    return world.user("c2ra").active_membership.organisation.region_id


def to_review(world: Any) -> dict:
    """A fiche of the C2RA's région that waits for it, or one that it decided on."""
    from partners.portfolio.fiche.models.fiche import FicheVersion

    rows = FicheVersion.objects.filter(prestataire__region=_region(world)).exclude(state="brouillon").order_by("pk")
    return {"pk": (rows.filter(state="soumise").first() or rows.first()).pk}


def published(world: Any) -> dict:
    """A fiche that the C2RA's région publishes."""
    from partners.portfolio.publication.models import Publication

    return {"pk": Publication.objects.filter(region=_region(world), state="publiee").order_by("pk").first().pk}


def reprise(world: Any) -> dict:
    """A fiche taken over in the C2RA's région."""
    from partners.portfolio.fiche.models.reprise import Reprise

    found = Reprise.objects.filter(prestataire__region=_region(world)).order_by("pk").first()
    return {"pk": found.prestataire_id}


def fiche_publiee(world: Any) -> dict:
    """A published version."""
    from partners.portfolio.publication.models import Publication

    return {"pk": Publication.objects.filter(state="publiee").order_by("pk").first().fiche_id}


def shown_to_the_public(world: Any) -> dict:
    """A fiche of the public pages that says the most."""
    from partners.portfolio.vitrine.selection import shown

    rows = shown().order_by("-fiche__public_references", "-fiche__public_prix", "pk")
    return {"pk": rows.first().prestataire_id}


def espace(world: Any) -> dict:
    """The own space of the consultant whose fiche is to be completed."""
    from partners.portfolio.prestataire.permissions import belongings

    return {"pk": belongings(world.actor("prestataire"))[0].prestataire_id}


def rubrique(code: str) -> Callable[[Any], dict]:
    """A rubric of that fiche."""
    return lambda world: {**espace(world), "code": code}


def bloc(name: str, key: str) -> Callable[[Any], dict]:
    """The first of its references, intervenants or documents, under ``key`` in the address."""

    def find(world: Any) -> dict:
        from partners.portfolio.fiche.services.versions import under_way
        from partners.portfolio.prestataire.models import Prestataire

        found = espace(world)
        fiche = under_way(Prestataire.objects.get(pk=found["pk"]))
        return {**found, key: getattr(fiche, name).order_by("pk").first().pk}

    return find
