"""The personal link by which a structure reads the retained project, and validates it or asks for changes."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from consultations.choix import avis as avis_projet
from consultations.choix import projet
from consultations.choix.models import AvisProjet
from consultations.choix.views.structures import Lecture
from core.actor import Actor
from core.contacts import addresses
from projects.ingenierie import permissions


def _load(pk: int) -> AvisProjet | None:
    return (
        AvisProjet.objects.select_related(
            "choix__ingenierie__pilote", "choix__prestataire", "structure_ciblee__structure"
        )
        .filter(pk=pk)
        .first()
    )


def _asks(avis: AvisProjet) -> str:
    choix = avis.choix
    return (
        f"{choix.ingenierie.pilote} prépare avec {choix.prestataire} le projet d’intervention de "
        f"« {choix.ingenierie.titre} », qui sera annexé à la convention. Au titre de {avis.structure_ciblee}, "
        "relisez-le : validez-le, ou dites ce qui est à retravailler."
    )


def _refusal(actor: Actor, avis: AvisProjet) -> str | None:
    return projet.why_not_ask(avis.choix, actor) or None


def _suggests(avis: AvisProjet) -> list[tuple[str, str]]:
    return addresses(avis.structure_ciblee.structure) if avis.structure_ciblee_id else []


def register() -> None:
    """Called once by :func:`consultations.choix.providers.register`."""
    LINK_PURPOSES.register(
        avis_projet.LIEN,
        LinkPurpose(
            label="Validation du projet retenu",
            model="consultations.avisprojet",
            subject=lambda avis: f"Le projet d’intervention de {avis.choix.prestataire}",
            asks=_asks,
            duration="une demi-heure",
            shows="la dernière version du projet du prestataire retenu",
            thanks="Votre réponse est transmise à qui vous accompagne et au prestataire. S’il y a une nouvelle "
            "version, le même lien vous la montre.",
            url=lambda avis: reverse("consultations:projet", args=[avis.choix.ingenierie_id, avis.choix_id]),
            reads=lambda actor, avis: bool(permissions.can_view(actor, avis.choix.ingenierie)),
            refusal=_refusal,
            pages={"": Lecture.as_view()},
            single_use=False,
            lifetime=None,
            loader=_load,
            scope=lambda avis: avis.choix.ingenierie,
            closed=avis_projet.why_closed,
            suggests=_suggests,
        ),
    )
