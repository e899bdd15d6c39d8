"""Pages of the contacts of a partner."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import InvalidInput, NotAllowed
from core.text import whole_number
from core.views.editing import VersionedUpdateView
from partners.directory import contacts as services
from partners.directory import permissions
from partners.directory.forms import ContactEditForm, ContactForm
from partners.directory.models import ContactPartenaire, Partenaire
from partners.directory.views import visible


def _contact(request: HttpRequest, pk: int, contact: int) -> ContactPartenaire:
    """A contact of a partner the actor may read; else ``Http404``."""
    partenaire = visible(request, pk)
    found = get_object_or_404(ContactPartenaire, partenaire=partenaire, pk=contact)
    found.partenaire = partenaire
    return found


def _version(request: HttpRequest) -> int:
    version = whole_number(request.POST.get("version", ""))
    if version is None:
        raise InvalidInput("Cette page n’est plus à jour : rechargez-la puis recommencez.")
    return version


def _page(request: HttpRequest, partenaire: Partenaire, form: ContactForm, status: int = 200) -> HttpResponse:
    return render(request, "partners/contact_ajouter.html", {"partenaire": partenaire, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
def ajouter(request: HttpRequest, pk: int) -> HttpResponse:
    """Add somebody to reach."""
    partenaire = visible(request, pk)
    refusal = permissions.why_not_edit(request.actor, partenaire)
    if refusal:
        raise NotAllowed(refusal)
    if request.method == "GET":
        return _page(request, partenaire, ContactForm())
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            services.add_contact(partenaire, form.values(), actor=request.actor)
        except InvalidInput as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Le contact est ajouté.")
            return redirect("directory:detail", pk)
    return _page(request, partenaire, form, 422)


class Modifier(VersionedUpdateView):
    """Change a contact."""

    form_class = ContactEditForm
    template_name = "partners/contact.html"
    success_message = "Le contact est enregistré."

    def get_object(self) -> ContactPartenaire:
        found = _contact(self.request, self.kwargs["pk"], self.kwargs["contact"])
        self.partenaire = found.partenaire
        return found

    def refusal(self, obj: ContactPartenaire) -> str:
        return permissions.why_not_edit(self.actor, obj.partenaire) or ""

    def save(self, form: ContactEditForm, expected_version: int) -> ContactPartenaire:
        return services.update_contact(self.object, form.values(), actor=self.actor, expected_version=expected_version)

    def get_context(self, **context):
        return super().get_context(partenaire=self.partenaire, **context)

    def get_page_title(self) -> str:
        return f"Contact : {self.partenaire.name}"

    def get_success_url(self) -> str:
        return reverse("directory:detail", args=[self.partenaire.pk])


@require_POST
def retirer(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """Take a contact out."""
    row = _contact(request, pk, contact)
    services.remove_contact(row, actor=request.actor, expected_version=_version(request))
    messages.success(request, "Le contact est retiré.")
    return redirect("directory:detail", pk)


@require_POST
def principal(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """Put a contact on the sheet, in the place of the present one."""
    row = _contact(request, pk, contact)
    services.make_main(row, actor=request.actor, expected_version=_version(request))
    messages.success(request, "Le contact principal a changé ; l’ancien reste parmi les autres contacts.")
    return redirect("directory:detail", pk)
