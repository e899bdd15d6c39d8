"""The author's page of a proposition: where it stands, reading it over, depositing it, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from consultations.propositions import reading
from consultations.propositions.contenu import rien_d_ecrit, sections
from consultations.propositions.documents import instant
from consultations.propositions.models import Depot
from consultations.propositions.permissions import why_not_write
from consultations.propositions.services.depots import DOCUMENT_RECU, DOCUMENT_RETRAIT, NonRecu, deposit, withdraw
from consultations.propositions.views.base import AuteurMixin, AuteurView
from consultations.propositions.views.ecriture import piece_rows
from core import clock
from core.documents.frozen import kept_document
from core.errors import DomainError, InvalidInput, StaleState
from core.views.once import sent_once


def depot_rows(view: AuteurMixin) -> list[dict[str, Any]]:
    """The deposits of the proposition, newest first, each with its receipt."""
    if view.proposition is None:
        return []
    current = view.proposition.depot_courant
    rows = []
    for depot in view.proposition.depots.select_related("retrait").order_by("-numero"):
        printed = kept_document(depot, DOCUMENT_RECU)
        left = kept_document(depot.retrait, DOCUMENT_RETRAIT) if depot.is_withdrawn else None
        if depot.is_withdrawn:
            state, tag = f"retiré le {instant(depot.retrait.at, view.appel)}", ""
        else:
            state, tag = ("en vigueur", "tag-ok") if depot == current else ("remplacé", "")
        rows.append(
            {
                "recu": depot.recu,
                "at": instant(depot.at, view.appel),
                "by": depot.by_label,
                "sha256": depot.sha256,
                "state": state,
                "tag": tag,
                "url": view.route("depot", depot.pk),
                "pdf": reverse("core:document", args=[printed.pk]) if printed is not None else "",
                "retrait_pdf": reverse("core:document", args=[left.pk]) if left is not None else "",
            }
        )
    return rows


class Accueil(AuteurView):
    """Where the proposition stands: sections, what is missing, deposits, and until when."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        refusal = why_not_write(self.invitation, self.actor)
        why_not_deposit = self.invitation.why_not_propose()
        rows = depot_rows(self)
        current = self.proposition.depot_courant if self.proposition is not None else None
        changed = current is not None and self.proposition.updated_at > current.at
        return self.page(
            "consultations/propositions/accueil.html",
            {
                "etat": self.etat(),
                "depots": rows,
                "current": next((row for row in rows if row["tag"]), None),
                "changed": changed,
                "can_write": not refusal,
                "why_not": refusal,
                "why_not_deposit": why_not_deposit,
                "relire_url": self.route("relire"),
                "retirer_url": self.route("retirer"),
                "opened": hasattr(self.appel, "ouverture"),
                "now": instant(clock.now(), self.appel),
            },
        )


class _Relecture(AuteurView):
    """The whole proposition as its readers will see it, and the button that deposits it."""

    def shown(self, *, refused: DomainError | None = None, status: int = 200) -> HttpResponse:
        draft, pieces = self.brouillon, piece_rows(self)
        current = self.proposition.depot_courant if self.proposition is not None else None
        return self.page(
            "consultations/propositions/relire.html",
            {
                "parties": reading.parties(_shown(draft, collective=self.collective)),
                "faits": reading.faits(draft),
                "pieces": pieces,
                "etat": self.etat(),
                "empty": rien_d_ecrit(draft) and not pieces,
                "why_not_deposit": self.invitation.why_not_propose(),
                "replaces": current.recu if current is not None else "",
                "refused": refused,
                "deposer_url": self.route("deposer"),
                "accueil_url": self.route("accueil"),
                "now": instant(clock.now(), self.appel),
            },
            status=status,
        )


def _shown(draft: dict[str, Any], *, collective: bool) -> dict[str, Any]:
    """The draft without the sections that this proposition has not."""
    kept = {champ for section in sections(collective=collective) for champ in section.champs}
    return {name: value for name, value in draft.items() if name in kept or isinstance(value, list)}


class Relire(_Relecture):
    """Read it over."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.shown()


@method_decorator(require_POST, name="dispatch")
class Deposer(_Relecture):
    """Deposit. Too late, or empty: the same page says so, nothing is lost.

    The service receives the same thing once; a page found again by « Back » deposits what the draft says by then.
    """

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            depot = deposit(self.invitation, self.actor, request.arrived_at)
        except (NonRecu, InvalidInput) as error:
            return self.shown(refused=error, status=error.status)
        messages.success(
            request,
            f"Votre proposition est reçue : récépissé {depot.recu}, le {instant(depot.at, self.appel)}. Il vous est "
            "aussi envoyé par courrier.",
        )
        return redirect(self.route("accueil") + "#depots")


@method_decorator(require_POST, name="dispatch")
class Retirer(AuteurView):
    """Take back what is deposited, until the deadline."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            depot = withdraw(self.invitation, self.actor, request.arrived_at)
        except (NonRecu, StaleState) as error:
            messages.error(request, error.sentence)
        else:
            messages.success(
                request,
                f"Le dépôt {depot.recu} est retiré : il ne sera pas ouvert. Votre brouillon reste. Le récépissé de ce "
                "retrait vous est aussi envoyé par courrier.",
            )
        return redirect(self.route("accueil") + "#depots")


class DepotDetail(AuteurMixin, View):
    """What was received, as it was received: for its author."""

    def get(self, request: HttpRequest, pk: int, depot_pk: int) -> HttpResponse:
        depot = get_object_or_404(Depot.objects.select_related("scelle"), pk=depot_pk, proposition=self.proposition)
        received = depot.contenu
        return self.page(
            "consultations/propositions/depot.html",
            {
                "depot": depot,
                "instant": instant(depot.at, self.appel),
                "parties": reading.parties(received),
                "faits": reading.faits(received),
                "pieces": [
                    {"nom": nom, "taille": taille, "sha256": sha} for nom, taille, sha in reading.pieces(received)
                ],
                "accueil_url": self.route("accueil"),
            },
        )
