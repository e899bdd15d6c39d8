"""Jobs are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from partners.portfolio.donnees import tasks as donnees
from partners.portfolio.publication import tasks as publication
from partners.portfolio.reprise import tasks as reprise
from partners.portfolio.vitrine import tasks as vitrine

__all__ = ["donnees", "publication", "reprise", "vitrine"]
