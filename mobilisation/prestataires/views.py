"""Prestataires-partenaires: what each was asked, its answer in its own space or by link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from accounts.views.links import LinkView
from core.errors import InvalidInput, StaleState
from core.formats import format_date, format_datetime
from core.views.once import sent_once
from engagement.partenaires.models import PartenaireProjet
from mobilisation.prestataires import services
from mobilisation.prestataires.enums import QUESTIONS, Moment
from mobilisation.prestataires.forms import AvisForm, DemandeForm
from mobilisation.prestataires.models import DemandePrestataire
from partners.recherche.views import SEARCH
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate

TAB = "partenaires"


def told(demande: DemandePrestataire) -> dict[str, Any]:
    """What a page shows of a question and its answer."""
    return {
        "pk": demande.pk,
        "moment": demande.get_moment_display(),
        "question": demande.question,
        "lire": demande.donne_a_lire,
        "posee": format_date(demande.posee_at),
        "par": demande.posee_par,
        "attendue": format_date(demande.attendue_le),
        "reponse": demande.reponse,
        "repondu": format_datetime(demande.repondu_at),
    }


class Demandes(IngenierieView):
    """The prestataires-partenaires of the ingénierie, what each was asked and answered."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = self.ingenierie.partenaires_projet.filter(prestataire__isnull=False)
        rows = rows.select_related("partenaire", "prestataire").prefetch_related("demandes")
        return self.page(
            "mobilisation/prestataires/demandes.html",
            {
                "rows": [
                    {
                        "nom": str(row.prestataire),
                        "url": reverse("mobilisation:demande_nouvelle", args=[pk, row.pk]),
                        "demandes": [
                            {**told(d), "url": reverse("mobilisation:demande", args=[pk, d.pk])}
                            for d in row.demandes.all()
                        ],
                    }
                    for row in rows
                ],
                "search_url": reverse(SEARCH),
            },
        )


class DemandeNouvelle(IngenierieCreate):
    """Put a question to a prestataire-partenaire."""

    tab = TAB
    form_class = DemandeForm
    submit_label = "Solliciter"
    help_text = "Ses membres trouvent la demande dans leur espace ; vous pourrez aussi envoyer un lien personnel."

    def get_object(self) -> PartenaireProjet:
        rows = self.ingenierie.partenaires_projet.select_related("prestataire", "partenaire")
        found = get_object_or_404(rows.filter(prestataire__isnull=False), pk=self.kwargs["partenaire"])
        found.ingenierie = self.ingenierie
        return found

    def get_page_title(self) -> str:
        return f"Solliciter {self.object.prestataire}"

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("moment", "")
        step = self.ingenierie.state if self.ingenierie.state in Moment.values else Moment.CONFIRMER
        return {"moment": asked if asked in Moment.values else step}

    def get_proposals(self) -> dict[str, Any]:
        moment = self.get_initial()["moment"]
        return {"question": QUESTIONS[Moment(moment)], "donne_a_lire": services.known(self.ingenierie, moment)}

    def save(self, form: DemandeForm) -> DemandePrestataire:
        return services.ask(self.object, form.values(), actor=self.actor)

    def get_success_message(self) -> str:
        return f"La demande est dans l’espace de « {self.object.prestataire} »."

    def get_success_url(self) -> str:
        if self.created is None:
            return reverse("mobilisation:demandes", args=[self.ingenierie.pk])
        return reverse("mobilisation:demande", args=[self.ingenierie.pk, self.created.pk])


class _OfDemande(IngenierieView):
    tab = TAB

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.demande = get_object_or_404(services.savoirs_of(self.ingenierie), pk=kwargs["demande"])
        self.demande.partenaire_projet.ingenierie = self.ingenierie


class Demande(_OfDemande):
    """One question, its answer, the links sent for it."""

    def get(self, request: HttpRequest, pk: int, demande: int) -> HttpResponse:
        return self.page(
            "mobilisation/prestataires/demande.html",
            {"demande": self.demande, "d": told(self.demande), "nom": str(self.demande.prestataire)},
        )


@method_decorator(require_POST, name="dispatch")
class DemandeRetirer(_OfDemande):
    """Take back a question put by mistake."""

    def post(self, request: HttpRequest, pk: int, demande: int) -> HttpResponse:
        services.withdraw(self.demande, actor=self.actor)
        messages.success(request, "La demande est retirée ; le journal la garde.")
        return redirect("mobilisation:demandes", pk)


class _Answering:
    """What the space and the link share: the form, once."""

    template = ""
    request: HttpRequest
    demande: DemandePrestataire

    def context(self, form: AvisForm) -> dict[str, Any]:
        ingenierie = self.demande.ingenierie
        return {
            "form": form,
            "d": told(self.demande),
            "titre": ingenierie.titre,
            "accroche": ingenierie.accroche,
            "pilote": str(ingenierie.pilote),
            "prestataire": str(self.demande.prestataire),
            "closed": services.why_not_answer(self.demande),
        }

    def answer(self, actor: Any) -> AvisForm | None:
        """The form to show again, or nothing once the answer is kept."""
        form = AvisForm(self.request.POST)
        if not form.is_valid():
            return form
        try:
            services.answer(self.demande, form.cleaned_data["reponse"], actor=actor)
        except (InvalidInput, StaleState) as error:
            form.add_error(None, error.message)
            return form
        return None


class Avis(_Answering, View):
    """In its space: one of the people of the prestataire reads the question, and answers."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = DemandePrestataire.objects.for_actor(request.actor).select_related(
            "partenaire_projet__prestataire", "partenaire_projet__partenaire", "partenaire_projet__ingenierie__pilote"
        )
        found = rows.filter(pk=kwargs["demande"]).first()
        if found is None:
            raise Http404
        self.demande = found

    def _show(self, form: AvisForm, *, status: int = 200) -> HttpResponse:
        context = {**self.context(form), "espace_url": reverse("portfolio:espace_prestataire", args=[self.demande.prestataire.pk])}  # fmt: skip  # noqa: E501
        return render(self.request, "mobilisation/prestataires/avis.html", context, status=status)

    def get(self, request: HttpRequest, demande: int) -> HttpResponse:
        return self._show(AvisForm())

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, demande: int) -> HttpResponse:
        form = self.answer(request.actor)
        if form is not None:
            return self._show(form, status=422)
        messages.success(request, "Merci : votre réponse est transmise.")
        return redirect(request.path)


class AvisParLien(_Answering, LinkView):
    """By its personal link."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.demande = self.object

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page("mobilisation/prestataires/lien.html", self.context(AvisForm()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.answer(self.actor)
        if form is not None:
            return self.page("mobilisation/prestataires/lien.html", self.context(form), status=422)
        return self.back()
