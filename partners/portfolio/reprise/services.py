"""Taking over the fiches of the former portfolio: drafts that nobody holds, whose référents are invited once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import Grant, User
from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import InvalidInput, NotAllowed, StaleState
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.fiche.rubriques import RUBRIQUES
from partners.portfolio.fiche.services.blocs import add_reference
from partners.portfolio.fiche.services.inscription import create_prestataire
from partners.portfolio.fiche.services.versions import check_together, under_way, update_rubrique
from partners.portfolio.invitations.purposes import REFERENT
from partners.portfolio.invitations.services import invite
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.prestataire.permissions import why_not_invite
from partners.portfolio.reprise import permissions

journal.register_verbs(
    {
        "portfolio.reprise": "a repris l’ancienne fiche",
        "portfolio.reprise_adresse": "a corrigé l’adresse du référent à inviter",
    }
)

#: Who writes the draft: nobody of the prestataire yet.
_WRITER = "reprise de l’ancienne fiche"


def check_values(values: Mapping[str, Any]) -> None:
    """Refuse what the fiche would refuse. Raises ``InvalidInput``; writes nothing."""
    check_together(FicheVersion(), values)


@transaction.atomic
def take_over(values: Mapping[str, Any], *, actor: Actor, source: str) -> Prestataire:
    """A prestataire of the actor's région with the draft of its former fiche, held by nobody yet; nothing is sent.

    ``values`` are fields of the fiche by name, ``siret``, ``contact_email`` and ``references`` (values of each);
    ``source`` says where it comes from. Raises ``NotAllowed``, ``SiretKnown``, ``InvalidInput``.
    """
    refusal = why_not_invite(actor)
    if refusal:
        raise NotAllowed(refusal)
    prestataire = create_prestataire(
        actor=actor,
        siret=values["siret"],
        name=values["raison_sociale"],
        region=actor.organisation.region,
        kind=values.get("kind", ""),
        referent=False,
        reason=source,
    )
    writer = Actor.system(_WRITER)
    fiche = under_way(prestataire)
    for rubrique in RUBRIQUES:
        mine = {name: values[name] for name in (*rubrique.fields, *rubrique.many) if name in values}
        if mine:
            fiche = update_rubrique(fiche, rubrique.code, mine, actor=writer)
    for reference in values.get("references", ()):
        add_reference(fiche, reference, actor=writer)
    reprise = Reprise.objects.create(
        prestataire=prestataire,
        organisation=actor.organisation,
        email=_address(values["contact_email"]),
        source=source[:250],
        by=actor.user,
        at=clock.now(),
    )
    journal.record(actor, "portfolio.reprise", reprise, scope=prestataire, reason=source)
    return prestataire


def _address(email: str) -> str:
    return User.objects.normalize_email(email.strip()).lower()


def _lock(reprise: Reprise, actor: Actor) -> Reprise:
    refusal = permissions.why_not_reprise(actor, reprise)
    if refusal:
        raise NotAllowed(refusal)
    locked = lock(reprise)
    if Membre.objects.active().filter(prestataire=locked.prestataire_id).exists():
        raise StaleState(f"{locked.prestataire} est déjà tenu par son référent : il n’y a plus personne à inviter.")
    if locked.prestataire.efface_le:
        raise StaleState("Cette fiche a été effacée : il n’y a plus personne à inviter.")
    return locked


@transaction.atomic
def invite_referent(reprise: Reprise, *, actor: Actor) -> Grant:
    """Invite the référent of a fiche taken over, once: an invitation that left is sent again from its own page.

    Raises ``NotAllowed``, ``StaleState`` (somebody holds it already), ``InvalidInput`` (already invited).
    """
    locked = _lock(reprise, actor)
    if Grant.objects.of(locked.prestataire, REFERENT).filter(revoked_at=None).exists():
        raise InvalidInput("Une invitation est déjà partie pour cette fiche : renvoyez-la, ou révoquez-la d’abord.")
    return invite(locked.email, actor=actor, prestataire=locked.prestataire)


@transaction.atomic
def change_address(reprise: Reprise, email: str, *, actor: Actor) -> Reprise:
    """Correct whom to invite, as long as nothing left. Raises ``NotAllowed``, ``StaleState``, ``InvalidInput``."""
    locked = _lock(reprise, actor)
    email = _address(email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput("Cette adresse électronique n’est pas valable : vérifiez-la.") from error
    if Grant.objects.of(locked.prestataire, REFERENT).filter(used_at=None, revoked_at=None).exists():
        raise InvalidInput("Une invitation est partie à l’ancienne adresse : révoquez-la d’abord.")
    if email != locked.email:
        before, locked.email = locked.email, email
        locked.save(update_fields=["email"])
        journal.record(
            actor, "portfolio.reprise_adresse", locked, scope=locked.prestataire, changes={"email": (before, email)}
        )
    return locked
