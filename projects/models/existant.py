"""« Existe-t-il déjà ? »: what was answered, on what grounds (fiche pratique 3, « La démarche est-elle complémentaire à
l'existant ? »)."""

from __future__ import annotations

from django.db import models

from projects.enums import ReponseExistant
from projects.models.gate import _Written


class ExamenExistant(_Written):
    """One answer to « complémentaire à l'existant ? », with what was consulted; a later one follows, none is changed.

    ``consultes`` holds, for each neighbour read, ``{"cle", "titre", "score", "raisons"}`` as they were shown.
    """

    ingenierie = models.ForeignKey("projects.Ingenierie", on_delete=models.CASCADE, related_name="examens_existant")
    reponse = models.CharField("réponse", max_length=20, choices=ReponseExistant.choices)
    commentaire = models.TextField("ce qui le fait dire")
    consultes = models.JSONField("ce qui a été consulté", default=list, blank=True)

    class Meta:
        verbose_name = "examen de l’existant"
        verbose_name_plural = "examens de l’existant"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.get_reponse_display()
