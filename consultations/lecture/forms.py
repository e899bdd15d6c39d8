"""The forms of the reading of the propositions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from accounts.models import User
from consultations.appel.models import Appel
from consultations.lecture.candidats import Candidat
from consultations.lecture.comparaison import criteres_of
from consultations.lecture.enums import NOTES, Famille, Qualite
from consultations.lecture.modele import modele
from consultations.lecture.models import Critere, Evaluateur, Precision
from consultations.lecture.services.lecteurs import structures_of, team_members
from core.forms import BaseForm, BaseModelForm, TooLongValidator, VersionedFormMixin, clean_input
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

_PICK = "Choisir…"


def families(*, individuelle: bool, free: bool = True) -> list[tuple[str, str]]:
    """(code, label) of the families of the grid; without « Autres commentaires », which has no criterion, on demand."""
    found = [(f.code.value, f.code.label) for f in modele(individuelle=individuelle)]
    return found if free else [row for row in found if row[0] != Famille.AUTRES]


class _CritereFields(BaseModelForm):
    class Meta:
        model = Critere
        fields = ["famille", "intitule", "dont", "poids"]
        help_texts = {
            "dont": "Facultatif : les points que ce critère regroupe.",
            "poids": "Facultatif, de 1 à 10 : il pondère la moyenne des notes, rien d’autre.",
        }

    def __init__(self, *args: Any, individuelle: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["famille"].choices = [("", _PICK), *families(individuelle=individuelle, free=False)]

    def build_layout(self) -> Layout:
        head = Row(Column("famille", css_class="col-md-8"), Column("poids", css_class="col-md-4"))
        return Layout(head, "intitule", "dont")


class CritereForm(_CritereFields):
    """One criterion more."""


class CritereEditForm(VersionedFormMixin, _CritereFields):
    """A criterion renamed, weighed, moved to another family."""


class LecteurDlaForm(BaseForm):
    """Who of the organisations that run the ingénierie reads."""

    user = forms.ModelChoiceField(label="Personne", queryset=User.objects.none())

    def __init__(self, *args: Any, appel: Appel, **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = Evaluateur.objects.filter(grille__appel=appel, user__isnull=False).values("user")
        found = team_members(appel.ingenierie).exclude(pk__in=known)
        self.fields["user"].queryset = found.order_by("last_name", "first_name", "pk")


class _LienForm(BaseForm):
    nom = forms.CharField(label="Nom de la personne", max_length=120, required=False)
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Son lien est personnel : elle lit et écrit seule. Sans adresse, aucun lien ne part : vous saisirez "
        "ce qu’elle dit des propositions après l’avoir rencontrée.",
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("email") and not cleaned.get("nom"):
            self.add_error("nom", "Indiquez le nom de la personne : le lien lui est personnel.")
        return cleaned


class _Structures(forms.ModelChoiceField):
    def label_from_instance(self, obj: StructureCiblee) -> str:
        return f"{obj.structure} ({obj.get_state_display()})"


class LecteurStructureForm(_LienForm):
    """A structure reads, by the link of one of its people."""

    structure_ciblee = _Structures(label="Structure", queryset=StructureCiblee.objects.none())

    def __init__(self, *args: Any, appel: Appel, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["structure_ciblee"].queryset = structures_of(appel.ingenierie)
        self.order_fields(["structure_ciblee", "nom", "email"])


class LecteurCopilForm(_LienForm):
    """A member of the comité de pilotage reads, by a link."""

    organisme = forms.CharField(label="Organisme", max_length=200)

    def __init__(self, *args: Any, appel: Appel, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.order_fields(["organisme", "nom", "email"])


class EntretienForm(VersionedFormMixin, BaseForm):
    """When somebody said what she thinks of the propositions, and who spoke."""

    le = forms.DateField(label="Rencontre du", help_text="Le jour même, non celui de la saisie.")
    avec = forms.CharField(
        label="Qui a parlé pour elle",
        max_length=200,
        help_text="Par exemple : la présidente et la directrice. Lu par le pilote et les lecteurs.",
    )


#: The form by which one adds somebody who reads, by quality.
LECTEUR_FORMS = {
    Qualite.DLA: LecteurDlaForm,
    Qualite.STRUCTURE: LecteurStructureForm,
    Qualite.COPIL: LecteurCopilForm,
}


class DeclarationForm(VersionedFormMixin, BaseForm):
    """Has the evaluator a conflict of interest, and with whom."""

    conflit = forms.ChoiceField(
        label="Avez-vous un conflit d’intérêts avec l’un des candidats ?",
        help_text="Par exemple : vous y travaillez ou y avez travaillé récemment, un proche y travaille, vous y avez "
        "un intérêt financier, vous êtes concurrents.",
        choices=[("non", "Non, avec aucun"), ("oui", "Oui, avec le ou les candidats cochés ci-dessous")],
        widget=forms.RadioSelect,
    )
    recusees = forms.TypedMultipleChoiceField(
        label="Avec qui", required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text="Vous ne lirez pas leur proposition et ne l’apprécierez pas ; les autres lecteurs le feront.",
    )  # fmt: skip
    mot = forms.CharField(
        label="En quoi (facultatif)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Lu par le pilote.",
    )

    def __init__(self, *args: Any, columns: Sequence[Candidat], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["recusees"].choices = [(c.invitation.pk, c.nom) for c in columns]


def long_text(label: str, *, limit: int = 6000, rows: int = 4, **options: Any) -> forms.CharField:
    """A field of free text for forms whose fields depend on what is shown: cleaned and limited as the others."""
    field = forms.CharField(
        label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), validators=[TooLongValidator(limit)],
        **options,
    )  # fmt: skip
    clean_input(field)
    return field


class LectureForm(VersionedFormMixin, BaseForm):
    """One candidate: an appreciation per family (what 002 asks), a rating per criterion (optional).

    Its template draws :meth:`families`: each family with its criteria, what the application knows, its fields.
    """

    def __init__(self, *args: Any, appel: Appel, faits: dict[int, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._families, self._faits = criteres_of(appel), faits
        marks = [("", "sans note"), *((str(n), f"{n} : {label}") for n, label in NOTES.items())]
        for family in self._families:
            free = family["code"] == Famille.AUTRES
            self.fields[family["code"]] = long_text(
                "Autres commentaires" if free else f"Votre appréciation : {family['label'].lower()}"
            )
            for critere in family["criteres"]:
                if not critere.fait:
                    self.fields[f"note_{critere.pk}"] = forms.ChoiceField(
                        label=critere.intitule, choices=marks, required=False
                    )

    def families(self) -> list[dict[str, Any]]:
        """What the template draws."""
        return [
            {
                "code": family["code"],
                "label": family["label"],
                "texte": self[family["code"]],
                "notable": any(not c.fait for c in family["criteres"]),
                "criteres": [
                    {
                        "intitule": c.intitule,
                        "dont": [line for line in c.dont.splitlines() if line.strip()],
                        "fait": self._faits.get(c.pk, "") if c.fait else "",
                        "note": None if c.fait else self[f"note_{c.pk}"],
                    }
                    for c in family["criteres"]
                ],
            }
            for family in self._families
        ]

    def texts(self) -> dict[str, str]:
        """{family: text}."""
        return {family["code"]: self.cleaned_data[family["code"]] for family in self._families}

    def marks(self) -> dict[int, int | None]:
        """{criterion: rating or None}."""
        found = {}
        for name, value in self.cleaned_data.items():
            if name.startswith("note_"):
                found[int(name.removeprefix("note_"))] = int(value) if value else None
        return found


class PrecisionForm(BaseModelForm):
    """What a candidate is asked to make clear."""

    class Meta:
        model = Precision
        fields = ["famille", "question"]
        help_texts = {"question": "Envoyée au prestataire ; sa réponse s’affichera à côté de ce qu’elle précise."}

    def __init__(self, *args: Any, ingenierie: Ingenierie, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["famille"].choices = [("", _PICK), *families(individuelle=ingenierie.is_individuelle)]


class ReponseForm(VersionedFormMixin, BaseModelForm):
    """The answer of the candidate."""

    class Meta:
        model = Precision
        fields = ["reponse"]
        help_texts = {"reponse": "Elle complète votre proposition : le pilote et les lecteurs la lisent à côté."}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reponse"].required = True
