"""The pages of the requests of changes: for the team, for the prestataire, for a structure by its link."""
