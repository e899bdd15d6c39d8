"""Input rules of the pages of people and organisations."""

from __future__ import annotations

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin

ROLE_HELP = (
    "Un responsable gère aussi les membres ; un chargé de mission conduit les ingénieries ; "
    "en lecture seule, on consulte sans rien changer."
)


class ProfilForm(BaseModelForm):
    """One's own profile."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "fonction", "phone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, autocomplete in {
            "first_name": "given-name",
            "last_name": "family-name",
            "fonction": "organization-title",
            "phone": "tel",
        }.items():
            self.fields[name].widget.attrs["autocomplete"] = autocomplete
        self.fields["first_name"].required = self.fields["last_name"].required = True
        self.fields["fonction"].help_text = "Par exemple : chargée de mission DLA."


class OrganisationForm(VersionedFormMixin, BaseModelForm):
    """The coordinates that a responsable keeps."""

    class Meta:
        model = Organisation
        fields = ["address", "email", "phone", "mention_financeurs"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.is_c2ra:
            del self.fields["mention_financeurs"]
            return
        self.fields["mention_financeurs"].help_text = (
            "Imprimée sur tous les documents de la région, par exemple : « Avec le soutien de l’État, de la Banque des "
            "Territoires et du Fonds social européen »."
        )


class LogoForm(BaseForm):
    """A logo for the papers of ``organisation``."""

    ORGANISATION, FINANCEUR = "organisation", "financeur"

    financeur = forms.ChoiceField(
        label="De qui est ce logo ?",
        choices=[(ORGANISATION, "De l’organisation"), (FINANCEUR, "D’un financeur, pour toute la région")],
        initial=ORGANISATION,
        widget=forms.RadioSelect,
    )
    fichier = forms.FileField(
        label="Image",
        help_text="PNG ou JPEG, sur fond blanc de préférence.",
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
        error_messages={"required": "Choisissez une image.", "empty": "Ce fichier est vide."},
    )
    alt = forms.CharField(
        label="Texte lu à la place de l’image",
        max_length=150,
        help_text="Ce que dit une synthèse vocale, par exemple : « Logo du DLA d’Indre-et-Loire ».",
    )

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        if not organisation.is_c2ra:
            del self.fields["financeur"]


class InvitationForm(BaseForm):
    """Whom to invite, and in which role."""

    email = forms.EmailField(label="Adresse électronique", max_length=254)
    role = forms.ChoiceField(
        label="Rôle", choices=Role.choices, initial=Role.CHARGE_MISSION, widget=forms.RadioSelect, help_text=ROLE_HELP
    )


class LinkForm(BaseForm):
    """To whom a personal link goes."""

    name = forms.CharField(label="Nom de la personne", max_length=120)
    email = forms.EmailField(
        label="Son adresse électronique",
        max_length=254,
        help_text="La sienne, et pas une boîte partagée : la réponse sera la sienne.",
    )


class NewPersonForm(BaseForm):
    """What an invited person says of herself: name, and how she will sign in."""

    PASSWORD, CODE = "mot_de_passe", "code"

    first_name = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    sign_in = forms.ChoiceField(
        label="Comment voulez-vous vous connecter ?",
        choices=[
            (PASSWORD, "avec un mot de passe"),
            (CODE, "sans mot de passe : un code m’est envoyé par courrier électronique à chaque connexion"),
        ],
        initial=PASSWORD,
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label="Mot de passe",
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Douze caractères au moins. Laissez vide si vous préférez le code.",
    )

    def __init__(self, *args, email: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self):
        data = super().clean()
        if data.get("sign_in") == self.CODE:
            data["password"] = ""
        elif data.get("sign_in") == self.PASSWORD and "password" in data:
            password = data["password"]
            if not password:
                self.add_error("password", "Choisissez un mot de passe, ou la connexion par code.")
            else:
                person = User(
                    email=self.email, first_name=data.get("first_name", ""), last_name=data.get("last_name", "")
                )
                try:
                    password_validation.validate_password(password, person)
                except ValidationError as error:
                    self.add_error("password", error)
        return data


class HandoverForm(BaseForm):
    """Who takes over, and whether the membership ends."""

    receiver = forms.ModelChoiceField(
        label="À qui confier ?", queryset=Membership.objects.none(), empty_label="Choisir une personne…"
    )
    end = forms.BooleanField(
        label="Mettre fin à l’appartenance en même temps",
        required=False,
        help_text="La personne perd aussitôt l’accès à tout ce qui est à l’organisation.",
    )
    reason = forms.CharField(
        label="Motif", required=False, max_length=500, help_text="Il est inscrit au journal. Facultatif."
    )

    def __init__(self, *args, receivers, needs_receiver: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["receiver"]
        field.queryset = receivers
        field.label_from_instance = lambda m: f"{m.user} ({m.get_role_display()})"
        field.required = needs_receiver


class TakeoverForm(BaseForm):
    """Which organisation takes over, and why."""

    kept = forms.ModelChoiceField(
        label="Organisation qui reprend",
        queryset=Organisation.objects.none(),
        empty_label="Choisir une organisation…",
        help_text="Du même type, en activité. Si elle est nouvelle, ouvrez-la d’abord.",
    )
    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Changement de structure porteuse, fusion… Il est inscrit au journal des deux organisations.",
    )

    def __init__(self, *args, successors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kept"].queryset = successors


class OpeningForm(BaseModelForm):
    """A new organisation and its first responsable, who is invited at once."""

    responsable = forms.EmailField(
        label="Adresse électronique de la personne responsable",
        max_length=254,
        required=False,
        help_text="Elle reçoit une invitation et invitera les autres. Vide si vous ne la connaissez pas encore.",
    )

    class Meta:
        model = Organisation
        fields = ["name", "structure_porteuse", "region", "departements", "secteur"]
        help_texts = {"name": "Tel qu’il paraîtra dans les documents et les courriers. Il n’existe qu’une fois."}

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.kind = self.kind = OrganisationKind(kind)
        unused = {
            OrganisationKind.DLA: ("secteur",),
            OrganisationKind.C2RA: ("secteur", "departements"),
            OrganisationKind.CNAR: ("region", "departements"),
            OrganisationKind.AVISE: ("region", "departements", "secteur"),
        }[self.kind]
        for name in unused:
            del self.fields[name]
        for name in ("region", "secteur", "departements"):
            if name in self.fields:
                self.fields[name].required = True
        if "departements" in self.fields:
            self.fields["departements"].help_text = "Ceux que couvre le DLA, tous de sa région."
            region = self.data.get("region") or self.initial.get("region")
            if region and str(region).isdecimal():
                self.fields["departements"].queryset = self.fields["departements"].queryset.filter(region=region)
            self.fields["departements"].widget = forms.CheckboxSelectMultiple()
            self.fields["departements"].widget.choices = self.fields["departements"].choices

    def clean(self):
        cleaned = super().clean()
        region, departements = cleaned.get("region"), cleaned.get("departements")
        if region and departements and any(d.region_id != region.pk for d in departements):
            self.add_error("departements", f"Choisissez des départements de la région {region}.")
        return cleaned
