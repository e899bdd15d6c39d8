"""The personal links of a text to sign: one for each who signs, then one for each to the signed text."""

from __future__ import annotations

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.sent_links import RESEND_AFTER
from core import clock
from core.actor import Actor
from missions.conventions.models import Acte, Signataire

#: Codes of the purposes of the links (``accounts.links``).
SIGNATURE = "signature-convention"
SIGNE = "convention-signee"


def grants(acte: Acte, purpose: str = SIGNATURE) -> dict[int, Grant]:
    """The links of a text by who signs it: one query."""
    found = Grant.objects.filter(
        purpose=purpose,
        object_type=Signataire._meta.label_lower,
        object_id__in=acte.signataires.values("pk"),
        revoked_at=None,
    )
    return {grant.object_id: grant for grant in found.order_by("pk")}


def invite(signataire: Signataire, *, actor: Actor) -> bool:
    """Send the link to sign, or send it again; ``False`` when it left a few minutes ago. In a transaction.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    grant = Grant.objects.of(signataire, SIGNATURE).filter(recipient_email__iexact=signataire.email).first()
    if grant is None:
        accounts.send_link(SIGNATURE, signataire, name=signataire.nom, email=signataire.email, actor=actor)
        return True
    if clock.now() - grant.sent_at < RESEND_AFTER:
        return False
    if grant.revoked_at:
        accounts.renew_link(grant, actor=actor)
    else:
        accounts.resend_link(grant, actor=actor)
    return True


def revoke_all(acte: Acte, *, actor: Actor) -> list[Grant]:
    """The links to sign ``acte`` stop working; returns them. In a transaction."""
    found = list(grants(acte).values())
    for grant in found:
        accounts.revoke_link(grant, actor=actor)
    return found


def send_signed(signataire: Signataire, *, actor: Actor) -> None:
    """Tell a party that everybody has signed, with the link to the signed text. In a transaction."""
    known = Grant.objects.of(signataire, SIGNE).exists()
    if signataire.email and not known:
        accounts.send_link(SIGNE, signataire, name=signataire.nom, email=signataire.email, actor=actor)
