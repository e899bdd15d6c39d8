"""Pages of the projet d'intervention."""
