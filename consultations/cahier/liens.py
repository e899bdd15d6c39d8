"""The personal link by which a structure agrees that its diagnostic, its plan go with the cahier des charges."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from consultations.cahier.accords import LIEN, why_closed
from consultations.cahier.models import AnnexeStructure
from consultations.cahier.views.accord import Accord
from core.actor import Actor
from core.contacts import addresses
from projects.ingenierie import permissions
from projects.ingenierie.services import touch


def _load(pk: int) -> AnnexeStructure | None:
    rows = AnnexeStructure.objects.select_related(
        "cahier__ingenierie__pilote", "cahier__ingenierie__referent", "cible__structure", "partage", "actualisation"
    )
    return rows.filter(pk=pk).first()


def _asks(row: AnnexeStructure) -> str:
    ingenierie = row.cahier.ingenierie
    return (
        f"{ingenierie.pilote} prépare le cahier des charges de « {ingenierie.titre} », remis aux prestataires "
        f"consultés, et vous demande votre accord pour y annexer ce qui concerne {row.cible.structure}."
    )


def _refusal(actor: Actor, row: AnnexeStructure) -> str | None:
    return permissions.why_not_contribute(actor, row.cahier.ingenierie) or row.cahier.why_frozen or None


def register() -> None:
    """Called once by :func:`consultations.cahier.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Accord pour annexer",
            model="consultations.annexestructure",
            subject=lambda row: f"Votre accord pour « {row.cahier.ingenierie.titre} »",
            asks=_asks,
            duration="cinq minutes",
            shows="la liste de ce qui serait annexé de votre structure",
            thanks="Votre réponse est transmise. Vous pouvez en changer tant que le cahier des charges s’écrit.",
            url=lambda row: reverse("consultations:annexe", args=[row.cahier.ingenierie_id, row.cible_id]),
            reads=lambda actor, row: bool(permissions.can_view(actor, row.cahier.ingenierie)),
            refusal=_refusal,
            pages={"": Accord.as_view()},
            single_use=False,
            loader=_load,
            scope=lambda row: row.cahier.ingenierie,
            closed=why_closed,
            suggests=lambda row: addresses(row.cible.structure),
            changed=lambda row, ended: touch(row.cahier.ingenierie_id, ended=ended),
        ),
    )
