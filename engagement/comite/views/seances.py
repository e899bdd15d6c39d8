"""The sessions of a DLA: their list, one session, its states, its journal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import Organisation
from core import journal, listing
from core.errors import DomainError, NotAllowed
from core.exports import export_response
from core.formats import format_date, plural
from core.lifecycle import available_actions
from core.models import GeneratedDocument
from core.views.actions import ActionMixin, posted_version
from core.views.editing import CreateView
from engagement.comite import permissions, summary
from engagement.comite.enums import EtatSeance
from engagement.comite.forms import SeanceEditForm, SeanceForm, SyntheseForm
from engagement.comite.models import SeanceComite
from engagement.comite.services.seances import (
    COMPTE_RENDU,
    DOSSIER,
    create_seance,
    local_zone,
    perform_seance,
    reconvene,
    update_seance,
)
from engagement.comite.views.base import SeanceEdit, SeanceView

SORTS = {"date": ("debut", "pk"), "-date": ("-debut", "-pk")}
COLUMNS = (("date", "Date", ""), ("", "Lieu", ""), ("", "Ingénieries", "num"), ("", "Membres", "num"), ("", "État", ""))
NOT_DLA = "Les séances du comité d’appui sont tenues par les DLA : vous n’agissez pas pour l’un d’eux."


def _dla(request: HttpRequest) -> Organisation:
    organisation = request.actor.organisation
    if organisation is None or not organisation.is_dla:
        raise NotAllowed(NOT_DLA)
    return organisation


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The sessions of the DLA, those to come first."""
    organisation = _dla(request)
    etat, query = request.GET.get("etat", ""), request.GET.get("q", "").replace("\x00", "")[:200].strip()
    found = SeanceComite.objects.visible_to(request.actor)
    if etat in EtatSeance.values:
        found = found.filter(state=etat)
    if query:
        found = found.filter(points__ingenierie__in=_matching(query)).distinct()
    sort = listing.chosen_sort(request, SORTS, "-date")
    found = found.annotate(n_points=Count("points", distinct=True), n_membres=Count("membres", distinct=True)).order_by(
        *SORTS[sort]
    )
    if "export" in request.GET:
        rows = ((s.jour, s.lieu, s.n_points, s.n_membres, s.get_state_display()) for s in found)
        return export_response("comite-appui", [label for _, label, _ in COLUMNS], rows, request.GET["export"])
    page = listing.paginate(found, request)
    context = {
        "rows": [
            {
                "pk": s.pk,
                "date": s.quand,
                "lieu": s.lieu,
                "points": s.n_points,
                "membres": s.n_membres,
                "etat": s.get_state_display(),
                "tag": s.state_tag,
            }
            for s in page.object_list
        ],
        "page": page,
        "counter": page.paginator.counter("séance"),
        "heads": listing.sort_heads(request, COLUMNS, sort),
        "sort": sort,
        "q": query,
        "etats": listing.options([("", "Tous"), *EtatSeance.choices], etat),
        "filtered": bool(etat or query),
        "can_create": permissions.why_not_manage_seance(request.actor, organisation) is None,
    }
    return listing.render_list(
        request, "engagement/comite/liste.html", "engagement/comite/liste_resultats.html", context
    )


def _matching(query: str):
    from core.search import matching
    from projects.ingenierie.models import Ingenierie

    return matching(Ingenierie.objects.all(), query).values("pk")


class Nouvelle(CreateView):
    """Opens a session: ``self.object`` is the DLA."""

    form_class = SeanceForm
    template_name = "engagement/comite/nouvelle.html"
    page_title = "Préparer une séance du comité d’appui"
    submit_label = "Ouvrir la séance"
    success_message = "La séance est ouverte : composez l’ordre du jour et la liste des membres."

    def get_object(self) -> Organisation:
        return _dla(self.request)

    def refusal(self, obj: Organisation) -> str:
        return permissions.why_not_manage_seance(self.actor, obj) or ""

    def get_initial(self) -> dict[str, Any]:
        return {"fuseau": local_zone(self.object)}

    def get_proposals(self) -> dict[str, Any]:
        """One often meets where one met."""
        last = SeanceComite.objects.filter(organisation=self.object).order_by("-debut", "-pk").first()
        return {"lieu": last.lieu} if last else {}

    def save(self, form: SeanceForm) -> SeanceComite:
        return create_seance(
            self.object,
            form.seance_values(),
            actor=self.actor,
            reprendre_membres=form.cleaned_data["reprendre"],
        )

    def get_success_url(self) -> str:
        return reverse("comite:seance", args=[self.created.pk])

    def get_cancel_url(self) -> str:
        return reverse("comite:liste")


def documents_of(seance: SeanceComite) -> list[dict[str, Any]]:
    """The documents kept of a session, newest first. One query."""
    labels = {DOSSIER: "Dossier de séance", COMPTE_RENDU: "Compte rendu"}
    rows = GeneratedDocument.objects.filter(
        object_type=seance._meta.label_lower, object_id=seance.pk, kept=True, document_type__in=labels
    ).order_by("-made_at", "-pk")
    return [{"pk": d.pk, "label": labels[d.document_type], "made": format_date(d.made_at)} for d in rows]


class Seance(SeanceView):
    """The session: agenda, members, opinions side by side, documents, what may be done."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        s = self.seance
        points = summary.points_of(s)
        decided = summary.decisions(s, points)
        membres = list(s.membres.all())
        given = summary.opinions(s)
        why_not = self.why_not_write()
        can_write = not why_not
        grid = [
            {
                "pk": m.pk,
                "organisme": m.organisme,
                "cells": [
                    {**summary.cell(given.get((p.pk, m.pk))), "point": p.pk, "titre": p.ingenierie.titre}
                    for p in points
                ],
            }
            for m in membres
        ]
        rows = []
        for number, point in enumerate(points, 1):
            row = [given.get((point.pk, m.pk)) for m in membres]
            rows.append(
                {
                    "pk": point.pk,
                    "number": number,
                    "titre": point.ingenierie.titre,
                    "ingenierie": point.ingenierie_id,
                    "pilote": str(point.ingenierie.pilote),
                    "etape": point.ingenierie.get_state_display(),
                    "decision": decided[point.pk],
                    "counted": summary.counted([avis for avis in row if avis]),
                    "first": number == 1,
                    "last": number == len(points),
                }
            )
        return self.page(
            "engagement/comite/seance.html",
            {
                "when": s.quand,
                "etat": s.get_state_display(),
                "tag": s.state_tag,
                "hint": s.state_hint,
                "actions": available_actions(s, self.actor),
                "points": rows,
                "grid": grid,
                "membres": summary.membre_rows(s, membres, given, len(points)),
                "can_write": can_write,
                "why_read_only": why_not,
                "may_convene": can_write and s.state == EtatSeance.CONVOQUEE,
                "may_record": can_write and s.state == EtatSeance.TENUE,
                "documents": documents_of(s),
                "dossier": DOSSIER,
                "compte_rendu": COMPTE_RENDU,
                "refused": refused,
                "reason": reason,
            },
            status=status,
        )


class Modifier(SeanceEdit):
    """Date, place, message."""

    form_class = SeanceEditForm
    page_title = "Modifier la séance"
    success_message = "La séance est enregistrée."

    def save(self, form: SeanceEditForm, expected_version: int) -> SeanceComite:
        before = (self.seance.debut, self.seance.fin, self.seance.lieu)
        saved = update_seance(self.seance, form.values(), actor=self.actor, expected_version=expected_version)
        if saved.state == EtatSeance.CONVOQUEE and before != (saved.debut, saved.fin, saved.lieu):
            messages.warning(
                self.request,
                "Les membres ont été convoqués avec l’ancienne date ou l’ancien lieu : convoquez-les de nouveau.",
            )
        return saved


class Synthese(SeanceEdit):
    """Those present and the synthesis."""

    form_class = SyntheseForm
    page_title = "Présents et synthèse"
    success_message = "La synthèse est enregistrée."
    anchor = "t-synthese"

    def save(self, form: SyntheseForm, expected_version: int) -> SeanceComite:
        return update_seance(self.seance, form.values(), actor=self.actor, expected_version=expected_version)


class Cycle(ActionMixin, Seance):
    """One action of the lifecycle; the service says who may and what is missing."""

    http_method_names = ["post"]

    def check_writes(self) -> None:
        return None

    def perform(self, action: str, **shown: Any) -> SeanceComite:
        return perform_seance(self.seance, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: SeanceComite) -> str:
        return self.get_success_url()


class Reconvoquer(SeanceView):
    """Sends the file and the links again."""

    http_method_names = ["post"]
    anchor = "t-membres"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        sent = reconvene(self.seance, actor=self.actor, version=posted_version(request))
        if sent:
            messages.success(request, f"{plural(sent, 'convocation part', 'convocations partent')} de nouveau.")
        else:
            messages.info(request, "Les convocations viennent de partir : attendez dix minutes avant de les renvoyer.")
        return self.back()


class Journal(SeanceView):
    """Who did what in this session."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        page = Paginator(journal.entries_for(self.seance), 30).get_page(request.GET.get("page"))
        return self.page("engagement/comite/journal.html", {"lines": journal.describe(page.object_list), "page": page})
