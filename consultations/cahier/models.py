"""The cahier des charges of an ingénierie, as it is being written, and what was diffused of it (002, « Le cahier des
charges : ses contenus principaux »; 000, démarche 3/4)."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from consultations.cahier.enums import DETAILS_PAR_DEFAUT, Diagnostic, EtatCahier, Finalite, NatureAnnexe, Portee
from core import clock
from core.actor import Actor
from core.fields import MoneyField
from core.formats import NBSP, format_date
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import FrozenContent, FrozenModel, FrozenQuerySet, VersionedModel
from engagement.budget.enums import Regime
from mobilisation.projet.models import validate_half_days
from mobilisation.projet.periode import Periode, periode_of
from projects.enums import EtatMobilisation, TypeIngenierie
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from referentiels.fuseaux import Fuseau
from referentiels.models import TypePrestation
from structures.diagnostics.models import VersionDiagnostic
from structures.plans.models import ActualisationPlan


def _details_par_defaut() -> list[str]:
    return list(DETAILS_PAR_DEFAUT)


_DAYS = [MinValueValidator(Decimal("0.5"), "Indiquez au moins une demi-journée."), validate_half_days]
_SOME_DAYS = [MinValueValidator(Decimal(0), "Un nombre de jours n’est pas négatif."), validate_half_days]
#: The four figures that the days of the mission come to: with several structures or one at a time, on site or off.
REPARTITION = ("jours_collectifs_site", "jours_collectifs_hors", "jours_individuels_site", "jours_individuels_hors")


def _some_days(label: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=5, decimal_places=1, null=True, blank=True, validators=_SOME_DAYS)


class CahierQuerySet(LifecycleQuerySet):
    """Cahiers des charges, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class CahierDesCharges(LifecycleModel):
    """The present text. ``numero`` is the version being written, or diffused last (see :class:`VersionDiffusee`).

    Days are counted by halves; the four of :data:`REPARTITION` add up to one number of days in the range.
    ``cout_jour`` is in euros per day, HT or TTC as ``regime`` says. ``date_limite`` is an
    instant, told in the time zone ``fuseau``. ``empreinte_validee`` is the SHA-256 of the content that was validated.
    """

    ingenierie = models.OneToOneField(
        Ingenierie, on_delete=models.CASCADE, related_name="cahier_des_charges", editable=False
    )
    reference = models.CharField("référence", max_length=40, unique=True, editable=False)
    numero = models.PositiveSmallIntegerField("version du cahier", default=1, editable=False)
    motif_rectification = models.TextField("motif de la rectification", blank=True, editable=False)
    state = state_field(EtatCahier, EtatCahier.BROUILLON)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    empreinte_validee = models.CharField("empreinte du contenu validé", max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("créé le", default=clock.now, editable=False)

    titre = models.CharField("titre", max_length=200, blank=True)
    accroche = models.CharField("accroche", max_length=200, blank=True)
    contacts = models.TextField("DLA et contacts", blank=True)

    origine_demande = models.TextField("origine de la demande", blank=True)
    contexte = models.TextField("contexte", blank=True)
    demarche = models.TextField("démarche globale de l’ingénierie", blank=True)
    plan_accompagnement = models.TextField("place dans le plan d’accompagnement", blank=True)

    structures_presentation = models.TextField("présentation des structures", blank=True)
    portee = models.CharField("structures présentées", max_length=12, choices=Portee.choices, default=Portee.TOUTES)
    structures_choisies = models.ManyToManyField(
        StructureCiblee, blank=True, related_name="+", verbose_name="structures choisies"
    )
    details = models.JSONField("détails diffusés de chaque structure", default=_details_par_defaut, blank=True)

    partenaires_presentation = models.TextField("partenaires : précisions", blank=True)
    comite_pilotage = models.TextField("comité de pilotage", blank=True)

    type_ingenierie = models.CharField("type d’ingénierie", max_length=24, choices=TypeIngenierie.choices, blank=True)
    type_motif = models.TextField("pourquoi ce type", blank=True)
    themes = models.ManyToManyField(
        TypePrestation, blank=True, related_name="+", verbose_name="thème (type de prestation Enée)"
    )
    finalite = models.CharField("but de la mission", max_length=12, choices=Finalite.choices, blank=True)
    objectif_general = models.TextField("objectif général", blank=True)
    objectifs_operationnels = models.TextField("objectifs opérationnels", blank=True)
    resultats_attendus = models.TextField("résultats attendus", blank=True)

    contenu_attendu = models.TextField("contenu attendu de l’intervention", blank=True)
    appropriation = models.TextField("appropriation de la démarche par les structures", blank=True)
    hors_site = models.TextField("travail hors site", blank=True)
    productions = models.TextField("productions attendues", blank=True)

    conditions = models.TextField("conditions techniques et méthodologiques", blank=True)
    role_evaluation = models.TextField("rôle du prestataire dans l’évaluation", blank=True)
    clauses = models.TextField("clauses permanentes", blank=True)

    jours_min = models.DecimalField(
        "nombre de jours, au moins", max_digits=5, decimal_places=1, null=True, blank=True, validators=_DAYS
    )
    jours_max = models.DecimalField(
        "nombre de jours, au plus", max_digits=5, decimal_places=1, null=True, blank=True, validators=_DAYS
    )
    jours_collectifs_site = _some_days("jours collectifs, sur site")
    jours_collectifs_hors = _some_days("jours collectifs, hors site")
    jours_individuels_site = _some_days("jours individuels, sur site")
    jours_individuels_hors = _some_days("jours individuels, hors site")
    cout_jour = MoneyField(
        "coût moyen d’une journée (€)",
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Le coût d’une journée est supérieur à zéro.")],
    )
    regime = models.CharField("ce coût s’entend", max_length=4, choices=Regime.choices, default=Regime.TTC)
    cout_precisions = models.TextField("précisions sur le coût", blank=True)
    date_restitution = models.DateField("restitution", null=True, blank=True)
    calendrier = models.TextField("précisions sur le calendrier", blank=True)

    proposition_attendue = models.TextField("ce que la proposition doit contenir", blank=True)
    criteres_conformite = models.TextField("conformité avec la commande", blank=True)
    criteres_reponse = models.TextField("qualité de la réponse", blank=True)
    criteres_intervenants = models.TextField("qualité des intervenants", blank=True)
    criteres_couts = models.TextField("coûts", blank=True)
    criteres_collectif = models.TextField("critères propres à l’ingénierie collective", blank=True)
    criteres_autres = models.TextField("autres critères", blank=True)

    date_limite = models.DateTimeField("date limite de réponse", null=True, blank=True)
    fuseau = models.CharField("heure de", max_length=24, choices=Fuseau.choices, default=Fuseau.PARIS)
    modalites_reponse = models.TextField("modalités de réponse", blank=True)

    diagnostic = models.CharField("diagnostic", max_length=12, choices=Diagnostic.choices, blank=True)
    diagnostic_synthese = models.TextField("synthèse du diagnostic", blank=True)

    objects = CahierQuerySet.as_manager()

    class Meta:
        verbose_name = "cahier des charges"
        verbose_name_plural = "cahiers des charges"
        constraints = [
            models.CheckConstraint(
                condition=Q(jours_min__isnull=True) | Q(jours_max__isnull=True) | Q(jours_max__gte=F("jours_min")),
                name="cahier_jours_in_order",
                violation_error_message="Le nombre de jours au plus est inférieur au nombre de jours au moins.",
            ),
            models.CheckConstraint(
                condition=(Q(jours_min__isnull=True) | Q(jours_min__gt=0))
                & (Q(jours_max__isnull=True) | Q(jours_max__gt=0)),
                name="cahier_jours_positive",
                violation_error_message="Un nombre de jours est supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(cout_jour__isnull=True) | Q(cout_jour__gt=0),
                name="cahier_cout_positive",
                violation_error_message="Le coût d’une journée est supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"cahier des charges {self.reference}"

    @cached_property
    def periode(self) -> Periode:
        """When the intervention takes place, as the dossier tells it: read once for this object, never typed here."""
        return periode_of(self.ingenierie)

    @property
    def date_debut(self) -> dt.date | None:
        return self.periode.debut

    @property
    def date_fin(self) -> dt.date | None:
        return self.periode.fin

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the deadline."""
        return ZoneInfo(self.fuseau)

    @property
    def date_limite_texte(self) -> str:
        """« vendredi 15 janvier 2027 à 17 h 00, heure de Paris », or empty."""
        return deadline_text(self)

    @property
    def jours_repartis(self) -> Decimal:
        """The sum of the four figures."""
        return sum((getattr(self, name) or Decimal(0) for name in REPARTITION), Decimal(0))

    def structures_presentees(self) -> models.QuerySet[StructureCiblee]:
        """The structures whose sheet is diffused, as things stand now."""
        rows = StructureCiblee.objects.filter(ingenierie=self.ingenierie_id).exclude(
            state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE]
        )
        if self.portee == Portee.CONFIRMEES:
            rows = rows.filter(state=EtatMobilisation.CONFIRMEE)
        elif self.portee == Portee.CHOIX:
            rows = rows.filter(pk__in=self.structures_choisies.values("pk"))
        return rows

    @cached_property
    def nombre_structures(self) -> int:
        """How many sheets are diffused, counted once for this object."""
        return self.structures_presentees().count()

    @cached_property
    def liste_themes(self) -> list[TypePrestation]:
        """The themes, read once for this object."""
        return list(self.themes.all())


def check_together(values: dict, start: dt.date | None) -> dict[str, str]:
    """Errors between fields: ``{field: message}``. ``values`` are those of a cahier, changed or not; ``start`` is the
    first day of the intervention."""
    errors: dict[str, str] = {}
    least, most = values.get("jours_min"), values.get("jours_max")
    if least is not None and most is not None and most < least:
        errors["jours_max"] = "Le nombre de jours au plus est inférieur au nombre de jours au moins."
    alone = sum((values.get(name) or Decimal(0) for name in REPARTITION[2:]), Decimal(0))
    if alone > (most or least or 0):
        errors["jours_individuels_site"] = "Il y a plus de jours individuels que de jours : corrigez l’un ou l’autre."
    restitution = values.get("date_restitution")
    if start and restitution and restitution < start:
        errors["date_restitution"] = "La restitution précède le début de l’intervention : vérifiez les deux dates."
    return errors


def deadline_text(cahier: CahierDesCharges) -> str:
    """See :attr:`CahierDesCharges.date_limite_texte`."""
    if cahier.date_limite is None:
        return ""
    local = cahier.date_limite.astimezone(cahier.zone)
    day = format_date(local.date(), weekday=True)
    return f"{day} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}, {Fuseau(cahier.fuseau).label}"


class CompteurReference(models.Model):
    """The last number given under a prefix (« CDC-2026-DLA37 »): two cahiers never bear the same reference."""

    prefixe = models.CharField("préfixe", max_length=32, unique=True)
    dernier = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur de références"
        verbose_name_plural = "compteurs de références"

    def __str__(self) -> str:
        return f"{self.prefixe}-{self.dernier:04d}"


class VersionDiffuseeQuerySet(FrozenQuerySet):
    """Diffused versions: read only."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(cahier__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class VersionDiffusee(FrozenContent):
    """One diffused version.

    Its PDF is the kept document of type ``cahier_diffuse`` about it (``core.documents.frozen.kept_document``), made by
    a job from this content alone.
    """

    frozen_refusal = "Une version diffusée ne se modifie ni ne s’efface : ouvrez une nouvelle version."

    cahier = models.ForeignKey(CahierDesCharges, on_delete=models.PROTECT, related_name="versions")
    date_limite = models.DateTimeField("date limite de réponse")
    motif = models.TextField("motif de la rectification", blank=True)

    objects = VersionDiffuseeQuerySet.as_manager()

    class Meta:
        verbose_name = "version diffusée"
        verbose_name_plural = "versions diffusées"
        ordering = ["-numero", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cahier", "numero"],
                name="version_diffusee_once",
                violation_error_message="Cette version est déjà diffusée.",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.numero}"


class AnnexeStructure(VersionedModel):
    """What of a structure goes with the cahier, and that it agreed: its diagnostic, complete or in synthesis, its plan.

    ``partage`` and ``actualisation`` are what the application has of them, as they stood when this was recorded: frozen
    already, they are printed for the version that is diffused. Of who agreed, only the day goes out. A consent given by
    the structure's own link (``par_lien``) is about what it read there: it falls when that changes.
    """

    cahier = models.ForeignKey(
        CahierDesCharges, on_delete=models.CASCADE, related_name="annexes_structures", editable=False
    )
    cible = models.ForeignKey(StructureCiblee, on_delete=models.CASCADE, related_name="+", editable=False)
    diagnostic = models.CharField(
        "diagnostic annexé", max_length=12, choices=Diagnostic.choices, default=Diagnostic.AUCUN
    )
    synthese = models.TextField("synthèse de son diagnostic", blank=True, max_length=8000)
    plan = models.BooleanField("son plan d’accompagnement est annexé", default=False)
    accord_le = models.DateField("accord de la structure, donné le", null=True, blank=True)
    accord_par = models.CharField("par qui (nom et fonction)", max_length=200, blank=True)
    par_lien = models.BooleanField("accord donné par lien", default=False, editable=False)
    refus_le = models.DateField("refusé le", null=True, blank=True, editable=False)
    refus_mot = models.TextField("pourquoi la structure refuse", blank=True, max_length=2000, editable=False)
    partage = models.ForeignKey(
        VersionDiagnostic, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    actualisation = models.ForeignKey(
        ActualisationPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    journal_redacted = frozenset({"accord_par", "synthese", "refus_mot"})

    class Meta:
        verbose_name = "annexe d’une structure"
        verbose_name_plural = "annexes des structures"
        constraints = [
            models.UniqueConstraint(
                fields=["cahier", "cible"],
                name="annexe_structure_once",
                violation_error_message="Ce qui est annexé de cette structure est déjà inscrit : rechargez la page.",
            )
        ]

    def __str__(self) -> str:
        return f"annexe de {self.cible.structure}"

    @property
    def is_something(self) -> bool:
        """Is anything of the structure annexed?"""
        return self.plan or self.diagnostic in (Diagnostic.COMPLET, Diagnostic.SYNTHESE)


class AnnexeDiffusee(FrozenModel):
    """A document of a structure that left with a diffused version: its content, frozen with it.

    ``contenu`` is what was shared of the diagnostic, or the plan as it was actualised, and who keeps it; its PDF is the
    kept document of type ``cahier_annexe`` about it.
    """

    frozen_refusal = "Une annexe diffusée ne se modifie ni ne s’efface."

    version_diffusee = models.ForeignKey(VersionDiffusee, on_delete=models.PROTECT, related_name="annexes")
    nature = models.CharField("nature", max_length=12, choices=NatureAnnexe.choices)
    structure = models.CharField("structure", max_length=255)
    contenu = models.TextField("contenu")
    empreinte = models.CharField("empreinte SHA-256 du contenu", max_length=64)

    class Meta:
        verbose_name = "annexe diffusée"
        verbose_name_plural = "annexes diffusées"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} de {self.structure}"

    @property
    def data(self) -> dict:
        return json.loads(self.contenu)
