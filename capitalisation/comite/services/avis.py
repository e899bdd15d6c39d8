"""A member says what she thinks of the quality of a resource and of its reach, as often as she likes until the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import services as accounts
from capitalisation.comite.models import AvisEditorial, Examen, MembreComite
from capitalisation.comite.permissions import why_not_give
from capitalisation.comite.services.invitations import LIEN
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, changed_meanwhile, checked, create, lock
from core.errors import NotAllowed, StaleState

journal.register_verbs(
    {
        "capitalisation.avis_editorial_rendu": "a donné un avis éditorial",
        "capitalisation.avis_editorial_change": "a changé un avis éditorial",
    }
)

FIELDS = ("qualite", "portee", "texte")


@transaction.atomic
def give(
    examen: Examen, membre: MembreComite, values: Mapping[str, Any], *, actor: Actor,
    expected_version: int | None = None,
) -> AvisEditorial:  # fmt: skip
    """Write the avis of ``membre``: qualite, portee, texte (needed unless favorable). ``expected_version``: that of the
    avis the page showed, 0 when there was none.

    Raises ``NotAllowed``, ``LinkClosed``; ``StaleState`` once it is decided; ``InvalidInput``, ``EditConflict``.
    """
    if refusal := why_not_give(actor, examen, membre):
        raise NotAllowed(refusal)
    grant = accounts.take(actor, LIEN, examen) if actor.kind == "link" else None
    locked = lock(examen)
    if locked.pourquoi_clos:
        raise StaleState(f"{locked.pourquoi_clos} Votre avis n’a pas été enregistré.")
    seat = lock(membre)
    if refusal := why_not_give(actor, locked, seat):
        raise NotAllowed(refusal)
    found = AvisEditorial.objects.filter(examen=locked, membre=seat).first()
    if expected_version is not None and expected_version != (found.version if found else 0):
        raise changed_meanwhile(found, journal.entries_since(found, expected_version) if found else ())
    told = {"texte": "", **{name: values[name] for name in FIELDS if name in values}}
    if found is None:
        done = create(
            AvisEditorial(examen=locked, membre=seat), told, actor=actor,
            verb="capitalisation.avis_editorial_rendu", scope=locked.comite,
        )  # fmt: skip
    else:
        done = apply_changes(
            found, {**checked(found, told, only=FIELDS), "rendu_le": clock.now()}, actor=actor,
            verb="capitalisation.avis_editorial_change", expected_version=None, scope=locked.comite,
        )  # fmt: skip
    if grant is not None:
        accounts.answered(grant)
    return done
