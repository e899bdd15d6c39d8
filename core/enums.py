"""Codes and French labels of what the core holds, for those who need no model."""

from __future__ import annotations

from django.db import models


class Lane(models.TextChoices):
    """Queues that do not wait for one another: each has its own worker process."""

    COURRIERS = "courriers", "courriers"
    TRAVAUX = "travaux", "travaux"
