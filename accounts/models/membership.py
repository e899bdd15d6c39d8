"""A person's belonging to an organisation, with a role."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.enums import Role
from core import clock
from core.sorting import french


class MembershipQuerySet(models.QuerySet):
    """Memberships."""

    def running_in(self, organisation):
        """The running memberships of ``organisation``, deactivated people included."""
        return self.filter(organisation=organisation, ended_at__isnull=True)

    def active(self):
        """Those still running, of active people in active organisations."""
        return self.filter(ended_at__isnull=True, user__is_active=True, organisation__is_active=True)


class Membership(models.Model):
    """One person in one organisation. Ended, never deleted: what was done stays told."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name="personne"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="memberships", verbose_name="organisation"
    )
    role = models.CharField("rôle", max_length=16, choices=Role.choices, default=Role.CHARGE_MISSION)
    started_at = models.DateTimeField("depuis", default=clock.now)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "appartenance"
        ordering = [french("organisation__name"), french("user__last_name"), french("user__first_name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_running_unique",
                violation_error_message="Cette personne appartient déjà à cette organisation.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} ({self.get_role_display()})"

    @property
    def writes(self) -> bool:
        """May the member change anything?"""
        return self.role != Role.LECTURE

    @property
    def manages(self) -> bool:
        """May the member manage the others?"""
        return self.role == Role.RESPONSABLE
