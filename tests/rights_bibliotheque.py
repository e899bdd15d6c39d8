"""Who gets what of the resources of the library: part of tests/rights_dossier.py."""

from __future__ import annotations

from tests.rights_lines import Line, act, edit, listing, opening, read

_NOTICE = {
    "titre": "Prise", "resume": "Prise.", "lien": "https://example.org/", "sorte": "documentaire",
    "sous_echelle": "ressources_territoire", "apport": "gain_temps", "cercle": "1", "contribution": "volontaire",
    "licence": "cc-by",
}  # fmt: skip


def _ressource(w) -> list:
    return [w.ressource.pk]


def _version(**more):
    return lambda w: {**more, "version": str(w.ressource.version)}


BIBLIOTHEQUE: dict[str, Line] = {
    "capitalisation:verser": read(),
    "bibliotheque:deposer": opening(lambda w: _NOTICE),
    "bibliotheque:mes_ressources": listing(),
    "bibliotheque:ressource_modifier": edit(_ressource, _version(**_NOTICE)),
    "bibliotheque:ressource_action": act(_ressource, _version(action="proposer", expected_state="brouillon")),
    "bibliotheque:ressource_lecteurs": act(_ressource, _version(geste="ouvrir", lecteurs="region")),
    "bibliotheque:ressource_effacer": act(_ressource, _version()),
    "bibliotheque:ressource_reprendre": act(lambda w: [w.ressource_questionnaire.pk]),
}
