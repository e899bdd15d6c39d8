"""Where Django looks for the models of the app: each is in its room, and is imported from there."""

from partners.portfolio.fiche.models import blocs, fiche, reprise  # noqa: F401
from partners.portfolio.prestataire import models as prestataire  # noqa: F401
from partners.portfolio.publication import models as publication  # noqa: F401
from partners.portfolio.vitrine import models as vitrine  # noqa: F401
