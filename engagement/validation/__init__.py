"""Who validates the démarche: comités d'appui, structure porteuse and its funders."""
