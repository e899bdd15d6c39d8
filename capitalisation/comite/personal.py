"""What the committees hold of somebody: given to her on request. Names of former members go after their term."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.personal import PERSONAL_DATA, Section
from capitalisation.comite.models import MembreComite
from capitalisation.comite.services.comites import forget, leave
from core import clock
from core.actor import Actor


def of_user(user: User) -> list[Section]:
    """The seats of ``user``, by her account or at her address, and what she said in them."""
    rows = MembreComite.objects.filter(Q(user=user) | Q(email__iexact=user.email)).select_related("comite__region")
    rows = list(rows.prefetch_related("avis__examen__ressource").order_by("pk"))
    seats = [
        {"comité": str(row.comite), "siège comme": row.qualite, "depuis": row.depuis, "parti le": row.parti_le}
        for row in rows
    ]
    told = [
        {
            "ressource": str(avis.examen.ressource),
            "qualité": avis.get_qualite_display(),
            "portée": avis.get_portee_display(),
            "pourquoi": avis.texte,
            "le": avis.rendu_le,
        }
        for row in rows
        for avis in row.avis.all()
    ]
    return [Section("Comités éditoriaux où vous siégez", seats), Section("Avis éditoriaux", told)]


def end_closed_accounts() -> int:
    """The seats of accounts that were closed end; returns how many. One transaction each."""
    actor, count = Actor.system("conservation des données"), 0
    for row in MembreComite.objects.actifs().filter(user__is_active=False).select_related("comite").order_by("pk"):
        with transaction.atomic():
            leave(row, actor=actor)
        count += 1
    return count


def erase_old() -> int:
    """Erase the names of those who left so long ago, or whose account was erased; what they said stays."""
    actor, count = Actor.system("conservation des données"), 0
    before = clock.months_after(clock.today(), -settings.PERSONAL_DATA_MONTHS)
    gone = MembreComite.objects.filter(parti_le__isnull=False).exclude(nom="")
    due = gone.filter(Q(parti_le__date__lte=before) | Q(user__efface_le__isnull=False))
    for row in due.select_related("comite").order_by("pk"):
        with transaction.atomic():
            forget(row, actor=actor)
        count += 1
    return count


def register() -> None:
    """Called once by :func:`capitalisation.comite.providers.register`."""
    PERSONAL_DATA.register("comite_editorial", of_user)
