"""The pages of the choice, of the decision of a call, of the retained project."""
