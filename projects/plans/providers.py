"""What the links with the plans d'accompagnement give: conditions, evidence, actions on a row, dates."""

from projects.plans import conditions, echeances, links


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    conditions.register()
    links.register()
    echeances.register()
