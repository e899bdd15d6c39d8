"""Forms of the budget: what is said of the whole, then one small form per line."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms

from accounts.models import Organisation
from core import clock
from core.formats import format_money_plain, format_number
from core.forms import BaseModelForm, VersionedFormMixin
from core.sorting import french
from engagement.budget.enums import NatureRessource, Regime
from engagement.budget.models import (
    Budget,
    ConventionCofinancement,
    LigneCharge,
    LigneRessource,
    ScenarioBudget,
    ValorisationTemps,
    prix_total,
)
from engagement.partenaires.models import PartenaireProjet


class BudgetForm(VersionedFormMixin, BaseModelForm):
    """HT or TTC, convention, absence of double funding."""

    class Meta:
        model = Budget
        fields = ["regime", "tva_note", "non_superposition", "convention", "commentaire"]
        widgets = {"regime": forms.RadioSelect}
        help_texts = {
            "regime": "Le régime dans lequel le budget s’équilibre. En changer convertit les charges dont le taux de "
            "TVA est donné ; les autres restent comme saisies et sont signalées.",
            "tva_note": "Par exemple : prestataire non assujetti, TVA non récupérée.",
            "non_superposition": "Les crédits d’ingénierie du DLA ne doublent jamais, pour les mêmes actions, un "
            "financement déjà présent sur le territoire ou dans le secteur : dites comment vous l’avez vérifié.",
            "convention": "Ce qui ne tient pas dans la liste des conventions : négociations, clauses à prévoir…",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["regime"].choices = Budget._meta.get_field("regime").choices


class _LigneForm(VersionedFormMixin, BaseModelForm):
    """A line; the version it carries is that of the whole budget. ``dlas`` are the DLA of the ingénierie."""

    def __init__(self, *args: Any, budget_version: int, ingenierie: Any, dlas: list[Any], regime: str, **kwargs: Any):
        self.proposed = kwargs.get("initial") or {}
        kwargs["initial"] = {**self.proposed, "version": budget_version}
        super().__init__(*args, **kwargs)
        self.ingenierie, self.dlas, self.regime = ingenierie, dlas, regime
        self.tune()
        if "dla" in self.fields:
            self._offer_dlas()

    def tune(self) -> None:
        """What depends on the ingénierie."""

    def _offer_dlas(self) -> None:
        # One that is no longer associated stays offered on the line that names it.
        known = [dla.pk for dla in self.dlas]
        if self.instance.pk and self.instance.dla_id and self.instance.dla_id not in known:
            known.append(self.instance.dla_id)
        if len(known) < 2:
            del self.fields["dla"]
            return
        self.fields["dla"].queryset = Organisation.objects.filter(pk__in=known).order_by(french("name"), "pk")
        self.fields["dla"].empty_label = "Aucun en particulier"


class ChargeForm(_LigneForm):
    """Something to pay for."""

    class Meta:
        model = LigneCharge
        fields = ["nature", "libelle", "phase", "quantite", "unite", "prix_unitaire", "montant", "base", "taux_tva"]
        labels = {
            "montant": "Montant (€)",
            "quantite": "Quantité",
            "prix_unitaire": "Prix unitaire (€)",
            "base": "Saisi en",
            "taux_tva": "TVA",
        }
        help_texts = {"montant": "Avec un prix unitaire, laissez-le vide : il est calculé, quantité × prix."}

    def tune(self) -> None:
        self.fields["base"].choices = Regime.choices
        self.fields["base"].required = False
        self.fields["montant"].required = False
        if self.instance.prix_unitaire is not None:
            self.initial["montant"] = None  # reckoned again: what is shown would contradict another price
        if not self.instance.pk:
            self.initial["base"] = self.proposed.get("base") or self.regime
        self.fields["taux_tva"].choices = [
            (value, label if value else "taux non précisé") for value, label in self.fields["taux_tva"].choices
        ]

    def build_layout(self) -> Layout:
        return Layout(
            Row(
                Column("nature", css_class="col-sm-6"),
                Column("libelle", css_class="col-sm-6"),
                Column("phase", css_class="col-sm-4"),
                Column("quantite", css_class="col-6 col-sm-4"),
                Column("unite", css_class="col-6 col-sm-4"),
                Column("prix_unitaire", css_class="col-6 col-sm-4"),
                Column("montant", css_class="col-6 col-sm-8"),
                Column("base", css_class="col-6 col-sm-4"),
                Column("taux_tva", css_class="col-6 col-sm-4"),
            ),
            "version",
        )

    def clean_base(self):
        return self.cleaned_data["base"] or (self.instance.base if self.instance.pk else self.regime)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("montant") is not None and cleaned["montant"] <= 0:
            self.add_error("montant", "Le montant d’une charge est supérieur à zéro.")
        quantite, unite = cleaned.get("quantite"), cleaned.get("unite")
        self._check_price(cleaned, quantite)
        if quantite is not None and quantite <= 0:
            self.add_error("quantite", "La quantité est supérieure à zéro.")
        elif quantite is not None and not unite:
            self.add_error("unite", "Choisissez ce que compte la quantité.")
        elif unite and quantite is None and "quantite" not in self.errors:
            self.add_error("quantite", "Donnez la quantité, ou laissez l’unité vide.")
        return cleaned

    def _check_price(self, cleaned: dict[str, Any], quantite: Any) -> None:
        prix, montant = cleaned.get("prix_unitaire"), cleaned.get("montant")
        if prix is None:
            if montant is None and not {"montant", "prix_unitaire"} & set(self.errors):
                self.add_error("montant", "Donnez le montant, ou une quantité et son prix unitaire.")
            return
        if prix <= 0:
            self.add_error("prix_unitaire", "Le prix unitaire est supérieur à zéro.")
        elif quantite is None:
            if "quantite" not in self.errors:
                self.add_error("quantite", "Donnez la quantité que multiplie ce prix.")
        elif montant is not None and montant != prix_total(quantite, prix):
            self.add_error(
                "montant",
                f"{format_number(quantite)} × {format_money_plain(prix)} font "
                f"{format_money_plain(prix_total(quantite, prix))} : laissez le montant vide, ou retirez le prix.",
            )
        elif quantite > 0 and "montant" not in self.errors:
            cleaned["montant"] = prix_total(quantite, prix)


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
        fields = [
            "nature",
            "partenaire",
            "financeur",
            "dla",
            "part",
            "demande",
            "obtenu",
            "verse",
            "date_decision",
            "base",
        ]
        labels = {
            "demande": "Demandé (€)",
            "obtenu": "Obtenu (€)",
            "verse": "Versé (€)",
            "financeur": "Autre financeur",
            "date_decision": "Date de la décision",
            "base": "Montants dits",
        }
        help_texts = {
            "part": "La part fixe le montant demandé, qui suit les charges tant que rien n’est obtenu.",
            "date_decision": "Tant que rien n’est obtenu : le jour où elle est attendue.",
        }

    def tune(self) -> None:
        self.fields["part"].choices = [
            (value, label if value else "aucune : un montant") for value, label in self.fields["part"].choices
        ]
        rows = PartenaireProjet.objects.filter(ingenierie=self.ingenierie)
        self.fields["partenaire"].queryset = rows.select_related("partenaire")
        self.fields["base"].choices = [("", "comme le budget"), *Regime.choices]

    def build_layout(self) -> Layout:
        names = [
            Column("nature", css_class="col-12"),
            Column("partenaire", css_class="col-sm-6"),
            Column("financeur", css_class="col-sm-6"),
        ]
        if "dla" in self.fields:
            names.append(Column("dla", css_class="col-12"))
        return Layout(
            Row(
                *names,
                Column("part", css_class="col-12"),
                Column("demande", css_class="col-6 col-sm-4"),
                Column("obtenu", css_class="col-6 col-sm-4"),
                Column("verse", css_class="col-6 col-sm-4"),
                Column("date_decision", css_class="col-sm-8"),
                Column("base", css_class="col-6 col-sm-4"),
            ),
            "version",
        )

    def _check_amounts(self, cleaned: dict[str, Any]) -> None:
        demande, obtenu, verse = (cleaned.get(name) for name in ("demande", "obtenu", "verse"))
        if demande is not None and demande <= 0:
            self.add_error("demande", "Le montant demandé est supérieur à zéro.")
        if obtenu is not None and obtenu < 0:
            self.add_error("obtenu", "Le montant obtenu n’est pas négatif ; écrivez 0 pour un refus.")
        if cleaned.get("part") and obtenu is None and "obtenu" not in self.errors:
            kept = self.instance.demande if self.instance.pk and self.instance.part == cleaned["part"] else None
            if demande is not None and demande != kept:
                self.add_error(
                    "demande", "La part fixe le montant demandé : laissez-le vide, ou ne choisissez aucune part."
                )
        elif demande is None and obtenu is None and not {"demande", "obtenu"} & set(self.errors):
            self.add_error("demande", "Donnez le montant demandé, le montant obtenu, ou les deux.")
        if verse is not None and "obtenu" not in self.errors:
            if verse < 0:
                self.add_error("verse", "Le montant versé n’est pas négatif.")
            elif obtenu is None:
                self.add_error("obtenu", "Un montant est versé : notez d’abord ce qui a été obtenu.")
            elif verse > obtenu:
                self.add_error("verse", "Le montant versé dépasse le montant obtenu : corrigez l’un ou l’autre.")

    def clean(self):
        cleaned = super().clean()
        self._check_amounts(cleaned)
        named = cleaned.get("partenaire") or (cleaned.get("financeur") or "").strip() or cleaned.get("dla")
        others = cleaned.get("nature") not in (None, NatureRessource.CREDITS_DLA)
        if others and not named and not {"partenaire", "dla"} & set(self.errors):
            self.add_error("financeur", "Dites qui finance : choisissez un partenaire ou écrivez un nom.")
        if cleaned.get("partenaire"):
            cleaned["financeur"] = ""
        return cleaned


class ValorisationForm(_LigneForm):
    """Time given, valued apart."""

    class Meta:
        model = ValorisationTemps
        fields = ["acteur", "qui", "dla", "organisme", "jours", "taux_jour"]
        labels = {"taux_jour": "Valeur d’un jour (€)", "jours": "Jours", "dla": "DLA (temps du DLA)"}
        help_texts = {"qui": "La fonction plutôt que le nom : « chargé de mission, suivi »."}

    def build_layout(self) -> Layout:
        dla = [Column("dla", css_class="col-sm-6 col-lg-4")] if "dla" in self.fields else []
        return Layout(
            Row(
                Column("acteur", css_class="col-sm-6 col-lg-3"),
                Column("qui", css_class="col-sm-6 col-lg-5"),
                *dla,
                Column("organisme", css_class="col-sm-6 col-lg-4"),
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


class ScenarioBudgetForm(VersionedFormMixin, BaseModelForm):
    """The name of a scenario; the version is the budget's."""

    class Meta:
        model = ScenarioBudget
        fields = ["nom", "commentaire"]
        help_texts = {
            "commentaire": "Ce qui change d’un scénario à l’autre : un financeur, un rythme, un nombre de jours…"
        }


class ScenarioBudgetAddForm(ScenarioBudgetForm):
    """A new scenario, empty or from the lines of another."""

    copie = forms.ModelChoiceField(
        queryset=ScenarioBudget.objects.none(),
        label="Partir des lignes de",
        required=False,
        empty_label="Aucun : je pars d’un scénario vide",
    )
    field_order = ["nom", "copie", "commentaire"]

    def __init__(self, *args: Any, ingenierie: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["copie"].queryset = ScenarioBudget.objects.filter(ingenierie=ingenierie)


class ConventionForm(BaseModelForm):
    """A new convention with co-funders."""

    class Meta:
        model = ConventionCofinancement
        fields = ["reference", "cofinanceurs", "date_signature", "montant", "objet"]
        labels = {"montant": "Montant convenu (€)"}
        help_texts = {
            "cofinanceurs": "Les signataires, séparés par des virgules.",
            "date_signature": "Vide tant que la convention n’est pas signée.",
        }

    def clean_date_signature(self):
        date = self.cleaned_data["date_signature"]
        if date and date > clock.today():
            raise forms.ValidationError("Cette date est dans le futur : laissez-la vide tant que rien n’est signé.")
        return date

    def clean_montant(self):
        montant = self.cleaned_data["montant"]
        if montant is not None and montant <= 0:
            raise forms.ValidationError("Le montant convenu est supérieur à zéro, ou laissé vide.")
        return montant


class ConventionEditForm(VersionedFormMixin, ConventionForm):
    """A convention that exists."""
