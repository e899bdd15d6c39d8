"""Who gets what of the editorial committees: part of tests/rights_capitalisation.py.

The responsable of A sits in the committee of her région, by account: she reads what it examines and gives her avis; its
composition and the decision are the C2RA's. « loin » sits in another committee, « ancien » sat in this one.
"""

from __future__ import annotations

from tests.rights_lines import ALLOWED, Line, _same

_AVIS = {"qualite": "favorable", "portee": "territoriale", "texte": "", "version": "0"}
_MEMBRE = {"nom": "Prise", "email": "prise@example.org", "qualite": "prise"}
_NOBODY = _same(404, 404)
#: The C2RA of another région settles its own committee.
_OWN = _same(404, 404, c2ra_loin=ALLOWED)


def _nothing(w) -> list:
    return []


def _membre(w) -> list:
    return [w.membre_editorial.pk]


def _examen(w) -> list:
    return [w.examen.pk]


def _version(w) -> dict[str, str]:
    return {"version": str(w.membre_editorial.version)}


COMITE: dict[str, Line] = {
    "bibliotheque:comite": Line(_nothing, _same(404, 404, loin=ALLOWED, c2ra_loin=ALLOWED), None),
    "bibliotheque:comite_reglages": Line(
        _nothing, _OWN, _OWN, lambda w: {"quorum": "2", "delai_jours": "30", "version": "1"}, owner=404
    ),
    "bibliotheque:comite_membre_ajouter": Line(_nothing, _OWN, _OWN, lambda w: _MEMBRE, owner=404),
    "bibliotheque:comite_membre": Line(_membre, _NOBODY, _NOBODY, lambda w: {**_MEMBRE, **_version(w)}, owner=404),
    "bibliotheque:comite_membre_depart": Line(_membre, None, _NOBODY, _version, owner=404),
    "bibliotheque:comite_membre_effacer": Line(_membre, None, _NOBODY, _version, owner=404),
    "bibliotheque:examen": Line(_examen, _NOBODY, _NOBODY, lambda w: _AVIS),
    # She sits there; to remind the others is the affair of who decides.
    "bibliotheque:examen_relancer": Line(_examen, None, _NOBODY, owner=403),
}
