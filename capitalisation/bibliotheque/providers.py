"""What this room gives to the floors below."""

from __future__ import annotations

from django.urls import reverse

from capitalisation.bibliotheque import dashboard
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import editable, readable
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import why_not_arreter
from capitalisation.recits.registry import SUITES_RECIT
from capitalisation.transfert.registry import SALLES_CAPITALISATION, SalleCapitalisation
from core.actor import Actor
from core.formats import plural
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from projects.ingenierie.models import Ingenierie


def _suites(recit: Recit, actor: Actor) -> list[tuple[str, str]]:
    """From the page of a récit: to pour it in the library, or to go and see it there."""
    there = Ressource.objects.visible_to(actor).filter(recit=recit).first()
    if there is not None:
        return [("Voir dans la bibliothèque", reverse("bibliotheque:ressource", args=[there.pk]))]
    if why_not_arreter(actor, recit) or not recit.versions.exists():
        return []
    return [("Verser à la bibliothèque", f"{reverse('bibliotheque:deposer')}?recit={recit.pk}")]


def _resume(ingenierie: Ingenierie) -> str:
    count = Ressource.objects.filter(ingenierie=ingenierie).count()
    return plural(count, "ressource versée", "ressources versées") if count else "rien de versé"


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    dashboard.register()
    ATTACHMENT_RIGHTS.register(
        "capitalisation.ressource",
        AttachmentRights(
            can_view=readable,
            can_edit=editable,
            url=lambda ressource: reverse("bibliotheque:ressource", args=[ressource.pk]),
        ),
    )
    SALLES_CAPITALISATION.register(
        "bibliotheque", SalleCapitalisation("Versées à la bibliothèque", "capitalisation:verser", _resume), order=95
    )
    SUITES_RECIT.register("bibliotheque", _suites)
