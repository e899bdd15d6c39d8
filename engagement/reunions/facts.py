"""Facts of the meetings, as SQL annotations of ``Ingenierie``."""

from __future__ import annotations

from typing import Any

from engagement.rendezvous.enums import EtatRendezvous
from engagement.reunions.models import Reunion
from projects.facts import count_of


def reunions() -> dict[str, Any]:
    rows = Reunion.objects.exclude(state=EtatRendezvous.ANNULEE)
    return {
        "eng_reunions": count_of(rows),
        "eng_reunions_tenues": count_of(rows.filter(state=EtatRendezvous.TENUE)),
        "eng_comptes_rendus": count_of(rows.exclude(compte_rendu="")),
    }
