"""The forms of the pictures of a récit."""

from __future__ import annotations

from typing import Any

from capitalisation.recits.models import ImageRecit
from capitalisation.recits.services.images import KINDS
from core.forms import BaseModelForm, VersionedFormMixin
from core.uploads import UploadField


class PictureField(UploadField):
    """A PNG or a JPEG."""

    kinds = KINDS


class _Dite(BaseModelForm):
    """What is said of a picture."""

    class Meta:
        model = ImageRecit
        fields = ["alt", "legende", "credit", "accord"]
        labels = {
            "alt": "Ce que montre l’image",
            "accord": "Les personnes reconnaissables ont donné leur accord, ou il n’y en a pas",
        }
        help_texts = {
            "alt": "Décrivez-la comme au téléphone, pour qui ne la voit pas. Par exemple : « Huit personnes autour "
            "d’une table, une affiche du calendrier commun au mur ». Des rôles plutôt que des noms.",
            "legende": "Ce qui se lit sous l’image, si elle le demande.",
            "credit": "Qui l’a faite, par exemple « Agence du Port ».",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        accord = self.fields["accord"]
        accord.required = True
        accord.error_messages["required"] = (
            "Confirmez que les personnes reconnaissables ont donné leur accord, ou qu’il n’y en a pas."
        )


class ImageForm(_Dite):
    """One more picture."""

    fichier = PictureField(
        label="Image",
        help_text="PNG ou JPEG. Le lieu, l’appareil et la date que la photo porte en elle sont effacés.",
    )
    field_order = ["fichier", "alt", "legende", "credit", "accord"]


class ImageEditForm(VersionedFormMixin, _Dite):
    """What is said of one."""
