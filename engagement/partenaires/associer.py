"""The page where ticked prestataires become partners of an ingénierie."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from core.errors import InvalidInput, NotAllowed
from core.formats import plural
from core.forms import BaseForm
from core.text import whole_number
from core.views.editing import CreateView
from engagement.partenaires.prestataires import Associes, associate, open_to
from partners.portfolio.prestataire.permissions import uses_portfolio
from partners.recherche import ticked
from partners.recherche.views import back_to_search
from projects.ingenierie.models import Ingenierie


class _Ingenieries(forms.ModelChoiceField):
    def label_from_instance(self, obj: Ingenierie) -> str:
        return f"{obj.titre} ({obj.get_state_display()})"


class AssocierForm(BaseForm):
    """Of which ingénierie they become partners."""

    ingenierie = _Ingenieries(
        label="Ingénierie",
        queryset=Ingenierie.objects.none(),
        help_text="Celles, collectives, dans lesquelles votre organisation écrit.",
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["ingenierie"].queryset = open_to(actor)


class Associer(CreateView):
    """``p``: the prestataires ticked (their primary keys); ``retour``: the search one comes from."""

    form_class = AssocierForm
    template_name = "engagement/partenaires/associer.html"
    page_title = "Prestataires-partenaires"
    submit_label = "Associer comme partenaires"

    def get_object(self) -> None:
        if not uses_portfolio(self.actor):
            raise NotAllowed("Le portefeuille est consulté par les DLA, les C2RA, les CNAR et l’AVISE.")
        if not self.actor.membership.writes:
            raise NotAllowed("Votre rôle dans l’organisation est « lecture seule ».")
        self.prestataires = ticked.ticked(self.request.POST or self.request.GET, self.actor)

    def get_initial(self) -> dict[str, Any]:
        return {"ingenierie": whole_number(self.request.GET.get("ingenierie", ""))}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def save(self, form: AssocierForm) -> Associes:
        if not self.prestataires:
            raise InvalidInput("Plus aucun prestataire n’est coché : revenez à la liste et cochez-en.")
        self.chosen = form.cleaned_data["ingenierie"]
        return associate(self.chosen, self.prestataires, actor=self.actor)

    def done(self) -> HttpResponse:
        added, already = len(self.created.rows), self.created.already
        if added:
            said = plural(added, "prestataire est partenaire", "prestataires sont partenaires")
            messages.success(
                self.request, f"{said} de l’ingénierie : dites ce que vous en attendez, puis sollicitez-le."
            )
        if already:
            messages.info(self.request, f"Déjà partenaires : {', '.join(map(str, already))}.")
        return redirect("engagement:partenaires", self.chosen.pk)

    def get_cancel_url(self) -> str:
        return back_to_search(self.request)

    def get_context(self, form: Any, **context: Any) -> dict[str, Any]:
        return super().get_context(
            form=form,
            rows=ticked.lines(self.prestataires),
            has_some=form.fields["ingenierie"].queryset.exists(),
            **context,
        )
