"""The forms of the fiche: one per rubric, one per repeating block, each with its help."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When

from core import clock
from core.forms import BaseForm, BaseModelForm, Fold, VersionedFormMixin
from core.identifiers import clean_ape
from core.uploads import UploadField
from partners.portfolio.fiche.enums import NaturePiece
from partners.portfolio.fiche.models.blocs import Intervenant, Reference
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.rubriques import RUBRIQUES
from partners.portfolio.fiche.widgets import Picker
from partners.portfolio.prestataire.enums import TypePrestataire
from referentiels import lists
from referentiels.fields import ReferenceField
from referentiels.models import (
    Departement,
    Domaine,
    FormeJuridique,
    Region,
    Secteur,
    ThemeAccompagnement,
    TypeIntervention,
)

_HELP = {
    "raison_sociale": "Le nom exact de votre structure, celui des conventions.",
    "ape": "Quatre chiffres et une lettre, par exemple 7022Z.",
    "website": "Adresse complète, par exemple https://www.exemple.fr.",
    "contact_name": "La personne que les DLA joignent. Elle n’est jamais montrée au public.",
    "contact_phone": "Dix chiffres ; outre-mer ou à l’étranger, avec « + » et l’indicatif.",
    "effectif": "Toutes les personnes de la structure, vous compris.",
    "declaration_activite": "Le numéro, si vous êtes organisme de formation.",
    "assureur": "Le nom de la compagnie qui couvre votre responsabilité civile professionnelle.",
    "reseaux": "Ceux dont vous êtes membre ou adhérent.",
    "departements": "Là où vous vous déplacez vraiment : les DLA vous cherchent par département.",
    "regions": "Chaque région demandée décide elle-même de publier votre fiche. La vôtre y est déjà.",
    "presentation": "Qui vous accompagnez, sur quoi, depuis quand. C’est ce que l’on lit en premier.",
    "methode": "Comment se déroule une mission, et ce qui en reste aux structures.",
    "domaines": "Les grands domaines dans lesquels vous accompagnez.",
    "themes": "Choisissez ceux que vous maîtrisez : vos références devront les illustrer.",
    "secteurs": "Ceux que vous connaissez de l’intérieur.",
    "types": "Ce que vous savez conduire.",
    "collectif": "Plusieurs structures à la fois.",
    "individuel": "Une structure à la fois.",
    "prix_min": "Par jour et hors taxes.",
    "prix_max": "Laissez vide si votre prix est unique.",
    "frais": "Par exemple : compris dans le département, au réel au-delà.",
    "disponible_le": "Laissez vide si vous êtes disponible dès maintenant.",
    "autres": "Ce que les rubriques précédentes ne permettent pas de dire.",
    "public": "Si une région ouvre son portefeuille au public : votre activité et vos domaines, jamais vos contacts, "
    "vos documents ni les CV. Les intervenants n’y sont nommés que s’ils l’acceptent, un par un.",
    "public_references": "Avec la fiche publique : ce que disent vos références, structures nommées comprises.",
    "public_prix": "Avec la fiche publique : vos prix par jour.",
    "charte": "Je certifie que ces informations sont exactes et je m’engage à les mettre à jour une fois par an.",
}
_AUTOCOMPLETE = {
    "raison_sociale": "organization", "address": "street-address", "code_postal": "postal-code",
    "commune": "address-level2", "website": "url", "contact_name": "name", "contact_email": "email",
    "contact_phone": "tel", "contact_function": "organization-title",
}  # fmt: skip
_LISTS: dict[str, type] = {
    "departements": Departement, "regions": Region, "secteurs": Secteur, "domaines": Domaine,
    "themes": ThemeAccompagnement, "types": TypeIntervention,
}  # fmt: skip


def _group_of(name: str) -> Any:
    if name == "departements":
        return lambda d: str(lists.by_id(Region, d.region_id) or "")
    if name == "themes":
        return lambda t: str(lists.by_id(Domaine, t.domaine_id) or "")
    return None


FROM_DIRECTORY = (
    "raison_sociale", "sigle", "forme_juridique", "ape", "address", "code_postal", "commune", "annee_creation",
)  # fmt: skip


class FicheRules:
    """What the fields of a fiche must be, typed on a page or in a spreadsheet."""

    def clean_ape(self) -> str:
        return clean_ape(self.cleaned_data["ape"])

    def clean_code_postal(self) -> str:
        code = self.cleaned_data["code_postal"].replace(" ", "")
        if code and not (len(code) == 5 and code.isdigit()):
            raise ValidationError("Un code postal a cinq chiffres.")
        return code

    def clean_annee_creation(self) -> int | None:
        year = self.cleaned_data["annee_creation"]
        if year and year > clock.today().year:
            raise ValidationError("L’année de création est dans le futur.")
        return year


class RubriqueForm(FicheRules, VersionedFormMixin, BaseModelForm):
    """What the five rubrics share. Nothing is required to save: what is missing is said by the ring."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        home = self.instance.prestataire.region_id
        for name, field in self.fields.items():
            field.required = name in ("raison_sociale", "version")
            if name in _AUTOCOMPLETE:
                field.widget.attrs["autocomplete"] = _AUTOCOMPLETE[name]
            if name in _LISTS:
                field.queryset = _LISTS[name].objects.current()
                if name == "regions":
                    field.queryset = field.queryset.exclude(pk=home)
                elif name == "departements":
                    # Those of one's own région are before one's eyes, the others by région.
                    field.queryset = field.queryset.order_by(
                        Case(When(region=home, then=0), default=1), "region__position", "position", "pk"
                    )
                    field.widget.opened = lambda departement: departement.region_id == home


def _form_of(rubrique: Any) -> type[RubriqueForm]:
    names = [*rubrique.fields, *rubrique.many]
    # The order of the page: what says where one stands before what is typed at length.
    if rubrique.code == "caracteristiques":
        names = ["kind", "annee_creation", "effectif", "tva", "declaration_activite", "departements", "regions",
                 "reseaux", "assureur"]  # fmt: skip
    elif rubrique.code == "experiences":
        names = ["presentation", "methode", "individuel", "collectif", "domaines", "themes", "secteurs", "types"]

    class Meta:
        model = FicheVersion
        fields = names
        help_texts = {name: text for name, text in _HELP.items() if name in names}
        widgets = {
            name: Picker(group_by=_group_of(name), rest="Ailleurs en France" if name == "departements" else "")
            if name in ("departements", "themes", "secteurs", "regions")
            else forms.CheckboxSelectMultiple()
            for name in names
            if name in _LISTS
        } | ({"kind": forms.RadioSelect()} if "kind" in names else {})

    extra: dict[str, Any] = {"Meta": Meta, "__doc__": f"The rubric « {rubrique.titre} »."}
    #: What the public directory of companies fills (accounts.entreprises).
    extra["from_directory"] = tuple(name for name in names if name in FROM_DIRECTORY)
    if "forme_juridique" in names:
        extra["forme_juridique"] = ReferenceField(FormeJuridique, label="Forme juridique", required=False)
    if "website" in names:
        extra["website"] = forms.URLField(
            label="Site internet", required=False, assume_scheme="https", help_text=_HELP["website"]
        )
    if "kind" in names:
        extra["kind"] = forms.ChoiceField(
            label="Type", required=False, choices=TypePrestataire.choices, widget=forms.RadioSelect
        )
    return type(f"{rubrique.code.capitalize()}Form", (RubriqueForm,), extra)


FORMS: dict[str, type[RubriqueForm]] = {rubrique.code: _form_of(rubrique) for rubrique in RUBRIQUES}


class ReferenceForm(VersionedFormMixin, BaseModelForm):
    """An experience."""

    class Meta:
        model = Reference
        fields = ["annee", "client", "structure", "objet", "theme", "jours", "dla", "collectif"]
        help_texts = {
            "client": "Qui a commandé la mission : un DLA, une collectivité, un réseau…",
            "structure": "Qui en a bénéficié, si elle accepte d’être nommée ; sinon décrivez-la sans la nommer.",
            "objet": "En deux ou trois phrases : la question posée, ce qui a été fait, ce qu’il en reste.",
            "jours": "Demi-journées comprises : 2,5.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["version"].required = False
        self.fields["theme"] = ReferenceField(
            ThemeAccompagnement,
            group=lambda t: str(lists.by_id(Domaine, t.domaine_id) or ""),
            label="Thème",
            required=False,
            initial=self.instance.theme_id,
        )

    def clean_annee(self) -> int:
        if self.cleaned_data["annee"] > clock.today().year + 1:
            raise ValidationError("L’année de la référence est dans le futur.")
        return self.cleaned_data["annee"]


#: What may be said of somebody besides who she is and what she knows.
_ABOUT_SOMEBODY = ("secteurs", "public")


class IntervenantForm(VersionedFormMixin, BaseModelForm):
    """Somebody who intervenes."""

    class Meta:
        model = Intervenant
        fields = ["nom", "fonction", "expertises", "secteurs", "public"]
        widgets = {"secteurs": Picker()}
        help_texts = {
            "nom": "Avec son accord : la fiche est lue par les DLA et les C2RA.",
            "expertises": "Ce que cette personne sait faire, en quelques mots.",
            "public": "Cochez seulement avec son accord : si la fiche est visible du public, son nom y figure avec sa "
            "fonction et ses expertises, jamais son CV.",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["version"].required = False
        self.fields["secteurs"].queryset = Secteur.objects.current()

    def build_layout(self) -> Layout:
        names = [name for name in self.fields if name not in (*_ABOUT_SOMEBODY, "version")]
        return Layout(
            "version",
            *names,
            Fold("Facultatif : secteurs, nom montré au public", *_ABOUT_SOMEBODY),
        )


class IntervenantNouveauForm(IntervenantForm):
    """Somebody, with the CV at once when it is at hand."""

    cv = UploadField(required=False, label="CV")

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "cv"}


class PieceForm(BaseForm):
    """A document of the fiche; the insurance says until when it is valid."""

    fichier = UploadField()
    expire_le = forms.DateField(label="Valable jusqu’au", required=False)

    def __init__(self, *args: Any, nature: str = NaturePiece.AUTRE, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if nature == NaturePiece.ASSURANCE:
            self.fields["expire_le"].required = True
        else:
            del self.fields["expire_le"]
