"""The page by which a structure, or somebody of it, consents, and takes it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts.views.links import LinkView
from capitalisation.consentements import services
from capitalisation.consentements.enums import EtatConsentement
from capitalisation.consentements.forms import AccordForm
from capitalisation.consentements.models import Consentement
from core.errors import InvalidInput
from core.formats import format_date


class Accord(LinkView):
    """Reads what is asked and what was answered; answers, as often as one changes one's mind."""

    object: Consentement

    def show(self, form: AccordForm | None = None, *, status: int = 200) -> HttpResponse:
        row = self.object
        given = {EtatConsentement.ACCORDE: "oui", EtatConsentement.REFUSE: "non", EtatConsentement.RETIRE: "non"}
        initial = {"accepte": given.get(row.etat), "nom": row.dit_par or row.personne}
        context: dict[str, Any] = {
            "form": form or AccordForm(initial=initial),
            "demande": row.demande,
            "structure": str(row.structure),
            "etat": row.get_etat_display() if row.le else "",
            "le": format_date(row.le) if row.le else "",
        }
        return self.page("capitalisation/consentements/lien.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = AccordForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            services.answer(
                self.object, form.cleaned_data["accepte"] == "oui", nom=form.cleaned_data["nom"], actor=self.actor
            )
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self.show(form, status=422)
        messages.success(request, "Votre réponse est enregistrée. Vous pouvez la changer à tout moment par ce lien.")
        return self.back()
