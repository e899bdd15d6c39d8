"""The personal link by which a structure reads its diagnostic, and validates it or asks for changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.views.links import LinkView
from core.contacts import addresses
from core.errors import InvalidInput
from core.formats import format_date
from structures.diagnostics import permissions, services
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.forms import LectureForm
from structures.diagnostics.models import Diagnostic
from structures.diagnostics.services import LIEN


class Lecture(LinkView):
    """The diagnostic rubric by rubric, a comment under each, then the answer."""

    object: Diagnostic

    def _show(self, form: LectureForm, *, status: int = 200) -> HttpResponse:
        shared = self.object.versions.get(numero=self.object.numero_partage)
        contenu = shared.data
        context = {
            "form": form,
            "structure": str(self.object.structure),
            "contenu": contenu,
            "rubriques": [{**row, "champ": form[f"commentaire_{row['code']}"]} for row in contenu["rubriques"]],
            "champ_besoins": form["commentaire_besoins"],
            "numero": shared.numero,
        }
        return self.page("structures/diagnostics/lien.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show(LectureForm(initial={"partage": self.object.numero_partage}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = LectureForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            services.answer_by_link(self.object, form.answer(), actor=self.actor, shared=form.cleaned_data["partage"])
        except InvalidInput as error:
            form.add_error(None, " ".join([error.message, *error.reasons]))
            return self._show(form, status=422)
        return self.back()


def _load(pk: int) -> Diagnostic | None:
    return Diagnostic.objects.select_related("structure", "organisation").filter(pk=pk).first()


def _asks(diagnostic: Diagnostic) -> str:
    return (
        f"{diagnostic.organisation} a fait avec {diagnostic.structure} un diagnostic, le "
        f"{format_date(diagnostic.date)}. Relisez-le : il doit dire ce que vous y reconnaissez. Validez-le, ou dites "
        "ce qui est à modifier."
    )


def _closed(diagnostic: Diagnostic) -> str:
    if diagnostic.state == EtatDiagnostic.PARTAGE:
        return ""
    if diagnostic.state == EtatDiagnostic.CLOS:
        return "Ce diagnostic est clos : il n’attend plus de réponse."
    return "Ce diagnostic est en cours de rédaction : il vous sera de nouveau envoyé."


def _suggests(diagnostic: Diagnostic) -> list[tuple[str, str]]:
    return addresses(diagnostic.structure)


def register() -> None:
    """Called once by ``StructuresConfig.ready``."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Validation du diagnostic",
            model="structures.diagnostic",
            subject=lambda diagnostic: f"Le diagnostic de {diagnostic.structure}",
            asks=_asks,
            duration="un quart d’heure",
            shows="tout ce qui a été partagé du diagnostic : ses rubriques et ses besoins",
            thanks="Votre réponse est transmise à qui vous accompagne : vos remarques seront reprises avec vous.",
            url=lambda diagnostic: reverse("structures:diagnostic", args=[diagnostic.pk]),
            reads=permissions.can_view,
            refusal=permissions.why_not_write,
            pages={"": Lecture.as_view()},
            loader=_load,
            closed=_closed,
            suggests=_suggests,
        ),
    )
