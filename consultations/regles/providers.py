"""What the rules of the régions give to the floors below."""


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
