"""Pages of a call: the team's, and those of the prestataires invited."""
