"""What the mails of the portfolio say, from ids, when they are sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from core.formats import format_date
from core.outbox import mail_context
from partners.portfolio.enums import EtatFiche, EtatMembre
from partners.portfolio.models import (
    FicheVersion,
    InvitationPrestataire,
    Membre,
    MessagePublic,
    Prestataire,
    Publication,
)
from partners.portfolio.services.invitations import Link, invitation_token
from partners.portfolio.services.ouverture import JOURS_GARDES


@mail_context("portfolio/invitation")
def invitation(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The link to enter; nothing to say once accepted, revoked, replaced or expired."""
    found = (
        InvitationPrestataire.objects.select_related("organisation", "prestataire", "invited_by")
        .filter(pk=ids["invitation"])
        .first()
    )
    if found is None or Link(found, ids["version"]).status != "en_attente":
        return None
    return {
        "organisation": str(found.organisation or ""),
        "prestataire": str(found.prestataire or ""),
        "inviter": str(found.invited_by) if found.invited_by else "",
        "reprise": found.organisation_id is not None and found.prestataire_id is not None,
        "message": found.message,
        "until": format_date(found.expires_at),
        "url": reverse("portfolio:rejoindre", args=[invitation_token(found)]),
        "reply_to": found.invited_by.email if found.invited_by else None,
    }


@mail_context("portfolio/demande")
def join_asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody asks to join; nothing once answered."""
    found = Membre.objects.select_related("user", "prestataire").filter(pk=ids["membre"]).first()
    if found is None or found.state != EtatMembre.DEMANDE:
        return None
    held = Membre.objects.active().filter(prestataire=found.prestataire_id).exists()
    return {
        "person": str(found.user),
        "email": found.user.email,
        "prestataire": str(found.prestataire),
        "held": held,
        "url": reverse("portfolio:equipe" if held else "portfolio:reprise", args=[found.prestataire_id]),
    }


@mail_context("portfolio/reponse")
def join_answered(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The answer to who asked to join."""
    found = Membre.objects.select_related("prestataire").filter(pk=ids["membre"]).first()
    if found is None or found.state == EtatMembre.DEMANDE:
        return None
    accepted = found.state == EtatMembre.ACTIF
    return {
        "accepted": accepted,
        "prestataire": str(found.prestataire),
        "url": reverse("portfolio:espace_prestataire", args=[found.prestataire_id])
        if accepted
        else reverse("portfolio:espace"),
    }


@mail_context("portfolio/soumise")
def submitted(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A fiche waits for the C2RA; nothing once it was decided or taken back."""
    found = FicheVersion.objects.select_related("prestataire").filter(pk=ids["fiche"], state=EtatFiche.SOUMISE).first()
    if found is None:
        return None
    return {
        "prestataire": str(found.prestataire),
        "first": found.numero == 1,
        "url": reverse("portfolio:relire", args=[found.pk]),
    }


@mail_context("portfolio/decision")
def decided(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The C2RA's decision on a version; nothing if the fiche moved on since."""
    found = FicheVersion.objects.select_related("prestataire__region").filter(pk=ids["fiche"]).first()
    if found is None or found.state != ids["state"] or found.tours != ids["tour"]:
        return None
    return {
        "prestataire": str(found.prestataire),
        "region": str(found.prestataire.region),
        "state": found.state,
        "remarks": [r.texte for r in found.remarques.filter(tour=found.tours)] if found.tours else [],
        "reason": found.decision_reason,
        "url": reverse("portfolio:espace_prestataire", args=[found.prestataire_id]),
    }


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


@mail_context("portfolio/message")
def visitor_wrote(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A visitor of the public pages writes; nothing once the message was erased. The answer goes to the visitor."""
    found = MessagePublic.objects.select_related("prestataire").filter(pk=ids["message"]).first()
    if found is None:
        return None
    return {
        "prestataire": str(found.prestataire),
        "name": found.nom,
        "email": found.email,
        "message": found.texte,
        "days": JOURS_GARDES,
        "reply_to": found.email,
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


@mail_context("portfolio/conservation")
def kept_no_longer(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The fiche goes in a month; nothing once somebody used it, or when it was told again."""
    from partners.portfolio.services.conservation import erased_on, terms

    found = Prestataire.objects.filter(pk=ids["prestataire"], efface_le=None).first()
    told = dt.date.fromisoformat(ids["prevenu_le"])
    if found is None or found.prevenu_le != told:
        return None
    term = terms([found])[found.pk]
    if term.running or term.last >= told:
        return None
    return {
        "prestataire": str(found),
        "when": format_date(erased_on(found)),
        "months": settings.PERSONAL_DATA_MONTHS,
        "url": reverse("portfolio:espace_prestataire", args=[found.pk]),
    }


def still_to_update(publication: Publication, term: dt.date) -> bool:
    """Is the update of that term still to be done by the prestataire?

    Not when it was published again since, withdrawn, or when a version waits for a C2RA's decision.
    """
    if publication.state != "publiee" or publication.a_actualiser_le != term or publication.candidate_id:
        return False
    return not FicheVersion.objects.filter(prestataire=publication.prestataire_id, state=EtatFiche.SOUMISE).exists()
