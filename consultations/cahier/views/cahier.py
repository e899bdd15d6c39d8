"""The tab « Cahier des charges »: where the writing stands, what is missing, what may be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from consultations.cahier import content, sections, services
from consultations.cahier.diffs import in_words
from consultations.cahier.docx import draft_docx
from consultations.cahier.enums import EtatCahier
from consultations.cahier.models import CahierDesCharges
from consultations.cahier.views.base import TAB, CahierView
from consultations.cahier.views.versions import version_rows
from core.documents.docx import docx_response
from core.documents.jobs import request_document
from core.errors import DomainError
from core.formats import format_datetime, plural
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from core.views.once import sent_once
from projects.dossier.views.base import IngenierieView
from projects.ingenierie import people

#: Fields shown in the summary of a section, cut to a few lines.
_EXCERPT = 280


def section_rows(cahier: CahierDesCharges, lacking: list[sections.Manque]) -> list[dict[str, Any]]:
    """The sections with their state and the beginning of what they say."""
    by_section: dict[str, list[str]] = {}
    for item in lacking:
        by_section.setdefault(item.section.code, []).append(item.label)
    rows = []
    for number, section in enumerate(sections.sections_for(cahier), 1):
        missing = by_section.get(section.code, [])
        rows.append(
            {
                "number": number,
                "code": section.code,
                "titre": section.titre,
                "url": reverse("consultations:section", args=[cahier.ingenierie_id, section.code]),
                "missing": missing,
                "missing_text": f"Il manque : {', '.join(missing)}." if missing else "",
                "excerpt": _excerpt(cahier, section),
            }
        )
    return rows


def _excerpt(cahier: CahierDesCharges, section: sections.Section) -> str:
    if section.code == "reponse":
        text = cahier.date_limite_texte
        return text[:1].upper() + text[1:]
    if section.code == "structures":
        return plural(cahier.nombre_structures, "structure présentée", "structures présentées")
    if section.code == "calendrier":
        days = [in_words(name, getattr(cahier, name)) for name in ("jours_min", "jours_max")]
        told = f"{' à '.join(dict.fromkeys(d for d in days if d))} jours" if any(days) else ""
        return " · ".join(part for part in (told, cahier.periode.dite) if part)
    for name in section.fields:
        if section.code == "objectifs" and name in ("type_ingenierie", "type_motif", "themes"):
            continue
        field = cahier._meta.get_field(name)
        if field.many_to_many:
            continue
        text = in_words(name, getattr(cahier, name))
        if text:
            return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " […]"
    return ""


def _warnings(cahier: CahierDesCharges) -> list[tuple[sections.Section, str]]:
    """What deserves a second look, and the sections that name somebody who left."""
    told = sections.warnings(cahier)
    written = {
        section: "\n".join(text for name in section.fields if isinstance(text := getattr(cahier, name), str))
        for section in sections.SECTIONS
    }
    gone = people.left_named_in("\n".join(written.values()), cahier.ingenierie)
    for section, text in written.items() if gone else ():
        if named := people.left_named_in(text, cahier.ingenierie):
            told.append(
                (
                    section,
                    f"« {section.titre} » nomme {' et '.join(named)}, qui n’est plus membre : "
                    "dites qui répond maintenant.",
                )
            )
    return told


class Cahier(IngenierieView):
    """The whole cahier at a glance; an invitation to start it while there is none."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        cahier = CahierDesCharges.objects.filter(ingenierie=self.ingenierie).first()
        if cahier is None:
            return self.page("consultations/cahier/vide.html")
        cahier.ingenierie = self.ingenierie
        return self.show(cahier)

    def show(
        self, cahier: CahierDesCharges, *, status: int = 200, refused: DomainError | None = None, reason: str = ""
    ) -> HttpResponse:
        header = self.header()

        def link(section: sections.Section) -> str:
            return reverse("consultations:section", args=[self.ingenierie.pk, section.code])

        lacking = sections.missing(cahier) if cahier.state == EtatCahier.BROUILLON else []
        writing = cahier.state == EtatCahier.BROUILLON
        return self.page(
            "consultations/cahier/cahier_page.html",
            {
                "cahier": cahier,
                "etat": cahier.get_state_display(),
                "tag": cahier.state_tag,
                "depuis": format_datetime(cahier.state_since),
                "hint": cahier.state_hint,
                "actions": available_actions(cahier, self.actor),
                "rows": section_rows(cahier, lacking),
                "lacking": [(m, link(m.section)) for m in lacking],
                "progress": sections.progress(cahier, lacking),
                "warnings": [(t, link(section)) for section, t in (_warnings(cahier) if writing else [])],
                "can_write": writing and header["can_contribute"],
                "annexes": content.annexes_of(cahier),
                "versions": version_rows(cahier),
                "refused": refused,
                "reason": reason,
                "brief": "Complétez d’abord ce qui manque." if writing else "",
            },
            status=status,
        )


@method_decorator(require_POST, name="dispatch")
class Commencer(IngenierieView):
    """Start the cahier, prefilled from the project."""

    tab = TAB

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        services.create_cahier(self.ingenierie, self.actor)
        messages.success(
            request, "Le cahier des charges est commencé, prérempli à partir du dossier. Relisez chaque section."
        )
        return redirect("consultations:cahier", pk)


@method_decorator(require_POST, name="dispatch")
class Preremplir(CahierView):
    """Fill what is still empty from the project."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        _, names = services.prefill_empty(self.cahier, actor=self.actor)
        if names:
            filled = plural(len(names), "champ a été complété", "champs ont été complétés")
            messages.success(request, f"{filled} à partir du dossier ; rien de ce que vous aviez écrit n’a changé.")
        else:
            messages.info(request, "Le dossier n’apporte rien de plus : aucun champ vide n’a pu être complété.")
        return redirect("consultations:cahier", pk)


class _Reader(CahierView):
    """POST that writes nothing in the dossier: who reads may do it."""

    def check_writes(self) -> None:
        return None


@method_decorator(require_POST, name="dispatch")
class Apercu(_Reader):
    """Ask for a preview: the job's page leads to the PDF."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = request_document(services.DOCUMENT_CAHIER, self.cahier.pk, actor=self.actor)
        here = reverse("consultations:cahier", args=[pk])
        return redirect(f"{reverse('core:job_detail', args=[job.pk])}?{urlencode({'retour': here})}")


class Docx(CahierView):
    """The text as it stands now, as DOCX."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return docx_response(draft_docx(self.cahier))


@method_decorator(require_POST, name="dispatch")
class Cycle(ActionMixin, _Reader, Cahier):
    """One action of the lifecycle; the service says who may and what is missing."""

    def perform(self, action: str, **shown: Any) -> CahierDesCharges:
        return services.perform_action(self.cahier, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(self.cahier, status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: CahierDesCharges) -> str:
        return reverse("consultations:cahier", args=[self.ingenierie.pk])
