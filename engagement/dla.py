"""The DLA that take part in an ingénierie: those whose comité d'appui is asked, whose credits its budget counts."""

from __future__ import annotations

from accounts.models import Organisation
from core.text import normalise
from projects.ingenierie.models import Ingenierie


def expected_organisations(ingenierie: Ingenierie) -> list[Organisation]:
    """The DLA whose comité d'appui is asked: the pilot if it is one, and every associated DLA, by name.

    The gate counts them the same way (:func:`engagement.validation.facts.avis`).
    """
    found = {o.pk: o for o in (ingenierie.pilote, *ingenierie.associes.all()) if o.is_dla}
    return sorted(found.values(), key=lambda o: (o.pk != ingenierie.pilote_id, normalise(o.name), o.pk))


def expected_porteurs(ingenierie: Ingenierie) -> list[Organisation]:
    """Those whose structure porteuse validates the démarche: the pilot, whatever it is, and every associated DLA.

    The gate counts them the same way (:func:`engagement.validation.facts.porteur`).
    """
    dlas = expected_organisations(ingenierie)
    return dlas if ingenierie.pilote.is_dla else [ingenierie.pilote, *dlas]
