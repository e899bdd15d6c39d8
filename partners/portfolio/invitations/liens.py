"""The personal links by which one enters the portfolio: who sends each, on what, and what it opens."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.conf import settings
from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from partners.portfolio.invitations.purposes import ACCES, COLLEGUE, PORTEFEUILLE, REFERENT
from partners.portfolio.invitations.services import to_come
from partners.portfolio.invitations.views import Rejoindre
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.permissions import why_not_invite, why_not_invite_to, why_not_lead, why_not_write


def _reads_referent(actor: Actor, prestataire: Prestataire) -> bool:
    return why_not_invite_to(actor, prestataire) is None


def _taken_over_by(prestataire: Prestataire):
    """The organisation whose journal tells of what the staff sends: inviting is no use of the fiche."""
    reprise = getattr(prestataire, "reprise", None)
    return reprise.organisation if reprise else prestataire


def register() -> None:
    """Called once by :func:`partners.portfolio.providers.register`."""
    entering = partial(
        LinkPurpose,
        label="Invitation d’un prestataire",
        model="portfolio.prestataire",
        subject=lambda obj: "Espace prestataire",
        asks=lambda obj: "Vous êtes invité à présenter votre activité aux DLA.",
        duration="deux minutes",
        thanks="",
        url=lambda obj: reverse("portfolio:invitations"),
        pages={"": Rejoindre.as_view()},
        lifetime=dt.timedelta(days=settings.INVITATION_DAYS),
        mail="portfolio/invitation",
        verbs="portfolio.invitation",
        invites=True,
        ask_at="portfolio:demande",
    )
    LINK_PURPOSES.register(
        PORTEFEUILLE,
        entering(
            model="accounts.organisation",
            reads=lambda actor, organisation: actor.organisation_id == organisation.pk,
            refusal=lambda actor, organisation: why_not_invite(actor),
        ),
    )
    LINK_PURPOSES.register(
        REFERENT,
        entering(
            label="Invitation à tenir une fiche reprise",
            reads=_reads_referent,
            refusal=why_not_invite_to,
            scope=_taken_over_by,
        ),
    )
    LINK_PURPOSES.register(
        COLLEGUE,
        entering(
            label="Invitation d’un collègue",
            url=lambda prestataire: reverse("portfolio:equipe", args=[prestataire.pk]),
            reads=lambda actor, prestataire: why_not_write(actor, prestataire) is None,
            refusal=why_not_lead,
            issuer=lambda actor, prestataire: None,
        ),
    )
    LINK_PURPOSES.register(
        ACCES,
        entering(
            label="Accès au portefeuille",
            reads=lambda actor, obj: False,
            refusal=lambda actor, obj: None,
            loader=lambda pk: to_come(),
            issuer=lambda actor, obj: None,
            verbs="portfolio.acces",
        ),
    )
