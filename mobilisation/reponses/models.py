"""What each targeted structure answers of the action it is offered (000, fiche pratique 4)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from core import clock
from core.formats import plural
from core.models import VersionedModel
from engagement.partenaires.models import PartenaireProjet
from mobilisation.reponses.enums import QUESTIONS, Niveau, Reponse, Sort
from projects.structures_ciblees.models import StructureCiblee


def _question(code: str) -> models.CharField:
    return models.CharField(QUESTIONS[code], max_length=10, choices=Reponse.choices, blank=True)


class ReponseStructure(VersionedModel):
    """The answers of one structure: those of its people by their personal link, or what they said on the telephone.

    When and by whom each was given is told by the exchanges of the structure
    (:class:`projects.structures_ciblees.models.Echange`); ``recue_le`` is the day of the last one.
    ``participants``: ``[{"fonction": …, "niveau": code of Niveau or "", "nombre": 2}]``, without any name.
    ``disponibilites``: ``{primary key of a scenario offered: code of Reponse}``.
    """

    structure_ciblee = models.OneToOneField(
        StructureCiblee, on_delete=models.PROTECT, related_name="reponse", verbose_name="structure", editable=False
    )
    concernee = _question("concernee")
    concernee_texte = models.TextField("en quoi elles sont concernées", blank=True, max_length=2000)
    attentes = _question("attentes")
    attentes_texte = models.TextField("leurs attentes, leurs besoins", blank=True, max_length=2000)
    pertinence = _question("pertinence")
    pertinence_texte = models.TextField("ce qu’elles disent de la réponse", blank=True, max_length=2000)
    methode = _question("methode")
    methode_texte = models.TextField("ce qu’elles disent de la méthode", blank=True, max_length=2000)
    objectifs = models.TextField("ses objectifs propres", blank=True, max_length=2000)
    projets = models.TextField("lien avec ses projets en cours", blank=True, max_length=2000)
    participation = models.CharField("participation", max_length=10, choices=Reponse.choices, blank=True)
    participation_texte = models.CharField("à quoi elle prendrait part", max_length=300, blank=True)
    participants = models.JSONField("participants", default=list, blank=True)
    disponibilite = models.TextField("disponibilité : durée, période, rythme", blank=True, max_length=2000)
    disponibilites = models.JSONField("disponibilité aux périodes proposées", default=dict, blank=True)
    recue_le = models.DateField("dernière réponse le", null=True, blank=True, editable=False)
    par_lien = models.BooleanField("donnée par lien", default=False, editable=False)

    class Meta:
        verbose_name = "réponse d’une structure"
        verbose_name_plural = "réponses des structures"
        ordering = ["structure_ciblee", "pk"]

    def __str__(self) -> str:
        return f"réponse de {self.structure_ciblee}"

    @property
    def n_participants(self) -> int:
        return sum(int(p.get("nombre") or 1) for p in self.participants)

    @property
    def participants_dits(self) -> list[str]:
        """« 2 directrices (la maîtrise) », one line each."""
        niveaux = dict(Niveau.choices)
        told = []
        for p in self.participants:
            niveau = niveaux.get(p.get("niveau"), "")
            count = int(p.get("nombre") or 1)
            line = f"{count} × {p['fonction']}" if count > 1 else p["fonction"]
            told.append(f"{line} ({niveau})" if niveau else line)
        return told

    @property
    def questions(self) -> list[tuple[str, str, str]]:
        """(question, answer in words, what was said) of the four, in their order."""
        return [
            (asked, getattr(self, f"get_{code}_display")(), getattr(self, f"{code}_texte"))
            for code, asked in QUESTIONS.items()
        ]

    def restant(self, offered: Any = (), *, seule: bool = False) -> list[str]:
        """What is still to be answered, in words; ``offered``: primary keys of the scenarios offered. ``seule``: the
        one structure of an ingénierie individuelle, which takes part by what it is."""
        missing = [code for code in QUESTIONS if not getattr(self, code)]
        told = []
        if len(missing) == len(QUESTIONS):
            told.append("les quatre questions")
        elif missing:
            told.append(plural(len(missing), "question", "questions"))
        if not self.participation and not seule:
            told.append("la participation")
        if self.participation != Reponse.NON:
            if not self.participants:
                told.append("les participants")
            if seule and not self.disponibilite.strip():
                told.append("la disponibilité")
            if any(str(pk) not in self.disponibilites for pk in offered):
                told.append("la disponibilité aux périodes proposées")
        return told


class CommentaireStructureQuerySet(models.QuerySet):
    """Comments of structures."""

    def to_examine(self):
        """Those of which nobody said yet what became of them."""
        return self.filter(sort=Sort.A_EXAMINER)


class CommentaireStructure(VersionedModel):
    """A remark of a structure on the approach; then retained or not, why, and with which partners that was examined
    (000, fiche pratique 4: « évaluer, avec les partenaires, les possibilités de prise en compte »)."""

    structure_ciblee = models.ForeignKey(
        StructureCiblee, on_delete=models.PROTECT, related_name="commentaires", verbose_name="structure", editable=False
    )
    texte = models.TextField("remarque de la structure", max_length=2000)
    recu_le = models.DateField("reçue le", default=clock.today, editable=False)
    sort = models.CharField("suite", max_length=12, choices=Sort.choices, default=Sort.A_EXAMINER)
    pourquoi = models.TextField("pourquoi", blank=True, max_length=2000)
    partenaires = models.ManyToManyField(
        PartenaireProjet, blank=True, related_name="+", verbose_name="examinée avec ces partenaires"
    )

    objects = CommentaireStructureQuerySet.as_manager()

    class Meta:
        verbose_name = "commentaire d’une structure"
        verbose_name_plural = "commentaires des structures"
        ordering = ["recu_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sort=Sort.A_EXAMINER) | ~Q(pourquoi=""),
                name="commentaire_structure_reasoned",
                violation_error_message="Dites pourquoi cette remarque est retenue, ou ne l’est pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"remarque de {self.structure_ciblee}"


#: What a structure answers, in the order of the questionnaire.
ANSWERED = (
    *(name for code in QUESTIONS for name in (code, f"{code}_texte")),
    "objectifs",
    "projets",
    "participation",
    "participation_texte",
    "participants",
    "disponibilite",
    "disponibilites",
)
