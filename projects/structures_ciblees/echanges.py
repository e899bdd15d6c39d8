"""What is said between an ingénierie and its structures: noted at its real date, by who really said it; never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import create, lock, remove
from core.errors import InvalidInput
from core.lifecycle import perform
from projects.enums import EtatMobilisation, SensEchange
from projects.ingenierie.services import ensure_open, touch
from projects.structures_ciblees.models import Echange, StructureCiblee

journal.register_verbs(
    {
        "projects.echange": "a noté un échange avec une structure",
        "projects.echange_retire": "a retiré un échange noté par erreur",
    }
)

#: The actions of a structure that tell of an exchange, and who spoke.
SENS = {
    "contacter": SensEchange.ENVOI,
    "interesser": SensEchange.REPONSE,
    "decliner": SensEchange.REPONSE,
    "confirmer": SensEchange.REPONSE,
}
_ANSWERED = (EtatMobilisation.INTERESSEE, EtatMobilisation.DECLINEE, EtatMobilisation.CONFIRMEE)


@dataclass(frozen=True, slots=True)
class Contact:
    """When and by whom an exchange took place; today and by who notes it, unless it is said."""

    le: dt.date | None = None
    par: str = ""

    def values(self, actor: Actor) -> dict[str, Any]:
        return {"le": self.le or clock.today(), "par": self.par.strip() or actor.label[:200]}


#: Today, by who notes it.
NOW = Contact()


def retell(ciblee: StructureCiblee) -> None:
    """Write on ``ciblee`` its first exchange and its first answer. In the caller's transaction."""
    rows = list(ciblee.echanges.order_by("le", "pk").values("sens", "le", "par"))
    answers = [row["le"] for row in rows if row["sens"] == SensEchange.REPONSE]
    told = {
        "contactee_le": rows[0]["le"] if rows else None,
        "contactee_par": rows[0]["par"] if rows else "",
        "reponse_le": answers[0] if answers else None,
    }
    for name, value in told.items():
        setattr(ciblee, name, value)
    ciblee.save(update_fields=list(told))


def write(ciblee: StructureCiblee, values: Mapping[str, Any], *, actor: Actor, etat: str = "") -> Echange:
    """Note one exchange of a locked ``ciblee``. In the caller's transaction, which then calls ``touch``."""
    echange = create(
        Echange(ciblee=ciblee, etat=etat, saisi_par=actor.label[:200]),
        values,
        actor=actor,
        verb="projects.echange",
        scope=ciblee.ingenierie,
    )
    retell(ciblee)
    return echange


def add_echange(ciblee: StructureCiblee, values: Mapping[str, Any], *, actor: Actor, suite: str = "") -> Echange:
    """Note an exchange: ``sens``, ``le`` (not later than today), ``par``, ``moyen``, ``note``.

    A first letter marks the structure « contactée »; ``suite``, an action of :data:`SENS`, says what an answer leads
    to. Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``.
    """
    ingenierie = ciblee.ingenierie
    ensure_open(ingenierie, actor)
    if suite and (suite not in SENS or values.get("sens") != SensEchange.REPONSE):
        raise InvalidInput("Une suite se note avec une réponse de la structure : choisissez « elle nous a répondu ».")
    with transaction.atomic():
        locked = lock(ciblee)
        locked.ingenierie = ingenierie
        if not suite and values.get("sens") == SensEchange.ENVOI and locked.state == EtatMobilisation.REPEREE:
            suite = "contacter"
        if suite and not locked.seule and locked.state != locked.lifecycle.get(suite).target:
            locked = perform(locked, suite, actor=actor, expected_state=locked.state, scope=ingenierie)
            locked.ingenierie = ingenierie
        etat = locked.state if suite and suite != "contacter" else ""
        echange = write(locked, values, actor=actor, etat=etat)
        touch(ingenierie.pk, structures=True)
    return echange


def remove_echange(echange: Echange, *, actor: Actor) -> None:
    """Take off an exchange noted by mistake; the journal keeps it.

    The one that its state rests upon stays: note the right one first. Raises ``NotAllowed``, ``InvalidInput``.
    """
    ciblee = echange.ciblee
    ingenierie = ciblee.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = lock(ciblee)
        locked.ingenierie = ingenierie
        found = locked.echanges.filter(pk=echange.pk).first()
        if found is None:
            return  # the other half of a double click
        others = locked.echanges.exclude(pk=found.pk)
        if not locked.seule and (
            (locked.state == EtatMobilisation.CONTACTEE and not others.exists())
            or (locked.state in _ANSWERED and not others.filter(sens=SensEchange.REPONSE).exists())
        ):
            raise InvalidInput(
                f"La structure est « {locked.get_state_display()} » d’après cet échange : notez d’abord le bon, puis "
                "retirez celui-ci."
            )
        remove(found, actor=actor, verb="projects.echange_retire", scope=ingenierie)
        retell(locked)
        touch(ingenierie.pk, structures=True)
