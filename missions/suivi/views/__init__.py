"""The pages of the fiche de suivi: for the team and for the prestataire, the same forms."""
