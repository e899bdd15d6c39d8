"""The ingénierie's own copy of the checklist."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import VersionedModel
from projects.enums import Etat, EtatItem
from projects.methodologie import methodology


class ChecklistItem(VersionedModel):
    """One action of the cycle for one ingénierie, or an item of its own (``code`` empty, ``label`` filled).

    The wording of an action is read from the ingénierie's version of the methodology, which never changes.
    """

    ingenierie = models.ForeignKey("projects.Ingenierie", on_delete=models.CASCADE, related_name="checklist")
    code = models.CharField("code de l’action", max_length=80, blank=True, editable=False)
    step = models.CharField("étape", max_length=20, choices=Etat.choices, editable=False)
    phase = models.CharField("phase", max_length=60, editable=False)
    position = models.PositiveIntegerField("ordre", default=0, editable=False)
    label = models.CharField("intitulé", max_length=200, blank=True)
    state = models.CharField("état", max_length=12, choices=EtatItem.choices, default=EtatItem.A_FAIRE)
    optional = models.BooleanField("facultative", default=False, editable=False)
    reason = models.CharField("pourquoi sans objet", max_length=500, blank=True)
    note = models.TextField("note", blank=True)
    points_vus = models.JSONField("points examinés", default=list, blank=True)
    changed_at = models.DateTimeField("modifié le", null=True, editable=False)
    changed_by = models.CharField("modifié par", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "action de la démarche"
        verbose_name_plural = "actions de la démarche"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "code"],
                condition=~Q(code=""),
                name="checklist_action_once",
                violation_error_message="Cette action est déjà dans la démarche.",
            ),
            models.CheckConstraint(
                condition=~Q(state="sans_objet") | ~Q(reason=""),
                name="checklist_sans_objet_has_reason",
                violation_error_message="Dites pourquoi cette action est sans objet.",
            ),
            models.CheckConstraint(
                condition=~Q(code="") | ~Q(label=""),
                name="checklist_own_item_has_label",
                violation_error_message="Donnez un intitulé à cette action.",
            ),
        ]

    def __str__(self) -> str:
        if self.label:
            return self.label
        action = methodology.get(self.ingenierie.methodologie_id).actions.get(self.code)
        return action.label if action else self.code
