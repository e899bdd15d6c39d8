"""The action beside the structures, as it is envisaged."""

from __future__ import annotations

from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from core.widgets import GroupedCheckboxes
from engagement.presentation.enums import TypeIntervention
from engagement.presentation.models import ActionStructures
from referentiels.models import DetailPrestation


class ActionStructuresForm(VersionedFormMixin, BaseModelForm):
    """Kinds of intervention, days, duration, rhythm, contents: the detailed ones are those of the ingénierie's themes.

    ``themes`` are their primary keys.
    """

    types_intervention = forms.TypedMultipleChoiceField(
        label="Types d’intervention auprès des structures",
        choices=TypeIntervention.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = ActionStructures
        fields = [
            "types_intervention",
            "jours",
            "jours_individuels",
            "duree",
            "rythme",
            "animation",
            "details",
            "contenus",
        ]
        help_texts = {
            "jours": "Jours passés avec les structures, par demi-journées : 4 ou 4,5.",
            "jours_individuels": "Ceux passés avec une structure à la fois ; les autres sont collectifs.",
            "duree": "De la première à la dernière rencontre : « quatre mois ».",
            "rythme": "« Une journée par mois », « deux jours puis un retour individuel »…",
            "animation": "Comment la démarche entière est animée : « un comité de pilotage par trimestre ».",
            "details": "Ce qui sera abordé, sous chaque thème Enée de l’ingénierie.",
            "contenus": "Ce que les listes ne disent pas.",
        }

    def __init__(self, *args, themes=(), **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["details"]
        field.queryset = (
            DetailPrestation.objects.filter(type_prestation__in=themes)
            .select_related("type_prestation")
            .order_by("type_prestation__position", "position", "pk")
        )
        field.widget = GroupedCheckboxes(
            group_by=lambda detail: detail.type_prestation.label, opened=lambda detail: True
        )
        field.widget.choices = field.choices
        if not themes:
            del self.fields["details"]
