"""The personal link by which a structure reads its plan d'accompagnement, and validates it or asks for changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.views.links import LinkView
from core.contacts import addresses
from core.errors import InvalidInput
from core.formats import format_date
from structures.diagnostics import permissions
from structures.plans import reponses
from structures.plans.forms import LecturePlanForm
from structures.plans.models import PlanAccompagnement


class Lecture(LinkView):
    """The plan as it was actualised last, then the answer."""

    object: PlanAccompagnement

    def _show(self, form: LecturePlanForm, *, status: int = 200) -> HttpResponse:
        shown = self.object.actualisations.get(numero=self.object.numero)
        context = {
            "form": form,
            "structure": str(self.object.structure),
            "contenu": shown.data,
            "quand": format_date(shown.le),
        }
        return self.page("structures/plans/lien.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show(LecturePlanForm(initial={"actualisation": self.object.numero}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = LecturePlanForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        values = dict(form.cleaned_data)
        try:
            reponses.answer_by_link(self.object, values, actor=self.actor, shown=values.pop("actualisation"))
        except InvalidInput as error:
            form.add_error(None, " ".join([error.message, *error.reasons]))
            return self._show(form, status=422)
        return self.back()


def _load(pk: int) -> PlanAccompagnement | None:
    return PlanAccompagnement.objects.select_related("structure", "organisation").filter(pk=pk).first()


def _asks(plan: PlanAccompagnement) -> str:
    return (
        f"{plan.organisation} a écrit avec {plan.structure} un plan d’accompagnement : ce qui fait difficulté, ce qui "
        "est envisagé, avec quels moyens et pour quand. Relisez-le, puis validez-le ou dites ce qui est à modifier."
    )


def register() -> None:
    """Called once by ``StructuresConfig.ready``."""
    LINK_PURPOSES.register(
        reponses.LIEN,
        LinkPurpose(
            label="Validation du plan d’accompagnement",
            model="structures.planaccompagnement",
            subject=lambda plan: f"Le plan d’accompagnement de {plan.structure}",
            asks=_asks,
            duration="dix minutes",
            shows="le plan tel qu’il a été établi ou actualisé en dernier : ses lignes et les missions préconisées",
            thanks="Votre réponse est transmise à qui vous accompagne : vos remarques seront reprises avec vous.",
            url=lambda plan: reverse("structures:plan", args=[plan.pk]),
            reads=permissions.can_view,
            refusal=permissions.why_not_write,
            pages={"": Lecture.as_view()},
            loader=_load,
            closed=reponses.why_not_read,
            suggests=lambda plan: addresses(plan.structure),
        ),
    )
