"""Forms of the budget: what is said of the whole, then one small form per line."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from core.forms import BaseModelForm, VersionedFormMixin
from engagement.enums import NatureRessource
from engagement.models import Budget, LigneCharge, LigneRessource, PartenaireProjet, ValorisationTemps


class BudgetForm(VersionedFormMixin, BaseModelForm):
    """HT or TTC, convention, absence of double funding."""

    class Meta:
        model = Budget
        fields = ["regime", "tva_note", "non_superposition", "convention", "commentaire"]
        widgets = {"regime": forms.RadioSelect}
        help_texts = {
            "tva_note": "Par exemple : prestataire non assujetti, TVA non récupérée.",
            "non_superposition": "Les crédits d’ingénierie du DLA ne doublent jamais, pour les mêmes actions, un "
            "financement déjà présent sur le territoire ou dans le secteur : dites comment vous l’avez vérifié.",
            "convention": "Avec quels cofinanceurs, pour quel montant, à quelle date.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["regime"].choices = Budget._meta.get_field("regime").choices


class _LigneForm(VersionedFormMixin, BaseModelForm):
    """A line; the version it carries is that of the whole budget."""

    def __init__(self, *args: Any, budget_version: int, **kwargs: Any):
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "version": budget_version}
        super().__init__(*args, **kwargs)
        self.initial["version"] = budget_version


class ChargeForm(_LigneForm):
    """Something to pay for."""

    class Meta:
        model = LigneCharge
        fields = ["nature", "libelle", "phase", "quantite", "unite", "montant"]
        labels = {"montant": "Montant (€)", "quantite": "Quantité"}

    def build_layout(self) -> Layout:
        return Layout(
            Row(
                Column("nature", css_class="col-sm-6"),
                Column("libelle", css_class="col-sm-6"),
                Column("phase", css_class="col-sm-6 col-md-3"),
                Column("quantite", css_class="col-6 col-md-3"),
                Column("unite", css_class="col-6 col-md-3"),
                Column("montant", css_class="col-sm-6 col-md-3"),
            ),
            "version",
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("montant") is not None and cleaned["montant"] <= 0:
            self.add_error("montant", "Le montant d’une charge est supérieur à zéro.")
        quantite, unite = cleaned.get("quantite"), cleaned.get("unite")
        if quantite is not None and quantite <= 0:
            self.add_error("quantite", "La quantité est supérieure à zéro.")
        elif quantite is not None and not unite:
            self.add_error("unite", "Choisissez ce que compte la quantité.")
        elif unite and quantite is None and "quantite" not in self.errors:
            self.add_error("quantite", "Donnez la quantité, ou laissez l’unité vide.")
        return cleaned


class RessourceForm(_LigneForm):
    """Somebody who pays."""

    partenaire = forms.ModelChoiceField(
        queryset=PartenaireProjet.objects.none(),
        label="Partenaire de l’ingénierie",
        required=False,
        empty_label="Aucun, je l’écris",
    )

    class Meta:
        model = LigneRessource
        fields = ["nature", "partenaire", "financeur", "demande", "obtenu", "date_decision"]
        labels = {
            "demande": "Demandé (€)",
            "obtenu": "Obtenu (€)",
            "financeur": "Autre financeur",
            "date_decision": "Date de la décision",
        }

    def __init__(self, *args: Any, ingenierie: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["partenaire"].queryset = PartenaireProjet.objects.filter(ingenierie=ingenierie).select_related(
            "partenaire"
        )

    def build_layout(self) -> Layout:
        return Layout(
            Row(
                Column("nature", css_class="col-12"),
                Column("partenaire", css_class="col-sm-6"),
                Column("financeur", css_class="col-sm-6"),
                Column("demande", css_class="col-6 col-md-4"),
                Column("obtenu", css_class="col-6 col-md-4"),
                Column("date_decision", css_class="col-sm-6 col-md-4"),
            ),
            "version",
        )

    def clean(self):
        cleaned = super().clean()
        demande, obtenu = cleaned.get("demande"), cleaned.get("obtenu")
        if demande is not None and demande <= 0:
            self.add_error("demande", "Le montant demandé est supérieur à zéro.")
        if obtenu is not None and obtenu < 0:
            self.add_error("obtenu", "Le montant obtenu n’est pas négatif ; écrivez 0 pour un refus.")
        if demande is None and obtenu is None and not {"demande", "obtenu"} & set(self.errors):
            self.add_error("demande", "Donnez le montant demandé, le montant obtenu, ou les deux.")
        named = cleaned.get("partenaire") or (cleaned.get("financeur") or "").strip()
        others = cleaned.get("nature") not in (None, NatureRessource.CREDITS_DLA)
        if others and not named and "partenaire" not in self.errors:
            self.add_error("financeur", "Dites qui finance : choisissez un partenaire ou écrivez un nom.")
        if cleaned.get("partenaire"):
            cleaned["financeur"] = ""
        return cleaned


class ValorisationForm(_LigneForm):
    """Time given, valued apart."""

    class Meta:
        model = ValorisationTemps
        fields = ["acteur", "qui", "jours", "taux_jour"]
        labels = {"taux_jour": "Valeur d’un jour (€)", "jours": "Jours"}

    def build_layout(self) -> Layout:
        return Layout(
            Row(
                Column("acteur", css_class="col-sm-6 col-lg-3"),
                Column("qui", css_class="col-sm-6 col-lg-5"),
                Column("jours", css_class="col-6 col-lg-2"),
                Column("taux_jour", css_class="col-6 col-lg-2"),
            ),
            "version",
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("jours") is not None and cleaned["jours"] <= 0:
            self.add_error("jours", "Le nombre de jours est supérieur à zéro.")
        if cleaned.get("taux_jour") is not None and cleaned["taux_jour"] <= 0:
            self.add_error("taux_jour", "La valeur d’un jour est supérieure à zéro, ou laissée vide.")
        return cleaned
