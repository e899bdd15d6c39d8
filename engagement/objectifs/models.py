"""Shared objectives and expected results (000, démarche 2/4 and 3/4, fiches pratiques 1 and 5)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core.formats import NBSP, format_number
from core.models import VersionedModel
from engagement.objectifs.enums import CADRE, NatureObjectif, NatureResultat

#: code of an objective of the framework → its wording
LABELS: dict[str, str] = {code: label for cadre in CADRE.values() for code, label in cadre.choices}


def _journal_fields() -> dict[str, models.Field]:
    fields: dict[str, models.Field] = {}
    for nature, cadre in CADRE.items():
        level = NatureObjectif(nature).label
        for code, label in cadre.choices:
            fields[f"retenu_{code}"] = models.BooleanField(f"objectif {level} « {label} »")
            fields[f"precision_{code}"] = models.TextField(f"précision sur « {label} »")
        fields[f"propres_{nature}"] = models.TextField(f"autres objectifs {level}s")
    return fields


class ObjectifsProjet(VersionedModel):
    """The objectives of an ingénierie edited as one page: its version guards the :class:`Objectif` rows too.

    The objectives of the evaluation are its object (« qu’est-ce qu’on évalue ? ») and its reasons (« pourquoi ? »).
    """

    ingenierie = models.OneToOneField(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="objectifs_projet", editable=False
    )
    objet = models.TextField("objet de l’évaluation", blank=True)
    raisons = models.TextField("raisons de l’évaluation", blank=True)

    #: What the journal calls the changes of the rows.
    journal_fields = _journal_fields()

    class Meta:
        verbose_name = "objectifs de l’ingénierie"
        verbose_name_plural = "objectifs des ingénieries"

    def __str__(self) -> str:
        return "objectifs"


class Objectif(models.Model):
    """One objective: of the framework (``code``, worded by it, with a precision) or its own (``texte``)."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="objectifs", editable=False
    )
    nature = models.CharField("niveau", max_length=16, choices=NatureObjectif.choices)
    code = models.CharField("objectif du cadre", max_length=24, blank=True)
    texte = models.CharField("objectif propre à l’ingénierie", max_length=500, blank=True)
    precision = models.CharField("précision", max_length=1000, blank=True)
    position = models.PositiveIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "objectif"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "code"],
                condition=~Q(code=""),
                name="objectif_cadre_once",
                violation_error_message="Cet objectif est déjà retenu.",
            ),
            models.CheckConstraint(
                condition=(Q(code="") & ~Q(texte="")) | (~Q(code="") & Q(texte="")),
                name="objectif_code_or_text",
                violation_error_message="Un objectif vient du cadre ou porte un texte.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its wording: the framework's, or its own."""
        return LABELS.get(self.code, self.texte) if self.code else self.texte


class ResultatAttendu(VersionedModel):
    """A result to reach, with what will show it. Once fixed (« fixés définitivement ») it only changes if reopened."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="resultats", editable=False
    )
    libelle = models.CharField("résultat attendu", max_length=300)
    nature = models.CharField(
        "nature", max_length=12, choices=NatureResultat.choices, default=NatureResultat.QUALITATIF
    )
    indicateur = models.CharField("indicateur", max_length=300, blank=True)
    cible_nombre = models.DecimalField("cible, en nombre", max_digits=12, decimal_places=2, null=True, blank=True)
    cible_unite = models.CharField("unité de la cible", max_length=80, blank=True)
    cible = models.CharField("cible, en mots", max_length=200, blank=True)
    mesure = models.CharField("mode de mesure", max_length=300, blank=True)
    mesure_source = models.CharField("source de la mesure", max_length=200, blank=True)
    mesure_quand = models.CharField("moment de la mesure", max_length=120, blank=True)
    mesure_qui = models.CharField("qui mesure", max_length=120, blank=True)
    fixe = models.BooleanField("fixé définitivement", default=False, editable=False)
    position = models.PositiveIntegerField("ordre", default=0, editable=False)

    class Meta:
        verbose_name = "résultat attendu"
        verbose_name_plural = "résultats attendus"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "ingenierie",
                Lower("libelle"),
                name="resultat_attendu_once",
                violation_error_message="Ce résultat est déjà dans la liste.",
            ),
            models.CheckConstraint(
                # In words only for those fixed before targets were numbers.
                condition=~Q(nature="quantitatif") | ~Q(fixe=True) | ~Q(cible="") | Q(cible_nombre__isnull=False),
                name="resultat_quantitatif_fixe_has_cible",
                violation_error_message="Un résultat quantitatif ne se fixe qu’avec sa cible.",
            ),
            models.CheckConstraint(
                condition=Q(cible_nombre__isnull=True, cible_unite="")
                | Q(cible_nombre__isnull=False, cible_nombre__gte=0),
                name="resultat_cible_number_and_unit",
                violation_error_message="La cible est un nombre, positif ou nul ; une unité se donne avec son nombre.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def cible_dite(self) -> str:
        """The target as it is read everywhere: « 30 associations », « 30 associations (les deux tiers) », or words."""
        number = format_number(self.cible_nombre) if self.cible_nombre is not None else ""
        told = f"{number}{NBSP}{self.cible_unite}" if number and self.cible_unite else number
        return f"{told} ({self.cible})" if told and self.cible else told or self.cible

    @property
    def mesure_dite(self) -> str:
        """How it will be measured: the way, then source, moment and person in charge."""
        return " · ".join(filter(None, (self.mesure, self.mesure_source, self.mesure_quand, self.mesure_qui)))
