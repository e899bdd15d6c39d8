"""What a content says in short, and a section as one text; the sections are told by ``propositions.reading``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consultations.propositions.reading import Partie, en_mots, jours_total
from core.formats import format_days


def texte(partie: Partie) -> str:
    """A section as one text, to be compared."""
    lines = [f"{ligne.label} : {ligne.text}" for ligne in partie.lignes if ligne.text]
    for bloc in partie.blocs:
        lines += [bloc.titre, *(f"{ligne.label} : {ligne.text}" for ligne in bloc.lignes)]
    return "\n".join(lines)


def en_bref(contenu: Mapping[str, Any]) -> str:
    """« 14 jours · 12 300,00 € TTC », or nothing."""
    price = next((text for c in ("prix_ttc", "prix_ht") if (text := en_mots(c, contenu.get(c, "")))), "")
    return " · ".join(part for part in (format_days(jours_total(contenu)), price) if part)
