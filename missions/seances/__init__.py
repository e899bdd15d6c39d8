"""The séances of a mission: convened, held, who came, what it gives to each structure."""
