"""Every day: who has not given an avis that is due soon is reminded; names of former members go after their term."""

from __future__ import annotations

from django.db import transaction

from capitalisation.comite import personal
from capitalisation.comite.models import Examen
from capitalisation.comite.services import invitations
from capitalisation.comite.services.examens import attendus
from core import clock
from core.errors import DomainError
from core.jobs import JobRun, daily


@daily("capitalisation.comite_rappels", at=5, label="Rappels des avis éditoriaux à donner")
def reminders(run: JobRun, *, date: str) -> dict:
    """Remind each once, when the day comes near; one that fails does not stop the others."""
    count, today = 0, clock.today()
    near = Examen.objects.ouverts().filter(echeance__gte=today, echeance__lte=today + invitations.RAPPEL)
    for examen in near.select_related("comite").order_by("pk"):
        for membre in attendus(examen):
            try:
                with transaction.atomic():
                    count += invitations.remind_once(examen, membre)
            except DomainError:
                continue
    return {"rappels": count}


@daily("capitalisation.comite_conservation", at=3, label="Anciens membres des comités éditoriaux : effacer leur nom")
def forget_names(run: JobRun, *, date: str) -> dict:
    """The seats of closed accounts end; names whose term has come are erased, what was said stays."""
    return {"terminees": personal.end_closed_accounts(), "effacees": personal.erase_old()}
