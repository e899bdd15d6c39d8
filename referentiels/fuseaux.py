"""The time zones of the French territories: a date and an hour are told in those of where they happen."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models


class Fuseau(models.TextChoices):
    """Time zones of the French territories: a deadline names its own."""

    PARIS = "Europe/Paris", "heure de Paris"
    GUADELOUPE = "America/Guadeloupe", "heure de la Guadeloupe"
    MARTINIQUE = "America/Martinique", "heure de la Martinique"
    GUYANE = "America/Cayenne", "heure de la Guyane"
    REUNION = "Indian/Reunion", "heure de La Réunion"
    MAYOTTE = "Indian/Mayotte", "heure de Mayotte"
    MIQUELON = "America/Miquelon", "heure de Saint-Pierre-et-Miquelon"
    NOUMEA = "Pacific/Noumea", "heure de la Nouvelle-Calédonie"
    TAHITI = "Pacific/Tahiti", "heure de Tahiti"
    WALLIS = "Pacific/Wallis", "heure de Wallis-et-Futuna"


#: INSEE code of a département or collectivité → its time zone; Paris for the others.
FUSEAU_DE = {
    "971": Fuseau.GUADELOUPE,
    "977": Fuseau.GUADELOUPE,
    "978": Fuseau.GUADELOUPE,
    "972": Fuseau.MARTINIQUE,
    "973": Fuseau.GUYANE,
    "974": Fuseau.REUNION,
    "975": Fuseau.MIQUELON,
    "976": Fuseau.MAYOTTE,
    "986": Fuseau.WALLIS,
    "987": Fuseau.TAHITI,
    "988": Fuseau.NOUMEA,
}


def fuseau_of(codes: Iterable[str]) -> str:
    """The time zone of these départements (their INSEE codes); Paris when they span several, or none is given."""
    zones = {FUSEAU_DE.get(code, Fuseau.PARIS) for code in codes}
    return zones.pop().value if len(zones) == 1 else Fuseau.PARIS.value
