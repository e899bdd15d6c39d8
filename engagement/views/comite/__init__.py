"""Pages of the sessions of the comité d'appui."""
