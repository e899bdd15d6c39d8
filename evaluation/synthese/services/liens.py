"""The personal links to a synthesis: each recipient reads what was sent to it, and may answer while it is shared."""

from __future__ import annotations

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.links import REPONDU, REVOQUE, status_of
from accounts.services.sent_links import RESEND_AFTER
from core import clock
from core.actor import Actor
from evaluation.synthese.models import DestinataireSynthese, Synthese

#: Code of the purpose of the links (``accounts.links``).
LECTURE = "synthese-evaluation"


def grants(synthese: Synthese) -> dict[int, Grant]:
    """The links by recipient: one query."""
    found = Grant.objects.filter(
        purpose=LECTURE,
        object_type=DestinataireSynthese._meta.label_lower,
        object_id__in=synthese.destinataires.values("pk"),
    )
    return {grant.object_id: grant for grant in found.order_by("pk")}


def leave(destinataire: DestinataireSynthese, *, actor: Actor) -> bool:
    """Send the link, or send it again; ``False`` when it left a few minutes ago. In a transaction.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    mine = Grant.objects.of(destinataire, LECTURE)
    grant = mine.filter(recipient_email__iexact=destinataire.email).first()
    for other in mine.exclude(pk=grant.pk if grant else 0):
        # The address was corrected: the former one does not read any more.
        if status_of(other) != REVOQUE:
            accounts.revoke_link(other, actor=actor)
    name = destinataire.nom or destinataire.organisme
    if grant is None:
        accounts.send_link(LECTURE, destinataire, name=name[:120], email=destinataire.email, actor=actor)
        return True
    if clock.now() - grant.sent_at < RESEND_AFTER:
        return False
    if status_of(grant) in (REVOQUE, REPONDU):
        accounts.renew_link(grant, actor=actor)
    else:
        accounts.resend_link(grant, actor=actor)
    return True
