"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from partners.portfolio.donnees import mails as donnees
from partners.portfolio.fiche import mails as fiche
from partners.portfolio.invitations import mails as invitations
from partners.portfolio.prestataire import mails as prestataire
from partners.portfolio.publication import mails as publication
from partners.portfolio.vitrine import mails as vitrine

__all__ = ["donnees", "fiche", "invitations", "prestataire", "publication", "vitrine"]
