"""The rules of the calls of a région, read by its organisations and set by its C2RA."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from consultations.regles import services
from consultations.regles.forms import RegleForm
from consultations.regles.models import RegleRegion, regle_of
from consultations.regles.permissions import why_not_rule
from core.formats import format_date, format_money
from core.views.editing import CreateView, VersionedUpdateView
from engagement.budget.enums import Regime
from referentiels.models import Region


def _region(request: HttpRequest) -> Region:
    """That of the organisation of the actor; else ``Http404``."""
    organisation = request.actor.organisation
    if organisation is None or organisation.region is None:
        raise Http404
    return organisation.region


def _cost(amount: Any, regime: str) -> str:
    return format_money(amount, ttc=regime == Regime.TTC) if amount is not None else "non dit"


@require_GET
def regles(request: HttpRequest) -> HttpResponse:
    """What holds today, what held and what will, newest first."""
    region = _region(request)
    held = regle_of(region)
    why_not = why_not_rule(region, request.actor)
    rows = [
        {
            "depuis": format_date(row.depuis),
            "nombre": f"{row.invites_min} à {row.invites_max}"
            if row.invites_min < row.invites_max
            else row.invites_min,
            "cout": _cost(row.cout_jour, row.regime),
            "by": row.by_label,
            "present": row.depuis == held.depuis,
            "url": "" if why_not or services.why_fixed(row) else reverse("consultations:regle", args=[row.pk]),
        }
        for row in RegleRegion.objects.filter(region=region).order_by("-depuis")
    ]
    context = {
        "region": region,
        "held": held,
        "cout": _cost(held.cout_jour, held.regime),
        "rows": rows,
        "why_not": why_not,
    }
    return render(request, "consultations/regles/regles.html", context)


class _Regle:
    form_class = RegleForm

    def get_success_url(self) -> str:
        return reverse("consultations:regles")


class Fixer(_Regle, CreateView):
    """A rule from a day on."""

    page_title = "Fixer la règle des appels"
    submit_label = "Fixer"
    success_message = "La règle est fixée ; les DLA de la région la lisent là où ils invitent."

    def get_object(self) -> Region:
        return _region(self.request)

    def refusal(self, obj: Region) -> str:
        return why_not_rule(obj, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("initial", None)
        held = regle_of(self.object)
        blank = RegleRegion(
            region=self.object, invites_min=held.invites_min, invites_max=held.invites_max, regime=held.regime
        )
        return {**kwargs, "instance": blank}

    def save(self, form: RegleForm) -> RegleRegion:
        return services.set_rule(self.object, form.values(), actor=self.actor)


class Corriger(_Regle, VersionedUpdateView):
    """Correct a rule that did not serve yet."""

    page_title = "Corriger la règle des appels"

    def get_object(self) -> RegleRegion:
        return get_object_or_404(
            RegleRegion.objects.select_related("region"), pk=self.kwargs["pk"], region=_region(self.request)
        )

    def refusal(self, obj: RegleRegion) -> str:
        return why_not_rule(obj.region, self.actor) or services.why_fixed(obj)

    def save(self, form: RegleForm, expected_version: int) -> RegleRegion:
        return services.change_rule(self.object, form.values(), actor=self.actor, expected_version=expected_version)
