"""A fiche taken over from the former portfolio: who imported it, for whom, what its référent has checked since."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import Grant, Organisation
from core import clock
from core.actor import Actor
from partners.portfolio.fiche.rubriques import RUBRIQUES, Rubrique
from partners.portfolio.invitations.purposes import REFERENT
from partners.portfolio.prestataire.models import Membre, Prestataire


class RepriseQuerySet(models.QuerySet):
    """Fiches taken over, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the actor's organisation; a C2RA also sees those of its région.

        Same answer as :func:`partners.portfolio.reprise.permissions.why_not_reprise` lets act on, reading set apart.
        """
        organisation = actor.organisation
        if organisation is None or not (organisation.is_dla or organisation.is_c2ra):
            return self.none()
        wanted = Q(organisation=organisation)
        if organisation.is_c2ra:
            wanted |= Q(prestataire__region=organisation.region_id)
        return self.filter(wanted)

    def with_progress(self):
        """Says whether somebody holds the prestataire, and whether an invitation left (``held``, ``invited``).

        Of the last one that was not revoked: ``invited_at``, ``invited_until``, ``accepted_at``.
        """
        people = Membre.objects.active().filter(prestataire=OuterRef("prestataire"))
        sent = Grant.objects.filter(
            purpose=REFERENT,
            object_type="portfolio.prestataire",
            object_id=OuterRef("prestataire"),
            revoked_at=None,
        )
        last = sent.order_by("-sent_at", "-pk")
        return self.annotate(
            held=Exists(people),
            invited=Exists(sent),
            invited_at=Subquery(last.values("sent_at")[:1]),
            invited_until=Subquery(last.values("expires_at")[:1]),
            accepted_at=Subquery(last.values("used_at")[:1]),
        )

    def to_invite(self):
        """Those that nobody holds, to whom nothing was sent, and that were not erased since."""
        return self.with_progress().filter(held=False, invited=False, prestataire__efface_le=None)


class Reprise(models.Model):
    """The former fiche of one prestataire, as a draft that nobody wrote here: its référent checks every rubric.

    ``verifiees`` are the codes of the rubrics that somebody of the prestataire has checked.
    """

    prestataire = models.OneToOneField(
        Prestataire, on_delete=models.PROTECT, related_name="reprise", verbose_name="prestataire"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="reprises", verbose_name="reprise par"
    )
    email = models.EmailField("adresse électronique du référent")
    source = models.CharField("d’où vient la fiche", max_length=250)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="importée par"
    )
    at = models.DateTimeField("importée le", default=clock.now)
    verifiees = models.JSONField("rubriques vérifiées", default=list)

    journal_redacted = frozenset({"email"})

    objects = RepriseQuerySet.as_manager()

    class Meta:
        verbose_name = "reprise d’une ancienne fiche"
        verbose_name_plural = "reprises d’anciennes fiches"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["organisation", "-at", "-id"], name="reprise_organisation_idx")]

    def __str__(self) -> str:
        return f"reprise {self.pk}"

    @property
    def to_verify(self) -> list[Rubrique]:
        """The rubrics that nobody of the prestataire has checked yet."""
        return [rubrique for rubrique in RUBRIQUES if rubrique.code not in self.verifiees]
