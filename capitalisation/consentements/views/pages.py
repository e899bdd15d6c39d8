"""The consents of an ingénierie: listed, asked, noted, taken back, forgotten."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.services.sent_links import not_sent
from capitalisation.consentements import forms, services
from capitalisation.consentements.enums import EtatConsentement
from capitalisation.consentements.models import Consentement
from capitalisation.consentements.permissions import why_not_ask, why_not_withdraw
from capitalisation.transfert.views.base import CapitalisationCreate, CapitalisationEdit, CapitalisationView
from core.errors import InvalidInput
from core.formats import format_date, plural
from core.text import whole_number
from core.views.actions import posted_version
from core.views.once import sent_once
from projects.structures_ciblees.models import StructureCiblee

_TAGS = {
    EtatConsentement.A_DEMANDER: "tag-neutral",
    EtatConsentement.DEMANDE: "tag-accent",
    EtatConsentement.ACCORDE: "tag-ok",
    EtatConsentement.REFUSE: "tag-warn",
    EtatConsentement.RETIRE: "tag-warn",
}


class _Consentements:
    salle = "consentements"

    def why_not(self) -> str:
        return why_not_ask(self.actor, self.ingenierie)

    def find(self) -> Consentement:
        """The consent that the address names, of this very ingénierie; else ``Http404``."""
        found = get_object_or_404(
            Consentement.objects.select_related("structure__structure"),
            structure__ingenierie=self.ingenierie,
            pk=self.kwargs["consentement"],
        )
        found.structure.ingenierie = self.ingenierie
        return found


class Liste(_Consentements, CapitalisationView):
    """Where each consent stands."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = list(
            Consentement.objects.filter(structure__ingenierie=self.ingenierie).select_related("structure__structure")
        )
        links = services.grants(self.ingenierie)
        failed = not_sent(list(links.values()))
        asks = not why_not_ask(self.actor, self.ingenierie)
        return self.page(
            "capitalisation/consentements/consentements.html",
            {
                "rows": [self._row(row, links.get(row.pk), failed) for row in rows],
                "asks": asks,
                "withdraws": not why_not_withdraw(self.actor, self.ingenierie),
                "can_send": asks and any(row.email for row in rows),
                "missing": len(services.missing(self.ingenierie)) if asks else 0,
                "accordes": sum(1 for row in rows if row.est_accorde),
            },
        )

    def _row(self, row: Consentement, grant: Any, failed: set[int]) -> dict[str, Any]:
        return {
            "pk": row.pk,
            "version": row.version,
            "structure": str(row.structure),
            "personne": row.personne,
            "fonction": row.fonction,
            "email": row.email,
            "nom": str(row),
            "etat": row.get_etat_display(),
            "tag": _TAGS[EtatConsentement(row.etat)],
            "le": format_date(row.le) if row.le else "",
            "moyen": row.get_moyen_display(),
            "dit_par": row.dit_par,
            "note": row.note,
            "envoye": format_date(grant.sent_at) if grant else "",
            "non_parti": grant is not None and grant.pk in failed,
        }


class Ajouter(_Consentements, CapitalisationCreate):
    """A structure, or somebody of it."""

    form_class = forms.ConsentementForm
    page_title = "Ajouter un consentement à demander"
    success_message = "Le consentement est dans la liste. Rien n’est encore parti."

    def get_form_kwargs(self) -> dict[str, Any]:
        structures = StructureCiblee.objects.filter(ingenierie=self.ingenierie).select_related("structure")
        return {**super().get_form_kwargs(), "structures": structures}

    def save(self, form: forms.ConsentementForm) -> Consentement:
        return services.add(self.ingenierie, form.values(), actor=self.actor)


class Modifier(_Consentements, CapitalisationEdit):
    """Who is asked, and where."""

    form_class = forms.ConsentementEditForm
    success_message = "C’est enregistré."

    def get_object(self) -> Consentement:
        return self.find()

    def get_page_title(self) -> str:
        return f"Consentement : {self.object}"

    def save(self, form: forms.ConsentementEditForm, expected_version: int) -> Consentement:
        return services.update(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class Noter(_Consentements, CapitalisationEdit):
    """What was told to the team."""

    form_class = forms.NoteForm
    success_message = "La réponse est notée."
    help_text = "Un refus ou un retrait vaut dès l’instant : ce qui nomme n’est plus montré à personne d’autre."

    def why_not(self) -> str:
        return why_not_withdraw(self.actor, self.ingenierie)

    def get_object(self) -> Consentement:
        return self.find()

    def get_page_title(self) -> str:
        return f"Noter une réponse : {self.object}"

    def save(self, form: forms.NoteForm, expected_version: int) -> Consentement:
        return services.note(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class _Post(_Consentements, CapitalisationView):
    def back(self) -> HttpResponse:
        return redirect(self.get_success_url())


@method_decorator(require_POST, name="dispatch")
class Reprendre(_Post):
    """List the structures that came."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        added = services.take_up(self.ingenierie, actor=self.actor)
        messages.success(request, f"{plural(added, 'structure ajoutée', 'structures ajoutées')}. Rien n’est parti.")
        return self.back()


@method_decorator(require_POST, name="dispatch")
class Demander(_Post):
    """Send their link to those ticked."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wanted = [pk for raw in request.POST.getlist("consentement") if (pk := whole_number(raw)) is not None]
        try:
            sent = services.ask(self.ingenierie, wanted, actor=self.actor)
        except InvalidInput as error:
            messages.error(request, error.message)
            return self.back()
        if sent:
            messages.success(request, f"La demande part à {plural(sent, 'personne')}.")
        else:
            messages.info(request, "Elle vient de leur être envoyée : attendez dix minutes avant de recommencer.")
        return self.back()


@method_decorator(require_POST, name="dispatch")
class Oublier(_Post):
    """Take somebody out of the list."""

    def why_not(self) -> str:
        return why_not_withdraw(self.actor, self.ingenierie)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.forget(self.find(), actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "La ligne est effacée : sans consentement, rien n’est nommé.")
        return self.back()
