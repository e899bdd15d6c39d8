"""What somebody was handed over, until she has seen it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core import clock


class Passation(models.Model):
    """Things that were somebody's, or nobody's, and are now ``to_user``'s: told by mail and on the Accueil until seen.

    ``lines`` are (kind, title, address of its page), as they were called that day.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="organisation"
    )
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="de",
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="passations", verbose_name="à"
    )
    lines = models.JSONField("ce qui est confié", default=list)
    at = models.DateTimeField("le", default=clock.now)
    seen_at = models.DateTimeField("vu le", null=True, blank=True)

    class Meta:
        verbose_name = "passation"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"passation du {self.at:%d/%m/%Y}"
