"""Codes and French labels of the following of a mission."""

from django.db import models


class Besoin(models.TextChoices):
    """The check at the start: is the need still the one of the diagnostic?"""

    OUI = "oui", "oui : la mission continue"
    NON = "non", "non : un changement est à demander"
