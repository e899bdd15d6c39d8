"""What the pages of the tab « Projet d'intervention » share."""

from __future__ import annotations

from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit

TAB = "projet_intervention"


class Edit(IngenierieEdit):
    """Edits one section of the tab."""

    tab = TAB
    route = "mobilisation:projet"


class Create(IngenierieCreate):
    """Adds one more thing to the tab."""

    tab = TAB
    route = "mobilisation:projet"
