"""Writing a section, and taking again what the project says."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from consultations.cadre.permissions import KEEP_CLAUSES, why_not_write_clauses
from consultations.cahier import content, prefill, services
from consultations.cahier.diffs import in_words
from consultations.cahier.forms import FORMS, RepriseForm
from consultations.cahier.models import CahierDesCharges
from consultations.cahier.sections import Section, section_for, sections_for
from consultations.cahier.views.annexes import annexe_rows
from consultations.cahier.views.base import TAB, CahierView, cahier_of
from core.diffs import compare
from core.errors import InvalidInput, NotAllowed
from core.views.editing import VersionedUpdateView
from projects.dossier.views.base import IngenierieMixin


def _section(cahier: CahierDesCharges, code: str) -> Section:
    section = section_for(cahier, code)
    if section is None:
        raise Http404
    return section


def _label(field: str) -> str:
    label = str(CahierDesCharges._meta.get_field(field).verbose_name)
    return label[:1].upper() + label[1:]


def source_rows(cahier: CahierDesCharges, section: Section) -> list[dict[str, Any]]:
    """For each field the project can fill: where from, and whether the text still says the same."""
    rows = []
    for proposal in services.section_proposals(cahier, section):
        here = prefill.value_of(cahier, proposal.field)
        if prefill.same(here, proposal.value):
            state = "identique"
        elif prefill.is_empty(cahier, proposal.field):
            state = "vide"
        else:
            state = "different"
        rows.append(
            {
                "label": _label(proposal.field),
                "source": proposal.source,
                "url": proposal.url,
                "state": state,
                "draft": proposal.source == prefill.GUIDE,
            }
        )
    return rows


class SectionEdit(IngenierieMixin, VersionedUpdateView):
    """One section: saved by itself; people who write another section do not meet."""

    tab = TAB
    writes = True
    template_name = "consultations/cahier/section.html"

    def get_object(self):
        cahier = cahier_of(self.ingenierie)
        self.section = _section(cahier, self.kwargs["code"])
        return cahier

    def refusal(self, obj) -> str:
        return obj.why_frozen

    @property
    def form_class(self):
        return FORMS[self.section.code]

    def get_page_title(self) -> str:
        return self.section.titre

    def save(self, form, expected_version):
        return services.update_section(
            self.object,
            self.section.code,
            {**form.values(), **form.many_to_many()},
            actor=self.actor,
            expected_version=expected_version,
        )

    def _next(self) -> Section | None:
        rows = sections_for(self.object)
        position = rows.index(self.section) + 1
        return rows[position] if position < len(rows) else None

    def get_success_url(self) -> str:
        following = self._next()
        if self.request.POST.get("suite") == "section" and following:
            return reverse("consultations:section", args=[self.ingenierie.pk, following.code])
        return reverse("consultations:cahier", args=[self.ingenierie.pk]) + f"#section-{self.section.code}"

    def get_cancel_url(self) -> str:
        return reverse("consultations:cahier", args=[self.ingenierie.pk])

    def get_success_message(self) -> str:
        return f"La section « {self.section.titre} » est enregistrée."

    def _clauses_url(self) -> str:
        """Where the standing clauses are kept, beside the section that has them, for who may write them."""
        organisation = self.actor.organisation
        if self.section.code != "conditions" or organisation is None or why_not_write_clauses(self.actor, organisation):
            return ""
        return reverse("consultations:clauses") if organisation.kind in KEEP_CLAUSES else ""

    def get_context(self, **context: Any) -> dict[str, Any]:
        rows = source_rows(self.object, self.section)
        pk = self.ingenierie.pk
        following = self._next()
        return super().get_context(
            **self.header(),
            section=self.section,
            number=sections_for(self.object).index(self.section) + 1,
            total=len(sections_for(self.object)),
            following=following,
            sources=rows,
            differs=any(row["state"] != "identique" for row in rows),
            annexes_structures=annexe_rows(self.object) if self.section.code == "annexes" else (),
            guide=content.guide_of(self.object) if self.section.code == "annexes" else None,
            clauses_url=self._clauses_url(),
            reprise_url=reverse("consultations:reprise", args=[pk, self.section.code]),
            **context,
        )


class Reprise(CahierView):
    """What the project says beside what is written: one chooses what to replace."""

    writes = True

    def setup(self, request, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.section = _section(self.cahier, kwargs["code"])

    def check_writes(self) -> None:
        super().check_writes()
        refusal = self.cahier.why_frozen
        if refusal:
            raise NotAllowed(refusal)

    def show(self, *, status: int = 200, error: str = "") -> HttpResponse:
        found = services.section_proposals(self.cahier, self.section)
        rows = []
        for proposal in found:
            here = prefill.value_of(self.cahier, proposal.field)
            if prefill.same(here, proposal.value):
                continue
            rows.append(
                {
                    "field": proposal.field,
                    "label": _label(proposal.field),
                    "source": proposal.source,
                    "url": proposal.url,
                    "empty": prefill.is_empty(self.cahier, proposal.field),
                    "pieces": compare(in_words(proposal.field, here), in_words(proposal.field, proposal.value)),
                }
            )
        return self.page(
            "consultations/cahier/reprise.html",
            {
                "section": self.section,
                "rows": rows,
                "cahier": self.cahier,
                "empreinte": prefill.fingerprint(found),
                "error": error,
                "cancel_url": reverse("consultations:section", args=[self.ingenierie.pk, self.section.code]),
            },
            status=status,
        )

    def get(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        form = RepriseForm(request.POST, fields=self.section.fields)
        if not form.is_valid():
            return self.show(status=422, error="Choisissez au moins un texte à remplacer.")
        try:
            services.refresh_section(
                self.cahier,
                self.section.code,
                form.cleaned_data["champs"],
                actor=self.actor,
                expected_version=form.cleaned_data["version"],
                fingerprint=form.cleaned_data["empreinte"],
            )
        except InvalidInput as refused:
            return self.show(status=422, error=refused.message)
        messages.success(request, "Le texte du dossier est repris ; le journal garde le précédent.")
        return redirect("consultations:section", pk, self.section.code)
