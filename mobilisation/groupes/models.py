"""Groups of structures (000, démarche 3/4; fiche pratique 4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import VersionedModel
from core.sorting import french
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


class Groupe(VersionedModel):
    """A group of structures that will work together, and what to watch in it (fiche pratique 4)."""

    ingenierie = models.ForeignKey(Ingenierie, on_delete=models.CASCADE, related_name="groupes", editable=False)
    nom = models.CharField("nom du groupe", max_length=120)
    profil = models.TextField("profil du groupe", blank=True, max_length=4000)
    participants = models.PositiveSmallIntegerField("nombre de participants prévu", null=True, blank=True)
    vigilance_attentes = models.TextField("attentes du même niveau", blank=True, max_length=2000)
    vigilance_concurrence = models.TextField("risque de concurrence", blank=True, max_length=2000)
    vigilance_similitude = models.TextField("similitude sectorielle ou territoriale", blank=True, max_length=2000)
    vigilance_competences = models.TextField(
        "niveau de compétences des participants et maîtrise de la question", blank=True, max_length=2000
    )
    structures = models.ManyToManyField(
        StructureCiblee, through="mobilisation.MembreGroupe", related_name="groupes", blank=True
    )

    class Meta:
        verbose_name = "groupe"
        ordering = [french("nom"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "nom"],
                name="groupe_nom_unique",
                violation_error_message="Un groupe de cette ingénierie porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=~Q(nom=""), name="groupe_named", violation_error_message="Donnez un nom au groupe."
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def points(self) -> list[tuple[str, str, str]]:
        """(field, label, text) of the four vigilance points, in the order of fiche pratique 4."""
        names = ("vigilance_attentes", "vigilance_concurrence", "vigilance_similitude", "vigilance_competences")
        told = [(n, str(self._meta.get_field(n).verbose_name), getattr(self, n).strip()) for n in names]
        return [(name, label[:1].upper() + label[1:], text) for name, label, text in told]


class MembreGroupe(models.Model):
    """A targeted structure in a group; a structure is in one group at most."""

    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="membres")
    structure_ciblee = models.ForeignKey(StructureCiblee, on_delete=models.CASCADE, related_name="membres_groupe")

    class Meta:
        verbose_name = "membre d’un groupe"
        verbose_name_plural = "membres d’un groupe"
        constraints = [
            models.UniqueConstraint(
                fields=["structure_ciblee"],
                name="membre_one_group",
                violation_error_message="Cette structure est déjà dans un groupe.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.structure_ciblee_id} → {self.groupe_id}"
