"""Forms of « Identifier »: the identity card, the sections, the type and its aid."""

from __future__ import annotations

from crispy_forms.layout import Layout
from django import forms
from django.db.models import Case, IntegerField, When

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from core.forms import BaseForm, BaseModelForm, Fold, VersionedFormMixin
from core.sorting import french
from core.widgets import GroupedCheckboxes
from projects.enums import Legitimite, Origine, ReponseExistant, TypeIngenierie
from projects.identification.aide_type import Attendu, Besoin
from projects.identification.models import Ciblage, Problematique, RoleDLA
from projects.ingenierie.models import Ingenierie


class ProblematiqueForm(VersionedFormMixin, BaseModelForm):
    """The problématique raised (fiche pratique 5)."""

    origines = forms.MultipleChoiceField(
        label="Origines de l’identification des besoins",
        help_text="Cochez tout ce qui a fait apparaître la problématique.",
        choices=Origine.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Problematique
        fields = ["contexte", "enjeux", "besoins", "origines", "origines_precisions", "validation"]
        help_texts = {
            "contexte": "Que se passe-t-il dans le secteur ou sur le territoire ? Des faits, des chiffres datés.",
            "enjeux": "Qu’est-ce qui se joue pour les structures si rien n’est fait ?",
            "besoins": "Ce dont les structures ont besoin, avec leurs mots.",
            "origines_precisions": "Quels diagnostics, quelle sollicitation, quelle étude ? De quand ?",
            "validation": "Comment et avec qui vous vous êtes assuré que la problématique est la bonne.",
        }


class CiblageForm(VersionedFormMixin, BaseModelForm):
    """The target profile, by the five major criteria of fiche pratique 4."""

    exclusif = forms.TypedChoiceField(
        label="Les structures viennent-elles exclusivement du territoire d’intervention du DLA ?",
        choices=[("", "Non précisé"), ("oui", "Oui"), ("non", "Non")],
        coerce=lambda value: {"oui": True, "non": False}.get(value),
        empty_value=None,
        required=False,
    )

    class Meta:
        model = Ciblage
        fields = ["territoire", "exclusif", "secteur", "projet", "poids", "competences", "savoir_faire"]
        help_texts = {
            "territoire": "Aire d’intervention actuelle et potentielle des structures à cibler.",
            "secteur": "Secteur d’activité, branche professionnelle, filière.",
            "projet": "Ancienneté, adhérents, vie associative, finalités et axes de travail.",
            "poids": "Budget et types de financement, partenariats, salariés (ETP).",
            "competences": "Emplois et métiers présents, qualification, formation des salariés.",
            "savoir_faire": "Ce que les participants doivent déjà savoir pour profiter de l’ingénierie.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        value = self.initial.get("exclusif")
        self.initial["exclusif"] = {True: "oui", False: "non"}.get(value, "")


class RoleDLAForm(VersionedFormMixin, BaseModelForm):
    """Why and how the DLA carries the démarche."""

    legitimite = forms.MultipleChoiceField(
        label="Légitimité du DLA",
        help_text="Un ou plusieurs critères se croisent.",
        choices=Legitimite.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = RoleDLA
        fields = ["legitimite", "acces", "idee", "contenu", "modalites", "coherence"]
        help_texts = {
            "acces": "Par qui et comment le DLA peut joindre les structures à accompagner.",
            "idee": "L’idée du projet, telle que vous la diriez à un partenaire.",
            "contenu": "Ce que la démarche comprend.",
            "modalites": "Comment elle se déroulera, dans les grandes lignes.",
            "coherence": (
                "Avec le cadre du DLA, les besoins des structures, leurs plans d’accompagnement, le territoire et le "
                "secteur."
            ),
        }


class ExistantForm(BaseForm):
    """The answer to « complémentaire à l'existant ? »."""

    reponse = forms.ChoiceField(label="Votre réponse", choices=ReponseExistant.choices, widget=forms.RadioSelect)
    commentaire = forms.CharField(
        label="Ce qui vous le fait dire",
        help_text="Ce qui la distingue des ingénieries proches, ou ce qui est convenu avec leurs pilotes.",
        widget=forms.Textarea,
        max_length=2000,
    )


class IdentiteFields(BaseModelForm):
    class Meta:
        model = Ingenierie
        fields = [
            "titre",
            "accroche",
            "pilote",
            "associes",
            "referent",
            "charge_mission",
            "departements",
            "secteurs",
            "themes",
            "date_debut",
            "date_fin",
            "structures_annoncees",
        ]
        help_texts = {
            "titre": "Ce qu’est l’ingénierie, en une ligne : c’est le nom que tout le monde lira.",
            "accroche": "Une formule courte qui donne envie aux structures de venir.",
            "pilote": "L’organisation qui décide des passages d’étape.",
            "associes": "Les autres DLA ou le C2RA qui portent l’ingénierie avec le pilote.",
            "referent": "Quand plusieurs DLA sont associés, celui qui coordonne au nom des autres.",
            "charge_mission": "La personne qui suit l’ingénierie au quotidien.",
            "departements": "Les territoires d’où viennent les structures.",
            "secteurs": "Un ou plusieurs secteurs ; « tous secteurs » s’il n’y en a pas un en particulier.",
            "date_debut": "De l’ingénierie entière, de la problématique à la capitalisation ; celles de l’intervention "
            "se donnent dans le projet d’intervention.",
            "structures_annoncees": "Combien vous pensez en réunir ; comparé ensuite à celles qui viennent.",
            "themes": "Les types de prestation Enée dont relèvent les contenus. Un seul si possible.",
        }
        widgets = {
            "associes": GroupedCheckboxes,
            "departements": GroupedCheckboxes,
            "secteurs": GroupedCheckboxes,
            "themes": GroupedCheckboxes,
        }

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor
        organisation = actor.organisation
        here_first = Case(When(region=organisation.region_id, then=0), default=1, output_field=IntegerField())
        carriers = (
            Organisation.objects.filter(is_active=True, kind__in=[OrganisationKind.DLA, OrganisationKind.C2RA])
            .select_related("region")
            .order_by(here_first, french("region__label"), french("name"), "pk")
        )
        instance = self.instance if self.instance.pk else None
        self._carried = (self.instance.charge_mission_id, self.instance.pilote_id)
        # One pilots with one's own organisation, or leaves the pilot that is there.
        pilots = {organisation.pk} | ({instance.pilote_id} if instance else set())
        self.fields["pilote"].queryset = carriers.filter(pk__in=pilots)
        self.fields["pilote"].empty_label = None
        self.fields["associes"].queryset = carriers
        self.fields["referent"].queryset = carriers.filter(kind=OrganisationKind.DLA)
        members = Membership.objects.active().filter(organisation__in=pilots).values("user")
        self.fields["charge_mission"].queryset = User.objects.filter(pk__in=members).order_by(
            french("last_name"), french("first_name"), "pk"
        )
        self.fields["departements"].queryset = (
            self.fields["departements"]
            .queryset.select_related("region")
            .order_by(here_first, french("region__label"), "code")
        )
        for name, group in (
            ("associes", lambda o: o.region.label if o.region_id else "Autres"),
            ("departements", lambda d: d.region.label),
        ):
            widget = self.fields[name].widget
            widget.group_by = group
            # One's own région is unfolded: that is where one chooses most of the time.
            widget.opened = lambda item, here=organisation.region_id: item.region_id == here
        if instance and instance.is_individuelle:
            del self.fields["structures_annoncees"]
        if not instance:
            self.initial.setdefault("pilote", organisation.pk)
            self.initial.setdefault("charge_mission", actor.user_id)
            self.initial.setdefault("departements", list(organisation.departements.values_list("pk", flat=True)))

    def build_layout(self) -> Layout:
        carried = [
            name
            for name in ("pilote", "associes", "referent", "date_debut", "date_fin", "structures_annoncees")
            if name in self.fields
        ]
        title = "Facultatif : qui la porte avec vous, dates"
        if "structures_annoncees" in self.fields:
            title += ", nombre de structures"
        first = [name for name in self.fields if name not in (*carried, "version")]
        return Layout(*first, Fold(title, *carried, filled=("pilote",)))

    def clean(self):
        cleaned = super().clean()
        debut, fin = cleaned.get("date_debut"), cleaned.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error("date_fin", "La date de fin précède la date de début : vérifiez les deux dates.")
        person, pilote = cleaned.get("charge_mission"), cleaned.get("pilote")
        if person and pilote and (person.pk, pilote.pk) != self._carried:
            writing = Membership.objects.active().filter(user=person, organisation=pilote).exclude(role=Role.LECTURE)
            if not writing.exists():
                self.add_error(
                    "charge_mission",
                    f"{person} n’est pas membre de {pilote}, ou y est en lecture seule : choisissez quelqu’un d’autre.",
                )
        referent = cleaned.get("referent")
        carrying = {o.pk for o in cleaned.get("associes") or ()} | {getattr(cleaned.get("pilote"), "pk", None)}
        if referent and referent.pk not in carrying:
            self.add_error("referent", "Le DLA référent doit être le pilote ou l’une des organisations associées.")
        return cleaned


class IdentiteForm(VersionedFormMixin, IdentiteFields):
    """Changes the identity card."""


class TypeForm(VersionedFormMixin, BaseModelForm):
    """Chooses the type of ingénierie."""

    class Meta:
        model = Ingenierie
        fields = ["type_ingenierie", "type_motif"]
        widgets = {"type_ingenierie": forms.RadioSelect}
        help_texts = {"type_motif": "Repris dans le cahier des charges : pourquoi ce type répond au besoin."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type_ingenierie"].required = True
        self.fields["type_ingenierie"].choices = TypeIngenierie.choices


class AideTypeForm(BaseForm):
    """The short aid of fiche pratique 2: two questions, a suggestion; the choice stays with the chargé de mission."""

    besoin = forms.ChoiceField(label="Le besoin est…", choices=Besoin.choices, widget=forms.RadioSelect)
    attendu = forms.ChoiceField(
        label="Ce qu’on attend des structures", choices=Attendu.choices, widget=forms.RadioSelect
    )
