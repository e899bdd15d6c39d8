"""The forms of a récit: its title; one rubrique, by the forme of what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row
from django import forms
from django.utils.html import escape

from capitalisation.recits import plans
from capitalisation.recits.enums import Source
from capitalisation.recits.models import Recit, Rubrique
from capitalisation.recits.plans import RubriquePrevue
from capitalisation.recits.valeurs import JOURS_MAX, MONTANT_MAX, NOMBRE_MAX, TAXES, TEXTE_MAX
from core.forms import BaseForm, BaseModelForm, Fold, VersionedFormMixin

#: So many empty rows after those that are written, and at least so many in all.
BLANK, LEAST = 2, 3
_TAXES = [("", "Non précisé"), *((code, code) for code in TAXES)]
_LONG = ("texte", "attendus", "methodes")


class TitreForm(VersionedFormMixin, BaseModelForm):
    """Its title, what stands below, where it comes from."""

    class Meta:
        model = Recit
        fields = ["titre", "sous_titre", "origine"]
        help_texts = {
            "titre": "Ce dont il s’agit, pour qui cherche : il n’a pas à être celui de l’ingénierie.",
            "origine": "Par exemple : « D’après le rapport final et un entretien avec le prestataire ».",
        }


class SeulForm(BaseForm):
    """A récit without dossier."""

    genre = forms.ChoiceField(label="Genre", widget=forms.RadioSelect)
    titre = forms.CharField(label="Titre", max_length=200)
    sous_titre = forms.CharField(label="Sous-titre", max_length=200, required=False)
    origine = forms.CharField(
        label="D’où vient ce récit",
        max_length=200,
        required=False,
        help_text="Par exemple : « Expérience de 2019, d’après son rapport final ».",
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["genre"].choices = [(plan.genre, plan.titre) for plan in plans.plans().values()]


# --- What a rubrique holds, as fields ------------------------------------------------------------------------------


def _text(label: str, rows: int = 4, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": str(rows)})
    return forms.CharField(label=label, required=False, widget=widget, max_length=TEXTE_MAX, **more)


def _line(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=600, **more)


def _decimal(label: str, most: Decimal, places: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=most, max_digits=14, decimal_places=places
    )


def _cell(forme: str, name: str, label: str) -> forms.Field:
    if name == "montant":
        return _decimal(label, MONTANT_MAX, 2)
    if name == "jours":
        return _decimal(label, JOURS_MAX, 1)
    if name == "taxes":
        return forms.ChoiceField(label=label, required=False, choices=_TAXES)
    return _text(label, 3) if name in _LONG else _line(label)


def _number(value: Any) -> Any:
    return Decimal(value) if value not in (None, "") else None


class RubriqueForm(VersionedFormMixin, BaseForm):
    """One rubrique: what it says, in the fields of its forme; a note; where it comes from.

    ``prevue`` is the rubrique of the layout, ``row`` what is recorded; ``valeur`` takes the place of the recorded one
    (what the dossier proposes).
    """

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text="Ce qui manque, ou deux chiffres qui ne se rejoignent pas : gardez-les comme ils ont été dits.",
    )
    source = forms.ChoiceField(
        label="D’après",
        required=False,
        choices=[("", "Non précisé"), *Source.choices],
        help_text="Un rôle, pas un nom.",
    )
    source_detail = forms.CharField(label="Précisément", required=False, max_length=200)

    def __init__(self, *args: Any, prevue: RubriquePrevue, row: Rubrique, valeur: Any = None, **kwargs: Any):
        self.prevue = prevue
        told = row.valeur if valeur is None else valeur
        rows = len(told) if isinstance(told, list) and prevue.forme in plans.CHAMPS else 0
        if args or kwargs.get("data") is not None:
            data = args[0] if args else kwargs["data"]
            rows = max(rows, _posted(data))
        self.count = max(LEAST, rows + BLANK) if prevue.forme in plans.CHAMPS else 0
        initial = {**self._initial(told), "note": row.note, "source": row.source, "source_detail": row.source_detail}
        if prevue.titres:
            initial["titre"] = row.titre or prevue.titre
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        # The fields of the forme come first.
        self.base_fields = {**self._fields(), **type(self).base_fields}
        super().__init__(*args, **kwargs)

    def _fields(self) -> dict[str, forms.Field]:
        prevue, forme = self.prevue, self.prevue.forme
        found: dict[str, forms.Field] = {}
        if prevue.titres:
            choices = [(titre, titre) for titre in (prevue.titre, *prevue.titres)]
            found["titre"] = forms.ChoiceField(label="Intitulé", choices=choices, widget=forms.RadioSelect)
        if forme == plans.TEXTE:
            found["texte"] = _text(prevue.nom, 8, help_text=prevue.aide)
        elif forme == plans.POINTS:
            found["points"] = _text(prevue.nom, 8, help_text=f"{prevue.aide} Un point par ligne.".strip())
        elif forme == plans.NOMBRE:
            found["nombre"] = _decimal(prevue.nom, NOMBRE_MAX, 2)
            found["nombre"].help_text = prevue.aide
            found["precision"] = _line("Précision", help_text="Ce que l’on compte, par exemple « associations ».")
        elif forme == plans.CHOIX:
            found["choix"] = forms.ChoiceField(
                label=prevue.nom, required=False, choices=[*prevue.options(), ("", "Pas encore dit")],
                widget=forms.RadioSelect, help_text=prevue.aide,
            )  # fmt: skip
            found["precision"] = _line("Précision")
        elif forme == plans.CHOIX_MULTIPLE:
            found["codes"] = forms.MultipleChoiceField(
                label=prevue.nom, required=False, choices=prevue.options(), widget=forms.CheckboxSelectMultiple,
                help_text=prevue.aide,
            )  # fmt: skip
            found["precision"] = _line("Précision")
        for rank in range(self.count):
            for name, label in prevue.champs.items():
                found[f"{name}_{rank}"] = _cell(forme, name, label)
        return found

    def _initial(self, told: Any) -> dict[str, Any]:
        forme = self.prevue.forme
        if told is None:
            return {}
        if forme == plans.TEXTE:
            return {"texte": told}
        if forme == plans.POINTS:
            return {"points": "\n".join(told)}
        if forme == plans.NOMBRE:
            return {"nombre": _number(told.get("valeur")), "precision": told.get("precision")}
        if forme == plans.CHOIX:
            return {"choix": told.get("code"), "precision": told.get("precision")}
        if forme == plans.CHOIX_MULTIPLE:
            return {"codes": told.get("codes"), "precision": told.get("precision")}
        return {
            f"{name}_{rank}": _number(value) if name in ("montant", "jours") else value
            for rank, row in enumerate(told)
            for name, value in row.items()
        }

    def valeur(self) -> Any:
        """What was typed, in the shape of the forme."""
        data, forme = self.cleaned_data, self.prevue.forme
        if forme == plans.TEXTE:
            return data["texte"] or None
        if forme == plans.POINTS:
            return [line.strip().lstrip("-–•").strip() for line in data["points"].splitlines() if line.strip()] or None
        if forme == plans.NOMBRE:
            number = data["nombre"]
            return {"valeur": None if number is None else str(number), "precision": data["precision"]}
        if forme == plans.CHOIX:
            return {"code": data["choix"], "precision": data["precision"]}
        if forme == plans.CHOIX_MULTIPLE:
            return {"codes": data["codes"], "precision": data["precision"]}
        rows = []
        for rank in range(self.count):
            row = {name: data.get(f"{name}_{rank}") for name in self.prevue.champs}
            rows.append({name: str(v) if isinstance(v, Decimal) else v for name, v in row.items()})
        return rows

    def values(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in ("note", "source", "source_detail")}
        if self.prevue.titres:
            titre = self.cleaned_data["titre"]
            told["titre"] = "" if titre == self.prevue.titre else titre
        return {**told, "valeur": self.valeur()}

    def build_layout(self) -> Layout:
        half = "col-md-6"
        from_ = Row(Column("source", css_class=half), Column("source_detail", css_class=half))
        if not self.count:
            names = [name for name in self.fields if name not in ("version", "note", "source", "source_detail")]
            return Layout(*names, from_, "note")
        aide = [HTML(f"<p class='muted'>{escape(self.prevue.aide)}</p>")] if self.prevue.aide else []
        head = ["titre"] if self.prevue.titres else []
        rows = [self._row(rank) for rank in range(self.count)]
        return Layout(*head, *aide, *rows, from_, "note")

    def _row(self, rank: int) -> Fieldset:
        names = list(self.prevue.champs)
        short = [name for name in names if name not in _LONG]
        wide = {"titre": 8, "jours": 4, "montant": 5, "taxes": 3}
        fields: list[Any] = [
            Row(*(Column(f"{name}_{rank}", css_class=f"col-md-{wide.get(name, 12)}") for name in short))
        ]
        long = [f"{name}_{rank}" for name in names if name in _LONG]
        if len(long) > 1:
            fields += [long[0], Fold("Résultats attendus, méthodes", *long[1:])]
        else:
            fields += long
        return Fieldset(f"{self.prevue.nom} : {rank + 1}", *fields)


def _posted(data: Mapping[str, Any]) -> int:
    """How many rows the page that posts had."""
    ranks = [int(end) for name in data for _, _, end in [name.rpartition("_")] if end.isascii() and end.isdigit()]
    return min(max(ranks, default=-1) + 1, 60) - BLANK if ranks else 0
