"""The tab « Mise en concurrence »: who is retained, and retaining somebody of the portfolio."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from consultations.appel.permissions import invitable
from consultations.appel.presenters import appel_rows
from consultations.choix import dossier, services
from consultations.choix.decision import DOCUMENT_PV
from consultations.choix.forms import ChoixForm, RetraitForm
from consultations.choix.models import ChoixPrestataire, ProcesVerbal
from consultations.consultes.models import PrestataireConsulte
from consultations.consultes.permissions import why_not_choose, why_not_consult
from consultations.consultes.presenters import TAB, TAGS, consulted_rows
from consultations.regles.models import in_words, regle_of
from core import listing
from core.actor import Actor
from core.errors import NotAllowed
from core.formats import format_date, format_datetime, plural
from core.models import GeneratedDocument
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.enums import Statut
from partners.portfolio.publication.retenue import may_be_retained, statuts
from partners.recherche.presenters import asked_words
from partners.recherche.registry import sollicitations
from projects.dossier.views.base import IngenierieMixin, IngenierieView
from projects.dossier.views.editing import IngenierieCreate


def _files(rows: list[ChoixPrestataire], actor: Actor) -> tuple[dict[int, str], set[int]]:
    """The address of each procès-verbal that is printed, and the calls whose file ``actor`` may ask for."""
    minutes = [row.proces_verbal.pk for row in rows if hasattr(row, "proces_verbal")]
    calls = [row.appel_id for row in rows if row.appel_id]
    if not minutes and not calls:
        return {}, set()
    made = GeneratedDocument.objects.filter(
        document_type=DOCUMENT_PV, object_type=ProcesVerbal._meta.label_lower, object_id__in=minutes
    ).kept()
    return {d.object_id: reverse("core:document", args=[d.pk]) for d in made}, dossier.viewable(calls, actor)


def choice_rows(ingenierie, actor: Actor) -> list[dict[str, Any]]:
    """The choices of an ingénierie, those taken back last."""
    rows = list(
        ChoixPrestataire.objects.filter(ingenierie=ingenierie).select_related(
            "prestataire", "periode__fiche", "proces_verbal"
        )
    )
    printed, exportable = _files(rows, actor)
    told = []
    for row in sorted(rows, key=lambda r: (r.retire_at is not None, r.date, r.pk)):
        told.append(
            {
                "pk": row.pk,
                "name": str(row.prestataire),
                "standing": row.retire_at is None,
                "date": format_date(row.date),
                "mode": row.get_mode_display(),
                "justification": row.justification,
                "motifs": row.motifs,
                "par": row.get_choisi_par_display(),
                "decideurs": row.decideurs,
                "fiche": f"fiche publiée le {format_date(row.periode.du)}, à actualiser à partir du "
                f"{format_date(row.periode.a_actualiser_le)}",
                "saved": f"enregistré par {row.by_label} le {format_datetime(row.at)}",
                "retire": format_datetime(row.retire_at),
                "retire_motif": row.retire_motif,
                "url": reverse("consultations:prestataire_retirer", args=[ingenierie.pk, row.pk]),
                "projet_url": reverse("consultations:projet", args=[ingenierie.pk, row.pk]),
                "projet": f"validé le {format_date(row.projet_valide_at)}" if row.projet_id else "",
                "pv": printed.get(row.proces_verbal.pk, "") if hasattr(row, "proces_verbal") else "",
                "dossier": row.appel_id
                if row.retire_at is None and row.appel_id and row.appel_id in exportable
                else None,
            }
        )
    return told


class PrestataireTab(IngenierieView):
    """Who was consulted; who is retained, how and why."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        refusal = why_not_choose(self.ingenierie, self.actor)
        appels = appel_rows(self.ingenierie)
        return self.page(
            "consultations/choix/prestataire.html",
            {
                "appels": appels,
                "can_prepare": not refusal and not any(row["running"] for row in appels),
                "rows": choice_rows(self.ingenierie, self.actor),
                "can_choose": not refusal,
                "why_not": refusal,
                "consulted": consulted_rows(self.ingenierie),
                "regle": regle_of(self.ingenierie.pilote.region_id),
                "why_not_consult": refusal or why_not_consult(self.ingenierie, self.actor),
            },
        )


class _Choosing(IngenierieMixin):
    """Pages of who may choose."""

    tab = TAB

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = why_not_choose(self.ingenierie, self.actor)
        if refusal:
            raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)


class Choisir(_Choosing, IngenierieView):
    """Find the prestataire in the portfolio: those of the pilot's région first, each with what its fiche allows."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        region = self.ingenierie.pilote.region
        query = request.GET.get("q", "")[:200]
        found = Prestataire.objects.visible_to(self.actor).search(query).order_by("search_text", "pk")
        if request.GET.get("tous") != "1":
            found = found.filter(publications__region=region, publications__state="publiee")
        page = listing.paginate(found.select_related("region"), request)
        keys = [p.pk for p in page.object_list]
        where, asked = statuts(keys, region), sollicitations(keys)
        consulted = dict(
            PrestataireConsulte.objects.standing()
            .filter(ingenierie=self.ingenierie)
            .values_list("prestataire_id", "date")
        )
        rows = [
            {
                "pk": p.pk,
                "name": str(p),
                "kind": p.get_kind_display(),
                "commune": p.commune,
                "statut": where[p.pk][0].label,
                "tag": TAGS.get(where[p.pk][0], ""),
                "ok": where[p.pk][0] == Statut.PUBLIEE,
                "asked": asked_words(asked.get(p.pk)),
                "consulted": format_date(consulted.get(p.pk)),
                "url": reverse("consultations:prestataire_retenir", args=[pk, p.pk]),
            }
            for p in page.object_list
        ]
        appel = invitable(self.ingenierie, self.actor)
        return self.page(
            "consultations/choix/choisir.html",
            {
                "appel": appel,
                "invited": set(appel.invitations.values_list("prestataire_id", flat=True)) if appel else set(),
                "rows": rows,
                "page": page,
                "counter": page.paginator.counter("prestataire"),
                "capped": page.paginator.capped,
                "q": query,
                "tous": request.GET.get("tous") == "1",
                "region": region,
                "regle": regle_of(region),
                "why_not_consult": why_not_consult(self.ingenierie, self.actor),
            },
        )


class Retenir(_Choosing, IngenierieCreate):
    """Record the decision; the fiche must be published and current on its day."""

    route = "consultations:prestataire"
    template_name = "consultations/choix/retenir.html"
    form_class = ChoixForm

    def get_object(self) -> Prestataire:
        return get_object_or_404(Prestataire.objects.visible_to(self.actor), pk=self.kwargs["prestataire_pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "individuelle": self.ingenierie.is_individuelle}

    def save(self, form: ChoixForm) -> ChoixPrestataire:
        return services.retain(self.ingenierie, self.object, form.values(), actor=self.actor)

    def get_success_message(self) -> str:
        return f"{self.object} est retenu."

    def get_context(self, **context: Any) -> dict[str, Any]:
        count = PrestataireConsulte.objects.standing().filter(ingenierie=self.ingenierie).count()
        regle = regle_of(self.ingenierie.pilote.region_id)
        return super().get_context(
            prestataire=self.object,
            today=may_be_retained(self.object, self.ingenierie.pilote.region),
            consulted=plural(count, "prestataire consulté", "prestataires consultés"),
            few=count < regle.invites_min,
            least=in_words(regle.invites_min),
            **context,
        )


class RetirerChoix(_Choosing, IngenierieCreate):
    """Take a choice back, with a reason."""

    route = "consultations:prestataire"
    template_name = "consultations/choix/retirer.html"
    form_class = RetraitForm
    success_message = "Le choix est retiré ; il reste lisible ci-dessous."

    def get_object(self) -> ChoixPrestataire:
        choix = get_object_or_404(
            ChoixPrestataire.objects.standing().select_related("prestataire"),
            pk=self.kwargs["choix_pk"],
            ingenierie=self.ingenierie,
        )
        choix.ingenierie = self.ingenierie
        return choix

    def save(self, form: RetraitForm) -> ChoixPrestataire:
        return services.take_back(self.object, actor=self.actor, reason=form.cleaned_data["reason"])

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(choix=self.object, **context)
