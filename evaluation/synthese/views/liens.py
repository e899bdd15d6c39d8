"""The pages of a recipient's personal link: what was sent to it, its PDF, its reaction."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from accounts.views.links import LinkView, page_url
from core.documents.frozen import kept_document
from core.errors import InvalidInput
from core.files import file_response
from core.formats import format_date
from evaluation.synthese.contenu import blocs, graphiques
from evaluation.synthese.enums import Lecture
from evaluation.synthese.forms import ReactionForm
from evaluation.synthese.models import DestinataireSynthese
from evaluation.synthese.services.diffusion import react, why_no_reaction
from evaluation.synthese.services.synthese import DOCUMENT, DOCUMENT_SANS_COUTS


class _DestinataireLink(LinkView):
    object: DestinataireSynthese

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.object.version_recue is None:
            raise Http404
        self.version = self.object.version_recue
        # As it was sent: another choice holds for the next sending.
        sent = self.object.envois.order_by("-pk").values_list("lecture", flat=True).first()
        self.sans_couts = (sent or self.object.lecture) == Lecture.SANS_COUTS


class Lire(_DestinataireLink):
    """The synthesis that was sent; while it is shared, what the recipient thinks of it."""

    def _show(self, form: ReactionForm | None = None, *, status: int = 200) -> HttpResponse:
        row, contenu = self.object, self.version.data
        over = why_no_reaction(row.synthese)
        return self.page(
            "evaluation/synthese/lien.html",
            {
                "version": self.version,
                "le": format_date(self.version.le),
                "accroche": contenu["accroche"],
                "blocks": blocs(contenu, sans_couts=self.sans_couts),
                "graphiques": graphiques(contenu, sans_couts=self.sans_couts),
                "pdf_url": page_url(self.link.token, "pdf"),
                "form": None if over else form or ReactionForm(initial={"reaction": row.reaction}),
                "over": over,
                "reaction": row.reaction,
                "reaction_le": format_date(row.reaction_le) if row.reaction_le else "",
            },
            status=status,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = ReactionForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            react(self.object, form.cleaned_data["reaction"], actor=self.actor)
        except InvalidInput as error:
            form.add_error("reaction", error.message)
            return self._show(form, status=422)
        messages.success(request, "Votre réaction est enregistrée. Vous pouvez la reprendre tant que la synthèse "
                                  "n’est pas arrêtée.")  # fmt: skip
        return self.back()


class Pdf(_DestinataireLink):
    """The PDF of the version sent, whole or without amounts."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        document = kept_document(self.version, DOCUMENT_SANS_COUTS if self.sans_couts else DOCUMENT)
        if document is None:
            messages.info(request, "Le PDF est en cours de fabrication : revenez dans quelques instants.")
            return self.back()
        return file_response(
            request,
            key=document.storage_key,
            name=document.filename,
            mime="application/pdf",
            sha256=document.sha256,
            inline=True,
        )
