"""Codes and French labels of the cahier des charges."""

from django.db import models


class EtatCahier(models.TextChoices):
    """State of a cahier des charges."""

    BROUILLON = "brouillon", "brouillon"
    VALIDE = "valide", "validé"
    DIFFUSE = "diffuse", "diffusé"


class Finalite(models.TextChoices):
    """What the mission is for: when it is not clear for the prestataire, it cannot be for the structures (002)."""

    AUDIT = "audit", "Audit : identifier les problèmes"
    SOLUTIONS = "solutions", "Recherche de solutions"
    OUTILLAGE = "outillage", "Outillage opérationnel"


class Portee(models.TextChoices):
    """Which structures of the ingénierie the cahier des charges presents."""

    TOUTES = "toutes", "Toutes celles qui n’ont ni décliné ni été retirées"
    CONFIRMEES = "confirmees", "Celles qui ont confirmé leur participation"
    CHOIX = "choix", "Celles que je choisis ci-dessous"


class DetailStructure(models.TextChoices):
    """What the sheet of a structure may tell, from the directory. Nothing of a person is ever among them."""

    COMMUNE = "commune", "commune"
    SECTEUR = "secteur", "secteur et branche"
    FORME = "forme", "forme juridique"
    CREATION = "creation", "année de création"
    ETP = "etp", "emplois (ETP)"
    SALARIES = "salaries", "salariés"
    SAISONNIERS = "saisonniers", "emplois saisonniers"
    BENEVOLES = "benevoles", "bénévoles"
    BENEVOLES_ACTIFS = "benevoles_actifs", "bénévoles actifs"
    ADHERENTS = "adherents", "adhérents"
    BUDGET = "budget", "budget annuel"
    TERRITOIRE = "territoire", "territoire d’action"
    PROJET = "projet", "projet et histoire"
    FINANCEMENTS = "financements", "financements et partenaires"
    COMPETENCES = "competences", "compétences et savoir-faire"


#: Texts, printed below the name; the others are columns.
DETAILS_LONGS = (
    DetailStructure.TERRITOIRE,
    DetailStructure.PROJET,
    DetailStructure.FINANCEMENTS,
    DetailStructure.COMPETENCES,
)
DETAILS_NOMBRES = (
    DetailStructure.CREATION,
    DetailStructure.ETP,
    DetailStructure.SALARIES,
    DetailStructure.SAISONNIERS,
    DetailStructure.BENEVOLES,
    DetailStructure.BENEVOLES_ACTIFS,
    DetailStructure.ADHERENTS,
    DetailStructure.BUDGET,
)
DETAILS_PAR_DEFAUT = [
    DetailStructure.COMMUNE.value,
    DetailStructure.SECTEUR.value,
    DetailStructure.CREATION.value,
    DetailStructure.ETP.value,
    DetailStructure.BUDGET.value,
    DetailStructure.PROJET.value,
]


#: The category of the files that are the diagnostic, complete or in synthesis, among those annexed.
PIECE_DIAGNOSTIC = "diagnostic"


class Diagnostic(models.TextChoices):
    """What of the diagnostic goes with the cahier des charges (002)."""

    COMPLET = "complet", "Diagnostic complet"
    SYNTHESE = "synthese", "Synthèse du diagnostic"
    AUCUN = "aucun", "Aucun diagnostic annexé"


class NatureAnnexe(models.TextChoices):
    """What an annexed document is."""

    DIAGNOSTIC = "diagnostic", "Diagnostic"
    PLAN = "plan", "Plan d’accompagnement"
