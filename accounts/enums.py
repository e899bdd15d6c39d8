"""Codes and French labels of the people side."""

from django.db import models


class OrganisationKind(models.TextChoices):
    """The four kinds of organisations of the dispositif."""

    DLA = "dla", "DLA"
    C2RA = "c2ra", "C2RA"
    CNAR = "cnar", "CNAR"
    AVISE = "avise", "AVISE"


class Role(models.TextChoices):
    """What a member may do in the organisation."""

    RESPONSABLE = "responsable", "responsable"
    CHARGE_MISSION = "charge_mission", "chargé de mission"
    LECTURE = "lecture", "lecture seule"
