"""Who is invited: from the search of the portfolio or from the dossier; taken out, sent again, pre-selected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from consultations.appel import conditions, presenters
from consultations.appel.enums import EtatAppel
from consultations.appel.forms import InviterForm, MotifForm
from consultations.appel.models import Appel, Invitation
from consultations.appel.services import preparation, simplifiee
from consultations.appel.views.equipe import AppelEdit, AppelMixin, invitation_of
from consultations.consultes.permissions import STEPS, why_not_record
from consultations.consultes.presenters import TAGS
from core.errors import InvalidInput, NotAllowed
from core.formats import plural
from core.text import whole_number
from core.views.editing import CreateView
from core.views.once import sent_once
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.retenue import statuts
from partners.recherche.presenters import asked_words
from partners.recherche.registry import sollicitations
from partners.recherche.views import back_to_search
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate

_MOST = 25


class Inviter(CreateView):
    """The prestataires ticked in the portfolio, with how often they were asked; to which call.

    ``p``: their primary keys; ``appel``: the one of the dossier one comes from; ``retour``: else, the search.
    """

    form_class = InviterForm
    template_name = "consultations/appel/inviter.html"
    submit_label = "Inviter"

    def get_object(self) -> None:
        refusal = why_not_record(self.actor)
        if refusal:
            raise NotAllowed(refusal)
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        keys = list(dict.fromkeys(pk for v in sent.getlist("p") if (pk := whole_number(v)) is not None))[:_MOST]
        found = Prestataire.objects.visible_to(self.actor).in_bulk(keys)
        if keys and not found:
            raise Http404
        self.prestataires = [found[pk] for pk in keys if pk in found]
        states = (EtatAppel.PREPARATION, EtatAppel.OUVERT)
        mine = Appel.objects.visible_to(self.actor).filter(state__in=states, ingenierie__state__in=STEPS)
        decided = mine.filter(ingenierie__pilote=self.actor.organisation_id) | mine.filter(
            ingenierie__referent=self.actor.organisation_id
        )
        self.appels = decided.select_related("ingenierie__pilote__region").order_by("ingenierie__titre", "pk")
        wanted = whole_number(sent.get("appel", ""))
        self.appel = self.appels.filter(pk=wanted).first() if wanted is not None else None
        if wanted is not None and self.appel is None and self.request.method != "POST":
            raise Http404

    def get_initial(self) -> dict[str, Any]:
        return {"appel": self.appel.pk} if self.appel else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "appels": self.appels}

    def save(self, form: InviterForm) -> list[Invitation]:
        if not self.prestataires:
            raise InvalidInput("Plus aucun prestataire n’est coché : revenez à la liste.")
        self.chosen = form.cleaned_data["appel"]
        return preparation.invite(self.chosen, self.prestataires, motif=form.cleaned_data["motif"], actor=self.actor)

    def done(self) -> HttpResponse:
        added = len(self.created)
        if added and self.chosen.state == EtatAppel.OUVERT:
            messages.success(self.request, f"{plural(added, 'invitation part', 'invitations partent')}.")
        elif added:
            told = plural(added, "prestataire est inscrit", "prestataires sont inscrits")
            messages.success(self.request, f"{told} parmi les invités : rien n’est envoyé avant l’ouverture.")
        else:
            messages.info(self.request, "Ils étaient déjà invités : rien n’a changé.")
        return redirect("consultations:appel", self.chosen.ingenierie_id, self.chosen.pk)

    def get_cancel_url(self) -> str:
        if self.appel is None or "retour" in (self.request.POST or self.request.GET):
            return back_to_search(self.request)
        return reverse("consultations:appel", args=[self.appel.ingenierie_id, self.appel.pk])

    def get_context(self, **context: Any) -> dict[str, Any]:
        keys = [p.pk for p in self.prestataires]
        asked = sollicitations(keys)
        region = self.appel.ingenierie.pilote.region if self.appel else self.actor.organisation.region
        where = statuts(keys, region) if region is not None else {}
        there = (
            set(self.appel.invitations.filter(prestataire__in=keys).values_list("prestataire_id", flat=True))
            if self.appel
            else set()
        )
        rows = [
            {
                "pk": p.pk,
                "name": str(p),
                "details": " · ".join(filter(None, (p.get_kind_display(), p.commune))),
                "asked": asked_words(asked.get(p.pk)),
                "statut": where[p.pk][0].label if where else "",
                "tag": TAGS.get(where[p.pk][0], "") if where else "",
                "already": p.pk in there,
            }
            for p in self.prestataires
        ]
        return super().get_context(
            rows=rows,
            has_some=self.appels.exists(),
            regle=conditions.rule(self.appel) if self.appel else None,
            from_search="retour" in (self.request.POST or self.request.GET),
            **context,
        )


class _Invitation(AppelMixin, IngenierieView):
    """A button on one invitation."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.invitation = invitation_of(self.appel, kwargs["invitation_pk"])


@method_decorator([require_POST, sent_once], name="dispatch")
class Retirer(_Invitation):
    """Take a prestataire out, before its invitation left."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        preparation.uninvite(self.invitation, actor=self.actor)
        messages.success(request, f"{self.invitation.prestataire} n’est plus parmi les invités.")
        return redirect(self.appel_url() + "#invites")


@method_decorator([require_POST, sent_once], name="dispatch")
class Renvoyer(_Invitation):
    """Send the invitation again."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        preparation.resend(self.invitation, actor=self.actor)
        messages.success(request, f"L’invitation de {self.invitation.prestataire} repart.")
        return redirect(self.appel_url() + "#invites")


class PreRetenir(AppelEdit, IngenierieCreate):
    """Pre-select one prestataire of a simplified call."""

    template_name = "consultations/appel/preretenir.html"
    page_title = "Pré-retenir ce prestataire"
    submit_label = "Pré-retenir"
    form_class = MotifForm

    def get_object(self) -> Invitation:
        return invitation_of(self.appel, self.kwargs["invitation_pk"])

    def refusal(self, obj: Invitation) -> str:
        return simplifiee.why_not_preselect(obj, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "help_text": "Critère par critère. Inscrit au journal, jamais envoyé."}

    def save(self, form: MotifForm) -> Appel:
        return simplifiee.preselect(self.object, reason=form.cleaned_data["reason"], actor=self.actor)

    def get_success_message(self) -> str:
        return f"{self.object.prestataire} est pré-retenu : le cahier des charges lui est remis, les autres prévenus."

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(
            invitation=self.object,
            name=str(self.object.prestataire),
            answers=presenters.answers(self.object),
            **context,
        )
