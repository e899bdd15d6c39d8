"""A resource of the library (004)."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, Q

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from capitalisation.bibliotheque.enums import (
    PUBLIES,
    Accessible,
    Apport,
    CercleContributeurs,
    Echelle,
    EtatRessource,
    Lecteurs,
    Licence,
    ModeContribution,
    Pratique,
    Sorte,
    SousEchelle,
    Support,
    Technique,
    Usage,
    Verdict,
)
from capitalisation.bibliotheque.registry import LECTEURS_EN_PLUS
from capitalisation.recits.models import Recit
from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import Attachment
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie.models import Ingenierie
from referentiels.models import Departement, Region, Secteur, TypePrestation

#: States that the C2RA of the région and the Avise may follow.
_DEPOSEES = [etat for etat in EtatRessource.values if etat != EtatRessource.BROUILLON]


def _readable(actor: Actor) -> Q:
    found = Q(state__in=PUBLIES, lecteurs=Lecteurs.PUBLIC)
    if actor.kind != "user":
        return found
    # The network: DLA, C2RA, CNAR, Avise, prestataires; an account that belongs to nothing any more is a visitor.
    network = Q(state__in=[*PUBLIES, EtatRessource.ARCHIVEE], lecteurs__in=[Lecteurs.RESEAU, Lecteurs.PUBLIC])
    if actor.organisation is None:
        network &= Q(Exists(Membre.objects.active().filter(user=actor.user_id)))
    found |= network
    if organisation := actor.organisation:
        found |= Q(contributeur=organisation)
        if organisation.region_id:
            found |= Q(lecteurs=Lecteurs.REGION, region=organisation.region_id)
        if organisation.kind == OrganisationKind.C2RA:
            found |= Q(state__in=_DEPOSEES, region=organisation.region_id)
        if organisation.kind == OrganisationKind.AVISE:
            found |= Q(state__in=_DEPOSEES)
    for more in LECTEURS_EN_PLUS:
        found |= more(actor)
    return found


class RessourceQuerySet(LifecycleQuerySet):
    """Resources, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those that ``actor`` may read, an anonymous visitor included."""
        if actor.is_system:
            return self.all()
        return self.filter(_readable(actor))

    def publiees(self):
        """Those that a committee approved: what the search shows first."""
        return self.filter(state__in=PUBLIES)


class Ressource(LifecycleModel):
    """One resource: what it is, what it is made of (``support``), where it was tested, who may read it.

    ``contributeur`` deposits it, ``producteur`` made it when that is somebody else. ``region`` is that whose committee
    reads it; none: the national one. ``actions`` are codes of the démarche, where it helps. ``questionnaire`` is a
    questionnaire kept as a model: its ``code`` and its ``contenu``. ``*_ids``, ``search_text`` and ``utilisations``
    repeat what the lists show and search (``services.reindex``).
    """

    titre = models.CharField("titre", max_length=200)
    resume = models.TextField("en quelques phrases", max_length=1500)
    state = state_field(EtatRessource, EtatRessource.BROUILLON)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    created_at = models.DateTimeField("déposée le", default=clock.now, editable=False)
    publiee_le = models.DateTimeField("publiée le", null=True, editable=False)
    modifiee_le = models.DateTimeField("modifiée le", default=clock.now, editable=False)
    lecteurs = models.CharField(
        "lue par", max_length=8, choices=Lecteurs.choices, default=Lecteurs.EQUIPE, editable=False
    )
    lecteurs_demandes = models.CharField(
        "ouverture demandée", max_length=8, choices=Lecteurs.choices, blank=True, editable=False
    )

    sorte = models.CharField("sorte", max_length=20, choices=Sorte.choices)
    support = models.CharField("support", max_length=20, choices=Support.choices)
    lien = models.URLField("adresse", max_length=500, blank=True)
    recit = models.OneToOneField(
        Recit, on_delete=models.PROTECT, null=True, blank=True, related_name="ressource", editable=False
    )
    questionnaire = models.JSONField("questionnaire", null=True, editable=False)
    ingenierie = models.ForeignKey(
        Ingenierie, on_delete=models.SET_NULL, null=True, blank=True, related_name="ressources_tirees",
        verbose_name="tirée de l’ingénierie",
    )  # fmt: skip

    technique = models.CharField("technique", max_length=24, choices=Technique.choices, blank=True)
    pratique = models.CharField("pratique", max_length=24, choices=Pratique.choices, blank=True)
    accessible = models.CharField("accessible", max_length=24, choices=Accessible.choices, blank=True)
    echelle = models.CharField("échelle", max_length=16, choices=Echelle.choices)
    sous_echelle = models.CharField("précisément", max_length=30, choices=SousEchelle.choices)
    usage = models.CharField("usage", max_length=16, choices=Usage.choices)
    apport = models.CharField("ce qu’elle apporte", max_length=24, choices=Apport.choices)

    contributeur = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="ressources", verbose_name="déposée par", editable=False
    )
    auteur = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="auteur du dépôt", editable=False
    )
    producteur = models.CharField("produite par", max_length=200, blank=True)
    cercle = models.CharField("cercle de contributeurs", max_length=8, choices=CercleContributeurs.choices)
    contribution = models.CharField("contribution", max_length=12, choices=ModeContribution.choices)
    licence = models.CharField("licence", max_length=20, choices=Licence.choices)

    teste_sur = models.CharField("testée sur", max_length=300, blank=True)
    verdict = models.CharField("portée de l’essai", max_length=20, choices=Verdict.choices, blank=True)
    verifie_par = models.CharField("vérifiée par (qualité)", max_length=200, blank=True)
    verifie_le = models.DateField("vérifiée le", null=True, blank=True)
    a_reverifier_le = models.DateField("à vérifier de nouveau le", null=True, blank=True)

    themes = models.ManyToManyField(TypePrestation, blank=True, related_name="+", verbose_name="thèmes")
    secteurs = models.ManyToManyField(Secteur, blank=True, related_name="+", verbose_name="secteurs")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="région"
    )
    departements = models.ManyToManyField(Departement, blank=True, related_name="+", verbose_name="départements")
    mots_cles = models.JSONField("mots clés", default=list, blank=True)
    actions = models.JSONField("actions de la démarche", default=list, blank=True)

    theme_ids = models.JSONField("thèmes, répétés", default=list, editable=False)
    secteur_ids = models.JSONField("secteurs, répétés", default=list, editable=False)
    departement_ids = models.JSONField("départements, répétés", default=list, editable=False)
    search_text = models.TextField("texte de recherche", blank=True, editable=False)
    utilisations = models.PositiveIntegerField("utilisée par", default=0, editable=False)

    objects = RessourceQuerySet.as_manager()

    class Meta:
        verbose_name = "ressource"
        verbose_name_plural = "ressources"
        ordering = ["-publiee_le", "-pk"]
        indexes = [
            models.Index(fields=["-publiee_le", "-id"], name="ressource_recente_idx"),
            # All that is needed to say who reads a row and to count the facets of the search: the rows stay unread.
            models.Index(
                fields=[
                    "lecteurs",
                    "state",
                    "contributeur",
                    "region",
                    "id",
                    "sorte",
                    "support",
                    "usage",
                    "apport",
                    "echelle",
                    "verdict",
                    "cercle",
                    "licence",
                    "verifie_le",
                    "a_reverifier_le",
                    "theme_ids",
                    "secteur_ids",
                ],
                name="ressource_facettes_idx",
            ),
            models.Index(fields=["-utilisations", "-publiee_le", "-id"], name="ressource_utilisee_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(support=Support.LIEN) | ~Q(lien=""),
                name="ressource_lien_said",
                violation_error_message="Donnez l’adresse du lien.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIES) | Q(publiee_le__isnull=False),
                name="ressource_published_has_date",
                violation_error_message="Une ressource publiée a sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(lecteurs=Lecteurs.PUBLIC) | ~Q(licence=Licence.RESEAU),
                name="ressource_reseau_not_public",
                violation_error_message="Une ressource réservée au réseau ne s’ouvre pas à tout le monde.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def est_publiee(self) -> bool:
        """Approved by a committee, and not archived?"""
        return self.state in PUBLIES


def files_of(ressource: Ressource) -> models.QuerySet[Attachment]:
    """The files a resource is made of, the oldest first."""
    return Attachment.objects.of(Ressource._meta.label_lower, [ressource.pk]).filter(category="")
