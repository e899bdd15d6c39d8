"""Recording the prestataires consulted for an ingénierie, from the portfolio or from the dossier."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from consultations.consultes import services
from consultations.consultes.forms import ConsulterForm, ErreurForm
from consultations.consultes.models import PrestataireConsulte
from consultations.consultes.permissions import why_not_consult, why_not_record
from consultations.consultes.presenters import TAB, TAGS
from consultations.regles.models import regle_of
from core.errors import InvalidInput, NotAllowed
from core.formats import plural
from core.text import whole_number
from core.views.editing import CreateView
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.retenue import statuts
from partners.recherche.presenters import asked_words
from partners.recherche.registry import sollicitations
from partners.recherche.views import back_to_search
from projects.dossier.views.editing import IngenierieCreate
from projects.ingenierie.models import Ingenierie

#: As many as a page of results holds.
_MOST = 25


class Consulter(CreateView):
    """The prestataires ticked, with how often they were asked; for which ingénierie, which day.

    ``p``: their primary keys; ``ingenierie``: the one of the dossier one comes from; ``retour``: else, the search.
    """

    form_class = ConsulterForm
    template_name = "consultations/consultes/consulter.html"

    def get_object(self) -> Ingenierie | None:
        refusal = why_not_record(self.actor)
        if refusal:
            raise NotAllowed(refusal)
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        self.ticked(sent)
        self.asked_for(sent)
        return self.ingenierie

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
        self.why_not = why_not_consult(self.ingenierie, self.actor) if self.ingenierie else ""

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

    def get_initial(self) -> dict[str, Any]:
        return {"ingenierie": self.ingenierie.pk} if self.ingenierie and not self.why_not else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor, "why_not": self.why_not}

    def save(self, form: ConsulterForm) -> services.Inscrits:
        if not self.prestataires:
            raise InvalidInput("Plus aucun prestataire n’est coché : revenez à la liste et cochez ceux consultés.")
        if self.gone or self.left_out:
            raise InvalidInput("La liste n’est plus la même : relisez-la, puis enregistrez de nouveau.")
        data = form.cleaned_data
        self.chosen = data["ingenierie"]
        return services.consult(
            self.chosen, self.prestataires, date=data["date"], motif=data["motif"], actor=self.actor
        )

    def done(self) -> HttpResponse:
        added, already = len(self.created.rows), self.created.already
        if added:
            said = plural(added, "prestataire est inscrit comme consulté", "prestataires sont inscrits comme consultés")
            messages.success(self.request, f"{said}.")
        if already:
            names = ", ".join(map(str, already))
            messages.info(self.request, f"Déjà inscrits, rien n’a changé pour eux : {names}.")
        return redirect("consultations:prestataire", self.chosen.pk)

    def get_cancel_url(self) -> str:
        if self.ingenierie is None or "retour" in (self.request.POST or self.request.GET):
            return back_to_search(self.request)
        route = "consultations:prestataire" if self.why_not else "consultations:prestataire_choisir"
        return reverse(route, args=[self.ingenierie.pk])

    def get_context(self, form: ConsulterForm, **context: Any) -> dict[str, Any]:
        owner = self.ingenierie.pilote.region_id if self.ingenierie else self.actor.organisation.region_id
        regle = regle_of(owner)
        return super().get_context(
            form=form,
            rows=self.rows(),
            regle=regle,
            refusal=self.why_not,
            left_out=self.left_out,
            gone=self.gone,
            many=len(self.prestataires) > regle.invites_max,
            has_some=form.fields["ingenierie"].queryset.exists(),
            from_search="retour" in (self.request.POST or self.request.GET),
            **context,
        )


class RetirerConsulte(IngenierieCreate):
    """Take a prestataire out of those consulted, with a reason: it was recorded by mistake."""

    tab = TAB
    route = "consultations:prestataire"
    template_name = "consultations/consultes/retirer.html"
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
        return why_not_consult(self.ingenierie, self.actor)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        consulte = self.get_object()
        if consulte.retire_at is not None and not self.refusal(consulte):
            # A second click, or a page left open: it is done.
            messages.info(request, f"{consulte.prestataire} est déjà retiré des prestataires consultés.")
            return redirect("consultations:prestataire", self.ingenierie.pk)
        return super().dispatch(request, *args, **kwargs)

    def save(self, form: ErreurForm) -> PrestataireConsulte:
        return services.take_back(self.object, actor=self.actor, reason=form.cleaned_data["reason"])

    def get_success_message(self) -> str:
        return f"{self.object.prestataire} n’est plus parmi les prestataires consultés."

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(consulte=self.object, **context)
