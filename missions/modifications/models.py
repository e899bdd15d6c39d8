"""Asking to change a mission (002, two levels): what, from, to, why; decided by the DLA with the structure."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from core import clock
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import VersionedModel
from missions.conventions.enums import NIVEAU_A, Contact, Demandeur
from missions.conventions.models import Avenant, Convention
from missions.modifications.enums import Avis, EtatDemande, Quoi
from missions.suivi.models import EtapeSuivi
from projects.structures_ciblees.models import StructureCiblee


class DemandeModification(LifecycleModel):
    """One change asked for. Of the problématique or of the end of the mission, the chargé de mission was contacted
    first: dated. ``nouvelle_fin`` is the day that a stage, or the mission, would end; ``ancienne_fin`` the one that was
    planned when it was accepted."""

    convention = models.ForeignKey(
        Convention, on_delete=models.PROTECT, related_name="demandes_modification", editable=False
    )
    numero = models.PositiveSmallIntegerField("numéro", editable=False)
    state = state_field(EtatDemande, EtatDemande.DEMANDEE)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    quoi = models.CharField("ce qui changerait", max_length=16, choices=Quoi.choices)
    etape = models.ForeignKey(
        EtapeSuivi, on_delete=models.PROTECT, null=True, blank=True, related_name="demandes", verbose_name="étape"
    )
    nouvelle_fin = models.DateField("nouvelle date de fin", null=True, blank=True)
    ancienne_fin = models.DateField("date de fin d’avant", null=True, editable=False)
    de = models.TextField("ce qui était convenu", max_length=4000)
    a = models.TextField("ce qui est demandé", max_length=4000)
    pourquoi = models.TextField("pourquoi", max_length=4000)
    demandeur = models.CharField("demandé par", max_length=12, choices=Demandeur.choices, editable=False)
    demande_par = models.CharField("saisi par", max_length=200, editable=False)
    demande_le = models.DateField("demandé le", default=clock.today, editable=False)
    contact_le = models.DateField("contact avec le chargé de mission le", null=True, blank=True)
    contact_moyen = models.CharField("par", max_length=12, choices=Contact.choices, blank=True)
    dla_le = models.DateField("décidé par le DLA le", null=True, editable=False)
    dla_par = models.CharField("décidé par", max_length=200, blank=True, editable=False)
    motif = models.TextField("motif du refus ou du retrait", blank=True, editable=False)
    avenant = models.OneToOneField(Avenant, on_delete=models.PROTECT, null=True, related_name="demande", editable=False)

    objects = LifecycleQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de modification"
        verbose_name_plural = "demandes de modification"
        ordering = ["convention", "-numero"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "numero"], name="demande_modification_once"),
            models.CheckConstraint(
                condition=~Q(quoi__in=[c.value for c in NIVEAU_A])
                | (Q(contact_le__isnull=False) & ~Q(contact_moyen="")),
                name="demande_modification_contact",
                violation_error_message="La problématique et la date de fin de mission ne changent pas sans contact "
                "préalable avec le chargé de mission : dites quel jour et comment.",
            ),
            models.CheckConstraint(
                condition=~Q(quoi__in=[Quoi.FIN, Quoi.DATE]) | Q(nouvelle_fin__isnull=False),
                name="demande_modification_date",
                violation_error_message="Donnez la nouvelle date de fin.",
            ),
            models.CheckConstraint(
                condition=~Q(quoi=Quoi.DATE) | Q(etape__isnull=False),
                name="demande_modification_etape",
                violation_error_message="Dites de quelle étape les dates changeraient.",
            ),
            models.CheckConstraint(
                condition=~Q(state=EtatDemande.ACCEPTEE) | Q(avenant__isnull=False),
                name="demande_modification_accepted_is_written",
                violation_error_message="Une modification acceptée s’écrit dans un avenant.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"demande de modification {self.numero}"

    def clean(self):
        if self.contact_le is not None and self.contact_le > clock.today():
            raise ValidationError({"contact_le": "Cette date est dans le futur : contactez d’abord, demandez ensuite."})

    @property
    def niveau_a(self) -> bool:
        """Does it need the contact before?"""
        return self.quoi in NIVEAU_A


class AccordStructure(VersionedModel):
    """What one structure answers to one request: by its link, or typed with the real date by ``par``."""

    demande = models.ForeignKey(DemandeModification, on_delete=models.CASCADE, related_name="accords", editable=False)
    structure = models.ForeignKey(
        StructureCiblee, on_delete=models.PROTECT, related_name="+", verbose_name="structure", editable=False
    )
    avis = models.CharField("réponse", max_length=3, choices=Avis.choices, blank=True)
    le = models.DateField("répondu le", null=True, blank=True)
    commentaire = models.TextField("commentaire", blank=True, max_length=2000)
    nom = models.CharField("qui a répondu", max_length=120, blank=True)
    par_lien = models.BooleanField("par lien personnel", default=False, editable=False)
    par = models.CharField("enregistré par", max_length=200, blank=True, editable=False)

    #: Who answered for a structure stays out of the journal, which is never erased.
    journal_redacted = frozenset({"nom"})

    class Meta:
        verbose_name = "accord d’une structure"
        verbose_name_plural = "accords des structures"
        ordering = ["structure__structure__search_text", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["demande", "structure"], name="accord_structure_once",
                violation_error_message="Cette structure est déjà interrogée sur cette modification.",
            ),
            models.CheckConstraint(
                condition=Q(avis="", le__isnull=True) | (~Q(avis="") & Q(le__isnull=False)),
                name="accord_structure_dated",
                violation_error_message="Une réponse a une date.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.structure)

    def clean(self):
        if self.le is not None and self.le > clock.today():
            raise ValidationError({"le": "Cette date est dans le futur."})
