"""Forms of the standing clauses and of the guides."""

from __future__ import annotations

from django import forms

from consultations.cadre.models import ClausesPermanentes, GuidePrestataires
from core.forms import BaseModelForm, VersionedFormMixin
from core.uploads.checks import ALLOWED
from core.uploads.fields import UploadField


class PdfField(UploadField):
    """A PDF."""

    kinds = {"pdf": ALLOWED["pdf"]}


class ClausesForm(VersionedFormMixin, BaseModelForm):
    """What is proposed in each new cahier des charges."""

    class Meta:
        model = ClausesPermanentes
        fields = ["texte"]
        help_texts = {
            "texte": "Confidentialité, assurance, propriété des productions, évaluation de la mission, facturation… "
            "Chaque nouveau cahier des charges les propose ; on peut les y adapter."
        }
        widgets = {"texte": forms.Textarea(attrs={"rows": 16})}


class GuideForm(BaseModelForm):
    """A new version of the guide."""

    fichier = PdfField(label="Le guide, en PDF", help_text="10 Mo au plus.")

    class Meta:
        model = GuidePrestataires
        fields = ["titre", "depuis", "nouveau"]
        help_texts = {
            "titre": "Par exemple : Guide de l’ingénierie à l’usage des prestataires.",
            "depuis": "Il accompagne les cahiers des charges diffusés à partir de ce jour.",
            "nouveau": "Ce qui change depuis la version précédente, pour qui la connaît.",
        }
