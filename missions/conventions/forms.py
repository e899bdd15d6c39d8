"""The forms of conventions and avenants, and those of the person who signs."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from core.uploads import UploadField
from engagement.budget.enums import Regime
from missions.conventions.enums import Changement
from missions.conventions.models import Avenant, Convention, EtapeConvention, PaiementPrevu, Partie, Signataire
from missions.conventions.prefill import versions_of

_HALF = "col-md-6"


class CommencerForm(BaseForm):
    """Which mission, and which phase of it."""

    choix = forms.ModelChoiceField(label="Prestataire retenu", queryset=None)
    phase = forms.CharField(
        label="Phase",
        required=False,
        max_length=80,
        help_text="Seulement si la mission a plusieurs phases, chacune avec sa convention : par exemple « 1 ».",
    )

    def __init__(self, *args: Any, choix: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["choix"].queryset = choix
        self.fields["choix"].label_from_instance = lambda row: str(row.prestataire)


class _Section(VersionedFormMixin, BaseModelForm):
    """A part of the convention."""


class ObjetForm(_Section):
    """Reference, object, cahier des charges."""

    class Meta:
        model = Convention
        fields = ["reference", "objet", "version_cahier"]
        help_texts = {
            "reference": "Celle de l’application ; remplacez-la par la vôtre si vous tenez un registre.",
            "version_cahier": "Celle à laquelle le prestataire a répondu : elle est citée avec son empreinte.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["version_cahier"].queryset = versions_of(self.instance.ingenierie)


class MissionForm(_Section):
    """Days and calendar."""

    class Meta:
        model = Convention
        fields = ["jours", "jours_individuels", "jours_hors_site", "debut", "fin", "calendrier"]

    def build_layout(self) -> Layout:
        third = "col-sm-4"
        return Layout(
            Row(*(Column(name, css_class=third) for name in ("jours", "jours_individuels", "jours_hors_site"))),
            Row(Column("debut", css_class=_HALF), Column("fin", css_class=_HALF)),
            "calendrier",
            "version",
        )


class PrixForm(_Section):
    """Price, exact to the cent."""

    class Meta:
        model = Convention
        fields = ["prix", "base", "taux_tva", "prix_precisions"]
        widgets = {"base": forms.RadioSelect}
        help_texts = {
            "taux_tva": "Nul si le prestataire n’est pas assujetti. HT, TVA et TTC s’en déduisent au centime.",
            "prix_precisions": "Par exemple : déplacements et repas compris.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["base"].choices = Regime.choices

    def build_layout(self) -> Layout:
        return Layout(
            Row(
                Column("prix", css_class="col-sm-5"),
                Column("base", css_class="col-sm-3"),
                Column("taux_tva", css_class="col-sm-4"),
            ),
            "prix_precisions",
            "version",
        )


class ClausesForm(_Section):
    """What is agreed beside the mission itself."""

    class Meta:
        model = Convention
        fields = ["propriete", "donnees", "evaluation", "modifications", "autres"]
        help_texts = {
            "modifications": "002 demande que tout changement accepté par le DLA avec la structure soit noté dans la "
            "convention, et que le prestataire prenne contact avant de changer la problématique ou la date de fin.",
            "autres": "Assurance, résiliation, litiges… : ce que votre organisation demande.",
        }


class PartieForm(BaseModelForm):
    """A party."""

    class Meta:
        model = Partie
        fields = ["role", "nom", "siret", "adresse", "represente_par", "qualite", "email", "signe", "apport"]
        widgets = {"adresse": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "role": "Une association qui porte l’action pour les autres compte parmi les structures.",
            "represente_par": "Prénom et nom de la personne qui signe.",
            "qualite": "Par exemple : présidente, directeur, gérante.",
            "email": "C’est là que partent le lien de signature et son code. Sans adresse, on signe sur papier.",
            "apport": "Pour un cofinanceur : ce qu’il prend en charge de cette mission.",
        }

    def build_layout(self) -> Layout:
        return Layout(
            Row(Column("role", css_class=_HALF), Column("nom", css_class=_HALF)),
            Row(Column("siret", css_class=_HALF), Column("adresse", css_class=_HALF)),
            Row(Column("represente_par", css_class=_HALF), Column("qualite", css_class=_HALF)),
            Row(Column("email", css_class=_HALF), Column("apport", css_class=_HALF)),
            "signe",
            *(["version"] if "version" in self.fields else []),
        )


class PartieEditForm(VersionedFormMixin, PartieForm):
    """The same, changed."""


class EtapeForm(BaseModelForm):
    """A stage."""

    class Meta:
        model = EtapeConvention
        fields = [
            "ordre", "intitule", "objectif", "contenu", "duree", "outils", "realisation", "productions", "debut", "fin",
        ]  # fmt: skip
        help_texts = {
            "ordre": "Sa place parmi les étapes.",
            "duree": "Une étape n’est pas un jour : elle peut en compter plusieurs, ou une demi-journée.",
            "productions": "Ce que le prestataire remet à la fin de l’étape.",
        }

    def build_layout(self) -> Layout:
        return Layout(
            Row(
                Column("ordre", css_class="col-4 col-sm-2"),
                Column("intitule", css_class="col-sm-7"),
                Column("duree", css_class="col-sm-3"),
            ),
            "objectif",
            "contenu",
            Row(Column("outils", css_class=_HALF), Column("realisation", css_class=_HALF)),
            "productions",
            Row(Column("debut", css_class=_HALF), Column("fin", css_class=_HALF)),
            *(["version"] if "version" in self.fields else []),
        )


class EtapeEditForm(VersionedFormMixin, EtapeForm):
    """The same, changed."""


class PaiementForm(BaseModelForm):
    """A payment of the schedule."""

    class Meta:
        model = PaiementPrevu
        fields = ["libelle", "montant", "date"]
        help_texts = {"libelle": "Par exemple : à la signature ; à la fin de l’étape 2 ; à la remise du rapport final."}


class PaiementEditForm(VersionedFormMixin, PaiementForm):
    """The same, changed."""


class AvenantForm(BaseModelForm):
    """A change, as it was asked for and accepted."""

    class Meta:
        model = Avenant
        fields = [
            "quoi", "de", "a", "pourquoi", "fin", "prix", "demande_par", "demande_le", "contact_le", "contact_moyen",
            "accepte_dla_le", "accepte_structure_le",
        ]  # fmt: skip
        help_texts = {
            "pourquoi": "Un changement se justifie : ce qui l’explique est écrit dans l’avenant.",
            "fin": "Si la fin de la mission change.",
            "prix": "Si le prix change, dans le même régime (HT ou TTC) que la convention.",
            "contact_le": "Problématique ou fin de mission : le contact a lieu avant la demande, et se date.",
            "accepte_dla_le": "Nécessaire pour la signature.",
            "accepte_structure_le": "Nécessaire pour la signature.",
        }

    def build_layout(self) -> Layout:
        return Layout(
            "quoi",
            Row(Column("de", css_class=_HALF), Column("a", css_class=_HALF)),
            "pourquoi",
            Row(Column("fin", css_class=_HALF), Column("prix", css_class=_HALF)),
            Row(Column("demande_par", css_class=_HALF), Column("demande_le", css_class=_HALF)),
            Row(Column("contact_le", css_class=_HALF), Column("contact_moyen", css_class=_HALF)),
            Row(Column("accepte_dla_le", css_class=_HALF), Column("accepte_structure_le", css_class=_HALF)),
            *(["version"] if "version" in self.fields else []),
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("quoi") == Changement.FIN and not cleaned.get("fin") and "fin" not in self.errors:
            self.add_error("fin", "Donnez la nouvelle date de fin.")
        return cleaned


class AvenantEditForm(VersionedFormMixin, AvenantForm):
    """The same, changed."""


class PapierForm(BaseForm):
    """What was signed on paper: the day for each, and the copy."""

    fichier = UploadField(label="Copie signée (PDF ou image)")

    def __init__(self, *args: Any, signataires: list[Signataire], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.order_fields([*(self._add(row) for row in signataires), "fichier"])

    def _add(self, row: Signataire) -> str:
        name = f"le_{row.pk}"
        field = forms.DateField(
            label=f"Signé par {row.nom}, pour {row.organisation}, le",
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        self.fields[name] = field
        return name

    def dates(self) -> dict[int, Any]:
        """The day for each who signed, by primary key."""
        told = {name: value for name, value in self.cleaned_data.items() if name.startswith("le_") and value}
        return {int(name.removeprefix("le_")): value for name, value in told.items()}

    def clean(self):
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            if name.startswith("le_") and value and value > clock.today():
                self.add_error(name, "Cette date est dans le futur.")
        return cleaned


class DeclarationForm(BaseForm):
    """Who signs, in what quality, having read."""

    nom = forms.CharField(label="Votre prénom et votre nom", max_length=120)
    qualite = forms.CharField(label="En qualité de", max_length=120, help_text="Par exemple : présidente, gérant.")
    lu = forms.BooleanField(label="J’ai lu le texte en entier et je le signe en connaissance de cause.")


class CodeForm(BaseForm):
    """The six digits received."""

    code = forms.CharField(
        label="Code reçu",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text="Six chiffres, dans le courrier qui vient de partir.",
    )
