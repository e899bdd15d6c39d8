"""An organisation takes over another: its ingénieries are piloted, referred to or shared by the one that stays."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Organisation
from core import journal
from core.actor import Actor
from core.editing import lock_rows
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import refresh_scopes

journal.register_verbs({"projects.reprise": "a confié l’ingénierie à l’organisation qui reprend la sienne"})


def move_ingenieries(kept: Organisation, gone: Organisation, actor: Actor) -> int:
    """Everything that ``gone`` is in the dossiers (pilot, DLA référent, associated) becomes ``kept``, also in those
    that are over; who reads them follows. Each dossier's journal tells it. Returns how many."""
    concerned = Ingenierie.objects.filter(Q(pilote=gone) | Q(referent=gone) | Q(associes=gone)).values("pk")
    rows = list(lock_rows(Ingenierie.objects.filter(pk__in=concerned)))
    for ingenierie in rows:
        changes = {}
        for name in ("pilote", "referent"):
            if getattr(ingenierie, f"{name}_id") == gone.pk:
                setattr(ingenierie, name, kept)
                changes[name] = (str(gone), str(kept))
        if ingenierie.associes.contains(gone):
            ingenierie.associes.remove(gone)
            ingenierie.associes.add(kept)
            changes["associes"] = (str(gone), str(kept))
        ingenierie.associes.remove(ingenierie.pilote)
        ingenierie.version += 1
        ingenierie.save(update_fields=["pilote", "referent", "version"])
        refresh_scopes(ingenierie)
        journal.record(actor, "projects.reprise", ingenierie, scope=ingenierie, changes=changes)
    return len(rows)


def moved_already(kept: Organisation, gone: Organisation, actor: Actor) -> int:
    """The other places of an organisation in a dossier: :func:`move_ingenieries` sees to all of them at once."""
    return 0
