"""The plan d'accompagnement of a structure: rows followed up and actualised over time (002, example of the DLA 37)."""
