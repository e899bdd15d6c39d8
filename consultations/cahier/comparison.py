"""What changed from one diffused version to another, told in the words of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consultations.cahier.content import TEXTS
from consultations.cahier.faits import deadline_of, duration_of, facts
from consultations.cahier.models import CahierDesCharges
from core.diffs import Piece, compare


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: its label, and the pieces that turn the first text into the second."""

    label: str
    pieces: list[Piece]


def _label(field: str) -> str:
    label = str(CahierDesCharges._meta.get_field(field).verbose_name)
    return label[:1].upper() + label[1:]


def _told(content: Mapping[str, Any]) -> dict[str, str]:
    """All that a version says, by label: facts first, then the texts, then what goes with it."""
    guide = content.get("guide")
    told = {"Date limite de réponse": deadline_of(content), **dict(facts(content)), **dict(duration_of(content))}
    told |= {_label(name): content.get(name, "") for name in TEXTS}
    told |= {
        "Structures présentées": "\n".join(row["nom"] for row in content["structures"]),
        "Partenaires": "\n".join(f"{p['nom']} ({p['famille']})" for p in content["partenaires"]),
        "Diagnostic": content["diagnostic"],
        "Annexes des structures": "\n".join(
            " · ".join(filter(None, (a["structure"], a["diagnostic"], a["partage"], a["plan"])))
            for a in content.get("annexes_structures", ())
        ),
        "Fichiers annexés": "\n".join(f"{a['nom']} ({a['sha256'][:12]})" for a in content["annexes"]),
        "Guide à l’usage des prestataires": f"{guide['titre']}, version {guide['numero']}" if guide else "",
    }
    return told


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two contents (``VersionDiffusee.data``), in the order of the document."""
    was, now = _told(before), _told(after)
    return [
        Difference(label, compare(was.get(label, ""), now.get(label, "")))
        for label in dict.fromkeys((*was, *now))
        if was.get(label, "").strip() != now.get(label, "").strip()
    ]
