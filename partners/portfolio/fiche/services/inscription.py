"""Inscribing a prestataire, with its first draft."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.models import User
from core import journal
from core.actor import Actor
from core.editing import create
from core.errors import DomainError, InvalidInput
from core.identifiers import clean_siret
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.versions import start_version
from partners.portfolio.prestataire.enums import RoleMembre
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.services import join
from referentiels.models import Region

journal.register_verbs({"portfolio.creation": "a inscrit le prestataire"})


class SiretKnown(DomainError):
    """The SIRET is that of a prestataire already there: one asks to join it. ``prestataire`` is that one."""

    title = "Ce prestataire est déjà inscrit"

    def __init__(self, prestataire: Prestataire):
        super().__init__(
            "Un prestataire est déjà inscrit avec ce SIRET : demandez à le rejoindre, son référent vous répondra."
        )
        self.prestataire = prestataire


def find_by_siret(siret: str) -> Prestataire | None:
    """The prestataire of that SIRET (14 digits), or ``None``."""
    return Prestataire.objects.filter(siret=siret).first()


def _reached_at(fiche: FicheVersion, user: User) -> None:
    """The person to reach is who inscribes it, until she says otherwise: she has just given name and address."""
    fiche.contact_name, fiche.contact_email = user.get_full_name()[:120], user.email
    fiche.contact_function, fiche.contact_phone = user.fonction, user.phone
    fiche.save(update_fields=["contact_name", "contact_email", "contact_function", "contact_phone"])


def create_prestataire(
    *, actor: Actor, siret: str, name: str, region: Region, kind: str = "", referent: bool = True, reason: str = ""
) -> Prestataire:
    """Inscribe a prestataire with its first draft; the person who does it becomes its référent.

    ``referent=False`` inscribes it for nobody yet (import). Raises ``SiretKnown``; ``ValidationError`` for a SIRET
    that is wrong, ``InvalidInput`` without a name.
    """
    siret = clean_siret(siret)
    name = name.strip()
    if not siret or not name:
        raise InvalidInput("Indiquez la raison sociale et le SIRET.")
    known = find_by_siret(siret)
    if known is not None:
        raise SiretKnown(known)
    try:
        with transaction.atomic():
            prestataire = create(
                Prestataire(siret=siret, name=name, region=region, kind=kind),
                actor=actor,
                verb="portfolio.creation",
                reason=reason,
            )
            if referent and actor.user is not None:
                join(prestataire, actor.user, actor=actor, role=RoleMembre.REFERENT)
            # The draft is started for the prestataire that has just been made, whoever inscribes it.
            fiche = start_version(prestataire, actor=Actor.system("inscription"))
            if referent and actor.user is not None:
                _reached_at(fiche, actor.user)
    except IntegrityError:
        known = find_by_siret(siret)
        if known is None:
            raise
        raise SiretKnown(known) from None
    return prestataire
