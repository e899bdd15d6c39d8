"""The searches somebody keeps: hers only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from capitalisation.recherche import services
from capitalisation.recherche.forms import GarderForm, RechercheForm
from capitalisation.recherche.models import RechercheEnregistree
from capitalisation.recherche.recherche import Criteres
from core.formats import format_date
from core.text import shortened
from core.views.actions import posted_version
from core.views.editing import CreateView, VersionedUpdateView

LISTE = "bibliotheque:recherches"


def _find(request: HttpRequest, pk: int) -> RechercheEnregistree:
    return get_object_or_404(RechercheEnregistree, user=request.actor.user_id, pk=pk)


def _address(query: str) -> str:
    return reverse("bibliotheque:recherche") + (f"?{query}" if query else "")


def _words(criteres: Criteres) -> str:
    return " ; ".join(criteres.en_mots()) or "toute la bibliothèque"


@require_safe
def recherches(request: HttpRequest) -> HttpResponse:
    """Each search: what it asks, whether it writes."""
    rows = RechercheEnregistree.objects.filter(user=request.actor.user_id)
    return render(
        request,
        "capitalisation/recherche/recherches.html",
        {
            "rows": [
                {
                    "pk": row.pk,
                    "version": row.version,
                    "nom": row.nom,
                    "mots": _words(Criteres.lire(row.criteres)),
                    "url": _address(row.criteres),
                    "prevenir": row.prevenir,
                    "gardee": format_date(row.created_at),
                }
                for row in rows
            ]
        },
    )


class Garder(CreateView):
    """The search of the address, under a name."""

    form_class = GarderForm
    page_title = "Garder cette recherche"
    submit_label = "Garder la recherche"
    template_name = "capitalisation/recherche/garder.html"
    success_message = "La recherche est gardée."

    def get_object(self) -> None:
        self.criteres = Criteres.read(self.request.GET)

    def get_form_kwargs(self) -> dict[str, Any]:
        # A copy of nobody's: a name already taken is said beside the field.
        return {"instance": RechercheEnregistree(user=self.actor.user), **super().get_form_kwargs()}

    def get_initial(self) -> dict[str, Any]:
        return {"nom": shortened(_words(self.criteres), 120)}

    def save(self, form: GarderForm) -> RechercheEnregistree:
        return services.keep(self.criteres, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        return reverse(LISTE)

    def get_cancel_url(self) -> str:
        return _address(self.criteres.query)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(mots=_words(self.criteres), **context)


class Modifier(VersionedUpdateView):
    """Its name, whether it writes."""

    form_class = RechercheForm
    page_title = "Modifier une recherche gardée"
    template_name = "capitalisation/recherche/garder.html"

    def get_object(self) -> RechercheEnregistree:
        return _find(self.request, self.kwargs["pk"])

    def save(self, form: RechercheForm, expected_version: int) -> RechercheEnregistree:
        return services.update(self.object, form.values(), actor=self.actor, expected_version=expected_version)

    def get_success_url(self) -> str:
        return reverse(LISTE)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(mots=_words(Criteres.lire(self.object.criteres)), **context)


@require_POST
def prevenir(request: HttpRequest, pk: int) -> HttpResponse:
    """Write, or no longer (``prevenir=0``); saying it twice changes nothing."""
    wanted = request.POST.get("prevenir") == "1"
    services.update(_find(request, pk), {"prevenir": wanted}, actor=request.actor, expected_version=None)
    messages.success(
        request,
        "Un courrier vous dira ce qu’il y a de nouveau." if wanted else "Cette recherche ne vous écrira plus.",
    )
    return redirect(LISTE)


@require_POST
def effacer(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget it."""
    services.delete(_find(request, pk), actor=request.actor, expected_version=posted_version(request))
    messages.success(request, "La recherche est effacée.")
    return redirect(LISTE)
