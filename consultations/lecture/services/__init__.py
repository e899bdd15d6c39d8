"""What happens to the reading of the propositions: its grid, its readers, their readings, the precisions asked."""
