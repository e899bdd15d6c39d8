"""The sessions of the comité d'appui of a DLA."""
