"""« Données personnelles » of a prestataire: who is in its fiches, who read the CVs, taking out, erasing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.personal import DOCUMENT_TYPE
from core import listing
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.files import file_response
from core.formats import format_datetime, plural
from core.jobs import enqueue
from core.models import GeneratedDocument, JournalEntry
from core.uploads.services import PREVIEW_DAYS
from partners.portfolio.donnees import effacement, permissions
from partners.portfolio.donnees.effacement import same_person
from partners.portfolio.donnees.personal import people_of
from partners.portfolio.donnees.tasks import DATA_JOB
from partners.portfolio.fiche.models.blocs import REMOVED, Intervenant, Piece
from partners.portfolio.prestataire.permissions import why_not_lead
from partners.portfolio.prestataire.views import EspaceView


class Donnees(EspaceView):
    """The page: each of its people reads it, the référent acts."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        leads = self.membre.is_referent
        context: dict[str, Any] = {
            "leads": leads,
            "months": settings.PERSONAL_DATA_MONTHS,
            "days": PREVIEW_DAYS,
            "people": [
                {
                    "pk": person.newest.pk,
                    "nom": person.nom,
                    "fonction": person.newest.fonction,
                    "where": plural(len(person.numeros), "version"),
                    "cv": person.has_cv,
                    "member": person.member,
                }
                for person in people_of(self.prestataire)
            ],
            "why_not_erase": effacement.why_not_erase(self.prestataire),
        }
        if leads:
            read = JournalEntry.objects.filter(
                verb="portfolio.cv_lu", scope_type="portfolio.prestataire", scope_id=self.prestataire.pk
            )
            page = listing.paginate(read.order_by("-at", "-pk"), request)
            context |= {"page": page, "readings": self._readings(list(page.object_list))}
        return self.page("portfolio/donnees/donnees.html", context)

    def _readings(self, entries: list[JournalEntry]) -> list[dict[str, str]]:
        pieces = {
            p.pk: p for p in Piece.objects.filter(pk__in=[e.object_id for e in entries]).select_related("intervenant")
        }
        rows = []
        for entry in entries:
            piece = pieces.get(entry.object_id)
            whose = piece.intervenant.nom if piece is not None and piece.intervenant else "un CV retiré depuis"
            rows.append(
                {
                    "at": format_datetime(entry.at),
                    "who": entry.actor_label,
                    "organisation": entry.organisation_label,
                    "whose": whose,
                }
            )
        return rows


class _OfIntervenant(EspaceView):
    """Pages about one intervenant of any version of the fiche, for the référent."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.intervenant = get_object_or_404(
            Intervenant.objects.select_related("fiche__prestataire").exclude(nom=REMOVED),
            pk=kwargs["bloc_pk"],
            fiche__prestataire=self.prestataire,
        )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = why_not_lead(self.actor, self.prestataire)
        if refusal:
            raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)


@method_decorator(require_POST, name="dispatch")
class IntervenantDonnees(_OfIntervenant):
    """Have the data of an intervenant without account gathered."""

    def post(self, request: HttpRequest, pk: int, bloc_pk: int) -> HttpResponse:
        refusal = permissions.why_not_draw(self.actor, self.intervenant)
        if refusal:
            raise NotAllowed(refusal)
        job = enqueue(DATA_JOB, {"intervenant": self.intervenant.pk}, actor=self.actor)
        return redirect("core:job_detail", job.pk)


class DonneesFichier(EspaceView):
    """The file, for the référent who asked for it."""

    def get(self, request: HttpRequest, pk: int, document_pk: int) -> HttpResponseBase:
        refusal = why_not_lead(self.actor, self.prestataire)
        if refusal:
            raise NotAllowed(refusal)
        found = get_object_or_404(
            GeneratedDocument,
            pk=document_pk,
            document_type=DOCUMENT_TYPE,
            scope_type="portfolio.prestataire",
            scope_id=self.prestataire.pk,
            made_by_id=self.actor.user_id,
        )
        return file_response(
            request, key=found.storage_key, name=found.filename, mime="application/zip", sha256=found.sha256
        )


class IntervenantEffacer(_OfIntervenant):
    """Ask once, then erase somebody from every version."""

    def get(self, request: HttpRequest, pk: int, bloc_pk: int) -> HttpResponse:
        rows = same_person(self.intervenant)
        context = {"intervenant": self.intervenant, "where": plural(len({r.fiche_id for r in rows}), "version")}
        return self.page("portfolio/donnees/intervenant_effacer.html", context)

    def post(self, request: HttpRequest, pk: int, bloc_pk: int) -> HttpResponse:
        nom = self.intervenant.nom
        effacement.erase_intervenant(self.intervenant, actor=self.actor)
        messages.success(request, f"{nom} est retiré de toutes les versions de la fiche, CV compris.")
        return redirect("portfolio:donnees", pk)


class Effacer(EspaceView):
    """Ask once, then erase the fiche; refused in words while a mission runs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = why_not_lead(self.actor, self.prestataire)
        if refusal:
            raise NotAllowed(refusal)
        return never_cache(super().dispatch)(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, refused: ConditionsNotMet | InvalidInput | None = None, status: int = 200) -> HttpResponse:
        context = {"why_not": effacement.why_not_erase(self.prestataire), "refused": refused}
        return self.page("portfolio/donnees/effacer.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            if request.POST.get("confirme") != "on":
                raise InvalidInput("Cochez la case qui dit que vous avez compris : cet effacement ne s’annule pas.")
            effacement.erase_fiche(self.prestataire, actor=self.actor, reason="Demandé par le référent.")
        except (ConditionsNotMet, InvalidInput) as error:
            return self.show(refused=error, status=error.status)
        messages.success(request, f"La fiche de {self.prestataire} est effacée, avec les données de ses intervenants.")
        return redirect("portfolio:espace")
