"""A structure answers, by its link, of what would be annexed of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts.views.links import LinkView
from consultations.cahier import accords
from consultations.cahier.enums import Diagnostic
from consultations.cahier.forms import AccordForm
from consultations.cahier.models import AnnexeStructure
from core.errors import InvalidInput, StaleState


class Accord(LinkView):
    """What would leave, to whom; yes or no."""

    object: AnnexeStructure

    def show(self, form: AccordForm, *, status: int = 200) -> HttpResponse:
        row = self.object
        context = {
            "form": form,
            "lines": accords.said_of(row),
            "synthese": row.synthese if row.diagnostic == Diagnostic.SYNTHESE else "",
            "structure": str(row.cible.structure),
            "accord_le": row.accord_le if row.par_lien else None,
            "refus_le": row.refus_le,
        }
        return self.page("consultations/cahier/accord_lien.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self.object
        initial: dict[str, Any] = {"version": row.version, "mot": row.refus_mot}
        initial["qui"] = row.accord_par if row.par_lien else self.actor.grant.recipient_name
        if row.par_lien or row.refus_le:
            initial["accord"] = "non" if row.refus_le else "oui"
        return self.show(AccordForm(initial=initial))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = AccordForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        data = form.cleaned_data
        try:
            accords.answer(
                self.object,
                accord=data["accord"] == "oui",
                qui=data["qui"],
                mot=data["mot"],
                actor=self.actor,
                expected_version=data["version"],
            )
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self.show(form, status=422)
        except StaleState as error:
            self.object.refresh_from_db()
            again = AccordForm({**request.POST.dict(), "version": str(self.object.version)})
            again.is_valid()
            again.add_error(None, error.message)
            return self.show(again, status=409)
        messages.success(request, "Merci, votre réponse est enregistrée.")
        return self.back()
