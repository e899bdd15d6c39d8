"""The synthesis of the evaluation (000, démarche 4/4): what was done, what each register concludes, on what facts."""
