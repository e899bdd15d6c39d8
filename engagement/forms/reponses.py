"""The questionnaire that a partner fills by its personal link (fiche pratique 3)."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from engagement.enums import Verdict
from engagement.forms.partenaires import ATTENTES
from engagement.models import ReponsePartenaire
from engagement.models.reponses import ANSWERED, VERDICTS

#: The same three answers as in the dossier, as one gives them oneself.
ANSWERS = ((Verdict.OUI, "Oui"), (Verdict.NON, "Non"), (Verdict.A_VOIR, "À voir, je ne peux pas le dire"))


class ReponseForm(VersionedFormMixin, BaseModelForm):
    """The three checks, expectations, motivations, contribution. With ``sending`` the checks must be answered."""

    class Meta:
        model = ReponsePartenaire
        fields = ANSWERED
        widgets = dict.fromkeys(VERDICTS, forms.RadioSelect)
        help_texts = {
            "problematique_texte": "Constats, expériences passées, avec quel succès.",
            "complementaire_texte": "Qui fait déjà quelque chose d’approchant, en permanence ou ponctuellement ?",
            "interet_texte": "Ce qu’il faudrait réunir pour qu’elles s’engagent.",
            "motivations": "Ce qui vous pousserait à vous y associer.",
            "contribution_technique": "Temps, salle, données, relecture, intervention auprès des structures…",
            "contribution_financiere": "Si vous l’envisagez : sur quoi, de quel ordre, décidé par qui.",
        }

    def __init__(self, *args: Any, famille: str, sending: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", self.instance.version)
        for name in VERDICTS:
            field = self.fields[name]
            field.choices = ANSWERS
            field.required = sending
            field.error_messages["required"] = "Choisissez une réponse ; « à voir » en est une."
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = "3"
            if name in ANSWERED:
                field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        self.fields["attentes"].help_text = ATTENTES[famille]

    def build_layout(self) -> Layout:
        return Layout(
            Fieldset("Le constat", "problematique_partagee", "problematique_texte"),
            Fieldset("L’existant", "complementaire", "complementaire_texte"),
            Fieldset("Les structures", "interet", "interet_texte"),
            Fieldset("Vos attentes et motivations", "attentes", "motivations"),
            Fieldset("Votre contribution", "contribution_technique", "contribution_financiere"),
        )
