"""The personal link of a structure to what it receives: one a structure, without end until it is revoked."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from missions.productions.presenters import suggested
from missions.productions.services import LIEN, missions_of
from missions.productions.views import lien
from projects.enums import EtatMobilisation
from projects.ingenierie import permissions
from projects.structures_ciblees.models import StructureCiblee


def _load(pk: int) -> StructureCiblee | None:
    rows = StructureCiblee.objects.select_related("structure", "ingenierie__pilote", "ingenierie__charge_mission")
    return rows.filter(pk=pk).first()


def _asks(row: StructureCiblee) -> str:
    return (
        f"{row.ingenierie.pilote} met à la disposition de {row.structure} tout ce que la mission « "
        f"{row.ingenierie.titre} » lui remet : gardez ce lien, il reste ouvert. Dites ce que vous avez bien reçu."
    )


def _url(row: StructureCiblee) -> str:
    missions = missions_of(row.ingenierie)
    if not missions:
        return reverse("missions:missions", args=[row.ingenierie_id])
    return reverse("missions:productions_structure", args=[row.ingenierie_id, missions[0].pk, row.pk])


def _refusal(actor: Actor, row: StructureCiblee) -> str | None:
    return permissions.why_not_contribute(actor, row.ingenierie)


def _closed(row: StructureCiblee) -> str:
    """The link has no end: it closes all the same for a structure that left, which no page of the mission lists."""
    gone = row.state in (EtatMobilisation.DECLINEE, EtatMobilisation.RETIREE)
    return "Votre structure ne prend plus part à cette ingénierie." if gone else ""


def register() -> None:
    """Called once by :func:`missions.productions.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Ce que la mission remet à la structure",
            model="projects.structureciblee",
            subject=lambda row: f"Ce que vous remet la mission : {row.ingenierie.titre}",
            asks=_asks,
            duration="quelques minutes",
            shows="les productions remises, le rapport final accepté, la convention si la structure l’a signée",
            thanks="Ce lien reste ouvert : vous y retrouverez tout.",
            url=_url,
            reads=lambda actor, row: permissions.can_view(actor, row.ingenierie),
            refusal=_refusal,
            pages={"": lien.Recevoir.as_view(), "piece": lien.Piece.as_view(), "document": lien.Document.as_view()},
            single_use=False,
            lifetime=None,
            loader=_load,
            scope=lambda row: row.ingenierie,
            closed=_closed,
            suggests=suggested,
            issuer=lambda actor, row: row.ingenierie.pilote,
        ),
    )
