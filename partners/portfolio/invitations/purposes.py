"""The personal links by which one enters the portfolio, as their rows and addresses name them."""

#: A DLA or a C2RA invites a consultant to present herself; its object is that organisation.
PORTEFEUILLE = "invitation-portefeuille"
#: The staff invites the référent of a prestataire whose former fiche was taken over.
REFERENT = "invitation-referent"
#: The référent of a prestataire invites a colleague to join it.
COLLEGUE = "invitation-collegue"
#: Somebody asks by oneself: the link verifies the address.
ACCES = "acces-portefeuille"
