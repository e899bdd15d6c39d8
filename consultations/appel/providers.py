"""What the call gives to the floors below."""


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
