"""The directory of structures bénéficiaires of a DLA."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.annuaires.models import SheetModel, SheetQuerySet
from accounts.annuaires.rights import kept_for
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.fields import MoneyField
from core.identifiers import validate_ape, validate_rna, validate_siret
from core.models import Contact
from core.models.contacts import says_whom
from referentiels.models import Branche, Departement, FormeJuridique, Secteur
from structures.annuaire.enums import Nature
from structures.registry import READING

_AT_MOST = MaxValueValidator(9_999_999)


class StructureQuerySet(SheetQuerySet):
    """Structures, always asked for somebody."""

    def directory_of(self, actor: Actor):
        """The directory ``actor`` works in: its DLA's own, the whole région for a C2RA, everything for the AVISE.

        Sheets merged into others are left out: their pages lead to those that are kept.
        """
        return self.present().filter(kept_for(actor))

    def visible_to(self, actor: Actor):
        """Those ``actor`` may read whole: the directory above, and what shared ingénieries open (``READING``).

        Same answer as ``STRUCTURES.can_view``.
        """
        condition = kept_for(actor)
        for rule in READING:
            opened = rule.query(actor)
            if opened is not None:
                condition |= opened
        return self.filter(condition)

    def with_list_related_data(self):
        """What a row of the list shows."""
        return self.select_related("departement", "secteur", "organisation")

    def with_sheet_data(self):
        return self.select_related("departement", "secteur", "organisation", "branche", "forme_juridique")


class Structure(SheetModel):
    """A structure of the directory of one organisation (a DLA, or a C2RA for a regional ingénierie).

    The fields follow the five major criteria of fiche pratique 4: territory, sector, project, economic and social
    weight, skills. ``budget`` is the yearly budget in euros, ``etp`` full-time equivalents.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="structures", verbose_name="annuaire de", editable=False
    )
    nature = models.CharField("nature", max_length=16, choices=Nature.choices, default=Nature.STRUCTURE)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    rna = models.CharField("numéro RNA", max_length=10, blank=True, validators=[validate_rna])
    forme_juridique = models.ForeignKey(
        FormeJuridique,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="structures",
        verbose_name="forme juridique",
    )

    ape = models.CharField("code APE", max_length=5, blank=True, validators=[validate_ape])
    address = models.TextField("adresse", blank=True, max_length=500)
    code_postal = models.CharField("code postal", max_length=10, blank=True)
    commune = models.CharField("commune", max_length=120, blank=True)
    departement = models.ForeignKey(
        Departement, on_delete=models.PROTECT, related_name="structures", verbose_name="département"
    )
    territoire = models.TextField("territoire d’action, actuel et possible", blank=True, max_length=2000)

    secteur = models.ForeignKey(
        Secteur, on_delete=models.PROTECT, related_name="structures", verbose_name="secteur d’activité"
    )
    branche = models.ForeignKey(
        Branche, on_delete=models.PROTECT, null=True, blank=True, related_name="structures", verbose_name="branche"
    )

    annee_creation = models.PositiveSmallIntegerField(
        "année de création", null=True, blank=True, validators=[MinValueValidator(1600)]
    )
    projet = models.TextField("projet, histoire, vie associative", blank=True, max_length=5000)

    etp = models.DecimalField(
        "emplois (ETP)",
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    budget = MoneyField("budget annuel (€)", null=True, blank=True, validators=[MinValueValidator(Decimal(0))])
    salaries = models.PositiveIntegerField("salariés", null=True, blank=True, validators=[_AT_MOST])
    benevoles = models.PositiveIntegerField("bénévoles", null=True, blank=True, validators=[_AT_MOST])
    benevoles_actifs = models.PositiveIntegerField(
        "dont bénévoles actifs", null=True, blank=True, validators=[_AT_MOST]
    )
    saisonniers = models.PositiveIntegerField("emplois saisonniers", null=True, blank=True, validators=[_AT_MOST])
    adherents = models.PositiveIntegerField("adhérents", null=True, blank=True, validators=[_AT_MOST])
    financements = models.TextField("financements et partenaires", blank=True, max_length=2000)
    competences = models.TextField("compétences et savoir-faire", blank=True, max_length=2000)

    is_active = models.BooleanField("active", default=True, editable=False)
    created_at = models.DateTimeField("inscrite le", default=clock.now, editable=False)

    objects = StructureQuerySet.as_manager()

    class Meta(SheetModel.Meta):
        verbose_name = "structure"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "siret"],
                condition=~Q(siret="") & Q(merged_into__isnull=True),
                name="structure_siret_unique",
                violation_error_message="Une structure de votre annuaire porte déjà ce SIRET.",
            ),
            models.UniqueConstraint(
                fields=["organisation", "rna"],
                condition=~Q(rna="") & Q(merged_into__isnull=True),
                name="structure_rna_unique",
                violation_error_message="Une structure de votre annuaire porte déjà ce numéro RNA.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="structure_named", violation_error_message="Une structure a un nom."
            ),
            models.CheckConstraint(
                condition=Q(etp__isnull=True) | Q(etp__gte=0),
                name="structure_etp_not_negative",
                violation_error_message="Les ETP ne peuvent pas être négatifs.",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=0),
                name="structure_budget_not_negative",
                violation_error_message="Le budget ne peut pas être négatif.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "search_text", "id"], name="structure_directory_idx"),
            # How many active ones, answered by the index alone.
            models.Index(
                fields=["organisation"], condition=Q(is_active=True, merged_into=None), name="structure_active_idx"
            ),
            models.Index(fields=["organisation", "departement"], name="structure_departement_idx"),
        ]

    def clean(self):
        if self.branche_id and self.secteur_id and self.branche.secteur_id != self.secteur_id:
            raise ValidationError(
                {"branche": f"La branche « {self.branche} » n’est pas du secteur « {self.secteur} »."}
            )
        if self.annee_creation and self.annee_creation > clock.today().year:
            raise ValidationError({"annee_creation": "L’année de création est à venir : vérifiez-la."})
        if self.benevoles is not None and (self.benevoles_actifs or 0) > self.benevoles:
            raise ValidationError(
                {"benevoles_actifs": "Il y a plus de bénévoles actifs que de bénévoles : corrigez l’un ou l’autre."}
            )

    def searched(self) -> tuple[str, ...]:
        return self.name, self.sigle, self.commune, self.siret, self.rna


class ContactStructure(Contact):
    """Somebody else to reach at a structure than the main contact of its sheet."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="contacts", editable=False)

    class Meta(Contact.Meta):
        verbose_name = "contact d’une structure"
        verbose_name_plural = "contacts d’une structure"
        constraints = [says_whom("contact_structure_says_whom")]

    def __str__(self) -> str:
        return f"contact de {self.structure}"
