"""A version of the fiche of a prestataire, in the five rubrics of 002."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from core import clock
from core.actor import Actor
from core.fields import MoneyField
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.phones import validate_phone
from core.text import search_text
from partners.portfolio.fiche.enums import EN_COURS, EtatFiche, RegimeTva
from partners.portfolio.prestataire.enums import TypePrestataire
from partners.portfolio.prestataire.models import Membre, Prestataire
from referentiels.models import (
    Departement,
    Domaine,
    FormeJuridique,
    Region,
    Secteur,
    ThemeAccompagnement,
    TypeIntervention,
)


class FicheVersionQuerySet(LifecycleQuerySet):
    """Versions of fiches, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those ``actor`` may read: all those of one's own prestataires; for the staff, those published; for a C2RA,
        those submitted in its région and those offered to it.
        """
        if actor.is_system:
            return self
        if actor.kind != "user":
            return self.none()
        organisation = actor.organisation
        mine = Membre.objects.active().filter(prestataire=OuterRef("prestataire"), user=actor.user_id)
        wanted = Q(Exists(mine))
        if organisation is not None:
            same = FicheVersion.objects.filter(pk=OuterRef("pk"))
            wanted |= Q(Exists(same.filter(publications__isnull=False)))
            if organisation.is_c2ra:
                wanted |= Q(Exists(same.filter(candidatures__region=organisation.region_id)))
                wanted |= Q(prestataire__region=organisation.region_id) & ~Q(state=EtatFiche.BROUILLON)
        return self.filter(wanted)

    def under_way(self):
        """The versions being written or reviewed."""
        return self.filter(state__in=EN_COURS)


class FicheVersion(LifecycleModel):
    """One version of a fiche: written while brouillon or à compléter, then as it was sent, for good.

    The titles of the rubrics are those of 002; its annexe is lost, so the fields are ours. Prices are in euros HT per
    day. A frozen version never changes; the next one starts as its copy.
    """

    prestataire = models.ForeignKey(
        Prestataire, on_delete=models.PROTECT, related_name="versions", verbose_name="prestataire", editable=False
    )
    numero = models.PositiveIntegerField("numéro", editable=False)
    state = state_field(EtatFiche, EtatFiche.BROUILLON)
    created_at = models.DateTimeField("commencée le", default=clock.now, editable=False)
    submitted_at = models.DateTimeField("soumise le", null=True, editable=False)
    decided_at = models.DateTimeField("décidée le", null=True, editable=False)
    decision_reason = models.TextField("motif", blank=True, editable=False)
    #: How many times it was returned: the remarks of the return being prepared bear the next number.
    tours = models.PositiveSmallIntegerField("renvois", default=0, editable=False)

    # 1. Identité
    raison_sociale = models.CharField("raison sociale", max_length=200, blank=True)
    sigle = models.CharField("sigle", max_length=40, blank=True)
    forme_juridique = models.ForeignKey(
        FormeJuridique,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="fiches_prestataires",
        verbose_name="forme juridique",
    )
    ape = models.CharField("code APE / NAF", max_length=6, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    commune = models.CharField("commune", max_length=120, blank=True)
    website = models.URLField("site internet", blank=True)
    contact_name = models.CharField("référent : prénom et nom", max_length=120, blank=True)
    contact_function = models.CharField("référent : fonction", max_length=120, blank=True)
    contact_email = models.EmailField("référent : adresse électronique", blank=True)
    contact_phone = models.CharField("référent : téléphone", max_length=30, blank=True, validators=[validate_phone])

    # 2. Caractéristiques
    kind = models.CharField("type", max_length=12, choices=TypePrestataire.choices, blank=True)
    annee_creation = models.PositiveSmallIntegerField(
        "année de création", null=True, blank=True, validators=[MinValueValidator(1850), MaxValueValidator(2200)]
    )
    effectif = models.PositiveIntegerField(
        "effectif (personnes)", null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    tva = models.CharField("TVA", max_length=10, choices=RegimeTva.choices, blank=True)
    declaration_activite = models.CharField("déclaration d’activité de formation", max_length=20, blank=True)
    assureur = models.CharField("assureur (responsabilité civile professionnelle)", max_length=120, blank=True)
    assurance_expire_le = models.DateField("assurance valable jusqu’au", null=True, blank=True, editable=False)
    departements = models.ManyToManyField(
        Departement, blank=True, related_name="fiches_prestataires", verbose_name="départements d’intervention"
    )
    regions = models.ManyToManyField(
        Region, blank=True, related_name="fiches_demandees", verbose_name="autres régions où être publié"
    )
    reseaux = models.TextField("réseaux et fédérations", blank=True, max_length=2000)

    # 3. Expériences dans le champ de l'accompagnement
    presentation = models.TextField("présentation de l’activité d’accompagnement", blank=True, max_length=4000)
    methode = models.TextField("façon de travailler", blank=True, max_length=4000)
    secteurs = models.ManyToManyField(
        Secteur, blank=True, related_name="fiches_prestataires", verbose_name="secteurs d’activité"
    )
    domaines = models.ManyToManyField(
        Domaine, blank=True, related_name="fiches_prestataires", verbose_name="domaines d’accompagnement"
    )
    themes = models.ManyToManyField(
        ThemeAccompagnement, blank=True, related_name="fiches_prestataires", verbose_name="thèmes d’accompagnement"
    )
    types = models.ManyToManyField(
        TypeIntervention, blank=True, related_name="fiches_prestataires", verbose_name="types d’intervention"
    )
    individuel = models.BooleanField("accompagnements individuels", default=False)
    collectif = models.BooleanField("accompagnements collectifs", default=False)

    # 5. Autres informations
    prix_min = MoneyField("prix par jour, au moins (HT)", null=True, blank=True, validators=[MinValueValidator(0)])
    prix_max = MoneyField("prix par jour, au plus (HT)", null=True, blank=True, validators=[MinValueValidator(0)])
    frais = models.CharField("frais de déplacement", max_length=300, blank=True)
    disponible_le = models.DateField("disponible à partir du", null=True, blank=True)
    charte = models.BooleanField("engagement du prestataire", default=False)
    public = models.BooleanField("fiche visible du public", default=False)
    # What of it: the rest is never shown (see partners.portfolio.vitrine).
    public_references = models.BooleanField("références visibles du public", default=False)
    public_prix = models.BooleanField("prix visibles du public", default=False)
    autres = models.TextField("autres informations", blank=True, max_length=4000)

    search_text = models.TextField("texte de recherche", blank=True, editable=False)

    #: Of a person: the journal keeps that they changed, never their values.
    journal_redacted = frozenset({"contact_name", "contact_function", "contact_email", "contact_phone"})

    objects = FicheVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version de fiche"
        verbose_name_plural = "versions de fiches"
        ordering = ["prestataire", "-numero", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prestataire", "numero"],
                name="fiche_numero_unique",
                violation_error_message="Cette version existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["prestataire"],
                condition=Q(state__in=["brouillon", "soumise", "a_completer"]),
                name="fiche_one_under_way",
                violation_error_message="Une version de cette fiche est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(prix_min__isnull=True) | Q(prix_max__isnull=True) | Q(prix_max__gte=F("prix_min")),
                name="fiche_prix_ordered",
                violation_error_message="Le prix le plus haut est inférieur au plus bas.",
            ),
            models.CheckConstraint(
                condition=Q(state="brouillon") | Q(submitted_at__isnull=False),
                name="fiche_submitted_has_date",
                violation_error_message="Une version soumise porte sa date.",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at", "id"], name="fiche_queue_idx")]

    def __str__(self) -> str:
        return f"{self.raison_sociale or self.prestataire} (version {self.numero})"

    @property
    def is_written(self) -> bool:
        """May the prestataire still change it?"""
        return self.state in (EtatFiche.BROUILLON, EtatFiche.A_COMPLETER)

    def save(self, *args, **kwargs):
        self.search_text = search_text(
            self.raison_sociale, self.sigle, self.commune, self.presentation, self.methode, self.reseaux, self.autres
        )
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)
