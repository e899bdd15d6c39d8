"""Recording the prestataires consulted for an ingénierie, from the portfolio or from the dossier."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from consultations import consultes
from consultations.forms_choice import ConsulterForm, ErreurForm
from consultations.models import AU_PLUS, PrestataireConsulte
from consultations.views.prestataire import TAB, TAGS
from core.errors import ConditionsNotMet, DomainError, InvalidInput, NotAllowed
from core.formats import plural
from core.text import whole_number
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.retenue import statuts
from partners.recherche.presenters import asked_words
from partners.recherche.registry import sollicitations
from partners.recherche.views import back_to_search
from projects.models import Ingenierie
from projects.views.editing import IngenierieCreate

#: As many as a page of results holds.
_MOST = 25


class Consulter(View):
    """The prestataires ticked, with how often they were asked; for which ingénierie, which day.

    ``p``: their primary keys; ``ingenierie``: the one of the dossier one comes from; ``retour``: else, the search.
    """

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = consultes.why_not_record(self.actor)
        if refusal:
            raise NotAllowed(refusal)
        sent = request.POST if request.method == "POST" else request.GET
        self.ticked(sent)
        self.asked_for(sent)
        return super().dispatch(request, *args, **kwargs)

    def ticked(self, sent: QueryDict) -> None:
        """The prestataires; those that went out of sight meanwhile are counted, 404 when none is left."""
        keys = list(dict.fromkeys(pk for value in sent.getlist("p") if (pk := whole_number(value)) is not None))
        self.left_out = max(0, len(keys) - _MOST)
        keys = keys[:_MOST]
        found = Prestataire.objects.visible_to(self.actor).in_bulk(keys)
        if keys and not found:
            raise Http404
        self.gone = len(keys) - len(found)
        self.prestataires = [found[pk] for pk in keys if pk in found]

    def asked_for(self, sent: QueryDict) -> None:
        """The ingénierie named, if the actor may read it (else 404), and why nothing is recorded for it."""
        pk = whole_number(sent.get("ingenierie", ""))
        self.ingenierie = (
            get_object_or_404(Ingenierie.objects.visible_to(self.actor).select_related("pilote", "referent"), pk=pk)
            if pk is not None
            else None
        )
        self.refusal = consultes.why_not_consult(self.ingenierie, self.actor) if self.ingenierie else ""

    def rows(self) -> list[dict[str, Any]]:
        keys = [p.pk for p in self.prestataires]
        asked = sollicitations(keys)
        region = self.ingenierie.pilote.region if self.ingenierie else self.actor.organisation.region
        where = statuts(keys, region) if region is not None else {}
        there = set(
            PrestataireConsulte.objects.standing()
            .filter(ingenierie=self.ingenierie, prestataire__in=keys)
            .values_list("prestataire_id", flat=True)
            if self.ingenierie
            else ()
        )
        return [
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

    def show(self, form: ConsulterForm, *, status: int = 200, refused: DomainError | None = None) -> HttpResponse:
        back = back_to_search(self.request)
        if self.ingenierie is not None and "retour" not in (self.request.POST or self.request.GET):
            back = reverse("consultations:prestataire_choisir", args=[self.ingenierie.pk])
            if self.refusal:
                back = reverse("consultations:prestataire", args=[self.ingenierie.pk])
        return render(
            self.request,
            "consultations/consulter.html",
            {
                "form": form,
                "rows": self.rows(),
                "refused": refused,
                "refusal": self.refusal,
                "left_out": self.left_out,
                "gone": self.gone,
                "many": len(self.prestataires) > AU_PLUS,
                "has_some": form.fields["ingenierie"].queryset.exists(),
                "from_search": "retour" in (self.request.POST or self.request.GET),
                "back": back,
            },
            status=status,
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"ingenierie": self.ingenierie.pk} if self.ingenierie and not self.refusal else {}
        return self.show(ConsulterForm(actor=self.actor, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ConsulterForm(request.POST, actor=self.actor)
        if self.refusal:
            # It left « Confirmer » meanwhile, or another organisation decides: said beside the field.
            form.fields["ingenierie"].error_messages["invalid_choice"] = self.refusal
        if not self.prestataires:
            form.add_error(None, "Plus aucun prestataire n’est coché : revenez à la liste et cochez ceux consultés.")
        elif self.gone or self.left_out:
            form.add_error(None, "La liste n’est plus la même : relisez-la, puis enregistrez de nouveau.")
        if not form.is_valid():
            return self.show(form, status=422)
        ingenierie = form.cleaned_data["ingenierie"]
        try:
            done = consultes.consult(
                ingenierie,
                self.prestataires,
                date=form.cleaned_data["date"],
                motif=form.cleaned_data["motif"],
                actor=self.actor,
            )
        except ConditionsNotMet as error:
            return self.show(form, status=error.status, refused=error)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(form, status=422)
        if done.rows:
            messages.success(
                request,
                plural(len(done.rows), "prestataire est inscrit comme consulté", "prestataires sont inscrits comme "
                       "consultés") + ".",
            )  # fmt: skip
        if done.already:
            names = ", ".join(map(str, done.already))
            messages.info(request, f"Déjà inscrits, rien n’a changé pour eux : {names}.")
        return redirect("consultations:prestataire", ingenierie.pk)


class RetirerConsulte(IngenierieCreate):
    """Take a prestataire out of those consulted, with a reason: it was recorded by mistake."""

    tab = TAB
    route = "consultations:prestataire"
    template_name = "consultations/consulte_retirer.html"
    form_class = ErreurForm

    def get_object(self) -> PrestataireConsulte:
        consulte = get_object_or_404(
            PrestataireConsulte.objects.select_related("prestataire"),
            pk=self.kwargs["consulte_pk"],
            ingenierie=self.ingenierie,
        )
        consulte.ingenierie = self.ingenierie
        return consulte

    def refusal(self, obj: PrestataireConsulte) -> str:
        return consultes.why_not_consult(self.ingenierie, self.actor)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        consulte = self.get_object()
        if consulte.retire_at is not None and not self.refusal(consulte):
            # A second click, or a page left open: it is done.
            messages.info(request, f"{consulte.prestataire} est déjà retiré des prestataires consultés.")
            return redirect("consultations:prestataire", self.ingenierie.pk)
        return super().dispatch(request, *args, **kwargs)

    def save(self, form: ErreurForm) -> PrestataireConsulte:
        return consultes.take_back(self.object, actor=self.actor, reason=form.cleaned_data["reason"])

    def get_success_message(self) -> str:
        return f"{self.object.prestataire} n’est plus parmi les prestataires consultés."

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(consulte=self.object, **context)
