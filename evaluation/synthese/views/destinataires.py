"""To whom the synthesis goes: proposed, added, sent, handed over; what came back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.services.links import REVOQUE, status_of
from accounts.services.sent_links import not_sent
from core.errors import InvalidInput
from core.formats import format_date, format_datetime, plural
from core.text import whole_number
from core.views.actions import posted_version
from core.views.once import sent_once
from evaluation.questionnaires.views.base import EvaluationCreate, EvaluationEdit, EvaluationView
from evaluation.synthese import forms
from evaluation.synthese.enums import EtatSynthese
from evaluation.synthese.models import DestinataireSynthese, EnvoiSynthese
from evaluation.synthese.permissions import why_not_write
from evaluation.synthese.proposes import proposes
from evaluation.synthese.services import diffusion
from evaluation.synthese.services.liens import grants
from evaluation.synthese.views.synthese import SyntheseMixin

ROUTE = "evaluation:synthese_destinataires"


class _Destinataires(SyntheseMixin):
    def get_success_url(self) -> str:
        return reverse(ROUTE, args=[self.ingenierie.pk])

    def find(self) -> DestinataireSynthese:
        """The recipient that the address names, of this very synthesis; else ``Http404``."""
        found = get_object_or_404(DestinataireSynthese, synthese=self.synthese, pk=self.kwargs["destinataire"])
        found.synthese = self.synthese
        return found


class Liste(_Destinataires, EvaluationView):
    """Who receives it, what was sent, what came back."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = list(self.synthese.destinataires.select_related("version_recue"))
        links = grants(self.synthese)
        failed = not_sent(list(links.values()))
        sent: dict[int, list[str]] = {}
        for envoi in EnvoiSynthese.objects.filter(destinataire__in=rows).select_related("version"):
            sent.setdefault(envoi.destinataire_id, []).append(
                f"{format_date(envoi.le)} : version {envoi.version.numero}, {envoi.get_moyen_display()}, "
                f"{envoi.get_lecture_display()}"
            )
        shared = self.synthese.state != EtatSynthese.BROUILLON
        writes = not why_not_write(self.actor, self.ingenierie)
        return self.page(
            "evaluation/synthese/destinataires.html",
            {
                "synthese": self.synthese,
                "etat": self.synthese.get_state_display(),
                "rows": [self._row(row, links.get(row.pk), failed, sent.get(row.pk, [])) for row in rows],
                "writes": writes,
                "can_send": writes and shared and any(row.email for row in rows),
                "not_shared": "" if shared else diffusion.NOT_SHARED,
                "proposes": len(proposes(self.synthese)) if writes else 0,
            },
        )

    def _row(
        self, row: DestinataireSynthese, grant: Any, failed: set[int], sent: list[str]
    ) -> dict[str, Any]:  # fmt: skip
        return {
            "pk": row.pk,
            "version": row.version,
            "sorte": row.get_sorte_display(),
            "organisme": row.organisme,
            "nom": row.nom,
            "email": row.email,
            "lecture": row.get_lecture_display(),
            "pdf_joint": row.pdf_joint,
            "envois": sent,
            "non_parti": grant is not None and grant.pk in failed,
            "ouvert": format_datetime(grant.first_opened_at) if grant and grant.first_opened_at else "",
            "lien": grant is not None and status_of(grant) != REVOQUE,
            "reaction": row.reaction,
            "reaction_le": format_date(row.reaction_le) if row.reaction_le else "",
            "par_lien": row.par_lien,
        }


class Ajouter(_Destinataires, EvaluationCreate):
    """Somebody added by hand."""

    form_class = forms.DestinataireForm
    page_title = "Ajouter un destinataire"
    success_message = "Le destinataire est ajouté. Rien n’est encore parti."

    def get_object(self) -> Any:
        return self.synthese

    def save(self, form: forms.DestinataireForm) -> DestinataireSynthese:
        return diffusion.add_destinataire(self.synthese, form.values(), actor=self.actor)


class Proposes(_Destinataires, EvaluationCreate):
    """Those whom the dossier knows, to tick."""

    form_class = forms.ProposesForm
    page_title = "Destinataires proposés"
    help_text = (
        "Contacts des structures confirmées, partenaires et comité de pilotage, prestataires, C2RA. Le comité de "
        "pilotage et le C2RA lisent tout ; les autres lisent sans les montants : vous pouvez le changer pour chacun."
    )

    def get_object(self) -> Any:
        return self.synthese

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "proposes": proposes(self.synthese)}

    def save(self, form: forms.ProposesForm) -> int:
        return diffusion.add_proposes(self.synthese, form.cleaned_data["cles"], actor=self.actor)

    def get_success_message(self) -> str:
        added = self.created or 0
        return f"{plural(added, 'destinataire ajouté', 'destinataires ajoutés')}. Rien n’est encore parti."


class Modifier(_Destinataires, EvaluationEdit):
    """One recipient, and what came back."""

    form_class = forms.DestinataireEditForm
    success_message = "Le destinataire est enregistré."

    def get_object(self) -> DestinataireSynthese:
        return self.find()

    def get_page_title(self) -> str:
        return f"Destinataire : {self.object}"

    def save(self, form: forms.DestinataireEditForm, expected_version: int) -> DestinataireSynthese:
        return diffusion.update_destinataire(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )


class Remise(_Destinataires, EvaluationCreate):
    """Handed over on a day, on paper or in a meeting."""

    form_class = forms.RemiseForm
    submit_label = "Noter la remise"
    success_message = "La remise est notée."

    def get_object(self) -> DestinataireSynthese:
        return self.find()

    def get_page_title(self) -> str:
        return f"Remise à {self.object}"

    def save(self, form: forms.RemiseForm) -> EnvoiSynthese:
        return diffusion.hand_over(self.object, form.cleaned_data["le"], actor=self.actor)


class _Post(_Destinataires, EvaluationView):
    def back(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.get_success_url())


@method_decorator(require_POST, name="dispatch")
class Retirer(_Post):
    """Take out somebody to whom nothing was sent."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        diffusion.remove_destinataire(self.find(), actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "Le destinataire est retiré.")
        return self.back()


@method_decorator(require_POST, name="dispatch")
class Revoquer(_Post):
    """Its link does not read any more."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        diffusion.revoke(self.find(), actor=self.actor)
        messages.success(request, "Le lien ne donne plus rien à lire.")
        return self.back()


@method_decorator(require_POST, name="dispatch")
class Envoyer(_Post):
    """Send it, or send it again, to those ticked."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        wanted = [pk for raw in request.POST.getlist("destinataire") if (pk := whole_number(raw)) is not None]
        try:
            sent = diffusion.send(self.synthese, wanted, actor=self.actor)
        except InvalidInput as error:
            messages.error(request, error.message)
            return self.back()
        if sent:
            messages.success(request, f"La synthèse part à {plural(sent, 'destinataire')}.")
        else:
            messages.info(request, "Elle vient de leur être envoyée : attendez dix minutes avant de recommencer.")
        return self.back()
