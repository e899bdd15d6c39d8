"""What a committee examines: the queue, and one resource with the avis."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.services.sent_links import not_sent
from capitalisation.bibliotheque import presenters
from capitalisation.bibliotheque.enums import AVEC_FICHIERS
from capitalisation.bibliotheque.models import Ressource
from capitalisation.comite.dashboard import a_decider, dus
from capitalisation.comite.forms import AvisForm
from capitalisation.comite.models import AvisEditorial, Examen, MembreComite
from capitalisation.comite.notice import notice_of
from capitalisation.comite.panneau import avis_lines
from capitalisation.comite.permissions import decides, reads_avis, region_of, seat_of, why_not_judge, why_not_manage
from capitalisation.comite.services import avis as services
from capitalisation.comite.services import examens, invitations
from core import clock
from core.errors import InvalidInput
from core.formats import format_date, plural
from core.views.editing import VersionedUpdateView
from core.views.once import sent_once

#: Closed examinations that the queue recalls.
RAPPELES = 20


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """What waits for one's avis; for who decides, all that is under examination; what was decided last."""
    actor, today = request.actor, clock.today()
    seats = list(MembreComite.objects.par_compte(actor).select_related("comite__region"))
    own, _ = region_of(actor)
    if not seats and not own:
        raise Http404
    waiting = [_line(row, today) for row in dus(actor)]
    mine = Examen.objects.ouverts().filter(avis__membre__in=[seat.pk for seat in seats])
    given = mine.select_related("ressource", "comite__region").order_by("echeance", "pk")
    all_open = [_progress(row, today) for row in a_decider(actor)]
    closed = Examen.objects.visible_to(actor).exclude(clos_le=None).select_related("ressource", "comite__region")
    return render(
        request,
        "capitalisation/comite/file.html",
        {
            "sieges": [f"{seat.comite} : {seat.qualite}" for seat in seats],
            "attendus": waiting,
            "rendus": [_line(row, today) for row in given] if not own else [],
            "decide": own,
            "examens": sorted(all_open, key=lambda row: not row["pret"]),
            "clos": [_closed(row) for row in closed.order_by("-clos_le", "-pk")[:RAPPELES]],
        },
    )


def _line(examen: Examen, today: Any) -> dict[str, Any]:
    return {
        "pk": examen.pk,
        "titre": str(examen.ressource),
        "comite": str(examen.comite),
        "pour_le": format_date(examen.echeance),
        "tard": examen.echeance < today,
        "url": reverse("bibliotheque:examen", args=[examen.pk]),
    }


def _progress(examen: Examen, today: Any) -> dict[str, Any]:
    quorum = examen.comite.quorum
    return {
        **_line(examen, today),
        "depot": str(examen.ressource.contributeur),
        "avis": f"{examen.rendus} sur {quorum}",
        "pret": examen.rendus >= quorum,
    }


def _closed(examen: Examen) -> dict[str, Any]:
    return {
        "titre": str(examen.ressource),
        "decision": examen.get_decision_display(),
        "le": format_date(examen.clos_le),
        "par": examen.decide_par,
        "url": reverse("bibliotheque:examen", args=[examen.pk]),
    }


class Page(VersionedUpdateView):
    """One resource under examination: its notice, the avis, one's own."""

    form_class = AvisForm
    template_name = "capitalisation/comite/examen.html"
    submit_label = "Enregistrer mon avis"
    success_message = "Votre avis est enregistré. Vous pouvez le changer jusqu’à la décision."
    examen: Examen
    seat: MembreComite | None

    def get_object(self) -> AvisEditorial:
        rows = Examen.objects.visible_to(self.actor).select_related(
            "comite__region", "ressource__contributeur", "ressource__region"
        )
        self.examen = get_object_or_404(rows, pk=self.kwargs["examen"])
        self.seat = seat_of(self.actor, self.examen)
        given = AvisEditorial.objects.filter(examen=self.examen, membre=self.seat).first() if self.seat else None
        self.given = given is not None
        return given or AvisEditorial(examen=self.examen, membre=self.seat, version=0)

    def refusal(self, obj: AvisEditorial) -> str:
        if self.request.method != "POST" or self.seat is not None:
            return ""
        return (
            self.conflict_of_interest()
            or f"Vous ne siégez pas au {self.examen.comite} : ses membres donnent leur avis."
        )

    def conflict_of_interest(self) -> str:
        """Why she who sits there gives no avis on this very resource, or ``""``."""
        mine = MembreComite.objects.par_compte(self.actor).filter(comite=self.examen.comite_id).first()
        return why_not_judge(mine, self.examen.ressource) if mine is not None else ""

    def get_page_title(self) -> str:
        return f"Examen : {self.examen.ressource}"

    def get_success_url(self) -> str:
        return reverse("bibliotheque:examen", args=[self.examen.pk])

    def get_cancel_url(self) -> str:
        return reverse("bibliotheque:comite")

    def save(self, form: AvisForm, expected_version: int) -> AvisEditorial:
        return services.give(self.examen, self.seat, form.values(), actor=self.actor, expected_version=expected_version)

    def get_context(self, **context: Any) -> dict[str, Any]:
        examen, ressource = self.examen, self.examen.ressource
        readable = Ressource.objects.visible_to(self.actor).filter(pk=ressource.pk).exists()
        decider = decides(self.actor, examen.comite)
        reads = reads_avis(self.actor, examen, self.seat, self.given)
        manages = decider and not why_not_manage(self.actor, examen.comite)
        count = examen.avis.count()
        return super().get_context(
            examen=examen,
            ressource=ressource,
            lisible=readable,
            notice=notice_of(ressource) if readable else None,
            files=presenters.files(ressource) if readable and ressource.support in AVEC_FICHIERS else [],
            seat=self.seat,
            se_deporte=self.conflict_of_interest() if self.seat is None else "",
            given=self.given,
            ouvert=examen.clos_le is None,
            decision=examen.get_decision_display(),
            le=format_date(examen.clos_le) if examen.clos_le else "",
            pour_le=format_date(examen.echeance),
            tard=examen.clos_le is None and examen.echeance < clock.today(),
            nombre=plural(count, "avis rendu", "avis rendus"),
            quorum=examen.comite.quorum,
            atteint=count >= examen.comite.quorum,
            reads=reads,
            avis=avis_lines(examen) if reads else [],
            decide=manages,
            attendus=_waited(examen) if decider and examen.clos_le is None else [],
            **context,
        )


def _waited(examen: Examen) -> list[dict[str, Any]]:
    links = invitations.grants(examen)
    failed = not_sent(list(links.values()))
    rows = []
    for membre in examens.attendus(examen):
        grant = links.get(membre.email.lower()) if membre.par_lien else None
        rows.append(
            {
                "qui": membre.qui,
                "par_lien": membre.par_lien,
                "envoye": format_date(grant.sent_at) if grant else "",
                "non_parti": grant is not None and grant.pk in failed,
            }
        )
    return rows


@require_POST
@sent_once
def relancer(request: HttpRequest, examen: int) -> HttpResponse:
    """Write again to those who have not answered."""
    found = get_object_or_404(
        Examen.objects.visible_to(request.actor).select_related("comite__region", "ressource"), pk=examen
    )
    try:
        sent = examens.relancer(found, actor=request.actor)
    except InvalidInput as error:
        messages.error(request, error.message)
    else:
        if sent:
            messages.success(request, f"La relance part à {plural(sent, 'membre')}.")
        else:
            messages.info(request, "Rien ne part : chacun a répondu, ou vient de recevoir son courrier.")
    return redirect("bibliotheque:examen", found.pk)
