"""One line of an imported file of prestataires: the rules of the fiche, without a query per line."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import BaseForm
from core.identifiers import clean_siret
from partners.portfolio.fiche.columns import SEPARATOR, reference_parts
from partners.portfolio.fiche.forms import FicheRules
from partners.portfolio.fiche.models.fiche import FicheVersion
from referentiels import lists
from referentiels.fields import ReferenceField
from referentiels.models import (
    Departement,
    Domaine,
    FormeJuridique,
    ReferenceItem,
    Region,
    Secteur,
    ThemeAccompagnement,
    TypeIntervention,
)

#: What a spreadsheet holds of the fiche as it is typed; lists, legal form and address of the référent come apart.
PLAIN = (
    "raison_sociale", "sigle", "ape", "address", "code_postal", "commune", "contact_name",
    "contact_function", "contact_phone", "kind", "annee_creation", "effectif", "tva", "declaration_activite",
    "assureur", "reseaux", "presentation", "methode", "individuel", "collectif", "prix_min", "prix_max", "frais",
    "disponible_le", "autres",
)  # fmt: skip


class ItemsField(forms.Field):
    """Several items of a reference list, given by their keys; the cleaned value is the list of items."""

    def __init__(self, model: type[ReferenceItem], **kwargs: Any):
        self.model = model
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> list[ReferenceItem]:
        return [lists.by_id(self.model, int(key)) for key in (value or "").split(SEPARATOR) if key]


class ReferencesField(forms.Field):
    """References told in one cell; the cleaned value is the list of their values."""

    def __init__(self, **kwargs: Any):
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        return reference_parts(value or "")


class PrestataireLineForm(FicheRules, BaseForm):
    """The fields of the fiche that a spreadsheet can hold, and whom to invite."""

    siret = forms.CharField(label="SIRET", max_length=20)
    contact_email = forms.EmailField(label="Référent : courriel", max_length=254)
    references = ReferencesField(label="Références")

    def clean_siret(self) -> str:
        return clean_siret(self.cleaned_data["siret"])


def _drawn() -> dict[str, forms.Field]:
    """The fields that come from the model, and the lists."""
    drawn = forms.fields_for_model(FicheVersion, fields=PLAIN)
    drawn["website"] = forms.URLField(label="Site internet", required=False, assume_scheme="https")
    for name, field in drawn.items():
        field.required = name == "raison_sociale"
    drawn["forme_juridique"] = ReferenceField(FormeJuridique, label="Forme juridique", required=False)
    return drawn | {
        "departements": ItemsField(Departement),
        "regions": ItemsField(Region),
        "secteurs": ItemsField(Secteur),
        "domaines": ItemsField(Domaine),
        "themes": ItemsField(ThemeAccompagnement),
        "types": ItemsField(TypeIntervention),
    }


PrestataireLineForm.base_fields.update(_drawn())
