"""The page of a mission, for the team and for the prestataire: where each of its rooms stands."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.files import file_response
from core.formats import format_date, format_days
from core.models import GeneratedDocument
from missions.conventions.models import Convention
from missions.conventions.services.actes import current_acte, pdf_of
from missions.conventions.services.avenants import termes_of
from missions.mission.registry import ATTENDUS, SALLES
from missions.mission.views.base import TAB, EspaceMission, MissionView
from projects.dossier.views.base import IngenierieView


def _facts(convention: Convention) -> dict[str, Any]:
    """What the head of the page says, avenants included."""
    termes = termes_of(convention)
    return {
        "prestataire": str(convention.choix.prestataire),
        "debut": format_date(convention.debut) if convention.debut else "",
        "fin": format_date(termes.fin) if termes.fin else "",
        "jours": format_days(convention.jours) if convention.jours else "",
        "signee": format_date(convention.signee_le) if convention.signee_le else "",
    }


class Missions(IngenierieView):
    """The missions of the ingénierie: one opens at once, several are a list."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = list(
            Convention.objects.signed()
            .standing()
            .filter(ingenierie=self.ingenierie)
            .select_related("choix__prestataire", "ingenierie")
        )
        if len(rows) == 1:
            return redirect("missions:mission", pk, rows[0].pk)
        return self.page(
            "missions/mission/missions.html",
            {
                "missions": [
                    {"titre": row.titre, "url": reverse("missions:mission", args=[pk, row.pk]), **_facts(row)}
                    for row in rows
                ]
            },
        )


class Mission(MissionView):
    """One mission."""

    def get(self, request: HttpRequest, pk: int, convention: int) -> HttpResponse:
        lines = [
            {"label": salle.label, "url": self.address(salle.route), "resume": salle.resume(self.convention)}
            for salle in SALLES
        ]
        told = {**_facts(self.convention), "convention_url": self.address("missions:convention")}
        return self.page("missions/mission/mission.html", {"lines": lines, "mission": told})


def _waiting(pks: list[int]) -> dict[int, list[str]]:
    """What waits for the prestataire, room by room, in each of these missions."""
    told: dict[int, list[str]] = {}
    for read in ATTENDUS:
        for pk, sentence in read(pks).items():
            told.setdefault(pk, []).append(sentence)
    return told


@require_GET
def missions(request: HttpRequest) -> HttpResponse:
    """« Missions »: those of the prestataires the person belongs to, the running ones first."""
    found = (
        Convention.objects.for_prestataire(request.actor)
        .standing()
        .select_related("choix__prestataire", "ingenierie__pilote")
        .order_by("state", "-debut", "-pk")
    )
    found = list(found)
    waiting = _waiting([row.pk for row in found if row.ingenierie.is_open])
    rows = [
        {
            "titre": row.ingenierie.titre,
            "attendu": waiting.get(row.pk, []),
            "reference": row.titre,
            "etat": "terminée" if not row.ingenierie.is_open else row.get_state_display(),
            "url": reverse("mission:mission", args=[row.pk]),
            "pilote": str(row.ingenierie.pilote),
            **_facts(row),
        }
        for row in found
    ]
    several = len({row["prestataire"] for row in rows}) > 1
    return render(request, "missions/mission/espace_missions.html", {"missions": rows, "several": several})


class EspacePage(EspaceMission):
    """One mission, for the prestataire."""

    def get(self, request: HttpRequest, convention: int) -> HttpResponse:
        lines = [
            {"label": salle.label, "url": self.address(salle.espace_route), "resume": salle.resume(self.convention)}
            for salle in SALLES
            if salle.espace_route
        ]
        told = _facts(self.convention)
        if _signed_pdf(self.convention) is not None:
            told["convention_url"] = self.address("mission:convention")
        return self.page("missions/mission/espace_mission.html", {"lines": lines, "mission": told})


def _signed_pdf(convention: Convention) -> GeneratedDocument | None:
    """The text that all have signed, once its PDF is made. Two queries."""
    acte = current_acte(convention)
    return pdf_of(acte) if acte is not None else None


class EspaceConvention(EspaceMission):
    """The signed convention, for the people of the prestataire: not only for who signed it, who has its link."""

    def get(self, request: HttpRequest, convention: int) -> HttpResponseBase:
        document = _signed_pdf(self.convention)
        if document is None:
            raise Http404
        return file_response(
            request,
            key=document.storage_key,
            name=document.filename,
            mime="application/pdf",
            sha256=document.sha256,
            inline=True,
        )
