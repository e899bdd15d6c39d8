"""Reference lists: data with a code, a label and validity dates, kept by the AVISE (admin) and a loading command."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock


class ReferenceQuerySet(models.QuerySet):
    """Items of a reference list."""

    def current(self):
        """Items valid today; past ones stay readable where they were used."""
        today = clock.today()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today), Q(valid_to__isnull=True) | Q(valid_to__gte=today)
        )


class ReferenceItem(models.Model):
    """One item of a list: stable ``code``, French ``label``, order, dates between which it may be chosen."""

    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("libellé", max_length=200)
    position = models.PositiveIntegerField("ordre", default=0)
    valid_from = models.DateField("valable à partir du", null=True, blank=True)
    valid_to = models.DateField("valable jusqu’au", null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "label", "pk"]

    def __str__(self) -> str:
        return self.label


class Region(ReferenceItem):
    """A région or collectivité d'outre-mer of the Code officiel géographique (INSEE code)."""

    class Meta(ReferenceItem.Meta):
        verbose_name = "région"


class Departement(ReferenceItem):
    """A département of the Code officiel géographique (INSEE code: 01 … 2A … 976)."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="departements", verbose_name="région")

    class Meta(ReferenceItem.Meta):
        verbose_name = "département"

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


class Secteur(ReferenceItem):
    """A sector of activity (sport, culture, environnement…)."""

    class Meta(ReferenceItem.Meta):
        verbose_name = "secteur d’activité"
        verbose_name_plural = "secteurs d’activité"


class Branche(ReferenceItem):
    """A branch of a sector (spectacle vivant, patrimoine…)."""

    secteur = models.ForeignKey(Secteur, on_delete=models.PROTECT, related_name="branches", verbose_name="secteur")

    class Meta(ReferenceItem.Meta):
        verbose_name = "branche"


class TypePrestation(ReferenceItem):
    """A « type de prestation Enée »: the theme of an ingénierie (fiche pratique 5, approche globale)."""

    class Meta(ReferenceItem.Meta):
        verbose_name = "type de prestation Enée"
        verbose_name_plural = "types de prestation Enée"


class DetailPrestation(ReferenceItem):
    """A detail line of a « type de prestation Enée » (fiche pratique 5, approche détaillée)."""

    type_prestation = models.ForeignKey(
        TypePrestation, on_delete=models.PROTECT, related_name="details", verbose_name="type de prestation"
    )

    class Meta(ReferenceItem.Meta):
        verbose_name = "détail de prestation"
        verbose_name_plural = "détails de prestation"


class FormeJuridique(ReferenceItem):
    """A legal form of a structure."""

    class Meta(ReferenceItem.Meta):
        verbose_name = "forme juridique"
        verbose_name_plural = "formes juridiques"


class Domaine(ReferenceItem):
    """A domain of support: one of the four axes of 001 (critères descriptifs des actions réalisées)."""

    class Meta(ReferenceItem.Meta):
        verbose_name = "domaine d’accompagnement"
        verbose_name_plural = "domaines d’accompagnement"


class ThemeAccompagnement(ReferenceItem):
    """A theme of a domain (001, « Contenus abordés » of its monographies, and usage), with the type de prestation
    Enée it belongs to: how the need of an ingénierie meets what a prestataire does."""

    domaine = models.ForeignKey(Domaine, on_delete=models.PROTECT, related_name="themes", verbose_name="domaine")
    type_prestation = models.ForeignKey(
        TypePrestation,
        on_delete=models.PROTECT,
        related_name="themes_accompagnement",
        verbose_name="type de prestation Enée",
    )

    class Meta(ReferenceItem.Meta):
        verbose_name = "thème d’accompagnement"
        verbose_name_plural = "thèmes d’accompagnement"


class TypeIntervention(ReferenceItem):
    """A type of intervention of a prestataire (001: information, formation, accompagnement of two kinds)."""

    class Meta(ReferenceItem.Meta):
        verbose_name = "type d’intervention"
        verbose_name_plural = "types d’intervention"
