"""The convention of a mission: what is agreed, by whom, how it was signed, what changed since (002: it has a
reference, the retained project is annexed to it, every justified change is notified in it)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from consultations.cahier.models import VersionDiffusee
from consultations.choix.models import ChoixPrestataire
from core import clock
from core.actor import Actor
from core.fields import MoneyField
from core.formats import format_date, plural
from core.identifiers import validate_siret
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import Attachment, FrozenContent, FrozenModel, FrozenQuerySet, VersionedModel
from engagement.budget.enums import TAUX_TVA, Regime
from engagement.budget.jours import refuse_too_many
from engagement.budget.tva import Montants, montants
from missions.conventions.enums import (
    SIGNEES,
    Changement,
    Contact,
    Demandeur,
    EtatAvenant,
    EtatConvention,
    ModeSignature,
    RolePartie,
)
from mobilisation.projet.models import validate_half_days
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie.models import Ingenierie

_NOT_NEGATIVE = MinValueValidator(Decimal(0), "Un nombre de jours n’est pas négatif.")
#: How long an online signature may wait for its code, and how often it may be tried (as for signing in).
CODE_VALABLE = dt.timedelta(minutes=10)
CODE_ESSAIS = 3


def _days(label: str) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=5, decimal_places=1, null=True, blank=True, validators=[_NOT_NEGATIVE, validate_half_days]
    )


class ConventionQuerySet(LifecycleQuerySet):
    """Conventions, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))

    def standing(self):
        """Those whose prestataire is still retained."""
        return self.filter(choix__retire_at__isnull=True)

    def signed(self):
        """Those that every party has signed: each is a mission."""
        return self.filter(state__in=SIGNEES)

    def for_prestataire(self, actor: Actor):
        """The missions of the prestataires the person belongs to."""
        if actor.kind != "user" or actor.user_id is None:
            return self.none()
        mine = Membre.objects.active().filter(user=actor.user_id).values("prestataire")
        return self.signed().filter(choix__prestataire__in=mine)


class Convention(LifecycleModel):
    """What the parties agree on for one mission, or for one phase of it (001: two phases, two conventions).

    The price is typed once, ``base`` says whether HT or TTC; ``prix_ht`` and ``prix_ttc`` repeat what the rate makes of
    it, to the cent. Days are counted by halves. ``numero`` counts the texts that were put to be signed (:class:`Acte`).
    """

    ingenierie = models.ForeignKey(
        Ingenierie, on_delete=models.CASCADE, related_name="conventions", verbose_name="ingénierie", editable=False
    )
    choix = models.ForeignKey(
        ChoixPrestataire, on_delete=models.PROTECT, related_name="conventions", verbose_name="choix", editable=False
    )
    reference = models.CharField("référence", max_length=40, unique=True)
    phase = models.CharField("phase", max_length=80, blank=True)
    numero = models.PositiveSmallIntegerField("textes mis à la signature", default=0, editable=False)
    state = state_field(EtatConvention, EtatConvention.PROJET)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    created_at = models.DateTimeField("créée le", default=clock.now, editable=False)
    signee_le = models.DateField("signée par tous le", null=True, editable=False)

    objet = models.TextField("objet", blank=True)
    version_cahier = models.ForeignKey(
        VersionDiffusee,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conventions",
        verbose_name="version du cahier des charges",
    )

    jours = _days("nombre de jours")
    jours_individuels = _days("dont jours individuels")
    jours_hors_site = _days("dont jours hors site")
    debut = models.DateField("début de la mission", null=True, blank=True)
    fin = models.DateField("fin de la mission", null=True, blank=True)
    calendrier = models.TextField("précisions sur le calendrier", blank=True)

    prix = MoneyField(
        "prix de la mission (€)",
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Le prix est supérieur à zéro.")],
    )
    base = models.CharField("ce prix est saisi", max_length=4, choices=Regime.choices, default=Regime.TTC)
    taux_tva = models.DecimalField(
        "taux de TVA", max_digits=4, decimal_places=2, choices=TAUX_TVA, null=True, blank=True
    )
    prix_ht = MoneyField("prix HT", null=True, editable=False)
    prix_ttc = MoneyField("prix TTC", null=True, editable=False)
    prix_precisions = models.TextField("ce que le prix comprend", blank=True)

    propriete = models.TextField("propriété et diffusion des productions", blank=True)
    donnees = models.TextField("données personnelles et confidentialité", blank=True)
    evaluation = models.TextField("part du prestataire dans l’évaluation", blank=True)
    modifications = models.TextField("suivi et modifications", blank=True)
    autres = models.TextField("autres clauses", blank=True)

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "choix",
                Lower("phase"),
                name="convention_once",
                violation_error_message="Cette mission a déjà une convention : une seconde porte sur une autre phase, "
                "qu’il faut nommer.",
            ),
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="convention_dates_in_order",
                violation_error_message="La fin de la mission précède son début : vérifiez les deux dates.",
            ),
            models.CheckConstraint(
                condition=Q(prix__isnull=True) | Q(prix__gt=0),
                name="convention_prix_positive",
                violation_error_message="Le prix est supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"convention {self.reference}"

    def clean(self):
        refuse_too_many(self.jours_individuels, self.jours)
        if self.jours_hors_site is not None and self.jours_hors_site > (self.jours or 0):
            raise ValidationError(
                {"jours_hors_site": "Il y a plus de jours hors site que de jours en tout : corrigez l’un ou l’autre."}
            )

    @property
    def montants(self) -> Montants:
        """HT, TVA and TTC as far as the rate tells them; all unknown without a price."""
        return Montants(None, None) if self.prix is None else montants(self.prix, self.base, self.taux_tva)

    @property
    def titre(self) -> str:
        """« CONV-2026-0001, phase 2 »."""
        if not self.phase:
            return self.reference
        return f"{self.reference}, {f'phase {self.phase}' if self.phase.isdigit() else self.phase}"

    @property
    def is_signed(self) -> bool:
        return self.state in SIGNEES


class Partie(VersionedModel):
    """One of those between whom the convention is made: who it is, who speaks for it, where one writes to that person.

    ``signe``: it signs. A co-funder that only brings an ``apport`` (euros TTC) may be named without signing.
    """

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="parties", editable=False)
    role = models.CharField("qui est-ce", max_length=12, choices=RolePartie.choices)
    nom = models.CharField("nom", max_length=200)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    adresse = models.TextField("adresse", blank=True, max_length=500)
    represente_par = models.CharField("représentée par", max_length=120, blank=True)
    qualite = models.CharField("en qualité de", max_length=120, blank=True)
    email = models.EmailField("adresse électronique du signataire", blank=True)
    signe = models.BooleanField("signe la convention", default=True)
    apport = MoneyField(
        "ce qu’elle apporte (€ TTC)",
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Un apport est supérieur à zéro.")],
    )
    ordre = models.PositiveSmallIntegerField("ordre", default=1, editable=False)

    #: Who speaks for a party stays out of the journal, which is never erased.
    journal_redacted = frozenset({"represente_par", "email"})

    class Meta:
        verbose_name = "partie à la convention"
        verbose_name_plural = "parties à la convention"
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return self.nom


class EtapeConvention(VersionedModel):
    """A stage of the mission, as the retained project tells it; ``duree`` in days, by halves. A stage is not a day."""

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="etapes", editable=False)
    ordre = models.PositiveSmallIntegerField("rang", default=1)
    intitule = models.CharField("intitulé", max_length=200)
    objectif = models.TextField("objectif", blank=True)
    contenu = models.TextField("contenu", blank=True)
    duree = _days("durée (en jours)")
    outils = models.TextField("outils", blank=True)
    realisation = models.TextField("par qui, avec qui, comment", blank=True)
    productions = models.TextField("productions remises", blank=True)
    debut = models.DateField("à partir du", null=True, blank=True)
    fin = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "étape de la mission"
        verbose_name_plural = "étapes de la mission"
        ordering = ["ordre", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="etape_convention_dates_in_order",
                violation_error_message="La fin de l’étape précède son début : vérifiez les deux dates.",
            )
        ]

    def __str__(self) -> str:
        return self.intitule


class PaiementPrevu(VersionedModel):
    """One payment of the schedule, in euros TTC; without a date it is told by what it follows."""

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="paiements", editable=False)
    ordre = models.PositiveSmallIntegerField("rang", default=1, editable=False)
    libelle = models.CharField("quand il est dû", max_length=200)
    montant = MoneyField(
        "montant (€ TTC)", validators=[MinValueValidator(Decimal("0.01"), "Un paiement est supérieur à zéro.")]
    )
    date = models.DateField("au plus tard le", null=True, blank=True)

    class Meta:
        verbose_name = "paiement prévu"
        verbose_name_plural = "paiements prévus"
        ordering = ["ordre", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(montant__gt=0),
                name="paiement_prevu_positive",
                violation_error_message="Un paiement est supérieur à zéro.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle


class Avenant(LifecycleModel):
    """A change accepted and written: what, from, to, why, asked by whom, accepted by the DLA and by the structure.

    ``fin`` and ``prix`` (in the base of the convention) hold in the place of the convention's once it is signed.
    ``contact_le``: the contact that 002 asks for before the problématique or the end of the mission changes.
    """

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="avenants", editable=False)
    numero = models.PositiveSmallIntegerField("numéro", editable=False)
    textes = models.PositiveSmallIntegerField("textes mis à la signature", default=0, editable=False)
    state = state_field(EtatAvenant, EtatAvenant.PROJET)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    signe_le = models.DateField("signé par tous le", null=True, editable=False)
    quoi = models.CharField("ce qui change", max_length=16, choices=Changement.choices)
    de = models.TextField("ce qui était convenu")
    a = models.TextField("ce qui est convenu désormais")
    pourquoi = models.TextField("pourquoi")
    demande_par = models.CharField("demandé par", max_length=12, choices=Demandeur.choices)
    demande_le = models.DateField("demandé le", null=True, blank=True)
    contact_le = models.DateField("contact préalable avec le chargé de mission le", null=True, blank=True)
    contact_moyen = models.CharField("par", max_length=12, choices=Contact.choices, blank=True)
    accepte_dla_le = models.DateField("accepté par le DLA le", null=True, blank=True)
    accepte_structure_le = models.DateField("accepté par la structure le", null=True, blank=True)
    fin = models.DateField("nouvelle date de fin", null=True, blank=True)
    prix = MoneyField(
        "nouveau prix (€)",
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Le prix est supérieur à zéro.")],
    )

    class Meta:
        verbose_name = "avenant"
        ordering = ["convention", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "numero"], name="avenant_once"),
            models.CheckConstraint(
                condition=~Q(quoi="fin") | Q(fin__isnull=False),
                name="avenant_fin_is_told",
                violation_error_message="Donnez la nouvelle date de fin.",
            ),
            models.CheckConstraint(
                condition=Q(prix__isnull=True) | Q(prix__gt=0),
                name="avenant_prix_positive",
                violation_error_message="Le prix est supérieur à zéro.",
            ),
        ]

    @property
    def contact_dit(self) -> str:
        """« le 3 mars 2027, par téléphone », or empty."""
        if self.contact_le is None:
            return ""
        how = {Contact.TELEPHONE: ", par téléphone", Contact.RENDEZ_VOUS: ", en rendez-vous"}
        return f"le {format_date(self.contact_le)}{how.get(self.contact_moyen, '')}"

    def __str__(self) -> str:
        return f"avenant {self.numero} à la {self.convention}"

    def clean(self):
        today = clock.today()
        for name in ("demande_le", "contact_le", "accepte_dla_le", "accepte_structure_le"):
            day = getattr(self, name)
            if day is not None and day > today:
                raise ValidationError({name: "Cette date est dans le futur."})


class ActeQuerySet(FrozenQuerySet):
    """Texts put to be signed: read only."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(convention__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class Acte(FrozenContent):
    """A text put to be signed: of the convention, or of one of its avenants; ``numero`` counts those of that object.

    Its PDF is the kept document ``convention_acte`` about it, made from this content alone. When the parties go back to
    the draft it stays readable, with who had signed it; only the last one, while its object waits for signatures or has
    them, is signed.
    """

    frozen_refusal = "Un texte mis à la signature ne se modifie ni ne s’efface : revenez au projet, puis recommencez."

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="actes")
    avenant = models.ForeignKey(Avenant, on_delete=models.PROTECT, null=True, related_name="actes")

    objects = ActeQuerySet.as_manager()

    class Meta:
        verbose_name = "texte à signer"
        verbose_name_plural = "textes à signer"
        ordering = ["-le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "numero"],
                condition=Q(avenant__isnull=True),
                name="acte_convention_once",
                violation_error_message="Ce texte est déjà mis à la signature.",
            ),
            models.UniqueConstraint(
                fields=["avenant", "numero"],
                name="acte_avenant_once",
                violation_error_message="Ce texte est déjà mis à la signature.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.objet)

    @property
    def objet(self) -> Convention | Avenant:
        """What is signed: the avenant, or the convention itself."""
        return self.avenant if self.avenant_id else self.convention

    @property
    def nomme(self) -> str:
        """« la convention CONV-2026-0001 », « l’avenant 1 à la convention CONV-2026-0001 »."""
        return f"l’{self.avenant}" if self.avenant_id else f"la {self.convention}"

    @property
    def est_le_dernier(self) -> bool:
        """Is it the last text of its object, which went to be signed and did not come back?"""
        over = self.objet.state in (EtatConvention.PROJET, EtatAvenant.ABANDONNE)
        return self.numero == self.textes_de_l_objet and not over

    @property
    def textes_de_l_objet(self) -> int:
        """How many texts of its object were put to be signed."""
        return self.avenant.textes if self.avenant_id else self.convention.numero


class Signataire(VersionedModel):
    """Who signs one text for one party; what that person must type to sign online waits here, hashed.

    ``declare_nom`` and ``declare_qualite`` are what the person gave when asking for the code: the code confirms them.
    """

    acte = models.ForeignKey(Acte, on_delete=models.PROTECT, related_name="signataires", editable=False)
    partie = models.ForeignKey(Partie, on_delete=models.SET_NULL, null=True, related_name="signataires", editable=False)
    organisation = models.CharField("partie", max_length=200, editable=False)
    nom = models.CharField("signataire", max_length=120)
    qualite = models.CharField("qualité", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=1, editable=False)
    mode = models.CharField("façon de signer", max_length=10, choices=ModeSignature.choices, blank=True, editable=False)
    signe_le = models.DateField("signé le", null=True, editable=False)
    declare_nom = models.CharField("nom déclaré", max_length=120, blank=True, editable=False)
    declare_qualite = models.CharField("qualité déclarée", max_length=120, blank=True, editable=False)
    code_empreinte = models.CharField("empreinte du code", max_length=64, blank=True, editable=False)
    code_at = models.DateTimeField("code envoyé le", null=True, editable=False)
    code_essais = models.PositiveSmallIntegerField("essais de ce code", default=0, editable=False)
    codes_envoyes = models.PositiveSmallIntegerField("codes envoyés", default=0, editable=False)

    journal_redacted = frozenset({"nom", "email", "declare_nom", "code_empreinte"})

    class Meta:
        verbose_name = "signataire"
        ordering = ["ordre", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signe_le__isnull=True, mode="") | (Q(signe_le__isnull=False) & ~Q(mode="")),
                name="signataire_signed_somehow",
                violation_error_message="Une signature a une date et une façon.",
            )
        ]

    def __str__(self) -> str:
        return self.organisation

    @property
    def code_attendu(self) -> bool:
        """Does a code still wait to be typed?"""
        return bool(
            self.code_empreinte
            and self.code_at
            and clock.now() < self.code_at + CODE_VALABLE
            and self.code_essais < CODE_ESSAIS
        )


class Preuve(FrozenModel):
    """What proves one signature: who, when, how, of which text and which PDF, from which address.

    On paper, ``piece`` is the scanned copy and ``piece_sha256`` what it was when it came in; online, ``email`` is where
    the code was sent and ``adresse_ip`` where the answer came from.
    """

    frozen_refusal = "Une preuve de signature ne se modifie ni ne s’efface."

    signataire = models.OneToOneField(Signataire, on_delete=models.PROTECT, related_name="preuve")
    mode = models.CharField("façon de signer", max_length=10, choices=ModeSignature.choices)
    at = models.DateTimeField("enregistrée le", default=clock.now)
    signe_le = models.DateField("signé le")
    nom = models.CharField("nom", max_length=120)
    qualite = models.CharField("qualité", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    sha256 = models.CharField("empreinte du contenu", max_length=64)
    pdf_sha256 = models.CharField("empreinte du PDF", max_length=64, blank=True)
    adresse_ip = models.GenericIPAddressField("adresse internet", null=True)
    piece = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    piece_sha256 = models.CharField("empreinte de la copie", max_length=64, blank=True)
    par = models.CharField("enregistrée par", max_length=200)

    class Meta:
        verbose_name = "preuve de signature"
        verbose_name_plural = "preuves de signature"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"signature de {self.signataire}, le {format_date(self.signe_le)}"


def combien(signataires: list[Signataire]) -> str:
    """« 2 signatures sur 3 »."""
    done = sum(1 for row in signataires if row.signe_le)
    return f"{plural(done, 'signature')} sur {len(signataires)}"
