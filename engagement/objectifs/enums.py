"""Codes and French labels of objectives and results (000, démarche 2/4)."""

from django.db import models


class NatureObjectif(models.TextChoices):
    """The level of an objective."""

    STRATEGIQUE = "strategique", "stratégique"
    OPERATIONNEL = "operationnel", "opérationnel"


class ObjectifStrategique(models.TextChoices):
    """The four strategic objectives of the framework, in its words."""

    PRIORITES = "priorites", "Tenir compte des objectifs et priorités propres à l’action du DLA (ciblage)"
    CONSOLIDER = "consolider", "Consolider et développer les activités d’utilité sociale"
    COMPETENCES = (
        "competences",
        "Améliorer les compétences au sein des structures, dans des secteurs d’activités, des territoires",
    )
    DYNAMIQUES = (
        "dynamiques",
        "Renforcer l’efficacité des dynamiques territoriales et sectorielles des projets",
    )


class ObjectifOperationnel(models.TextChoices):
    """The six operational objectives of the framework, in its words."""

    TERRITOIRE = "territoire", "Prendre en compte les objectifs spécifiques au territoire"
    INNOVATION = (
        "innovation",
        "Être un espace d’innovation et d’expérimentation en terme de méthode, d’action, d’outils",
    )
    PARTENARIATS = (
        "partenariats",
        "Améliorer l’efficacité des partenariats entre les acteurs institutionnels, sectoriels, les structures",
    )
    ADAPTABILITE = (
        "adaptabilite",
        "Renforcer l’adaptabilité des structures aux mutations économiques et sociales de leur secteur, "
        "de leur territoire…",
    )
    BESOINS = (
        "besoins",
        "Développer et actualiser l’identification des besoins (individuels et collectifs) des structures",
    )
    CAPITALISATION = "capitalisation", "Capitaliser et transférer des informations, outils, méthodes…"


#: The objectives of the framework by level. Codes are unique over both levels.
CADRE: dict[str, type[models.TextChoices]] = {
    NatureObjectif.STRATEGIQUE: ObjectifStrategique,
    NatureObjectif.OPERATIONNEL: ObjectifOperationnel,
}


class NatureResultat(models.TextChoices):
    """How an expected result is appreciated."""

    QUALITATIF = "qualitatif", "qualitatif"
    QUANTITATIF = "quantitatif", "quantitatif"
