"""Every day: what is to be verified again is recalled; the links are asked whether they still answer."""

from __future__ import annotations

from capitalisation.usages.services import liens, verification
from core.actor import Actor
from core.jobs import JobRun, daily


@daily("capitalisation.verifications", at=5, label="Ressources à vérifier de nouveau : rappeler")
def to_verify(run: JobRun, *, date: str) -> dict[str, int]:
    """Each reminder leaves once for a date, whatever the number of runs."""
    reminded, told = verification.remind(actor=Actor.system("ressources à vérifier"), check=run.check)
    return {"rappels": reminded, "veilles": told}


@daily("capitalisation.liens", at=4, label="Liens de la bibliothèque : demander s’ils répondent", max_attempts=2)
def links(run: JobRun, *, date: str) -> dict[str, int]:
    """Nothing where the installation does not ask; a link asked today is not asked again."""
    if not liens.is_on():
        return {"verifies": 0}
    return liens.check_all(actor=Actor.system("liens de la bibliothèque"), check=run.check)
