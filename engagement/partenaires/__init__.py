"""The network of partners of an ingénierie, and what they answer."""
