"""What the mails about a publication say, from ids, when they are sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from accounts.in_charge import reply_address
from accounts.models import Organisation, User
from core.formats import format_date
from core.outbox import mail_context
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.publication.besoin import MAIL
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.models import Publication


@mail_context("portfolio/region")
def region_decided(ids: dict[str, Any]) -> dict[str, Any] | None:
    """What another région decided; nothing if it decided otherwise since."""
    found = Publication.objects.select_related("prestataire", "region").filter(pk=ids["publication"]).first()
    if found is None or found.state != ids["state"]:
        return None
    return {
        "prestataire": str(found.prestataire),
        "region": str(found.region),
        "state": found.state,
        "reason": found.decision_reason,
        "until": format_date(found.a_actualiser_le),
        "url": reverse("portfolio:espace_prestataire", args=[found.prestataire_id]),
    }


@mail_context("portfolio/rappel")
def reminder(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The yearly update is near or past; nothing once a version was sent, or the publication renewed."""
    found = Publication.objects.select_related("prestataire", "region").filter(pk=ids["publication"]).first()
    if found is None or not still_to_update(found, dt.date.fromisoformat(ids["a_actualiser_le"])):
        return None
    return {
        "prestataire": str(found.prestataire),
        "region": str(found.region),
        "month": ids["mois"],
        "until": format_date(found.a_actualiser_le),
        "url": reverse("portfolio:espace_prestataire", args=[found.prestataire_id]),
    }


def still_to_update(publication: Publication, term: dt.date) -> bool:
    """Is the update of that term still to be done by the prestataire?

    Not when it was published again since, withdrawn, or when a version waits for a C2RA's decision.
    """
    if publication.state != "publiee" or publication.a_actualiser_le != term or publication.candidate_id:
        return False
    return not FicheVersion.objects.filter(prestataire=publication.prestataire_id, state=EtatFiche.SOUMISE).exists()


@mail_context(MAIL)
def needed(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A DLA finds no prestataire; nothing to say once the région shows some."""
    organisation = Organisation.objects.select_related("region").filter(pk=ids["organisation"]).first()
    if (
        organisation is None
        or Publication.objects.filter(region=organisation.region, state=EtatPublication.PUBLIEE).exists()
    ):
        return None
    return {
        "organisation": str(organisation),
        "region": str(organisation.region),
        "url": reverse("portfolio:invitations"),
        "reply_to": reply_address(User.objects.filter(pk=ids["user"]).first(), organisation),
    }
