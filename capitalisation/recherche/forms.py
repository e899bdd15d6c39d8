"""The form of a search that is kept."""

from __future__ import annotations

from capitalisation.recherche.models import RechercheEnregistree
from core.forms import BaseModelForm, VersionedFormMixin


class GarderForm(BaseModelForm):
    """Its name, and whether to write."""

    class Meta:
        model = RechercheEnregistree
        fields = ["nom", "prevenir"]
        help_texts = {
            "prevenir": "Un courrier le matin, au plus un par jour, avec ce qui vient d’être publié et que vous pouvez "
            "lire. Rien quand il n’y a rien de nouveau."
        }


class RechercheForm(VersionedFormMixin, GarderForm):
    """The same, later."""
