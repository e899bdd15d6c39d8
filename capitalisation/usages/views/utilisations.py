"""« Je l’utilise »: said, made more precise, taken back; what an ingénierie uses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from capitalisation.bibliotheque.permissions import readable
from capitalisation.transfert.views.base import CapitalisationView
from capitalisation.usages import forms
from capitalisation.usages.models import Utilisation
from capitalisation.usages.permissions import why_not_change_use, why_not_use
from capitalisation.usages.services import utilisations as services
from capitalisation.usages.views.base import AboutMixin
from core.errors import NotAllowed
from core.text import whole_number
from core.views.actions import posted_version
from core.views.editing import CreateView, VersionedUpdateView
from projects.ingenierie.models import Ingenierie


class Utiliser(AboutMixin, CreateView):
    """One click from the page of the resource; a page of its own to say at once what served (``?pour=`` chooses)."""

    form_class = forms.UtiliserForm
    page_title = "Je l’utilise"
    submit_label = "Je l’utilise"
    success_message = "C’est noté. Merci : l’auteur et les autres lecteurs le voient."
    anchor = "usages"
    error_field = "ingenierie"

    def get_object(self) -> Any:
        return self.ressource

    def refusal(self, obj: Any) -> str:
        return why_not_use(self.actor, self.ressource)

    def get_form_kwargs(self) -> dict[str, Any]:
        said = Utilisation.objects.filter(
            ressource=self.ressource, organisation=self.actor.organisation_id, ingenierie=None
        ).exists()
        return {
            **super().get_form_kwargs(),
            "groupes": services.choices(self.actor, self.ressource),
            "organisation": "" if said else str(self.actor.organisation),
        }

    def get_initial(self) -> dict[str, Any]:
        return {"ingenierie": self.request.GET.get("pour", "")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # A second click, from a page drawn before the first: it is there already.
        wanted = whole_number(request.POST.get("ingenierie", ""))
        mine = Utilisation.objects.filter(ressource=self.ressource, organisation=self.actor.organisation_id)
        chosen = request.POST.get("ingenierie") == forms.ORGANISATION or wanted is not None
        if chosen and mine.filter(ingenierie=wanted).exists():
            messages.info(request, "C’était déjà noté : rien n’a été ajouté.")
            return redirect(self.get_success_url())
        return super().post(request, *args, **kwargs)

    def save(self, form: forms.UtiliserForm) -> Utilisation:
        wanted = form.cleaned_data["ingenierie"]
        ingenierie = None
        if wanted != forms.ORGANISATION:
            rows = services.carried_ones(self.actor).select_related("pilote")
            ingenierie = get_object_or_404(rows.prefetch_related("associes"), pk=wanted)
        return services.use(self.ressource, ingenierie, note=form.cleaned_data["note"], actor=self.actor)


class _OfUse:
    anchor = "usages"

    def find(self) -> Utilisation:
        """The use that the address names, of this very resource, said by one's own organisation; else ``Http404``."""
        rows = Utilisation.objects.filter(ressource=self.ressource, organisation=self.actor.organisation_id)
        found = get_object_or_404(rows.select_related("ingenierie", "organisation"), pk=self.kwargs["utilisation"])
        found.ressource = self.ressource
        return found


class Preciser(_OfUse, AboutMixin, VersionedUpdateView):
    """What served."""

    form_class = forms.NoteForm
    page_title = "Ce qui a servi"
    success_message = "C’est enregistré."

    def get_object(self) -> Utilisation:
        return self.find()

    def refusal(self, obj: Utilisation) -> str:
        return why_not_change_use(self.actor, obj)

    def save(self, form: forms.NoteForm, expected_version: int) -> Utilisation:
        return services.explain(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class Retirer(_OfUse, AboutMixin, View):
    """It did not serve after all."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        use = self.find()
        if refusal := why_not_change_use(self.actor, use):
            raise NotAllowed(refusal)
        services.take_back(use, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "C’est retiré.")
        return redirect(self.get_success_url())


class Ressources(CapitalisationView):
    """The resources that this ingénierie uses."""

    salle = "ressources"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page("capitalisation/usages/ingenierie.html", {"rows": used_by(self.ingenierie, self.actor)})


def used_by(ingenierie: Ingenierie, actor: Any) -> list[dict[str, Any]]:
    """Two queries: the uses, and which of their resources the actor may read."""
    uses = list(
        Utilisation.objects.filter(ingenierie=ingenierie)
        .select_related("ressource__contributeur", "organisation")
        .order_by("-le", "-pk")
    )
    shown = readable([use.ressource_id for use in uses], actor)
    return [
        {"use": use, "ressource": use.ressource, "lisible": use.ressource_id in shown,
         "etat": use.ressource.get_state_display(), "sienne": not why_not_change_use(actor, use)}
        for use in uses
    ]  # fmt: skip
