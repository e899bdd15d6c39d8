"""What this room gives to the floors below."""

from __future__ import annotations

from django.urls import reverse

from capitalisation.bibliotheque import dashboard, documents, personal
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import editable, readable, why_not_deposit
from capitalisation.bibliotheque.services import fichiers, notices
from capitalisation.bibliotheque.services.ressources import reindex_recit
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import why_not_arreter
from capitalisation.recits.registry import A_LA_VERSION, PAGES_RECIT, PageRecit
from capitalisation.transfert.registry import SALLES_CAPITALISATION, SalleCapitalisation
from core.actor import Actor
from core.formats import plural
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from projects.ingenierie.models import Ingenierie


def _url(recit: Recit, actor: Actor) -> str:
    """From the page of a récit: its resource, or the way to pour it in; ``""`` for who may do neither."""
    there = Ressource.objects.visible_to(actor).filter(recit=recit).first()
    if there is not None:
        return reverse("bibliotheque:ressource", args=[there.pk])
    if why_not_deposit(actor) or why_not_arreter(actor, recit) or not recit.versions.exists():
        return ""
    return f"{reverse('bibliotheque:deposer')}?recit={recit.pk}"


def _of_recit(recit: Recit) -> str:
    there = Ressource.objects.filter(recit=recit).first()
    return there.get_state_display() if there is not None else "à verser"


def _resume(ingenierie: Ingenierie) -> str:
    count = Ressource.objects.filter(ingenierie=ingenierie).count()
    return plural(count, "ressource versée", "ressources versées") if count else "rien de versé"


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    dashboard.register()
    documents.register()
    personal.register()
    notices.register()
    A_LA_VERSION.register("bibliotheque", reindex_recit)
    ATTACHMENT_RIGHTS.register(
        "capitalisation.ressource",
        AttachmentRights(
            can_view=readable,
            can_edit=editable,
            changed=fichiers.changed,
            url=lambda ressource: reverse("bibliotheque:ressource", args=[ressource.pk]),
        ),
    )
    SALLES_CAPITALISATION.register(
        "bibliotheque", SalleCapitalisation("Versé à la bibliothèque", "capitalisation:verser", _resume), order=95
    )
    PAGES_RECIT.register("bibliotheque", PageRecit("Dans la bibliothèque", _url, _of_recit), order=60)
