"""What is typed about a plan: its rows, what follows them up, its missions, what led to actualise it."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from structures.diagnostics.enums import ReponseStructure
from structures.diagnostics.forms import ReponseRecueForm
from structures.diagnostics.models import Besoin, Diagnostic
from structures.plans.enums import EtatLigne
from structures.plans.models import LignePlan, MissionPreconisee, PlanAccompagnement
from structures.plans.reponses import COMMENT_MAX
from structures.plans.services import NOTE_MAX


class LigneForm(BaseModelForm):
    """A row, in the order of the form of the DLA 37 (002)."""

    class Meta:
        model = LignePlan
        fields = [
            "besoin",
            "difficulte",
            "cause",
            "action",
            "echeance",
            "echeance_texte",
            "nature_moyen",
            "moyens",
            "resultats_attendus",
        ]
        help_texts = {
            "besoin": "Facultatif : le besoin du diagnostic que cette ligne traite.",
            "action": "Ce qui sera fait, et avec quelle combinaison de ressources.",
            "echeance": "Le dernier jour prévu : c’est lui qui vous sera rappelé.",
            "echeance_texte": "Facultatif : comment elle s’écrit dans le plan, par exemple « octobre - novembre ».",
            "moyens": "Qui, comment, combien de temps : par exemple « 2 jours en octobre », « conseils de l’union "
            "régionale ».",
            "resultats_attendus": "Ce que ces ressources, ensemble, doivent permettre.",
        }
        widgets = {
            "difficulte": forms.Textarea(attrs={"rows": 3}),
            "cause": forms.Textarea(attrs={"rows": 3}),
            "moyens": forms.Textarea(attrs={"rows": 3}),
            "resultats_attendus": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, plan: PlanAccompagnement, **kwargs: Any):
        super().__init__(*args, **kwargs)
        besoins = Besoin.objects.filter(structure=plan.structure_id).select_related("type_prestation")
        self.fields["besoin"].queryset = besoins
        self.fields["besoin"].empty_label = "Aucun en particulier"

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            "besoin",
            "difficulte",
            "cause",
            "action",
            Row(Column("echeance", css_class=half), Column("echeance_texte", css_class=half)),
            "nature_moyen",
            "moyens",
            "resultats_attendus",
        )


class LigneEditForm(VersionedFormMixin, LigneForm):
    """A row that exists."""


class SuiviForm(VersionedFormMixin, BaseForm):
    """Where a row stands, and what is noted of it."""

    etat = forms.ChoiceField(label="État", choices=EtatLigne.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note de suivi",
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Datée et signée, elle reste dans le plan. Elle est demandée quand une action est abandonnée.",
    )


class MissionForm(BaseModelForm):
    """A mission to entrust to a prestataire."""

    class Meta:
        model = MissionPreconisee
        fields = ["ligne", "contexte", "objectif_general", "objectifs_operationnels"]
        help_texts = {
            "ligne": "La ligne du plan qu’elle met en œuvre : l’ingénierie ouverte depuis cette ligne, et son "
            "cahier des charges, partiront de cette mission.",
            "contexte": "Ce qui rend cette mission nécessaire.",
            "objectif_general": "Un seul : en mélanger deux empêche d’évaluer la mission.",
            "objectifs_operationnels": "Un par ligne. Formulés en objectifs, ils serviront à l’évaluation.",
        }
        widgets = {
            "contexte": forms.Textarea(attrs={"rows": 3}),
            "objectif_general": forms.Textarea(attrs={"rows": 2}),
            "objectifs_operationnels": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args: Any, plan: PlanAccompagnement, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["ligne"].queryset = plan.lignes.all()
        self.fields["ligne"].empty_label = "Aucune en particulier"


class MissionEditForm(VersionedFormMixin, MissionForm):
    """A mission that exists."""


class PlanForm(VersionedFormMixin, BaseModelForm):
    """The diagnostic a plan starts from, and how it is followed up."""

    class Meta:
        model = PlanAccompagnement
        fields = ["diagnostic", "modalites_suivi"]
        help_texts = {
            "modalites_suivi": "Quand et comment vous le relisez avec la structure : le plan est évolutif, il tient "
            "compte des nouveaux besoins."
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["diagnostic"].queryset = Diagnostic.objects.filter(structure=self.instance.structure_id)
        self.fields["diagnostic"].empty_label = "Aucun"


class ActualisationForm(VersionedFormMixin, BaseForm):
    """What led to actualise the plan."""

    motif = forms.CharField(
        label="Ce qui a conduit à actualiser le plan",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : un nouveau besoin, une ingénierie terminée, un point d’étape avec la structure.",
    )


class ReponsePlanForm(ReponseRecueForm):
    """What the structure told the DLA of its plan, by word of mouth or in writing."""

    commentaire = forms.CharField(
        label="Ce qu’elle en dit",
        required=False,
        max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ligne par ligne si besoin. À remplir si elle demande des modifications.",
    )

    def build_layout(self) -> Layout:
        return Layout(*super().build_layout().fields, "commentaire")


class LecturePlanForm(BaseForm):
    """What the structure answers by its link; ``actualisation`` is what it had before its eyes."""

    actualisation = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_767)
    reponse = forms.ChoiceField(
        label="Ce plan",
        choices=[
            (ReponseStructure.VALIDE, "nous convient : nous le validons"),
            (ReponseStructure.A_MODIFIER, "est à modifier, comme nous le disons ci-dessous"),
        ],
        widget=forms.RadioSelect,
    )
    commentaire = forms.CharField(
        label="Vos remarques",
        required=False,
        max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Dites de quelle ligne il s’agit.",
    )
    fonction = forms.CharField(label="Votre fonction dans la structure", max_length=120, required=False)


class BesoinsForm(forms.Form):
    """The needs to make rows of."""

    besoin = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, possible: list[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["besoin"].choices = [(pk, pk) for pk in possible]


class MoveForm(forms.Form):
    """Up or down."""

    sens = forms.TypedChoiceField(choices=[("-1", "haut"), ("1", "bas")], coerce=int)
