"""What of each structure is annexed to the cahier des charges, with its consent."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from consultations.cahier import annexes
from consultations.cahier.forms import AnnexeForm
from consultations.cahier.models import AnnexeStructure, CahierDesCharges
from consultations.cahier.views.base import TAB, cahier_of
from core.formats import format_date
from projects.dossier.views.editing import IngenierieEdit


def annexe_rows(cahier: CahierDesCharges) -> list[dict[str, Any]]:
    """The structures presented, each with what is annexed of it, its consent, and what is lacking."""
    with_file = annexes.has_file(cahier)
    whole = cahier.diagnostic == "complet"
    rows = []
    for cible, row in annexes.presented(cahier):
        told = []
        if row is not None and row.diagnostic:
            told.append(row.get_diagnostic_display())
        if row is not None and row.plan:
            told.append("Plan d’accompagnement")
        rows.append(
            {
                "structure": str(cible.structure),
                "told": ", ".join(told),
                "accord": format_date(row.accord_le) if row is not None and row.accord_le else "",
                "lack": annexes.lack_of(row, whole=whole, with_file=with_file),
                "url": reverse("consultations:annexe", args=[cahier.ingenierie_id, cible.pk]),
            }
        )
    return rows


class AnnexeEdit(IngenierieEdit):
    """What of one structure is annexed, and its consent."""

    tab = TAB
    form_class = AnnexeForm
    template_name = "consultations/cahier/annexe.html"
    success_message = "Ce qui est annexé de cette structure est enregistré."

    def get_object(self) -> AnnexeStructure:
        self.cahier = cahier_of(self.ingenierie)
        found = self.cahier.structures_presentees().select_related("structure__organisation")
        self.cible = found.filter(pk=self.kwargs["cible_pk"]).first()
        if self.cible is None:
            raise Http404
        return annexes.draft_of(self.cahier, self.cible)

    def refusal(self, obj: AnnexeStructure) -> str:
        return self.cahier.why_frozen

    def get_page_title(self) -> str:
        return f"Annexes : {self.cible.structure}"

    def save(self, form: AnnexeForm, expected_version: int) -> AnnexeStructure:
        return annexes.save_annexe(
            self.cahier, self.cible, form.values(), actor=self.actor, expected_version=expected_version
        )

    def get_success_url(self) -> str:
        return reverse("consultations:section", args=[self.ingenierie.pk, "annexes"]) + "#structures"

    def get_context(self, **context: Any) -> dict[str, Any]:
        found = annexes.sources_of(self.cible, self.actor)
        return super().get_context(
            partage=found.partage,
            partage_du=found.partage.data["date"] if found.partage else "",
            actualisation=found.actualisation,
            cible=self.cible,
            **context,
        )
