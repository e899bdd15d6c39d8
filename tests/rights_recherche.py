"""Who gets what of the searches of the library that people keep: part of tests/rights_table.py."""

from __future__ import annotations

from tests.rights_lines import Line, _same, listing, own


def _pk(w) -> list:
    return [w.recherche_gardee.pk]


#: Hers alone: even her colleague does not find it.
_NOBODY = _same(404, 404)
_NAMED = {"nom": "Prise", "prevenir": "on"}

RECHERCHE: dict[str, Line] = {
    "bibliotheque:recherches": listing(),
    "bibliotheque:recherche_garder": own(),
    "bibliotheque:recherche_modifier": Line(
        _pk, _NOBODY, _NOBODY, lambda w: {**_NAMED, "version": str(w.recherche_gardee.version)}
    ),
    "bibliotheque:recherche_prevenir": Line(_pk, None, _NOBODY, lambda w: {"prevenir": "0"}),
    "bibliotheque:recherche_effacer": Line(_pk, None, _NOBODY, lambda w: {"version": str(w.recherche_gardee.version)}),
}
