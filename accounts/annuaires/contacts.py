"""Pages of the contacts of what a directory holds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views import View

from accounts.annuaires.annuaire import Annuaire
from core.models.contacts import Contact
from core.views.actions import posted_version
from core.views.editing import CreateView, VersionedUpdateView


def contact_urls(annuaire: Annuaire, form: type[Any], edit_form: type[Any]) -> list[URLPattern]:
    """The addresses of the contacts of a directory, to be put among its own."""
    of = {"annuaire": annuaire}
    return [
        path("<int:pk>/contacts/ajouter/", Ajouter.as_view(**of, form_class=form), name="contact_ajouter"),
        path(
            "<int:pk>/contacts/<int:contact>/",
            Modifier.as_view(**of, form_class=edit_form),
            name="contact",
        ),
        path("<int:pk>/contacts/<int:contact>/retirer/", Retirer.as_view(**of), name="contact_retirer"),
        path("<int:pk>/contacts/<int:contact>/principal/", Principal.as_view(**of), name="contact_principal"),
    ]


class _OfSheet:
    annuaire: Annuaire = None

    def find_sheet(self) -> Any:
        """The sheet of the address, if the actor reads it; else ``Http404``."""
        return get_object_or_404(self.annuaire.readable(self.request.actor), pk=self.kwargs["pk"])

    def find_contact(self) -> Contact:
        """The contact of the address, of that sheet; else ``Http404``."""
        sheet = self.find_sheet()
        found = get_object_or_404(sheet.contacts.all(), pk=self.kwargs["contact"])
        setattr(found, self.annuaire.noun, sheet)
        return found

    def words(self, sheet: Any) -> dict[str, Any]:
        return {
            "kind": self.annuaire,
            "sheet": sheet,
            "list_url": self.annuaire.url("liste"),
            "sheet_url": self.annuaire.url("detail", sheet.pk),
        }


class _OnSheet(_OfSheet):
    """A form about a contact of ``self.sheet``."""

    sheet: Any

    def refusal(self, obj: Any) -> str:
        return self.annuaire.why_not_edit(self.actor, self.sheet) or ""

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**self.words(self.sheet), **context)

    def get_success_url(self) -> str:
        return self.annuaire.url("detail", self.sheet.pk)


class Ajouter(_OnSheet, CreateView):
    """Add somebody to reach."""

    template_name = "annuaires/contact_ajouter.html"
    success_message = "Le contact est ajouté."

    def get_object(self) -> Any:
        self.sheet = self.find_sheet()
        return self.sheet

    def save(self, form: Any) -> Contact:
        return self.annuaire.contacts.add(self.sheet, form.values(), actor=self.actor)


class Modifier(_OnSheet, VersionedUpdateView):
    """Change a contact."""

    template_name = "annuaires/contact.html"
    success_message = "Le contact est enregistré."

    def get_object(self) -> Contact:
        found = self.find_contact()
        self.sheet = self.annuaire.contacts.sheet(found)
        return found

    def save(self, form: Any, expected_version: int) -> Contact:
        return self.annuaire.contacts.update(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )

    def get_page_title(self) -> str:
        return f"Contact : {self.sheet.name}"


class _Button(_OfSheet, View):
    """What a button of the page of the sheet does to one contact, as that page showed it."""

    done: str

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.act(self.find_contact(), posted_version(request))
        messages.success(request, self.done)
        return redirect(self.annuaire.url("detail", self.kwargs["pk"]))


class Retirer(_Button):
    """Take a contact out."""

    done = "Le contact est retiré."

    def act(self, contact: Contact, version: int) -> None:
        self.annuaire.contacts.remove(contact, actor=self.request.actor, expected_version=version)


class Principal(_Button):
    """Put a contact on the sheet, in the place of the present one."""

    done = "Le contact principal a changé ; l’ancien reste parmi les autres contacts."

    def act(self, contact: Contact, version: int) -> None:
        self.annuaire.contacts.make_main(contact, actor=self.request.actor, expected_version=version)
