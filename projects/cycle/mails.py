"""What the mails about the opinion of the C2RA say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.in_charge import reply_address
from core.outbox import mail_context
from projects.cycle.demandes import ASKED, GIVEN
from projects.cycle.models import AvisC2RA, DemandeAvisC2RA
from projects.ingenierie import people


@mail_context(ASKED)
def asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The opinion is waited for; nothing to say once it was given or the step was left."""
    found = DemandeAvisC2RA.objects.select_related("ingenierie__pilote").filter(pk=ids["demande"]).first()
    if found is None or found.ingenierie.state != found.step:
        return None
    if AvisC2RA.objects.filter(ingenierie=found.ingenierie, step=found.step).exists():
        return None
    return {
        "titre": found.ingenierie.titre,
        "etape": found.get_step_display(),
        "pilote": str(found.ingenierie.pilote),
        "par": found.by_label,
        "url": reverse("projects:avis_c2ra", args=[found.ingenierie_id]),
        "reply_to": people.reply_to(found.ingenierie),
    }


@mail_context(GIVEN)
def given(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The opinion as given; nothing to say of one that another replaced since."""
    found = AvisC2RA.objects.select_related("ingenierie", "organisation", "by").filter(pk=ids["avis"]).first()
    if found is None or found.at.isoformat() != ids["at"]:
        return None
    return {
        "titre": found.ingenierie.titre,
        "etape": found.get_step_display(),
        "c2ra": str(found.organisation),
        "sens": found.get_sens_display(),
        "commentaire": found.commentaire,
        "url": reverse("projects:etape", args=[found.ingenierie_id]),
        "reply_to": reply_address(found.by, found.organisation),
    }
