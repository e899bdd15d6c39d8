"""The avenants of a convention."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.formats import format_date, format_datetime, format_money_plain
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from missions.conventions import presenters
from missions.conventions.enums import EtatAvenant, EtatConvention
from missions.conventions.forms import AvenantEditForm, AvenantForm
from missions.conventions.lifecycle import PAR_LES_SIGNATURES
from missions.conventions.models import Avenant
from missions.conventions.services.actes import actes_of, current_acte, perform_action
from missions.conventions.services.avenants import open_avenant, update_avenant
from missions.conventions.views.base import ConventionCreate, ConventionEdit, ConventionView


class Ouvrir(ConventionCreate):
    """Write a change that was asked for."""

    drafts = False
    form_class = AvenantForm
    page_title = "Avenant à la convention"
    submit_label = "Ouvrir l’avenant"
    success_message = (
        "L’avenant est ouvert : une fois accepté par le DLA et par la structure, mettez-le à la signature."
    )
    help_text = (
        "Un avenant naît d’un changement demandé, justifié, et accepté par le DLA avec la structure. Il est signé par "
        "les mêmes que la convention."
    )

    def refusal(self, obj: Any) -> str:
        if self.convention.state == EtatConvention.SIGNEE:
            return ""
        return f"La convention est {self.convention.get_state_display()} : un avenant s’ajoute à une convention signée."

    def save(self, form: AvenantForm) -> Avenant:
        return open_avenant(self.convention, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        if self.created is None:
            return super().get_success_url()
        return self.address("missions:avenant", self.created.pk)


class _Avenant:
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.avenant = get_object_or_404(Avenant, convention=self.convention, pk=kwargs["avenant"])
        self.avenant.convention = self.convention


class Detail(_Avenant, ConventionView):
    """An avenant: what changes, who accepted, who signs."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        a, header = self.avenant, self.header()
        acte = current_acte(a)
        rows = [
            ("Ce qui change", a.get_quoi_display()),
            ("Nouvelle date de fin", format_date(a.fin)),
            ("Nouveau prix", f"{format_money_plain(a.prix)} {self.convention.get_base_display()}" if a.prix else ""),
            ("Demandé par", " le ".join(p for p in (a.get_demande_par_display(), format_date(a.demande_le)) if p)),
            ("Contact préalable avec le chargé de mission", a.contact_dit),
            ("Accepté par le DLA le", format_date(a.accepte_dla_le)),
            ("Accepté par la structure le", format_date(a.accepte_structure_le)),
        ]
        return self.page(
            "missions/conventions/avenant.html",
            {
                **header,
                "convention": self.convention,
                "avenant": a,
                "etat": a.get_state_display(),
                "depuis": format_datetime(a.state_since),
                "editable": a.state == EtatAvenant.PROJET and header["can_contribute"],
                "rows": [row for row in rows if row[1]],
                "actes": [presenters.acte_context(acte)] if acte else [],
                "former": [
                    {"quand": format_datetime(x.le), "numero": x.numero, "pk": x.pk}
                    for x in actes_of(a).defer("contenu")
                    if acte is None or x.pk != acte.pk
                ],
                "actions": [x for x in available_actions(a, self.actor) if x.action.name != PAR_LES_SIGNATURES],
                "refused": refused,
                "reason": reason,
            },
            status=status,
        )


@method_decorator(require_POST, name="dispatch")
class Cycle(ActionMixin, Detail):
    """One action of the life of an avenant."""

    def perform(self, action: str, **shown: Any) -> Avenant:
        return perform_action(self.avenant, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Avenant) -> str:
        return self.address("missions:avenant", obj.pk)


class Modifier(_Avenant, ConventionEdit):
    """Change an avenant that is a draft."""

    drafts = False
    form_class = AvenantEditForm
    success_message = "L’avenant est enregistré."

    def get_object(self) -> Avenant:
        return self.avenant

    def refusal(self, obj: Avenant) -> str:
        return obj.why_frozen

    def get_page_title(self) -> str:
        return f"Avenant {self.avenant.numero} à la convention {self.convention.reference}"

    def save(self, form: AvenantEditForm, expected_version: int) -> Avenant:
        return update_avenant(self.avenant, form.values(), actor=self.actor, expected_version=expected_version)

    def get_success_url(self) -> str:
        return self.address("missions:avenant", self.avenant.pk)
