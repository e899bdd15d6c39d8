"""The personal link by which somebody writes rubriques of a récit."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from capitalisation.recits.enums import EtatContribution
from capitalisation.recits.models import Contribution
from capitalisation.recits.permissions import why_not_write
from capitalisation.recits.services.contributions import LIEN, ecrites, ouvertes
from capitalisation.recits.views.lien import Ecrire
from core.formats import plural
from projects.ingenierie.permissions import can_view
from projects.ingenierie.services import touch

LIFETIME = dt.timedelta(days=60)


def load(pk: int) -> Contribution | None:
    """The contribution with all that its page shows."""
    found = Contribution.objects.select_related(
        "recit__organisation", "recit__ingenierie__pilote", "recit__ingenierie__referent",
        "recit__ingenierie__charge_mission",
    )  # fmt: skip
    return found.filter(pk=pk).first()


def _asks(row: Contribution) -> str:
    recit = row.recit
    told = (
        f"{recit.organisation} raconte « {recit.titre} » pour que d’autres DLA puissent s’en inspirer, et vous demande "
        f"d’en écrire {plural(len(row.rubriques), 'partie')}, avec vos mots. Le récit dira que cela vient d’un rôle, "
        "jamais votre nom."
    )
    if row.message:
        told += f"\n\n{row.message}"
    if row.etat == EtatContribution.DEMANDEE and row.apports:
        left = len(set(ouvertes(row)) - set(ecrites(row)))
        told += "\n\nCe que vous aviez commencé est gardé"
        told += f", il reste {plural(left, 'partie')}." if left else ", il ne reste qu’à le rendre."
    return told


def register() -> None:
    """Called once by :func:`capitalisation.recits.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Contribution à un récit",
            model="capitalisation.contribution",
            subject=lambda row: f"Votre part du récit « {row.recit.titre} »",
            asks=_asks,
            duration="un quart d’heure",
            shows="le titre du récit et les rubriques à écrire, jamais ce que le récit dit déjà",
            thanks="Votre texte est transmis à qui écrit le récit. Vous verrez par ce même lien ce qui en est repris.",
            url=lambda row: reverse(
                "capitalisation:recit_contribution", args=[row.recit.ingenierie_id, row.recit_id, row.pk]
            ),
            reads=lambda actor, row: can_view(actor, row.recit.ingenierie),
            refusal=lambda actor, row: why_not_write(actor, row.recit) or None,
            pages={"": Ecrire.as_view()},
            single_use=False,
            lifetime=LIFETIME,
            loader=load,
            scope=lambda row: row.recit.ingenierie,
            suggests=lambda row: [(row.nom, row.email)],
            changed=lambda row, ended: touch(row.recit.ingenierie_id, ended=True),
            issuer=lambda actor, row: row.recit.organisation,
        ),
    )
