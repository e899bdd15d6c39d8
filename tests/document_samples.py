"""For each type of document the application prints: an object to print it for, and somebody who may.

``SAMPLES[code]()`` makes the object and returns (object id, actor). Every registered type has its entry: the test that
validates the PDF files of all types fails otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from core.actor import Actor

SYSTEM = Actor.system("recette")


def _cahier() -> tuple[int, Actor]:
    from tests.consultations import slot

    return slot.cahier().pk, SYSTEM


def _cahier_diffuse() -> tuple[int, Actor]:
    from consultations.models import VersionDiffusee
    from tests.consultations import slot

    slot.diffused()
    return VersionDiffusee.objects.get().pk, SYSTEM


def _diagnostic() -> tuple[int, Actor]:
    from tests.factories import diagnostic_of

    return diagnostic_of(shared=True, perspectives="- Un second lieu\n- Un emploi").pk, SYSTEM


def _fiche_prestataire() -> tuple[int, Actor]:
    from tests.factories import prestataire_of, submitted_fiche

    return submitted_fiche(prestataire_of()).pk, SYSTEM


SAMPLES: dict[str, Callable[[], tuple[int, Actor]]] = {
    "cahier_des_charges": _cahier,
    "cahier_diffuse": _cahier_diffuse,
    "fiche_prestataire": _fiche_prestataire,
    "diagnostic": _diagnostic,
}
