"""Who intervenes in the ingénieries: prestataires and the people who belong to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core import clock
from core.actor import Actor
from core.identifiers import validate_siret
from core.models import VersionedModel
from core.search import matching
from core.text import search_text
from partners.portfolio.prestataire.enums import EtatMembre, RoleMembre, TypePrestataire
from referentiels.models import Region


class PrestataireQuerySet(models.QuerySet):
    """Prestataires, always asked for somebody."""

    def of_person(self, user_id: int | None):
        """Those somebody belongs to (a request that waits does not count)."""
        return self.filter(Exists(Membre.objects.active().filter(prestataire=OuterRef("pk"), user=user_id)))

    def visible_to(self, actor: Actor):
        """Those ``actor`` may read: one's own; for the staff, those that a région published once; for a C2RA, also
        those of its région that never were, and those that ask for it.
        """
        if actor.is_system:
            return self
        if actor.kind != "user":
            return self.none()
        same = Prestataire.objects.filter(pk=OuterRef("pk"))
        organisation = actor.organisation
        wanted = Q(Exists(Membre.objects.active().filter(prestataire=OuterRef("pk"), user=actor.user_id)))
        if organisation is not None:
            wanted |= Q(Exists(same.filter(publications__fiche__isnull=False)))
            if organisation.is_c2ra:
                wanted |= Q(region=organisation.region_id) | Q(
                    Exists(same.filter(publications__region=organisation.region_id))
                )
        return self.filter(wanted)

    def search(self, query: str):
        """By name, sigle, SIRET or town."""
        return matching(self, query)


class Prestataire(VersionedModel):
    """One who may be entrusted with an ingénierie, known by a SIRET.

    Its name, sigle and kind repeat those of its last published version (of the one being written, while none was).
    """

    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="prestataires", verbose_name="région d’attache"
    )
    siret = models.CharField("SIRET", max_length=14, validators=[validate_siret])
    name = models.CharField("raison sociale", max_length=200)
    sigle = models.CharField("sigle", max_length=40, blank=True)
    kind = models.CharField("type", max_length=12, choices=TypePrestataire.choices, blank=True)
    commune = models.CharField("commune", max_length=120, blank=True)
    search_text = models.TextField("texte de recherche", blank=True, editable=False)
    created_at = models.DateTimeField("inscrit le", default=clock.now, editable=False)
    #: Taken out of the public pages at once by its own people, whatever its published version agreed to.
    public_retire_le = models.DateTimeField("retiré du public le", null=True, blank=True, editable=False)
    prevenu_le = models.DateField("prévenu de l’effacement le", null=True, blank=True, editable=False)
    efface_le = models.DateTimeField("fiche effacée le", null=True, blank=True, editable=False)

    objects = PrestataireQuerySet.as_manager()

    class Meta:
        verbose_name = "prestataire"
        ordering = ["search_text", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                name="prestataire_siret_unique",
                violation_error_message="Un prestataire est déjà inscrit avec ce SIRET.",
            ),
            models.CheckConstraint(
                condition=~Q(siret=""),
                name="prestataire_has_siret",
                violation_error_message="Un prestataire a un SIRET.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="prestataire_named", violation_error_message="Un prestataire a un nom."
            ),
        ]
        indexes = [models.Index(fields=["region", "search_text", "id"], name="prestataire_region_idx")]

    def __str__(self) -> str:
        return f"{self.name} ({self.sigle})" if self.sigle else self.name

    def save(self, *args, **kwargs):
        self.search_text = search_text(self.name, self.sigle, self.siret, self.commune)
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)


class MembreQuerySet(models.QuerySet):
    """Belongings to a prestataire."""

    def active(self):
        """Those of active people who belong to it today."""
        return self.filter(state=EtatMembre.ACTIF, user__is_active=True)

    def waiting(self):
        """Requests to join that nobody answered."""
        return self.filter(state=EtatMembre.DEMANDE)


class Membre(models.Model):
    """One person in one prestataire. Ended, never deleted: what was done stays told."""

    prestataire = models.ForeignKey(
        Prestataire, on_delete=models.PROTECT, related_name="membres", verbose_name="prestataire"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="prestataires", verbose_name="personne"
    )
    role = models.CharField("rôle", max_length=12, choices=RoleMembre.choices, default=RoleMembre.CONSULTANT)
    state = models.CharField("état", max_length=10, choices=EtatMembre.choices, default=EtatMembre.ACTIF)
    since = models.DateTimeField("depuis", default=clock.now)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)

    objects = MembreQuerySet.as_manager()

    class Meta:
        verbose_name = "membre d’un prestataire"
        verbose_name_plural = "membres de prestataires"
        ordering = ["role", "since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prestataire", "user"],
                condition=Q(state__in=["demande", "actif"]),
                name="membre_once",
                violation_error_message="Cette personne appartient déjà à ce prestataire, ou l’a déjà demandé.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["demande", "actif"], ended_at__isnull=True)
                | Q(state__in=["refuse", "parti"], ended_at__isnull=False),
                name="membre_end_goes_with_state",
                violation_error_message="Une appartenance terminée porte sa date de fin.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.prestataire} ({self.get_role_display()})"

    @property
    def is_referent(self) -> bool:
        """Answers for the prestataire: accepts those who ask to join, hands over."""
        return self.role == RoleMembre.REFERENT
