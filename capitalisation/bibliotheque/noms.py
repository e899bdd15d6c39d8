"""The notice of a resource names nobody of its dossier: it is read everywhere, and a consent may be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capitalisation.recits.noms import Accords, cles, lire, marquer, noms_de
from core.errors import InvalidInput
from projects.ingenierie.models import Ingenierie

#: What is typed in words.
TEXTES = ("titre", "resume", "producteur", "teste_sur", "verifie_par")


def without_names(ingenierie: Ingenierie | None, texts: Mapping[str, Any]) -> dict[str, Any]:
    """The same texts, « une structure » in the place of each name of the dossier. Two queries."""
    noms = noms_de(ingenierie)
    return {
        code: lire(marquer(told, noms), Accords()) if isinstance(told, str) else told for code, told in texts.items()
    }


def ensure_names_nobody(ingenierie: Ingenierie | None, values: Mapping[str, Any]) -> None:
    """Raise ``InvalidInput`` naming whom the notice names. Two queries."""
    noms = noms_de(ingenierie)
    found: set[str] = set()
    for text in (*(values.get(code) or "" for code in TEXTES), *values.get("mots_cles", ())):
        found |= cles(marquer(text, noms))
    if found:
        named = ", ".join(sorted({noms.accords.tous[cle] for cle in found if cle in noms.accords.tous}))
        raise InvalidInput(
            f"La notice ne nomme ni structure ni personne du dossier : remplacez « {named} » par ce qu’elle est. "
            "Le récit, lui, nomme celles qui l’acceptent."
        )
