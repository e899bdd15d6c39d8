"""Pages of the conventions, of their texts to sign, and those of a personal link."""
