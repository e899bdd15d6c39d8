"""Which type of ingénierie each objective leads to (000, fiche pratique 2, and what its six fiches expériences show).

The fiche says that operational objectives guide the choice and draws no table: what is written here is read from the
fiches expériences, three of each kind, and stays a suggestion.
"""

from __future__ import annotations

from collections.abc import Iterable

from engagement.objectifs.enums import ObjectifOperationnel, ObjectifStrategique
from projects.enums import TypeIngenierie

_REPONSE = (TypeIngenierie.REPONSE_COLLECTIVE,)
_ENSEMBLE = (TypeIngenierie.SOLUTION_COLLECTIVE, TypeIngenierie.SOLUTION_MIXTE)

#: code of the objective → (types it leads to, why); no type: it does not decide.
ORIENTATIONS: dict[str, tuple[tuple[str, ...], str]] = {
    ObjectifStrategique.COMPETENCES: (
        _REPONSE,
        "Informer ou former suffit souvent : les trois fiches expériences de réponse collective le visent.",
    ),
    ObjectifOperationnel.INNOVATION: (
        _ENSEMBLE,
        "Créer des actions ou des outils se fait avec les structures : seules des fiches expériences "
        "d’accompagnement le visent.",
    ),
    ObjectifOperationnel.PARTENARIATS: (
        _ENSEMBLE,
        "Des partenariats se construisent en travaillant ensemble : seules des fiches expériences d’accompagnement "
        "le visent.",
    ),
    ObjectifOperationnel.ADAPTABILITE: (
        (TypeIngenierie.SOLUTION_MIXTE, TypeIngenierie.SOLUTION_INDIVIDUELLE),
        "Chaque structure s’adapte à sa façon : prévoyez des temps individuels. Des sessions d’information en amont "
        "peuvent y préparer.",
    ),
    ObjectifOperationnel.CAPITALISATION: (
        _REPONSE,
        "Transférer des informations, des outils, des méthodes peut se faire en sessions d’information ou de "
        "formation : les trois fiches expériences de réponse collective le visent.",
    ),
    ObjectifOperationnel.TERRITOIRE: ((), "Vaut pour tous les types : il dit où et avec qui, plutôt que comment."),
    ObjectifOperationnel.BESOINS: ((), "Vaut pour tous les types : chacun fait remonter des besoins."),
}


def orientation(codes: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """(types the objectives together lead to, a sentence); no type when nothing decides.

    What has to be produced with the structures outweighs what can be brought to them: a session may come before an
    accompaniment, never instead of it.
    """
    chosen = [code for code in codes if ORIENTATIONS.get(code, ((), ""))[0]]
    if not chosen:
        return (), ""
    counts: dict[str, int] = {}
    for code in chosen:
        for found in ORIENTATIONS[code][0]:
            counts[found] = counts.get(found, 0) + 1
    if set(counts) == set(_REPONSE):
        return (
            _REPONSE,
            "Rien dans ces objectifs ne demande de produire avec les structures : informer ou former suffit.",
        )
    counts.pop(TypeIngenierie.REPONSE_COLLECTIVE, None)
    most = max(counts.values())
    best = tuple(code for code in TypeIngenierie.values if counts.get(code) == most)
    why = "Ces objectifs demandent de produire avec les structures."
    if any(ORIENTATIONS[code][0] == _REPONSE for code in chosen):
        why += " Ceux qui appellent des sessions d’information ou de formation peuvent les placer en amont."
    return best, why
