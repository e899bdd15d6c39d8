"""A récit and its rubriques, what others write of it, its pictures, its versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from capitalisation.recits.enums import EtatContribution, EtatRecit, Genre, Source
from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import Attachment, FrozenContent, VersionedModel
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


class RecitQuerySet(LifecycleQuerySet):
    """Récits, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those ``actor`` may read while they are written: of ingénieries read whole, of her organisation.

        Who else reads an « arrêté » one reads it through the library.
        """
        own = Q(ingenierie__isnull=True, organisation=actor.organisation_id) if actor.organisation_id else Q(pk__in=[])
        return self.filter(own | Q(ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk")))


class Recit(LifecycleModel):
    """A fiche expérience or a monographie.

    Of an ingénierie, one a genre; or without a dossier (an experience of before, one of the référentiel), told by its
    ``organisation``. ``noms_retires_at``: the last time that somebody it names, or shows, stopped agreeing to it.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="recits", verbose_name="racontée par", editable=False
    )
    ingenierie = models.ForeignKey(
        Ingenierie, on_delete=models.CASCADE, null=True, related_name="recits", verbose_name="ingénierie",
        editable=False,
    )  # fmt: skip
    genre = models.CharField("genre", max_length=30, choices=Genre.choices, editable=False)
    titre = models.CharField("titre", max_length=200)
    sous_titre = models.CharField("sous-titre", max_length=200, blank=True)
    origine = models.CharField("d’où vient ce récit", max_length=200, blank=True)
    state = state_field(EtatRecit, EtatRecit.EN_COURS)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    created_at = models.DateTimeField("commencé le", default=clock.now, editable=False)
    noms_retires_at = models.DateTimeField("dernier nom retiré le", null=True, editable=False)

    objects = RecitQuerySet.as_manager()

    class Meta:
        verbose_name = "récit"
        verbose_name_plural = "récits"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "genre"],
                name="recit_once",
                violation_error_message="Cette ingénierie a déjà un récit de ce genre.",
            )
        ]

    def __str__(self) -> str:
        return self.titre


class Rubrique(VersionedModel):
    """What a récit says under one heading of its layout.

    ``valeur`` has the shape that the layout asks (text, list of points, choices, numbers). ``source`` and
    ``source_detail`` say where it comes from; ``note`` keeps what conflicts, or is missing, as it was told. ``titre``
    is the wording of the heading, when the layout offers several.
    """

    recit = models.ForeignKey(Recit, on_delete=models.CASCADE, related_name="rubriques", editable=False)
    code = models.SlugField("rubrique", max_length=60, editable=False)
    titre = models.CharField("intitulé", max_length=120, blank=True)
    valeur = models.JSONField("contenu", default=None, null=True, blank=True)
    note = models.TextField("note", blank=True, max_length=2000)
    source = models.CharField("d’après", max_length=20, choices=Source.choices, blank=True)
    source_detail = models.CharField("précisément", max_length=200, blank=True)

    class Meta:
        verbose_name = "rubrique d’un récit"
        verbose_name_plural = "rubriques d’un récit"
        ordering = ["recit", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recit", "code"],
                name="rubrique_recit_once",
                violation_error_message="Cette rubrique est déjà dans le récit.",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Contribution(VersionedModel):
    """Rubriques that the prestataire, a structure or a partner writes through a link.

    ``rubriques`` are the codes asked, ``apports`` what was written ``{code: text}``: it enters the récit when the team
    takes it up, with its source. ``suites`` says what became of each ``{code: {"choix", "le", "par"}}``.
    """

    recit = models.ForeignKey(Recit, on_delete=models.CASCADE, related_name="contributions", editable=False)
    sorte = models.CharField("de la part de", max_length=20, choices=Source.choices)
    structure = models.ForeignKey(
        StructureCiblee, on_delete=models.SET_NULL, null=True, blank=True, related_name="contributions_recits",
        verbose_name="structure",
    )  # fmt: skip
    organisme = models.CharField("organisme", max_length=200, blank=True, editable=False)
    nom = models.CharField("prénom et nom", max_length=120)
    email = models.EmailField("adresse électronique")
    rubriques = models.JSONField("rubriques demandées", default=list)
    message = models.TextField("message", blank=True, max_length=2000)
    etat = models.CharField(
        "état", max_length=12, choices=EtatContribution.choices, default=EtatContribution.DEMANDEE, editable=False
    )
    apports = models.JSONField("ce qui est écrit", default=dict, editable=False)
    suites = models.JSONField("ce qui en est fait", default=dict, editable=False)
    demandee_le = models.DateTimeField("demandée le", default=clock.now, editable=False)
    rendue_le = models.DateTimeField("rendue le", null=True, editable=False)
    rappelee_le = models.DateTimeField("rappelée le", null=True, editable=False)

    journal_redacted = frozenset({"nom", "email", "apports"})

    class Meta:
        verbose_name = "contribution à un récit"
        verbose_name_plural = "contributions à un récit"
        ordering = ["-demandee_le", "-pk"]

    def __str__(self) -> str:
        return self.organisme or self.nom


class ImageRecit(VersionedModel):
    """A picture of a récit: what it shows is said in words (``alt``), and the people on it agreed."""

    recit = models.ForeignKey(Recit, on_delete=models.CASCADE, related_name="images", editable=False)
    piece = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", editable=False)
    alt = models.CharField("ce que montre l’image", max_length=300)
    legende = models.CharField("légende", max_length=300, blank=True)
    credit = models.CharField("crédit", max_length=120, blank=True)
    accord = models.BooleanField(
        "les personnes reconnaissables ont donné leur accord, ou il n’y en a pas", default=False
    )
    rang = models.PositiveSmallIntegerField("rang", default=0, editable=False)

    class Meta:
        verbose_name = "image d’un récit"
        verbose_name_plural = "images d’un récit"
        ordering = ["rang", "pk"]

    def __str__(self) -> str:
        return self.legende or self.alt


class VersionRecit(FrozenContent):
    """What a récit said on the day it was « arrêté ».

    Its ``contenu`` never holds the name of a structure or of a person, but a mark (:mod:`capitalisation.recits.noms`)
    that each reading replaces by the name, or by « une structure ».
    """

    recit = models.ForeignKey(Recit, on_delete=models.PROTECT, related_name="versions")
    note = models.CharField("ce qui change", max_length=300, blank=True)

    class Meta:
        verbose_name = "version d’un récit"
        verbose_name_plural = "versions d’un récit"
        ordering = ["-numero", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recit", "numero"],
                name="version_recit_once",
                violation_error_message="Cette version existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.numero}"
