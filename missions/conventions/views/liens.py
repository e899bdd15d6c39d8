"""The pages reached by a personal link: reading and signing a text; keeping it once everybody has."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from accounts.views.links import LinkView, page_url
from core.documents.frozen import kept_document
from core.errors import InvalidInput
from core.files import file_response
from core.formats import format_date, format_datetime
from missions.conventions.documents import blocks_of
from missions.conventions.forms import CodeForm, DeclarationForm
from missions.conventions.models import CODE_VALABLE, Signataire
from missions.conventions.services.actes import DOCUMENT_ACTE, DOCUMENT_PREUVE, pdf_of
from missions.conventions.services.signatures import ask_code, sign_online


class _SignataireLink(LinkView):
    object: Signataire

    def told(self) -> dict[str, Any]:
        """The text, and who signed it: what both pages show."""
        row, acte = self.object, self.object.acte
        document = pdf_of(acte)
        return {
            "row": row,
            "acte": acte,
            "organisation": row.organisation,
            "pdf": document,
            "pdf_url": page_url(self.link.token, "pdf"),
            "signed": format_date(row.signe_le),
            "parties": [
                {"organisation": one.organisation, "signed": format_date(one.signe_le)}
                for one in acte.signataires.all()
            ],
            "blocks": blocks_of(acte.data),
        }


class Signer(_SignataireLink):
    """Reads the PDF, gives name and quality, asks for a code, signs with it."""

    def _show(self, *, declaration: Any = None, code: Any = None, status: int = 200) -> HttpResponse:
        row = self.object
        if declaration is None:
            known = {"nom": row.declare_nom or row.nom, "qualite": row.declare_qualite or row.qualite}
            declaration = DeclarationForm(initial=known)
        waits = row.code_attendu
        return self.page(
            "missions/conventions/lien_signer.html",
            {
                **self.told(),
                "declaration": declaration,
                "code": code or (CodeForm() if waits else None),
                "declared": f"{row.declare_nom}, {row.declare_qualite}" if waits else "",
                "email": row.email,
                "until": format_datetime(row.code_at + CODE_VALABLE) if waits and row.code_at else "",
            },
            status=status,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._sign(request) if request.POST.get("etape") == "signer" else self._ask(request)

    def _ask(self, request: HttpRequest) -> HttpResponse:
        form = DeclarationForm(request.POST)
        if not form.is_valid():
            return self._show(declaration=form, status=422)
        values = form.values()
        try:
            ask_code(self.object, nom=values["nom"], qualite=values["qualite"], actor=self.actor)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self._show(declaration=form, status=422)
        messages.success(request, "Le code part à votre adresse : saisissez-le ci-dessous pour signer.")
        return self.back()

    def _sign(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self._show(code=form, status=422)
        try:
            address = get_adapter(request).get_client_ip(request)
            sign_online(self.object, form.cleaned_data["code"], actor=self.actor, adresse_ip=address)
        except InvalidInput as error:
            form.add_error("code", error.message)
            self.object.refresh_from_db(fields=["code_essais", "code_at", "code_empreinte"])
            return self._show(code=form, status=422)
        messages.success(request, "Votre signature est enregistrée.")
        return self.back()


class Signee(_SignataireLink):
    """The signed text and its proofs, to be kept."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        proofs = kept_document(self.object.acte, DOCUMENT_PREUVE)
        return self.page(
            "missions/conventions/lien_signee.html",
            {**self.told(), "proofs": proofs, "proofs_url": page_url(self.link.token, "preuves")},
        )


class Pdf(_SignataireLink):
    """The PDF itself."""

    code = DOCUMENT_ACTE

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        document = kept_document(self.object.acte, self.code)
        if document is None:
            raise Http404
        return file_response(
            request,
            key=document.storage_key,
            name=document.filename,
            mime="application/pdf",
            sha256=document.sha256,
            inline=True,
        )


class Preuves(Pdf):
    """The proofs of the signatures."""

    code = DOCUMENT_PREUVE
