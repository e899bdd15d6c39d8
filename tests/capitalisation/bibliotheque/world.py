"""A région, its DLA and its C2RA, a DLA elsewhere, the Avise: who deposits, decides, reads."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from accounts.enums import Role
from capitalisation.bibliotheque.models import Ressource
from tests.factories import OrganisationFactory, RegionFactory, UserFactory, member, prestataire_of

#: What the form of a link posts.
LIEN = {
    "titre": "Lire sa trésorerie", "resume": "Un tableau et la façon de le lire.",
    "lien": "https://outils.example.org/tresorerie", "sorte": "documentaire", "technique": "methodologique",
    "sous_echelle": "ressources_territoire", "apport": "gain_temps", "cercle": "1", "contribution": "volontaire",
    "licence": "cc-by", "mots_cles": "trésorerie, Bénévolat; trésorerie",
}  # fmt: skip
#: The same as a service takes it.
VALUES: dict[str, Any] = {
    **LIEN, "echelle": "territoriale", "usage": "efficacite", "support": "lien", "mots_cles": ["trésorerie"],
}  # fmt: skip


def people() -> SimpleNamespace:
    """One of each."""
    dla = OrganisationFactory(name="DLA du Val")
    c2ra = OrganisationFactory(c2ra=True, region=dla.region)
    far = OrganisationFactory(name="DLA d’ailleurs", region=RegionFactory())
    return SimpleNamespace(
        dla=dla,
        auteur=member(dla, Role.RESPONSABLE),
        lecture=member(dla, Role.LECTURE),
        c2ra=member(c2ra),
        voisin=member(OrganisationFactory(region=dla.region)),
        loin=member(far),
        avise=member(OrganisationFactory(avise=True)),
        personne=prestataire_of().membres.get().user,
        parti=UserFactory(),  # an account that belongs to nothing any more
    )


def fresh(ressource: Ressource) -> Ressource:
    return Ressource.objects.select_related("contributeur__region", "region").get(pk=ressource.pk)
