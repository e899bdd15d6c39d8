"""Pages of the cahier des charges."""
