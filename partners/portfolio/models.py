"""Where Django looks for the models of an app: this file only leads it to the rooms, and serves nobody else."""

from partners.portfolio.fiche.models import blocs, fiche, remarque, reprise
from partners.portfolio.prestataire import models as prestataire
from partners.portfolio.publication import models as publication
from partners.portfolio.vitrine import models as vitrine

__all__ = ["blocs", "fiche", "prestataire", "publication", "remarque", "reprise", "vitrine"]
