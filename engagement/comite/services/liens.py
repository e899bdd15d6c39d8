"""The personal links of the members of a comité d'appui: one link per member and session, for all its avis."""

from __future__ import annotations

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.sent_links import RESEND_AFTER
from core import clock
from core.actor import Actor
from engagement.comite.models import MembreComite, SeanceComite

#: Code of the purpose of the links (``accounts.links``).
AVIS_COMITE = "avis-comite"


def grants(seance: SeanceComite) -> dict[int, Grant]:
    """The links of a session by member: one query."""
    ids = list(seance.membres.values_list("pk", flat=True))
    found = Grant.objects.filter(
        purpose=AVIS_COMITE, object_type=MembreComite._meta.label_lower, object_id__in=ids, revoked_at=None
    )
    return {grant.object_id: grant for grant in found.order_by("pk")}


def grant_of(membre: MembreComite) -> Grant | None:
    """The link of a member that was not revoked, if it was sent."""
    return Grant.objects.of(membre, AVIS_COMITE).filter(revoked_at=None).first()


def convene(membre: MembreComite, *, actor: Actor) -> bool:
    """Send the member's link, or send it again; ``False`` when it left a few minutes ago. In a transaction.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    grant = Grant.objects.of(membre, AVIS_COMITE).first()
    if grant is None:
        accounts.send_link(AVIS_COMITE, membre, name=membre.nom, email=membre.email, actor=actor)
        return True
    if clock.now() - grant.sent_at < RESEND_AFTER:
        return False
    if grant.revoked_at:
        accounts.renew_link(grant, actor=actor)
    else:
        accounts.resend_link(grant, actor=actor)
    return True


def revoke(membre: MembreComite, *, actor: Actor) -> None:
    """The link of the member stops working, when there is one."""
    grant = grant_of(membre)
    if grant is not None:
        accounts.revoke_link(grant, actor=actor)
