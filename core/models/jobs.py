"""Background work: jobs, the workers that run them, the daily schedule."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock
from core.actor import Actor
from core.enums import Lane
from core.permissions import is_operator


class JobState(models.TextChoices):
    """Where a job stands."""

    EN_ATTENTE = "en_attente", "en attente"
    EN_COURS = "en_cours", "en cours"
    FAIT = "fait", "faite"
    ECHEC = "echec", "en échec"


class JobQuerySet(models.QuerySet):
    """Jobs, named for what one asks."""

    def visible_to(self, actor: Actor) -> JobQuerySet:
        """Those the actor asked for; every job for the one who runs the application."""
        if is_operator(actor):
            return self
        if actor.user_id is None:
            return self.none()
        return self.filter(created_by_id=actor.user_id)

    def due(self) -> JobQuerySet:
        """Those that may start now, most pressing first."""
        return self.filter(state=JobState.EN_ATTENTE, run_after__lte=clock.now()).order_by(
            "-priority", "run_after", "pk"
        )


class Job(models.Model):
    """One piece of background work: owns its attempts, heartbeat, progress and result.

    The row is the whole queue: workers look for what is due in their lane, and their sweep gives back what a dead one
    held. ``key`` is unique for as long as the row is kept: enqueuing twice under the same key gives the same job.
    """

    name = models.CharField("travail", max_length=100)
    payload = models.JSONField("données", default=dict)
    key = models.CharField("clé", max_length=200, null=True, unique=True)  # noqa: DJ001 (NULL: several without key)
    state = models.CharField("état", max_length=12, choices=JobState.choices, default=JobState.EN_ATTENTE)
    lane = models.CharField("file", max_length=12, choices=Lane.choices, default=Lane.TRAVAUX)
    priority = models.SmallIntegerField("priorité", default=0)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    max_attempts = models.PositiveSmallIntegerField("essais au plus", default=5)
    run_after = models.DateTimeField("pas avant", default=clock.now)
    heartbeat_at = models.DateTimeField("dernier signe de vie", null=True)
    worker_id = models.CharField("processus", max_length=64, blank=True)
    progress_done = models.PositiveIntegerField("avancement", default=0)
    progress_total = models.PositiveIntegerField("sur", default=0)
    progress_message = models.CharField("étape", max_length=200, blank=True)
    result = models.JSONField("résultat", null=True)
    error = models.TextField("erreur", blank=True)
    trace = models.TextField("détail technique", blank=True)
    created_by_id = models.BigIntegerField("identifiant de la personne", null=True)
    created_by_membership_id = models.BigIntegerField("identifiant de l’appartenance", null=True)
    created_by_label = models.CharField("demandé par", max_length=200)
    created_at = models.DateTimeField("demandé le", default=clock.now)
    started_at = models.DateTimeField("commencé le", null=True)
    finished_at = models.DateTimeField("terminé le", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "tâche"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["lane", "-priority", "run_after", "id"],
                name="job_due_idx",
                condition=Q(state=JobState.EN_ATTENTE),
            ),
            models.Index(fields=["heartbeat_at"], name="job_running_idx", condition=Q(state=JobState.EN_COURS)),
            models.Index(fields=["state", "-created_at", "-id"], name="job_state_idx"),
            models.Index(fields=["created_by_id", "-created_at"], name="job_asker_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.label} n° {self.pk}"

    @property
    def label(self) -> str:
        """How people call this work, in French."""
        from core.jobs.registry import JOBS

        spec = JOBS.get(self.name)
        return spec.label if spec else self.name

    @property
    def is_finished(self) -> bool:
        return self.state in (JobState.FAIT, JobState.ECHEC)

    @property
    def percent(self) -> int | None:
        """Whole per cent done, or ``None`` while the total is unknown."""
        if not self.progress_total:
            return None
        return min(100, self.progress_done * 100 // self.progress_total)


class WorkerBeat(models.Model):
    """One row per running worker process, refreshed while it lives, removed when it stops in order.

    ``lane`` is empty for a process that serves them all.
    """

    worker_id = models.CharField("processus", max_length=64, unique=True)
    lane = models.CharField("file", max_length=12, choices=Lane.choices, blank=True)
    host = models.CharField("machine", max_length=120)
    pid = models.PositiveIntegerField("numéro de processus")
    started_at = models.DateTimeField("démarré le", default=clock.now)
    seen_at = models.DateTimeField("vu le", default=clock.now, db_index=True)
    job_id = models.BigIntegerField("tâche en cours", null=True)

    class Meta:
        verbose_name = "processus d’arrière-plan"
        verbose_name_plural = "processus d’arrière-plan"
        ordering = ["started_at", "pk"]

    def __str__(self) -> str:
        return self.worker_id


class ScheduledRun(models.Model):
    """The proof that a daily job was enqueued for a date: whichever worker comes first writes it."""

    name = models.CharField("travail", max_length=100)
    date = models.DateField("date")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="tâche")
    created_at = models.DateTimeField("lancé le", default=clock.now)

    class Meta:
        verbose_name = "lancement quotidien"
        verbose_name_plural = "lancements quotidiens"
        ordering = ["-date", "name"]
        constraints = [models.UniqueConstraint(fields=["name", "date"], name="scheduled_run_once_a_day")]

    def __str__(self) -> str:
        return f"{self.name} · {self.date:%Y-%m-%d}"
