"""Words of the plan of capitalisation and transfer (000, « La démarche » 4/4)."""

from __future__ import annotations

from django.db import models


class EtatPlan(models.TextChoices):
    """Where a plan stands."""

    BROUILLON = "brouillon", "brouillon"
    DECIDE = "decide", "décidé"
    MENE = "mene", "mené"


class Suite(models.TextChoices):
    """What is decided of the transfer."""

    TRANSFERER = "transferer", "il y a à transférer"
    RIEN = "rien", "rien à transférer"


class Nature(models.TextChoices):
    """What is kept: the three of 000."""

    METHODE = "methode", "la méthode, les procédés utilisés"
    INFORMATIONS = "informations", "des informations sur le secteur, le territoire"
    CONTENU = "contenu", "le contenu abordé avec les structures"


class Destinataire(models.TextChoices):
    """To whom: the five of 000."""

    STRUCTURES = "structures", "Les structures bénéficiaires, leurs réseaux et partenaires"
    DISPOSITIF = "dispositif", "Les partenaires du dispositif DLA (DLA, C2RA, CNAR, AVISE)"
    PERMANENTS = "permanents", "Les partenaires permanents du DLA"
    PONCTUELS = "ponctuels", "Les partenaires ponctuels de l’ingénierie"
    INTERVENANTS = "intervenants", "Les intervenants de l’ingénierie"


class Responsable(models.TextChoices):
    """By whom: the five of 000."""

    PORTEUSE = "porteuse", "La structure porteuse de l’ingénierie collective"
    DISPOSITIF = "dispositif", Destinataire.DISPOSITIF.label
    PERMANENTS = "permanents", Destinataire.PERMANENTS.label
    PONCTUELS = "ponctuels", Destinataire.PONCTUELS.label
    INTERVENANTS = "intervenants", Destinataire.INTERVENANTS.label


class Forme(models.TextChoices):
    """Under which form; the list of 000 ends by « … »."""

    PAPIER = "papier", "support papier"
    ELECTRONIQUE = "electronique", "support électronique"
    WEB = "web", "support web"
    SYNTHESE = "synthese", "synthèse, fiches"
    GUIDE = "guide", "guide"
    RENCONTRES = "rencontres", "rencontres"
    TELEPHONE = "telephone", "échanges téléphoniques"
    MAILS = "mails", "mails"
    INTRANET = "intranet", "intranet du dispositif DLA, forums de discussions, « chat »"
    AUTRE = "autre", "autre"


class Ton(models.TextChoices):
    """In which tone; the list of 000 ends by « … »."""

    CONVIVIAL = "convivial", "convivial"
    INSTITUTIONNEL = "institutionnel", "institutionnel"
    AUTRE = "autre", "autre"
