"""What anybody may read of the library: the resources opened to everybody, as a search finds them for a visitor.

The data are kept by others (``core.views.open``): they are asked as a visitor would, whoever is signed in.
"""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet
from django.http import HttpRequest

from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.recherche import Criteres, chercher
from core.actor import Actor

#: What a search may ask that is not for a visitor: what is not published, the ingénierie one looks for.
_PERSONAL = {"toutes": False, "pour": None}


def shown() -> QuerySet[Ressource]:
    """The resources that anybody reads."""
    return Ressource.objects.visible_to(Actor.anonymous()).select_related("contributeur", "region", "recit")


def any_shown() -> bool:
    """Is there one?"""
    return Ressource.objects.visible_to(Actor.anonymous()).exists()


def criteres(request: HttpRequest, **imposed: str) -> Criteres:
    """What the address asks for, as a visitor may ask it."""
    return replace(Criteres.read(request.GET), **_PERSONAL, **imposed)


def search(asked: Criteres) -> QuerySet[Ressource]:
    """The resources that answer, in the order of the search."""
    return chercher(Actor.anonymous(), asked).queryset.select_related("contributeur", "region", "recit")
