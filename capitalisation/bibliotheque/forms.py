"""The forms of a resource: its notice in rubrics, who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.db.models import Case, IntegerField, When

from capitalisation.bibliotheque import demarche
from capitalisation.bibliotheque.enums import (
    APPORTS,
    AVEC_FICHIERS,
    SOUS_ECHELLES,
    Apport,
    Echelle,
    SousEchelle,
    Support,
    Usage,
)
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services.depot import mots, web_address
from core import clock
from core.actor import Actor
from core.errors import InvalidInput
from core.forms import BaseModelForm, Fold, VersionedFormMixin
from core.models import Attachment
from core.sorting import french
from core.uploads import UploadField
from core.uploads.checks import readable_size
from core.widgets import GroupedCheckboxes

_HALF = "col-md-6"
_THIRD = "col-md-4"


def _grouped(heads: Any, groups: dict, told: Any) -> list[tuple[str, Any]]:
    rows = [
        (str(heads(head).label).capitalize(), [(str(c), told(c).label) for c in codes])
        for head, codes in groups.items()
    ]
    return [("", "Choisir…"), *rows]


class MotsField(forms.CharField):
    """Keywords on one line, separated by commas."""

    def to_python(self, value: Any) -> list[str]:
        text = super().to_python(value) if isinstance(value, str) else value
        words = text.replace(";", ",").split(",") if isinstance(text, str) else list(text or ())
        try:
            return mots(words)
        except InvalidInput as error:
            raise forms.ValidationError(error.message, code="mots") from None

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, (list, tuple)) else value


class _Notice(BaseModelForm):
    """What is said of a resource. The scale and the usage follow from what is chosen under them."""

    lien = forms.URLField(label="Adresse", max_length=500, assume_scheme="https")
    mots_cles = MotsField(
        label="Mots clés",
        required=False,
        max_length=1000,
        help_text="Séparés par des virgules : trésorerie, bénévolat…",
    )
    actions = forms.MultipleChoiceField(
        label="Actions de la démarche où elle aide",
        required=False,
        widget=GroupedCheckboxes,
        help_text="Elle sera montrée à côté de ces actions, dans la démarche de chaque ingénierie.",
    )

    class Meta:
        model = Ressource
        fields = [
            "titre", "resume", "lien", "sorte", "technique", "pratique", "accessible", "sous_echelle", "apport",
            "producteur", "cercle", "contribution", "licence", "teste_sur", "verdict", "verifie_par", "verifie_le",
            "a_reverifier_le", "themes", "secteurs", "region", "departements", "mots_cles", "actions",
        ]  # fmt: skip
        labels = {
            "resume": "En quelques phrases, ce qu’elle apporte",
            "sous_echelle": "Échelle",
            "apport": "Usage : ce qu’elle apporte",
            "technique": "Technique",
            "pratique": "Pratique",
            "accessible": "Accessible",
        }
        help_texts = {
            "titre": "Ce que l’on cherchera : « Lire sa trésorerie mois par mois ».",
            "resume": "Ce qu’un collègue peut en faire, ce qu’il n’y trouvera pas, sans nommer qui a été accompagné.",
            "producteur": "Laissez vide si c’est vous qui l’avez faite.",
            "contribution": "Obligatoire : prévue par votre convention, ou demandée à tous.",
            "licence": "Ce que chacun peut en faire. « Réservée au réseau » : elle ne s’ouvrira pas à tout le monde.",
            "teste_sur": "Où elle a servi : « trois associations culturelles du Loiret, 2026 ».",
            "verdict": "Ce que l’essai permet de dire, sans prétendre davantage.",
            "verifie_par": "Une qualité, jamais un nom : administrateur, comptable, avocat…",
            "a_reverifier_le": "Laissé vide : six mois après pour la veille juridique, dix-huit mois sinon.",
            "region": "Vide : le comité éditorial national la lira.",
        }
        widgets = {
            "resume": forms.Textarea(attrs={"rows": 5}),
            "themes": GroupedCheckboxes,
            "secteurs": GroupedCheckboxes,
            "departements": GroupedCheckboxes,
        }

    def __init__(self, *args: Any, actor: Actor, support: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if support != Support.LIEN:
            del self.fields["lien"]
        self.fields["sous_echelle"].choices = _grouped(Echelle, SOUS_ECHELLES, SousEchelle)
        self.fields["apport"].choices = _grouped(Usage, APPORTS, Apport)
        self.fields["actions"].choices = demarche.groups()
        here = actor.region_id
        if here is not None:  # its C2RA's committee reads it
            del self.fields["region"]
        here_first = Case(When(region=here, then=0), default=1, output_field=IntegerField())
        field = self.fields["departements"]
        field.queryset = field.queryset.select_related("region").order_by(here_first, french("region__label"), "code")
        field.widget.group_by = lambda item: item.region.label
        field.widget.opened = lambda item: item.region_id == here

    def build_layout(self) -> Layout:
        def there(*names: str) -> list[str]:
            return [name for name in names if name in self.fields]

        return Layout(
            Fieldset("Ce qu’elle est", *there("titre", "resume", "lien", "fichier", "reprises", "sorte")),
            Fieldset(
                "Ce qui la définit",
                Row(*(Column(name, css_class=_THIRD) for name in ("technique", "pratique", "accessible"))),
                Row(Column("sous_echelle", css_class=_HALF), Column("apport", css_class=_HALF)),
            ),
            Fieldset(
                "D’où elle vient",
                "producteur",
                Row(Column("cercle", css_class=_HALF), Column("contribution", css_class=_HALF)),
                "licence",
            ),
            Fieldset(
                "Testée et vérifiée",
                Row(Column("teste_sur", css_class=_HALF), Column("verdict", css_class=_HALF)),
                Row(*(Column(name, css_class=_THIRD) for name in ("verifie_par", "verifie_le", "a_reverifier_le"))),
            ),
            Fieldset("Pour qu’on la trouve", *there("mots_cles", "themes", "secteurs", "region", "departements")),
            Fold("Facultatif : où elle aide dans la démarche", "actions"),
            *there("version"),
        )

    def clean_lien(self) -> str:
        try:
            return web_address(self.cleaned_data["lien"])
        except InvalidInput as error:
            raise forms.ValidationError(error.message, code="web") from None

    def clean_verifie_le(self) -> Any:
        value = self.cleaned_data["verifie_le"]
        if value is not None and value > clock.today():
            raise forms.ValidationError("Cette vérification est datée dans le futur.", code="future")
        return value

    def values(self) -> dict[str, Any]:
        """With the scale and the usage that the choices under them say, and the lists."""
        told = {**super().values(), **self.many_to_many()}
        told["echelle"] = next(head for head, rows in SOUS_ECHELLES.items() if told["sous_echelle"] in rows)
        told["usage"] = next(head for head, rows in APPORTS.items() if told["apport"] in rows)
        return told


class DepotForm(_Notice):
    """A new resource, with its file when it is one; files that the dossier has already may be taken instead."""

    fichier = UploadField(required=False)
    reprises = forms.ModelMultipleChoiceField(
        label="Fichiers que le dossier a déjà",
        queryset=Attachment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ils sont copiés dans la bibliothèque : l’original ne bouge pas.",
    )

    def __init__(self, *args: Any, support: str, pieces: Sequence[Attachment] = (), **kwargs: Any):
        super().__init__(*args, support=support, **kwargs)
        self.with_file = support in AVEC_FICHIERS
        if not self.with_file:
            del self.fields["fichier"]
        if self.with_file and pieces:
            field = self.fields["reprises"]
            field.queryset = Attachment.objects.filter(pk__in=[piece.pk for piece in pieces])
            field.label_from_instance = lambda piece: f"{piece.original_name} ({readable_size(piece.size)})"
        else:
            del self.fields["reprises"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (
            self.with_file
            and "fichier" not in self.errors
            and not cleaned.get("fichier")
            and not cleaned.get("reprises")
        ):
            self.add_error("fichier", "Joignez le fichier.")
        return cleaned

    def values(self) -> dict[str, Any]:
        told = super().values()
        told.pop("fichier", None)
        told.pop("reprises", None)
        return told


class NoticeForm(VersionedFormMixin, _Notice):
    """The notice of a resource that is there."""
