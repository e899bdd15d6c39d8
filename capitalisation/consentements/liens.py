"""The personal link by which a structure, or somebody of it, consents to be named, and takes it back."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from capitalisation.consentements.models import Consentement
from capitalisation.consentements.permissions import why_not_ask
from capitalisation.consentements.services import LIEN
from capitalisation.consentements.views.lien import Accord
from core.contacts import addresses
from projects.ingenierie.permissions import can_view
from projects.ingenierie.services import touch


def _load(pk: int) -> Consentement | None:
    found = Consentement.objects.select_related(
        "structure__structure", "structure__ingenierie__pilote", "structure__ingenierie__referent",
        "structure__ingenierie__charge_mission",
    )  # fmt: skip
    return found.filter(pk=pk).first()


def _asks(row: Consentement) -> str:
    ingenierie = row.structure.ingenierie
    who = "vous" if row.personne else str(row.structure)
    verb = "acceptez d’être nommé(e)" if row.personne else "accepte d’être nommée"
    return (
        f"{ingenierie.pilote} vous demande si {who} {verb} dans les récits qui seront tirés de l’ingénierie "
        f"« {ingenierie.titre} ». Rien ne vous oblige à accepter, et vous pourrez changer d’avis par ce même lien."
    )


def register() -> None:
    """Called once by :func:`capitalisation.consentements.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Consentement à être nommé",
            model="capitalisation.consentement",
            subject=lambda row: f"Être nommé dans ce qui est tiré de « {row.structure.ingenierie.titre} »",
            asks=_asks,
            duration="deux minutes",
            shows="ce à quoi il est demandé de consentir, et ce qui a été répondu",
            thanks="Votre réponse est enregistrée. Vous pouvez la changer à tout moment par ce même lien.",
            url=lambda row: reverse("capitalisation:consentements", args=[row.structure.ingenierie_id]),
            reads=lambda actor, row: can_view(actor, row.structure.ingenierie),
            refusal=lambda actor, row: why_not_ask(actor, row.structure.ingenierie) or None,
            pages={"": Accord.as_view()},
            single_use=False,
            lifetime=None,
            loader=_load,
            scope=lambda row: row.structure.ingenierie,
            suggests=lambda row: addresses(row.structure.structure),
            changed=lambda row, ended: touch(row.structure.ingenierie_id, ended=True),
            issuer=lambda actor, row: row.structure.ingenierie.pilote,
        ),
    )
