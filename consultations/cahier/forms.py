"""Forms of the cahier des charges: one per section."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from consultations.cahier.enums import DETAILS_PAR_DEFAUT, DetailStructure
from consultations.cahier.models import AnnexeStructure, CahierDesCharges, check_together
from consultations.cahier.sections import BY_CODE, COLLECTIVE_ONLY
from core import clock
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee
from referentiels.local_time import LocalDateTimeField, instant

HELP = {
    "titre": "L’objet de la mission, en une ligne.",
    "accroche": "La formule courte de l’action, celle que les structures connaissent.",
    "contacts": "Le DLA, la personne à joindre, les organisations associées.",
    "origine_demande": "De qui émane-t-elle : des structures, du DLA, d’un partenaire ?",
    "contexte": "Ce qu’il faut savoir du secteur, du territoire, des enjeux et des besoins.",
    "demarche": "La démarche collective dans laquelle cette intervention prend place.",
    "plan_accompagnement": "Ce que le plan d’accompagnement attend de cette mission, ce qui relève d’autres moyens.",
    "structures_presentation": "Ce qu’elles ont en commun, ce qui les distingue.",
    "comite_pilotage": "Sa composition (organisations et fonctions) et son rôle dans la mission.",
    "partenaires_presentation": "Ce que le prestataire doit savoir des partenaires et de leurs attentes.",
    "type_motif": "Pourquoi ce type convient au besoin.",
    "themes": "Un seul si possible : deux thèmes dans une commande empêchent de l’évaluer.",
    "finalite": "S’il n’est pas clair pour le prestataire, il ne peut pas l’être pour les structures.",
    "objectif_general": "Un seul, formulé comme un objectif : « Fournir aux structures les méthodes pour… ».",
    "objectifs_operationnels": "Un par ligne, avec un verbe d’action.",
    "resultats_attendus": "Un par ligne. L’évaluation de la mission les reprendra tels quels.",
    "contenu_attendu": "Ce que le prestataire doit établir et faire, étape par étape, avec le contenu et la durée de "
    "chaque étape.",
    "appropriation": "Comment les structures intègrent la démarche et continuent ensuite sans le prestataire.",
    "hors_site": "Ce qui peut se faire hors site, avec quel contenu et quelles productions.",
    "productions": "Ce que les structures auront en main une fois la mission finie. Une production par ligne.",
    "conditions": "Rythme, période, lieu, logistique, méthodes imposées, travail avec les partenaires.",
    "role_evaluation": "Le cas échéant : ce qui lui sera demandé, à quel moment, avec quels outils.",
    "clauses": "Confidentialité, assurance, propriété des productions, facturation… Proposées par votre organisation.",
    "jours_collectifs_site": "Avec plusieurs structures ensemble. Les quatre nombres s’additionnent : leur somme tombe "
    "dans la fourchette.",
    "jours_individuels_site": "Avec une structure à la fois, chez elle ou là où elle travaille.",
    "jours_individuels_hors": "Préparation, rédaction, analyse : ce que la proposition devra détailler.",
    "cout_jour": "Le coût moyen constaté d’une journée d’ingénierie : un repère, pas un plafond.",
    "cout_precisions": "Frais compris ou non, cofinancements, échéancier de paiement envisagé…",
    "calendrier": "Jalons, périodes à éviter, dates déjà prises.",
    "proposition_attendue": "Un élément par ligne.",
    "criteres_conformite": "Un critère par ligne. Cette famille et les suivantes sont celles de la grille de lecture.",
    "criteres_collectif": "Les quatre critères qui s’ajoutent pour une ingénierie collective.",
    "criteres_autres": "Ce que vous voulez y ajouter. À éviter : ce que la proposition ne peut pas montrer.",
    "date_limite": "Dans le futur au moment de la diffusion.",
    "fuseau": "L’heure du territoire du pilote.",
    "modalites_reponse": "Où envoyer la proposition, sous quelle forme, comment poser une question.",
    "diagnostic": "Le document complet est plus parlant pour s’approprier l’état des structures. Précisez plus bas, "
    "pour chacune, ce qui est annexé et son accord.",
    "diagnostic_synthese": "Ce que le prestataire doit retenir du diagnostic, si vous en donnez une synthèse ; ou "
    "déposez-la ci-dessous.",
}


class CahierForm(VersionedFormMixin, BaseModelForm):
    """Any section of the cahier."""

    class Meta:
        model = CahierDesCharges
        fields: list[str] = []
        help_texts = HELP

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.ingenierie.is_individuelle:
            for name in COLLECTIVE_ONLY & set(self.fields):
                del self.fields[name]
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                # High enough for what is already written.
                text = getattr(self.instance, name, "") or ""
                lines = sum(1 + len(line) // 90 for line in text.splitlines())
                field.widget.attrs["rows"] = str(max(4, min(14, lines + 1)))


class ReponseForm(CahierForm):
    """Deadline, in the time of its territory, and how to answer."""

    date_limite = LocalDateTimeField(label="Date limite de réponse", help_text=HELP["date_limite"], required=False)

    class Meta(CahierForm.Meta):
        fields = list(BY_CODE["reponse"].fields)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.recorded = self.instance.date_limite
        self.fields["date_limite"].zone = self.instance.zone

    def clean(self):
        cleaned = super().clean()
        local, name = cleaned.get("date_limite"), cleaned.get("fuseau")
        if local is None or not name:
            return cleaned
        try:
            moment = instant(local, name)
        except ValidationError as error:
            self.add_error("date_limite", error)
            return cleaned
        if moment <= clock.now() and moment != self.recorded:
            self.add_error("date_limite", "Cette date est déjà passée : donnez-en une dans le futur.")
        cleaned["date_limite"] = moment
        return cleaned


class CalendrierForm(CahierForm):
    """Days, cost, dates."""

    class Meta(CahierForm.Meta):
        fields = list(BY_CODE["calendrier"].fields)
        widgets = {"regime": forms.RadioSelect}

    def clean(self):
        cleaned = super().clean()
        for field, message in check_together(cleaned, self.instance.date_debut).items():
            if field not in self.errors:
                self.add_error(field, message)
        return cleaned


class ObjectifsForm(CahierForm):
    """Type, theme, objectives, results."""

    class Meta(CahierForm.Meta):
        fields = list(BY_CODE["objectifs"].fields)
        widgets = {"themes": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["themes"]
        chosen = self.instance.themes.values("pk") if self.instance.pk else []
        field.queryset = field.queryset.current() | field.queryset.filter(pk__in=chosen)


class SheetField(forms.ModelMultipleChoiceField):
    """Structures of the ingénierie, each with its département and its state."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: StructureCiblee) -> str:
        return f"{obj.structure} · {obj.structure.departement} · {obj.get_state_display()}"


class StructuresForm(CahierForm):
    """Which structures are presented, with which details."""

    structures_choisies = SheetField(
        label="Structures choisies",
        help_text="Compte seulement si vous présentez « celles que je choisis ».",
        queryset=StructureCiblee.objects.none(),
        required=False,
    )
    details = forms.MultipleChoiceField(
        label="Détails diffusés de chaque structure",
        help_text="Tirés de l’annuaire. Jamais de nom, d’adresse ni de téléphone d’une personne.",
        choices=[(code, label[:1].upper() + label[1:]) for code, label in DetailStructure.choices],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=DETAILS_PAR_DEFAUT,
    )

    class Meta(CahierForm.Meta):
        fields = list(BY_CODE["structures"].fields)
        widgets = {"portee": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "structures_choisies" not in self.fields:
            return
        self.fields["structures_choisies"].queryset = (
            StructureCiblee.objects.filter(ingenierie=self.instance.ingenierie_id)
            .exclude(state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE])
            .select_related("structure__departement")
            .order_by("structure__departement__code", "structure__search_text", "pk")
        )


def _plain(code: str) -> type[CahierForm]:
    meta = type("Meta", (CahierForm.Meta,), {"fields": list(BY_CODE[code].fields)})
    return type(f"{code.capitalize()}Form", (CahierForm,), {"Meta": meta, "__doc__": f"Section « {code} »."})


FORMS: dict[str, type[CahierForm]] = {code: _plain(code) for code in BY_CODE} | {
    "structures": StructuresForm,
    "objectifs": ObjectifsForm,
    "calendrier": CalendrierForm,
    "reponse": ReponseForm,
}


class AnnexeForm(VersionedFormMixin, BaseModelForm):
    """What of one structure is annexed, and its consent."""

    class Meta:
        model = AnnexeStructure
        fields = ["diagnostic", "synthese", "plan", "accord_le", "accord_par"]
        widgets = {"diagnostic": forms.RadioSelect}
        help_texts = {
            "synthese": "Si vous annexez une synthèse : ce que le prestataire doit en retenir. Elle est imprimée dans "
            "le cahier des charges.",
            "accord_le": "Le jour où la structure a accepté que ces documents partent avec le cahier des charges, aux "
            "prestataires consultés et à l’équipe de l’ingénierie.",
            "accord_par": "Gardé dans le dossier : seul le jour est diffusé.",
        }

    def clean(self):
        cleaned = super().clean()
        day = cleaned.get("accord_le")
        if day and day > clock.today():
            self.add_error("accord_le", "Cet accord ne peut pas être donné dans le futur.")
        if day and not cleaned.get("accord_par", "").strip():
            self.add_error("accord_par", "Dites qui a donné cet accord pour la structure.")
        return cleaned


class AccordForm(VersionedFormMixin, BaseForm):
    """What a structure answers of what would be annexed of it."""

    accord = forms.ChoiceField(
        label="Acceptez-vous que ces documents partent avec le cahier des charges ?",
        choices=[("oui", "Oui, elle accepte"), ("non", "Non, elle n’accepte pas")],
        widget=forms.RadioSelect,
        help_text="Vous répondez pour votre structure.",
    )
    qui = forms.CharField(
        label="Votre nom et votre fonction", max_length=200,
        help_text="Gardé dans le dossier : les prestataires n’en lisent que le jour.",
    )  # fmt: skip
    mot = forms.CharField(
        label="Si non, pourquoi (facultatif)", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class RepriseForm(BaseForm):
    """Which texts to take again from the project, as they were shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_147_483_647)
    empreinte = forms.CharField(widget=forms.HiddenInput, max_length=16)
    champs = forms.MultipleChoiceField(
        label="Textes à remplacer", error_messages={"required": "Choisissez au moins un texte à remplacer."}
    )

    def __init__(self, *args, fields, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["champs"].choices = [(name, name) for name in fields]
