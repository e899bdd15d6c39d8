"""The outbox: every mail the application owes to somebody, written with the business it tells of."""

from __future__ import annotations

import uuid
from email.utils import parseaddr

from django.conf import settings
from django.db import models

from core import clock
from core.models.jobs import Job


class MailState(models.TextChoices):
    """Where a mail stands."""

    EN_ATTENTE = "en_attente", "en attente"
    ENVOYE = "envoye", "envoyé"
    ECHEC = "echec", "en échec"
    SANS_OBJET = "sans_objet", "sans objet"


def new_message_id() -> str:
    """A Message-ID of our own domain, fixed for the life of the mail: a duplicate is recognised as one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


class OutboxMail(models.Model):
    """A mail to send: its template, its recipient and the ids it is about; never its text.

    Rendered when it is sent, so that it tells what is true then, or is found to have lost its object. ``scope_*`` is
    the dossier it belongs to (plain ids). A mail that is not ``urgent`` waits for the day's digest.
    """

    template = models.CharField("modèle", max_length=100)
    to = models.EmailField("destinataire", max_length=254)
    context = models.JSONField("identifiants", default=dict)
    state = models.CharField("état", max_length=12, choices=MailState.choices, default=MailState.EN_ATTENTE)
    key = models.CharField("clé", max_length=200, null=True, unique=True)  # noqa: DJ001 (NULL: several without key)
    message_id = models.CharField("Message-ID", max_length=255, unique=True, default=new_message_id)
    urgent = models.BooleanField("envoi immédiat", default=True)
    digest = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="items", verbose_name="récapitulatif"
    )
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="mails", verbose_name="tâche")
    error = models.TextField("erreur", blank=True)
    scope_type = models.CharField("type de dossier", max_length=80, blank=True)
    scope_id = models.BigIntegerField("identifiant du dossier", null=True)
    created_by_id = models.BigIntegerField("identifiant de la personne", null=True)
    created_by_label = models.CharField("à l’initiative de", max_length=200)
    created_at = models.DateTimeField("demandé le", default=clock.now)
    sent_at = models.DateTimeField("envoyé le", null=True)

    class Meta:
        verbose_name = "courrier"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-created_at", "-id"], name="mail_state_idx"),
            models.Index(fields=["scope_type", "scope_id", "-created_at"], name="mail_scope_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.to}"
