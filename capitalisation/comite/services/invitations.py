"""The members learn what waits for them: by their account, or by a personal link; asked, reminded, told of the end.

The application itself writes, in the name of the C2RA or of the Avise: who proposes a resource writes to nobody.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.erasure import forget_invitation
from accounts.services.links import REVOQUE, status_of
from accounts.services.sent_links import RESEND_AFTER
from capitalisation.comite.models import Examen, MembreComite
from core import clock
from core.actor import Actor
from core.models import OutboxMail
from core.outbox import queue_mail

#: Code of the purpose of the links (``accounts.links``).
LIEN = "avis-editorial"
MAIL_DEMANDE = "capitalisation/avis_editorial_demande"
MAIL_CLOS = "capitalisation/examen_clos"
#: How long before the day on which the avis are due who has not answered is reminded.
RAPPEL = dt.timedelta(days=5)
ACTOR = Actor.system("comité éditorial")


def grant_of(examen: Examen, email: str) -> Grant | None:
    """The link sent to this address for this examination, if any."""
    return Grant.objects.of(examen, LIEN).filter(recipient_email__iexact=email).first()


def grants(examen: Examen) -> dict[str, Grant]:
    """The links of an examination by address, lower case: one query."""
    return {grant.recipient_email.lower(): grant for grant in Grant.objects.of(examen, LIEN)}


def _send_link(examen: Examen, membre: MembreComite) -> bool:
    grant = grant_of(examen, membre.email)
    if grant is None:
        accounts.send_link(LIEN, examen, name=membre.nom, email=membre.email, actor=ACTOR)
        return True
    if clock.now() - grant.sent_at < RESEND_AFTER:
        return False
    if status_of(grant) == REVOQUE:
        accounts.renew_link(grant, actor=ACTOR)
    else:
        accounts.resend_link(grant, actor=ACTOR)
    return True


def _mail(examen: Examen, membre: MembreComite, key: str, *, rappel: bool) -> bool:
    if OutboxMail.objects.filter(key=key).exists():
        return False
    queue_mail(
        MAIL_DEMANDE,
        to=membre.email,
        context={"examen": examen.pk, "membre": membre.pk, "rappel": rappel},
        actor=ACTOR,
        scope=examen.comite,
        key=key,
        urgent=False,
    )
    return True


def _key(examen: Examen, membre: MembreComite) -> str:
    return f"avis-editorial-{examen.pk}-{membre.pk}"


def ask(examen: Examen, membre: MembreComite) -> bool:
    """Ask her avis, once; whether something leaves. In a transaction."""
    if membre.par_lien:
        return _send_link(examen, membre)
    return _mail(examen, membre, _key(examen, membre), rappel=False)


def remind(examen: Examen, membre: MembreComite) -> bool:
    """Ask it again, once a day at most, the first day included; whether something leaves. In a transaction."""
    if membre.par_lien:
        return _send_link(examen, membre)
    key, today = _key(examen, membre), clock.today()
    if OutboxMail.objects.filter(key=key, created_at__date=today).exists():
        return False
    return _mail(examen, membre, f"{key}-{today}", rappel=True)


def remind_once(examen: Examen, membre: MembreComite) -> bool:
    """Ask it again as the day comes near, unless she was asked since; whether something leaves. In a transaction."""
    if not membre.par_lien:
        return _mail(examen, membre, f"{_key(examen, membre)}-rappel-{examen.echeance}", rappel=True)
    grant = grant_of(examen, membre.email)
    if grant is not None and timezone.localdate(grant.sent_at) >= examen.echeance - RAPPEL:
        return False
    return _send_link(examen, membre)


def revoke(examen: Examen, email: str) -> None:
    """The link sent to this address does not serve any more. In a transaction."""
    grant = grant_of(examen, email)
    if grant is not None and grant.revoked_at is None:
        accounts.revoke_link(grant, actor=ACTOR)


def forget(membre: MembreComite) -> None:
    """Erase her name and address from the links she was sent. In a transaction."""
    rows = Grant.objects.filter(purpose=LIEN, recipient_email__iexact=membre.email)
    examens = Examen.objects.filter(comite=membre.comite_id).values("pk")
    for grant in rows.filter(object_type=Examen._meta.label_lower, object_id__in=examens):
        forget_invitation(grant)


def tell_end(examen: Examen) -> None:
    """Those who sit learn that nothing more is expected of them, with their digest. In a transaction."""
    for membre in examen.comite.membres.actifs().order_by("pk"):
        queue_mail(
            MAIL_CLOS,
            to=membre.email,
            context={"examen": examen.pk, "membre": membre.pk},
            actor=ACTOR,
            scope=examen.comite,
            key=f"examen-clos-{examen.pk}-{membre.pk}",
            urgent=False,
        )
