"""Pages of the portfolio."""

from partners.portfolio.views.blocs import (
    IntervenantEdit,
    IntervenantNouveau,
    IntervenantRetirer,
    PieceAjouter,
    PieceRetirer,
    ReferenceDupliquer,
    ReferenceEdit,
    ReferenceNouvelle,
    ReferenceRetirer,
)
from partners.portfolio.views.donnees import (
    Donnees,
    DonneesFichier,
    Effacer,
    IntervenantDonnees,
    IntervenantEffacer,
)
from partners.portfolio.views.equipe import Equipe, MembreAction
from partners.portfolio.views.espace import ActionFiche, Espace, Nouveau, espace
from partners.portfolio.views.fiches import fiche, piece, prestataire
from partners.portfolio.views.invitations import demande, invitation_action, invitations, rejoindre
from partners.portfolio.views.ouverture import Public, ouverture
from partners.portfolio.views.reprises import ReprisePage, Verifier, reprises, reprises_inviter
from partners.portfolio.views.review import (
    Decider,
    PublicationPage,
    Relire,
    file,
    publications,
    remarque_retirer,
)
from partners.portfolio.views.rubriques import Champ, Rubrique

__all__ = [
    "ActionFiche",
    "Champ",
    "Decider",
    "Donnees",
    "DonneesFichier",
    "Effacer",
    "Equipe",
    "Espace",
    "IntervenantDonnees",
    "IntervenantEdit",
    "IntervenantEffacer",
    "IntervenantNouveau",
    "IntervenantRetirer",
    "MembreAction",
    "Nouveau",
    "PieceAjouter",
    "PieceRetirer",
    "Public",
    "PublicationPage",
    "ReferenceDupliquer",
    "ReferenceEdit",
    "ReferenceNouvelle",
    "ReferenceRetirer",
    "Relire",
    "ReprisePage",
    "Rubrique",
    "Verifier",
    "demande",
    "espace",
    "fiche",
    "file",
    "invitation_action",
    "invitations",
    "ouverture",
    "piece",
    "prestataire",
    "publications",
    "rejoindre",
    "remarque_retirer",
    "reprises",
    "reprises_inviter",
]
