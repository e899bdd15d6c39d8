"""A text to sign: its page, which is the proof of its signatures; its PDF; its links; signatures on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.documents.frozen import kept_document
from core.errors import StaleState
from core.formats import plural
from core.text import whole_number
from core.views.once import sent_once
from missions.conventions import presenters
from missions.conventions.documents import blocks_of, proof_rows
from missions.conventions.forms import PapierForm
from missions.conventions.models import Acte, Signataire
from missions.conventions.services.actes import DOCUMENT_PREUVE, pdf_of, remake_pdf
from missions.conventions.services.signatures import NOT_THE_LAST, send_links, sign_on_paper
from missions.conventions.views.base import ConventionCreate, ConventionView


class Detail(ConventionView):
    """What the text says, who signed it, what proves it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        acte = self.find_acte()
        told = presenters.acte_context(acte)
        proofs = [
            (row["organisation"], proof_rows(row["preuve"]), row["preuve"])
            for row in told["signataires"]
            if row["preuve"]
        ]
        return self.page(
            "missions/conventions/acte.html",
            {
                "acte": told,
                "convention": self.convention,
                "avenant": acte.avenant,
                "intact": acte.is_intact,
                "blocks": blocks_of(acte.data),
                "proofs": proofs,
                "preuves": kept_document(acte, DOCUMENT_PREUVE),
            },
        )


class Pdf(ConventionView):
    """The PDF of a text: the same bytes for everybody; a page that says so while it is being made."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        acte = self.find_acte()
        document = pdf_of(acte)
        if document:
            url = reverse("core:document", args=[document.pk])
            return redirect(f"{url}?telecharger=1" if "telecharger" in request.GET else url)
        told = {"acte": presenters.acte_context(acte), "convention": self.convention}
        return self.page("missions/conventions/fabrication.html", told, status=202)


@method_decorator(require_POST, name="dispatch")
class Refaire(ConventionView):
    """Ask again for a PDF whose making failed."""

    decides = True

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        job = remake_pdf(self.find_acte(), actor=self.actor)
        return redirect("core:job_detail", job.pk)


@method_decorator(require_POST, name="dispatch")
class Liens(ConventionView):
    """Send the links to sign: to all who have not signed, or to one of them."""

    decides = True

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        acte = self.find_acte()
        chosen = whole_number(request.POST.get("signataire", ""))
        only = get_object_or_404(Signataire, acte=acte, pk=chosen) if chosen is not None else None
        sent = send_links(acte, actor=self.actor, only=only)
        if sent:
            messages.success(request, f"{plural(sent, 'lien envoyé', 'liens envoyés')}.")
        else:
            messages.info(request, "Ces liens viennent de partir : attendez dix minutes avant de les renvoyer.")
        return redirect(f"{_page_of(self, acte)}#signatures")


def _page_of(view: Any, acte: Acte) -> str:
    if acte.avenant_id:
        return view.address("missions:avenant", acte.avenant_id)
    return view.address()


class Papier(ConventionCreate):
    """Record what was signed on paper, with the copy."""

    decides = True
    drafts = False
    form_class = PapierForm
    page_title = "Signatures sur papier"
    submit_label = "Enregistrer les signatures"
    success_message = "Les signatures sont enregistrées, avec leur copie."
    help_text = (
        "Donnez le jour où chacun a signé l’exemplaire, et joignez-en la copie : elle est conservée avec son "
        "empreinte. Laissez vide la date de qui n’a pas encore signé."
    )

    def get_object(self) -> Acte:
        acte = self.find_acte()
        self.waiting = list(acte.signataires.filter(signe_le=None))
        if not self.waiting or not acte.est_le_dernier:
            raise StaleState(NOT_THE_LAST)
        return acte

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "signataires": self.waiting}

    def save(self, form: PapierForm) -> Any:
        return sign_on_paper(self.object, form.dates(), form.cleaned_data["fichier"], actor=self.actor)

    def get_success_url(self) -> str:
        return f"{_page_of(self, self.object)}#signatures"
