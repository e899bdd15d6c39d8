"""Pages of the standing clauses and of the guides."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from consultations.cadre import services
from consultations.cadre.forms import ClausesForm, GuideForm
from consultations.cadre.models import ClausesPermanentes, GuidePrestataires
from consultations.cadre.permissions import KEEP_CLAUSES, reads_guides, why_not_write_clauses, why_not_write_guide
from core import clock
from core.views.editing import CreateView, VersionedUpdateView
from referentiels.models import Region


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """The guides of the régions, version by version: one's own région first."""
    actor = request.actor
    own = actor.organisation.region if actor.organisation else None
    rows: list[dict[str, Any]] = []
    found = GuidePrestataires.objects.select_related("region").order_by("region__label", "-depuis", "-numero")
    today, current = clock.today(), set()
    for guide in found if reads_guides(actor) else ():
        in_force = guide.depuis <= today and guide.region_id not in current
        if in_force:
            current.add(guide.region_id)
        piece = guide.fichier
        url = reverse("core:piece", args=[piece.pk]) if piece else ""
        rows.append({"guide": guide, "url": url, "in_force": in_force, "coming": guide.depuis > today})
    rows.sort(key=lambda row: own is None or row["guide"].region_id != own.pk)
    context = {"rows": rows, "own": own, "may_add": own is not None and why_not_write_guide(actor, own) is None}
    return render(request, "consultations/cadre/guides.html", context)


class GuideCreate(CreateView):
    """A new version of the guide of one's région."""

    form_class = GuideForm
    page_title = "Nouvelle version du guide à l’usage des prestataires"
    submit_label = "Déposer cette version"
    success_message = "La version est déposée : elle accompagnera les prochains cahiers des charges."
    error_field = "fichier"

    def get_object(self) -> Region | None:
        return self.actor.organisation.region if self.actor.organisation else None

    def refusal(self, obj: Region | None) -> str:
        return why_not_write_guide(self.actor, obj) or ""

    def save(self, form: GuideForm) -> GuidePrestataires:
        told = form.cleaned_data
        values = {name: told[name] for name in ("titre", "depuis", "nouveau")}
        return services.add_guide(self.object, told["fichier"], values, actor=self.actor)

    def get_success_url(self) -> str:
        return reverse("consultations:guides")


class ClausesEdit(VersionedUpdateView):
    """The standing clauses of the organisation one acts for."""

    form_class = ClausesForm
    template_name = "consultations/cadre/clauses.html"
    page_title = "Clauses permanentes des cahiers des charges"
    success_message = "Les clauses sont enregistrées : les prochains cahiers des charges les proposeront."

    def get_object(self) -> ClausesPermanentes:
        organisation = self.actor.organisation
        if organisation is None or organisation.kind not in KEEP_CLAUSES:
            raise Http404
        return services.clauses_of(organisation)

    def refusal(self, obj: ClausesPermanentes) -> str:
        return why_not_write_clauses(self.actor, obj.organisation)

    def save(self, form: ClausesForm, expected_version: int) -> ClausesPermanentes:
        texte = form.cleaned_data["texte"]
        organisation = self.object.organisation
        return services.update_clauses(organisation, texte, actor=self.actor, expected_version=expected_version)

    def get_success_url(self) -> str:
        return reverse("accounts:organisation", args=[self.object.organisation_id])
