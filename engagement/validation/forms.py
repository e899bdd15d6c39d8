"""Forms of the opinions and validations."""

from __future__ import annotations

from django import forms

from core import clock
from core.forms import BaseModelForm, VersionedFormMixin
from core.uploads import UploadField
from engagement.validation.models import AvisComite, ValidationPorteur
from projects.enums import SensAvis


def _past(form: forms.Form, name: str):
    date = form.cleaned_data[name]
    if date and date > clock.today():
        raise forms.ValidationError("Cette date est dans le futur : enregistrez un fait accompli.")
    return date


class AvisComiteForm(VersionedFormMixin, BaseModelForm):
    """The opinion of the comité d'appui of one DLA, with its document the first time."""

    document = UploadField(
        label="Document de l’avis",
        required=False,
        help_text="Relevé de décision, compte rendu signé… D’autres documents pourront suivre.",
    )

    class Meta:
        model = AvisComite
        fields = ["date", "membres", "sens", "commentaires"]
        widgets = {"sens": forms.RadioSelect}
        help_texts = {
            "membres": "Fonctions ou organismes, un par ligne ; pas de noms de personnes.",
            "commentaires": "Remarques du comité, réserves, suites à donner. À remplir si l’avis n’est pas favorable.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sens"].choices = SensAvis.choices
        if self.instance.pk:
            # The page then shows the files attached, with the form to add others.
            del self.fields["document"]

    def clean_date(self):
        return _past(self, "date")

    def clean(self):
        cleaned = super().clean()
        sens = cleaned.get("sens")
        if sens and sens != SensAvis.FAVORABLE and not (cleaned.get("commentaires") or "").strip():
            self.add_error("commentaires", "Notez les réserves ou les raisons du comité d’appui.")
        return cleaned

    def avis_values(self) -> dict:
        """What goes to the service: everything but the file."""
        return {name: value for name, value in self.values().items() if name != "document"}


class ReponseAvisForm(VersionedFormMixin, BaseModelForm):
    """What the pilot answers to an opinion."""

    class Meta:
        model = AvisComite
        fields = ["reponse"]
        help_texts = {
            "reponse": "Ce que vous avez changé dans la démarche, ou pourquoi vous la maintenez. Le comité d’appui "
            "qui a donné l’avis la lit avec celui-ci ; elle est datée et signée."
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reponse"].required = True


class ValidationPorteurForm(VersionedFormMixin, BaseModelForm):
    """The agreement of the structure porteuse and the confirmation of its funders."""

    class Meta:
        model = ValidationPorteur
        fields = ["validee", "date", "commentaires", "financeurs_date", "financeurs_texte"]
        help_texts = {
            "commentaires": "Qui a validé (fonction), dans quelle instance, avec quelles remarques.",
            "financeurs_texte": "Quels financeurs, sous quelle forme (réunion, courrier), avec quelles remarques.",
        }

    def clean_date(self):
        return _past(self, "date")

    def clean_financeurs_date(self):
        return _past(self, "financeurs_date")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("validee") and not cleaned.get("date") and "date" not in self.errors:
            self.add_error("date", "Indiquez la date de la validation.")
        return cleaned
