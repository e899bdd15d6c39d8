"""The pages of the reading of the propositions."""
