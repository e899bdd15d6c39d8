"""The page by which a structure accepts or refuses a change."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.views.links import LinkView
from core.errors import InvalidInput
from missions.modifications import presenters, services
from missions.modifications.forms import AccordParLienForm
from missions.modifications.models import AccordStructure


class Accord(LinkView):
    """Reads what would change, answers once."""

    object: AccordStructure

    def show(self, form: AccordParLienForm, *, status: int = 200) -> HttpResponse:
        demande = self.object.demande
        context: dict[str, Any] = {
            "form": form,
            "demande": demande,
            "structure": str(self.object.structure),
            "rows": presenters.rows_of(demande),
        }
        return self.page("missions/modifications/lien.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(AccordParLienForm(initial={"nom": self.link.grant.recipient_name}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = AccordParLienForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            services.repondre(self.object, form.values(), actor=self.actor)
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self.show(form, status=422)
        return self.back()
