"""What every mail to a prestataire says of its space."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from missions.conventions.models import Convention
from partners.portfolio.prestataire.models import Membre


def entree(convention: Convention) -> dict[str, Any]:
    """``entrer``: where who signed for the prestataire opens a space, while nobody of it has one (see ``people_of``);
    the button to the mission is then left out, since it would only ask to sign in."""
    known = Membre.objects.active().filter(prestataire=convention.choix.prestataire_id).exists()
    return {"entrer": "" if known else reverse("portfolio:demande"), "hide_button": not known}
