"""A notice that named nobody may come to: somebody of its dossier was listed since, or changed name. It is hushed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.noms import notice_of, without_names
from capitalisation.bibliotheque.services.ressources import reindex
from capitalisation.consentements.registry import AU_RETRAIT
from core import journal
from core.actor import Actor
from core.editing import lock_rows
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure

journal.register_verbs({"capitalisation.notice_sans_nom": "a ôté un nom de la notice d’une ressource"})


def taire(ingenierie: Ingenierie) -> None:
    """Take out of the notices drawn from ``ingenierie`` the names that its dossier has now; in the caller's
    transaction. Who writes one of them at that moment is refused the name, from the same list."""
    for row in lock_rows(Ressource.objects.filter(ingenierie=ingenierie)):
        told = notice_of(row)
        said = without_names(ingenierie, told)
        changed = [name for name in told if said[name] != told[name]]
        for name in changed:
            setattr(row, name, said[name])
        if changed:
            row.save(update_fields=changed)
            journal.record(
                Actor.system("noms de la bibliothèque"),
                "capitalisation.notice_sans_nom",
                row,
                scope=row,
                changes=dict.fromkeys(changed, None),
            )
        if changed or row.recit_id is not None:
            reindex(row)


@transaction.atomic
def _targeted(sender: Any, instance: StructureCiblee, created: bool, **kwargs: Any) -> None:
    """A structure more in the dossier, that did not agree yet."""
    if created and not kwargs.get("raw"):
        for follow in AU_RETRAIT:
            follow(instance.ingenierie)


@transaction.atomic
def _renamed(sender: Any, instance: Structure, created: bool, **kwargs: Any) -> None:
    if not created and not kwargs.get("raw"):
        drawn = Ingenierie.objects.filter(structures_ciblees__structure=instance, ressources_tirees__isnull=False)
        for ingenierie in drawn.distinct():
            taire(ingenierie)


def register() -> None:
    """Called once by :func:`capitalisation.bibliotheque.providers.register`."""
    AU_RETRAIT.register("bibliotheque", taire)
    post_save.connect(_targeted, sender=StructureCiblee, dispatch_uid="capitalisation.noms.ciblee")
    post_save.connect(_renamed, sender=Structure, dispatch_uid="capitalisation.noms.structure")
