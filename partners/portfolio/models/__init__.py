"""Prestataires, their fiche and its versions, where it is published."""

from partners.portfolio.models.blocs import REMOVED, Intervenant, Piece, Reference
from partners.portfolio.models.fiche import FicheVersion, Remarque
from partners.portfolio.models.invitation import InvitationPrestataire
from partners.portfolio.models.ouverture import MessagePublic, Ouverture
from partners.portfolio.models.prestataire import Membre, Prestataire
from partners.portfolio.models.publication import Periode, Publication, months_after
from partners.portfolio.models.reprise import Reprise

__all__ = [
    "REMOVED",
    "FicheVersion",
    "Intervenant",
    "InvitationPrestataire",
    "Membre",
    "MessagePublic",
    "Ouverture",
    "Periode",
    "Piece",
    "Prestataire",
    "Publication",
    "Reference",
    "Remarque",
    "Reprise",
    "months_after",
]
