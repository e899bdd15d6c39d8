"""Gathering somebody’s data; erasing what is not used any more."""

from __future__ import annotations

from django.urls import reverse

from accounts.personal import archive, keep_archive
from core.jobs import GiveUp, JobRun, daily, job
from partners.portfolio.donnees import conservation, personal
from partners.portfolio.donnees.effacement import same_person
from partners.portfolio.donnees.permissions import why_not_draw
from partners.portfolio.donnees.registry import named
from partners.portfolio.fiche.models.blocs import Intervenant

DATA_JOB = "portfolio.donnees_intervenant"


@job(DATA_JOB, label="Données d’un intervenant", max_attempts=3, max_seconds=300)
def intervenant_data(run: JobRun, *, intervenant: int) -> dict:
    """Gather what the fiches hold on an intervenant who has no account, for the référent who asks."""
    actor = run.requester
    row = Intervenant.objects.select_related("fiche__prestataire").filter(pk=intervenant).first()
    refusal = "Cette personne n’est plus sur la fiche." if row is None else why_not_draw(actor, row)
    if refusal:
        raise GiveUp(refusal)
    prestataire = row.fiche.prestataire
    rows = Intervenant.objects.filter(pk__in=[r.pk for r in same_person(row)])
    rows = rows.select_related("fiche__prestataire").prefetch_related("secteurs").order_by("pk")
    sections = [*personal.intervenant_sections(rows), *named([prestataire.pk], row.nom)]
    content = archive(sections, about=row.nom)
    kept = keep_archive(content, row, actor=actor, job_id=run.job_id, scope=prestataire)
    return {"url": reverse("portfolio:donnees_fichier", args=[prestataire.pk, kept.pk])}


@daily("portfolio.conservation", at=3, label="Fiches inutilisées : prévenir, puis effacer")
def forget_fiches(run: JobRun, *, date: str) -> dict:
    """Erase the fiches whose term has come, warn those whose term is a month away."""
    return {
        "effacees": conservation.erase_due(check=run.check),
        "prevenues": conservation.warn_fiches(check=run.check),
    }
