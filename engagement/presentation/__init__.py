"""The presentation sheet of an ingénierie, and the action beside the structures."""
