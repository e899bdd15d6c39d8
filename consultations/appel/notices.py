"""Who is told of what happens in a call (docs/notifications.md): every invited prestataire, each by its own mail."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from consultations.appel.models import Appel, Invitation, Question
from core.actor import Actor
from core.outbox import queue_mail, unsent
from partners.portfolio.prestataire.enums import RoleMembre
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie import people

INVITATION = "consultations/invitation"
NOUVELLE = "consultations/nouvelle"
ARRET = "consultations/appel_arrete"
QUESTION = "consultations/question_posee"
RETOUR = "consultations/retour_complet"


def recipients(prestataires: Iterable[int]) -> dict[int, list[str]]:
    """The addresses of each prestataire (primary keys): its référents, else all its people. One query."""
    found: dict[int, list[tuple[bool, str]]] = {}
    rows = Membre.objects.active().filter(prestataire__in=list(prestataires)).order_by("pk")
    for pk, role, email in rows.values_list("prestataire_id", "role", "user__email"):
        found.setdefault(pk, []).append((role == RoleMembre.REFERENT, email))
    answer = {}
    for pk, people_of in found.items():
        leads = [email for leads, email in people_of if leads]
        answer[pk] = leads or [email for _, email in people_of]
    return answer


def invitation_key(invitation: Invitation, email: str) -> str:
    return f"appel-invitation-{invitation.pk}-{invitation.envois}-{email}"


def invited(invitation: Invitation, *, actor: Actor) -> None:
    """The invitation, to each of those who answer for the prestataire."""
    for email in recipients([invitation.prestataire_id]).get(invitation.prestataire_id, []):
        queue_mail(
            INVITATION,
            to=email,
            context={"invitation": invitation.pk, "envoi": invitation.envois},
            actor=actor,
            scope=invitation.appel.ingenierie,
            key=invitation_key(invitation, email),
        )


def news(
    appel: Appel, quoi: str, pk: int | str, *, actor: Actor, only: Q | None = None, template: str = NOUVELLE
) -> int:
    """What is new, to every prestataire to whom the invitation left (or ``only`` some): returns how many mails.

    ``quoi`` is what happened, ``pk`` names the object of it, so that it is told once.
    """
    rows = Invitation.objects.filter(appel=appel, envoyee_at__isnull=False)
    if only is not None:
        rows = rows.filter(only)
    rows = list(rows)
    addresses = recipients(row.prestataire_id for row in rows)
    sent = 0
    for row in rows:
        for email in addresses.get(row.prestataire_id, []):
            queue_mail(
                template,
                to=email,
                context={"invitation": row.pk, "quoi": quoi, "objet": pk},
                actor=actor,
                scope=appel.ingenierie,
                key=f"appel-{quoi}-{pk}-{row.pk}-{email}",
            )
            sent += 1
    return sent


def asked(question: Question, *, actor: Actor) -> None:
    """Who answers for the ingénierie learns that a question waits, at once: the deadline runs."""
    appel = question.appel
    address = people.reply_to(appel.ingenierie)
    if not address:
        return
    queue_mail(
        QUESTION,
        to=address,
        context={"question": question.pk},
        actor=actor,
        scope=appel.ingenierie,
        key=f"appel-question-{question.pk}",
    )


def not_sent(invitations: Iterable[Invitation]) -> set[int]:
    """Those whose last invitation did not leave, for one of its addressees at least. Two queries."""
    rows = [row for row in invitations if row.envoyee_at is not None]
    addresses = recipients(row.prestataire_id for row in rows)
    keys = {invitation_key(row, email): row.pk for row in rows for email in addresses.get(row.prestataire_id, [])}
    return {keys[key] for key in unsent(keys)}


def back_asked(appel: Appel, *, actor: Actor) -> None:
    """Who answers for the ingénierie learns that the call went back to the complete mode, unless that person did it."""
    address = people.reply_to(appel.ingenierie)
    if not address or (actor.user is not None and actor.user.email == address):
        return
    queue_mail(
        RETOUR,
        to=address,
        context={"appel": appel.pk},
        actor=actor,
        scope=appel.ingenierie,
        key=f"appel-retour-{appel.pk}-{appel.version}",
    )
