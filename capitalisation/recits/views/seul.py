"""The récits without dossier of an organisation: listed, begun."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from capitalisation.recits import forms
from capitalisation.recits.adresses import adresse
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import why_not_begin_alone
from capitalisation.recits.services import ecriture as services
from core.formats import format_date
from core.views.editing import CreateView

#: So many are listed; an organisation has a few.
SHOWN = 200
NO_ORGANISATION = "Un récit sans dossier est raconté par une organisation du dispositif : DLA, C2RA, CNAR ou Avise."


def _refusal(request: HttpRequest) -> str:
    organisation = request.actor.organisation
    return why_not_begin_alone(request.actor, organisation) if organisation else NO_ORGANISATION


class Liste(View):
    """Those of the organisation for which one acts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Recit.objects.visible_to(request.actor).filter(ingenierie__isnull=True)
        refusal = _refusal(request)
        return render(
            request,
            "capitalisation/recits/seuls.html",
            {
                "rows": [
                    {
                        "recit": row,
                        "genre": row.get_genre_display(),
                        "etat": row.get_state_display(),
                        "depuis": format_date(row.state_since),
                        "url": adresse(row),
                    }
                    for row in rows[:SHOWN]
                ],
                "can_begin": not refusal,
                "why_not": refusal,
            },
        )


class Commencer(CreateView):
    """Begin one."""

    form_class = forms.SeulForm
    template_name = "capitalisation/recits/commencer_seul.html"
    page_title = "Raconter une expérience sans dossier"
    submit_label = "Commencer"
    success_message = "Le récit est commencé : écrivez ses rubriques."

    def refusal(self, obj: Any) -> str:
        return _refusal(self.request)

    def save(self, form: forms.SeulForm) -> Recit:
        values = form.values()
        genre = values.pop("genre")
        return services.begin_alone(self.actor.organisation, genre, values, actor=self.actor)

    def get_success_url(self) -> str:
        return adresse(self.created)

    def get_cancel_url(self) -> str:
        return reverse("bibliotheque:recits_sans_dossier")
