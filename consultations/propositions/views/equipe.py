"""The team's pages: opening the propositions of a call, its record, reading one and checking it against its receipt."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from consultations.appel.models import Appel
from consultations.appel.registry import SUITES_EQUIPE
from consultations.propositions import reading
from consultations.propositions.documents import instant, titre_de
from consultations.propositions.forms import OuvertureForm
from consultations.propositions.models import Ouverture, PropositionOuverte
from consultations.propositions.permissions import why_not_open
from consultations.propositions.services.ouverture import DOCUMENT_RELEVE, open_call, received, verify
from core.actor import Actor
from core.documents.frozen import kept_document
from core.formats import plural
from core.models import Attachment
from core.uploads.checks import readable_size
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate

TAB = "prestataire"


def opened_rows(appel: Appel, actor: Actor) -> list[dict[str, Any]]:
    """The propositions that ``actor`` reads, by order of arrival: one query."""
    rows = (
        PropositionOuverte.objects.visible_to(actor)
        .current()
        .filter(appel=appel)
        .select_related("depot")
        .order_by("numero")
    )
    return [
        {
            "numero": row.numero,
            "nom": row.contenu["prestataire"],
            "at": instant(row.depot.at, appel),
            "recu": row.depot.recu,
            "faits": reading.faits(row.contenu),
            "sha256": row.depot.sha256,
            "url": reverse("consultations:proposition", args=[appel.ingenierie_id, appel.pk, row.pk]),
        }
        for row in rows
    ]


class OuverturePage(IngenierieCreate):
    """Before: how many are received, and from when they may be opened. Then: the record, and what was opened."""

    tab = TAB
    writes = False  # a page that is read before it is written
    route = "consultations:prestataire"
    template_name = "consultations/propositions/ouverture.html"
    form_class = OuvertureForm
    submit_label = "Ouvrir les propositions"
    page_title = "Ouverture des propositions"

    def get_object(self) -> Appel:
        appel = get_object_or_404(
            Appel.objects.select_related("version_diffusee"),
            pk=self.kwargs["appel_pk"],
            ingenierie=self.ingenierie,
        )
        appel.ingenierie = self.ingenierie
        return appel

    def refusal(self, obj: Appel) -> str:
        return why_not_open(obj, self.actor) if self.request.method == "POST" else ""

    def save(self, form: OuvertureForm) -> Ouverture:
        return open_call(self.object, self.actor, form.cleaned_data["temoin"], form.cleaned_data["qualite"])

    def get_success_message(self) -> str:
        return f"{plural(len(self.created.releve), 'proposition ouverte', 'propositions ouvertes')}."

    def get_success_url(self) -> str:
        return reverse("consultations:ouverture", args=[self.ingenierie.pk, self.object.pk])

    def get_cancel_url(self) -> str:
        return reverse("consultations:appel", args=[self.ingenierie.pk, self.object.pk])

    def get_context(self, **context: Any) -> dict[str, Any]:
        appel = self.object
        ouverture = Ouverture.objects.filter(appel=appel).first()
        count = received([appel.pk]).get(appel.pk, 0)
        here = self.get_success_url()
        printed = kept_document(ouverture, DOCUMENT_RELEVE) if ouverture is not None else None
        base = {
            "appel": appel,
            "titre": titre_de(appel),
            "limite": appel.date_limite_texte,
            "sealed": appel.is_sealed,
            "count": count,
            "count_words": plural(count, "proposition reçue", "propositions reçues"),
            "ouverture": ouverture,
            "why_not": why_not_open(appel, self.actor),
            "rows": opened_rows(appel, self.actor),
            "releve": [{**row, "at": instant(dt.datetime.fromisoformat(row["at"]), appel)} for row in ouverture.releve]
            if ouverture is not None
            else [],
            "ouverte_le": instant(ouverture.at, appel) if ouverture is not None else "",
            "suites": [s for read in SUITES_EQUIPE for s in read(appel, self.actor) if s.url and s.url != here]
            if ouverture is not None
            else [],
            "pdf": reverse("core:document", args=[printed.pk]) if printed is not None else "",
        }
        return super().get_context(**{**base, **context})


class PropositionPage(IngenierieView):
    """One opened proposition. ``?verifier=1`` computes its SHA-256 again and says whether it is that of its receipt."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int, appel_pk: int, proposition_pk: int) -> HttpResponse:
        ouverte = get_object_or_404(
            PropositionOuverte.objects.visible_to(self.actor).select_related("depot__proposition", "appel"),
            pk=proposition_pk,
            appel=appel_pk,
            appel__ingenierie=self.ingenierie,
        )
        appel = ouverte.appel
        files = Attachment.objects.of(ouverte._meta.label_lower, [ouverte.pk])
        return self.page(
            "consultations/propositions/proposition.html",
            {
                "ouverte": ouverte,
                "appel": appel,
                "nom": ouverte.contenu["prestataire"],
                "instant": instant(ouverte.depot.at, appel),
                "parties": reading.parties(ouverte.contenu),
                "faits": reading.faits(ouverte.contenu),
                "pieces": [
                    {
                        "nom": f.original_name,
                        "taille": readable_size(f.size),
                        "url": reverse("core:piece", args=[f.pk]),
                        "sha256": f.sha256,
                    }
                    for f in files
                ],
                "verification": verify(ouverte) if request.GET.get("verifier") == "1" else None,
                "back_url": reverse("consultations:ouverture", args=[self.ingenierie.pk, appel.pk]),
            },
        )
