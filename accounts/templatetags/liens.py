"""The personal links of an object, on any page: ``{% load liens %}{% liens object "questionnaire-partenaire" %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models
from django.urls import reverse

from accounts.links import LINK_PURPOSES
from accounts.models import Grant
from accounts.services.links import EXPIRE, OUVERT, REPONDU, REVOQUE, STATUS_LABELS, status_of
from accounts.services.sent_links import not_sent
from core.formats import format_date, plural

register = template.Library()

TONES = {OUVERT: "neutral", REPONDU: "ok", REVOQUE: "bad", EXPIRE: "warn"}


def _row(grant: Grant, not_sent: bool) -> dict[str, Any]:
    status = status_of(grant)
    words, tone = STATUS_LABELS[status], TONES[status]
    opened = ""
    if grant.opened_count:
        opened = f"ouvert le {format_date(grant.first_opened_at)}"
        if grant.opened_count > 1:
            opened += f", {plural(grant.opened_count, 'fois', 'fois')} en tout"
    return {
        "pk": grant.pk,
        "name": grant.recipient_name,
        "email": grant.recipient_email,
        "sent": format_date(grant.sent_at),
        "times": plural(grant.sent_count, "envoi") if grant.sent_count > 1 else "",
        "not_sent": not_sent,
        "opened": opened,
        "words": f"{words} le {format_date(grant.used_at)}" if status == REPONDU else words,
        "answered": f"dernière réponse le {format_date(grant.used_at)}" if grant.used_at and status != REPONDU else "",
        "tone": tone,
        "expires": format_date(grant.expires_at) if status in (OUVERT, EXPIRE) else "",
        "asked": format_date(grant.renewal_asked_at),
        "version": grant.version,
        "resend_url": reverse("accounts:lien_renvoyer", args=[grant.pk]) if status in (OUVERT, EXPIRE) else "",
        "renew_url": reverse("accounts:lien_remplacer", args=[grant.pk]) if status in (REPONDU, REVOQUE) else "",
        "revoke_url": "" if status == REVOQUE else reverse("accounts:lien_revoquer", args=[grant.pk]),
    }


@register.inclusion_tag("accounts/liens.html", takes_context=True)
def liens(context, obj: models.Model, code: str, level: int = 2) -> dict[str, Any]:
    """The links of one purpose on ``obj``: to whom, sent, opened, answered, until when; to send, resend, revoke.

    The page has already checked that the actor may see ``obj``. ``level`` is that of the heading. Two queries.
    """
    purpose = LINK_PURPOSES.get(code)
    if purpose is None:
        raise LookupError(f"usage de lien inconnu : {code}")
    grants = list(Grant.objects.of(obj, code).order_by("-sent_at", "pk"))
    failed = not_sent(grants)
    refusal = purpose.refusal(context["request"].actor, obj) or ""
    return {
        "rows": [_row(grant, grant.pk in failed) for grant in grants],
        "label": purpose.label,
        "duration": purpose.duration,
        "heading_id": f"liens-{code}-{obj.pk}",
        "level": level,
        "refusal": refusal,
        "may": not refusal and not purpose.closed(obj),
        "may_revoke": not refusal,
        "closed": purpose.closed(obj),
        "send_url": reverse("accounts:lien_envoyer", args=[code, obj.pk]),
        "csrf_token": context.get("csrf_token", ""),
    }
