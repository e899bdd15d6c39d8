"""The room « Récits » of a dossier; the page of one récit; how it is read; its versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views import View
from django.views.decorators.http import require_POST

from capitalisation.recits import lecture as lectures
from capitalisation.recits.adresses import adresse
from capitalisation.recits.contenu import construire, manques, rubriques_of
from capitalisation.recits.documents import DOCUMENT, recit_docx
from capitalisation.recits.lecture import RubriqueLue, derniere, lecture_de, lecture_du_jour
from capitalisation.recits.models import Recit, VersionRecit
from capitalisation.recits.permissions import why_not_begin, why_not_write
from capitalisation.recits.plans import plan_of, plans
from capitalisation.recits.registry import PAGES_RECIT
from capitalisation.recits.services import ecriture as services
from capitalisation.recits.views.base import SALLE, DansDossier, SansDossier
from capitalisation.transfert.views.base import CapitalisationView
from core.documents.docx import docx_response
from core.documents.jobs import request_document
from core.errors import DomainError
from core.formats import format_date, format_datetime
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from core.views.once import sent_once


class Salle(CapitalisationView):
    """Which récits exist, which may be begun."""

    salle = SALLE

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        found = {row.genre: row for row in Recit.objects.filter(ingenierie=self.ingenierie)}
        refusal = why_not_begin(self.actor, self.ingenierie)
        rows = [
            self._row(plan, found.get(plan.genre))
            for plan in plans().values()
            if plan.concerns(self.ingenierie.cycle) or plan.genre in found
        ]
        return self.page(
            "capitalisation/recits/salle.html",
            {"rows": rows, "can_begin": not refusal, "why_not": refusal, "commences": len(found)},
        )

    def _row(self, plan: Any, recit: Recit | None) -> dict[str, Any]:
        row = {"genre": plan.genre, "plan": plan.titre, "aide": plan.aide, "pages": plan.pages, "recit": recit}
        if recit is None:
            return row
        recit.ingenierie = self.ingenierie
        done, total = services.avancement(recit)
        version = derniere(recit)
        return {
            **row,
            "url": adresse(recit),
            "etat": recit.get_state_display(),
            "dites": done,
            "total": total,
            "version": f"version {version.numero}, du {format_date(version.le)}" if version else "",
        }


@method_decorator(require_POST, name="dispatch")
class Commencer(CapitalisationView):
    """Begin one, with what the dossier knows."""

    salle = SALLE

    def why_not(self) -> str:
        return why_not_begin(self.actor, self.ingenierie)

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if kwargs["genre"] not in plans():
            raise Http404
        recit = services.begin(self.ingenierie, kwargs["genre"], actor=self.actor)
        messages.success(request, "Le récit est commencé : ce que le dossier connaît y est déjà. Relisez-le.")
        return redirect(adresse(recit))


# --- The page of one récit ------------------------------------------------------------------------------------------


class _Page:
    """What is written, where it comes from, what is missing, who is named; its life."""

    recit: Recit

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        recit, plan = self.recit, plan_of(self.recit.genre)
        rows = rubriques_of(recit)
        lacking = [] if recit.why_frozen else manques(recit, rows)
        known = {one.code for one in plan.rubriques}
        said = sum(1 for code, row in rows.items() if code in known and row.valeur is not None)
        named = lectures.nommes(recit)
        return self.page(
            "capitalisation/recits/recit.html",
            {
                "plan": plan,
                "depuis": format_datetime(recit.state_since),
                "editable": not recit.why_frozen and not why_not_write(self.actor, recit),
                "parties": self._parties(),
                "dites": said,
                "total": len(known),
                "lacking": [one.nom for one in lacking],
                "nommes": named.nommes,
                "tus": named.tus,
                "versions": [_version(row, self.adresse) for row in recit.versions.defer("contenu")],
                "pages_liees": [
                    {"label": page.label, "url": url, "resume": page.resume(recit)}
                    for page in PAGES_RECIT
                    if (url := page.url(recit, self.actor))
                ],
                "urls": {
                    name: self.adresse(f"recit_{name}") for name in ("modifier", "action", "lecture", "pdf", "docx")
                },
                "actions": available_actions(recit, self.actor),
                "brief": "Complétez d’abord ce qui manque." if lacking else "",
                "refused": refused,
                "reason": reason,
            },
            status=status,
        )

    def _parties(self) -> list[dict[str, Any]]:
        """Everything of the layout, said or not, each with the address where it is written."""
        plan = plan_of(self.recit.genre)
        told = []
        for partie in construire(self.recit)["parties"]:
            rows = []
            for raw in partie["rubriques"]:
                prevue = plan.rubrique(raw["code"])
                # A heading alone has nothing to write.
                rows.append(
                    {
                        "lue": RubriqueLue(**raw),
                        "nom": prevue.nom if prevue else raw["titre"],
                        "obligatoire": bool(prevue and prevue.obligatoire),
                        "url": self.adresse("recit_rubrique", raw["code"]) if prevue else "",
                    }
                )
            # A rubrique that has no heading of its own is headed by its part.
            first = rows[0]
            head = first if not first["lue"].titre and first["nom"] == partie["titre"] else None
            told.append(
                {"code": partie["code"], "titre": partie["titre"] or plan.titre, "rubriques": rows, "tete": head}
            )
        return told


def _version(row: VersionRecit, address: Any) -> dict[str, Any]:
    return {
        "numero": row.numero,
        "le": format_date(row.le),
        "par": row.par,
        "note": row.note,
        "url": address("recit_version", row.numero),
    }


class _Cycle(ActionMixin):
    """One action of its life."""

    recit: Recit

    def perform(self, action: str, **shown: Any) -> Recit:
        return services.perform_action(self.recit, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Recit) -> str:
        return self.adresse()


class _Lecture:
    """The text of today, as others would read it."""

    recit: Recit

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        lue = lecture_du_jour(self.recit)
        return self.page("capitalisation/recits/lire.html", {"lecture": lue, "version": None, "le": "", "intact": True})


class _Version:
    """A version, as it is read now."""

    recit: Recit

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        version = get_object_or_404(VersionRecit, recit=self.recit, numero=kwargs["numero"])
        version.recit = self.recit
        return self.page(
            "capitalisation/recits/lire.html",
            {
                "lecture": lecture_de(version),
                "version": version,
                "le": format_datetime(version.le),
                "intact": version.is_intact,
            },
        )


class _Pdf:
    """Ask for the PDF: who reads the récit may."""

    recit: Recit

    def check_writes(self) -> None:
        return None

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        job = request_document(DOCUMENT, self.recit.pk, actor=self.actor)
        return redirect(f"{reverse('core:job_detail', args=[job.pk])}?{urlencode({'retour': self.adresse()})}")


class _Docx:
    """As DOCX."""

    recit: Recit

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return docx_response(recit_docx(self.recit))


class Page(_Page, DansDossier, View):
    """One récit of a dossier."""


@method_decorator(require_POST, name="dispatch")
class Cycle(_Cycle, Page):
    """One action of its life."""


class Lecture(_Lecture, DansDossier, View):
    """The text of today, as others would read it."""


class Version(_Version, DansDossier, View):
    """One version."""


@method_decorator(require_POST, name="dispatch")
class Pdf(_Pdf, DansDossier, View):
    """Its PDF."""


class Docx(_Docx, DansDossier, View):
    """Its DOCX."""


class PageSeul(_Page, SansDossier, View):
    """One récit without dossier."""


@method_decorator(require_POST, name="dispatch")
class CycleSeul(_Cycle, PageSeul):
    """One action of its life."""


class LectureSeul(_Lecture, SansDossier, View):
    """The text of today, as others would read it."""


class VersionSeul(_Version, SansDossier, View):
    """One version."""


@method_decorator(require_POST, name="dispatch")
class PdfSeul(_Pdf, SansDossier, View):
    """Its PDF."""


class DocxSeul(_Docx, SansDossier, View):
    """Its DOCX."""
