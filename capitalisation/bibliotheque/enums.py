"""Words of the library (004, framing note: proposals, not decisions)."""

from __future__ import annotations

from django.db import models


class EtatRessource(models.TextChoices):
    """Where a resource stands, from its author's draft to the national reference."""

    BROUILLON = "brouillon", "brouillon"
    PROPOSEE = "proposee", "proposée"
    A_COMPLETER = "a_completer", "à compléter"
    PUBLIEE = "publiee", "publiée"
    PROPOSEE_NATIONALE = "proposee_nationale", "proposée au national"
    REFERENCE_NATIONALE = "reference_nationale", "référence nationale"
    ARCHIVEE = "archivee", "archivée"


#: States in which a committee has approved it.
PUBLIES = (EtatRessource.PUBLIEE, EtatRessource.PROPOSEE_NATIONALE, EtatRessource.REFERENCE_NATIONALE)


class Lecteurs(models.TextChoices):
    """The circles of readers, from the closest: each holds those before it."""

    EQUIPE = "equipe", "l’équipe"
    REGION = "region", "la région"
    RESEAU = "reseau", "le réseau (DLA, C2RA, CNAR, Avise, prestataires)"
    PUBLIC = "public", "tout le monde"


class Sorte(models.TextChoices):
    """The four kinds of 004."""

    OBSERVATION = "observation", "Observation : données, enquêtes et études sur la vie associative"
    DOCUMENTAIRE = "documentaire", "Ressources documentaires, médias et outils d’appui au quotidien"
    VEILLE_SOCIALE = "veille_sociale", "Veille sociale : actualités des réseaux et de la vie associative"
    VEILLE_JURIDIQUE = "veille_juridique", "Veille juridique et réglementaire"


class Support(models.TextChoices):
    """What it is made of."""

    FICHIER = "fichier", "fichier"
    LIEN = "lien", "lien"
    QUESTIONNAIRE = "questionnaire", "questionnaire gardé comme modèle"
    DOCUMENT_REGION = "document_region", "document de la région"
    FICHE_EXPERIENCE = "fiche_experience", "fiche expérience"
    MONOGRAPHIE = "monographie", "monographie"


#: Made of files of their own.
AVEC_FICHIERS = (Support.FICHIER, Support.DOCUMENT_REGION)


class Technique(models.TextChoices):
    METHODOLOGIQUE = "methodologique", "méthodologique"
    PEDAGOGIQUE = "pedagogique", "pédagogique"
    DEMARCHE_EXEMPLAIRE = "demarche_exemplaire", "démarche exemplaire"


class Pratique(models.TextChoices):
    PAPIER = "papier", "document papier"
    MEDIA = "media", "média"
    NEWSLETTER = "newsletter", "newsletter"


class Accessible(models.TextChoices):
    TOUS = "tous", "disponible pour tous"
    INTERET_COMMUN = "interet_commun", "intérêt commun"
    MISE_EN_RESEAU = "mise_en_reseau", "mise en réseau"


class Echelle(models.TextChoices):
    NATIONALE = "nationale", "nationale"
    TERRITORIALE = "territoriale", "territoriale"


class SousEchelle(models.TextChoices):
    """What a resource of each scale is; the first two are national."""

    OBSERVATION_TERRITOIRES = "observation_territoires", "observation des territoires"
    INFORMATIONS_GENERALES = "informations_generales", "informations générales de la vie associative"
    RESSOURCES_TERRITOIRE = "ressources_territoire", "ressources produites sur le territoire"
    ENCADREMENT_SPECIFIQUE = (
        "encadrement_specifique",
        "informations spécifiques à l’encadrement de la vie associative",
    )
    CONTACTS_RESEAUX = "contacts_reseaux", "contacts réseaux"


#: Of which scale each is.
SOUS_ECHELLES = {
    Echelle.NATIONALE: (SousEchelle.OBSERVATION_TERRITOIRES, SousEchelle.INFORMATIONS_GENERALES),
    Echelle.TERRITORIALE: (
        SousEchelle.RESSOURCES_TERRITOIRE,
        SousEchelle.ENCADREMENT_SPECIFIQUE,
        SousEchelle.CONTACTS_RESEAUX,
    ),
}


class Usage(models.TextChoices):
    EFFICACITE = "efficacite", "efficacité"
    HARMONISATION = "harmonisation", "harmonisation"


class Apport(models.TextChoices):
    """What each usage brings; the first two are of « efficacité »."""

    GAIN_TEMPS = "gain_temps", "gain de temps"
    GAIN_COMPETENCE = "gain_competence", "gain en compétence"
    CULTURE_COMMUNE = "culture_commune", "culture commune"
    APPRENTISSAGE = "apprentissage", "apprentissage"
    TRAVAIL_COLLECTIF = "travail_collectif", "travail collectif"
    SEUIL_COMPETENCE = "seuil_competence", "seuil de compétence identique pour tous"


APPORTS = {
    Usage.EFFICACITE: (Apport.GAIN_TEMPS, Apport.GAIN_COMPETENCE),
    Usage.HARMONISATION: (
        Apport.CULTURE_COMMUNE,
        Apport.APPRENTISSAGE,
        Apport.TRAVAIL_COLLECTIF,
        Apport.SEUIL_COMPETENCE,
    ),
}


class CercleContributeurs(models.TextChoices):
    """Who contributes (004); the last are named by the note outside its circles."""

    PREMIER = "1", "1er cercle : État et acteurs associatifs"
    DEUXIEME = "2", "2e cercle : partenaires locaux (CAF, MSA)"
    TROISIEME = "3", "3e cercle : réseaux partenaires et acteurs ressources"
    AUTRES = "autres", "autres : CRESS, observatoires régionaux, universités, avocats, comptables"


class ModeContribution(models.TextChoices):
    OBLIGATOIRE = "obligatoire", "obligatoire"
    VOLONTAIRE = "volontaire", "volontaire"


class Verdict(models.TextChoices):
    APPLICABLE_PARTOUT = "applicable_partout", "applicable partout"
    SOURCE_INSPIRATION = "source_inspiration", "source d’inspiration"


class Licence(models.TextChoices):
    LICENCE_OUVERTE = "licence-ouverte", "Licence Ouverte 2.0"
    CC_BY = "cc-by", "CC BY 4.0"
    CC_BY_SA = "cc-by-sa", "CC BY-SA 4.0"
    CC_BY_NC = "cc-by-nc", "CC BY-NC 4.0"
    RESEAU = "reseau", "réservée au réseau"
