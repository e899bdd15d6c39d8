"""Who gets what of the uses of the library: part of tests/rights_capitalisation.py."""

from __future__ import annotations

from tests.rights_lines import Line, _open, _same, act, edit, opening, read


def _of(*names: str):
    """The resource that A published, and what hangs on it."""
    return lambda w: [w.utile.pk, *(getattr(w, name).pk for name in names)]


def _posted(name: str, **more):
    return lambda w: {**more, "version": str(getattr(w, name).version)}


#: Of the network no more: the resource is not found.
_OUT = {"ancien": 404, "sans": 404}
#: Everybody of the network reads the resource; only who deposited it may do this.
_AUTHOR = _same(403, 403, **_OUT)
_ASKED = {"genre": "question", "texte": "Prise"}

USAGES: dict[str, Line] = {
    "bibliotheque:utiliser": opening(lambda w: {"ingenierie": "organisation"}, _of(), **_OUT),
    # Said by A: the others do not find it.
    "bibliotheque:utilisation": edit(_of("utilisation"), _posted("utilisation", note="Prise")),
    "bibliotheque:utilisation_retirer": act(_of("utilisation"), _posted("utilisation")),
    "bibliotheque:question": Line(_of(), _open(**_OUT), _open(**_OUT), lambda w: _ASKED),
    "bibliotheque:question_repondre": Line(
        _of("question_ressource"), _AUTHOR, _AUTHOR, _posted("question_ressource", reponse="Prise")
    ),
    "bibliotheque:question_retirer": Line(
        _of("question_ressource"), _AUTHOR, _AUTHOR, _posted("question_ressource", motif="Prise")
    ),
    "bibliotheque:signaler": Line(_of(), _open(**_OUT), _open(**_OUT), lambda w: {"motif": "erreur", "texte": "Prise"}),
    "bibliotheque:signalement": Line(
        _of("signalement"), _same(404, 404), _same(404, 404),
        _posted("signalement", etat="traite", suite="Prise"),
    ),
    "bibliotheque:verifiee": Line(
        _of(), _AUTHOR, _AUTHOR,
        _posted("utile", verifie_par="Prise", verifie_le="2026-11-20", a_reverifier_le="2027-11-20"),
    ),
    "capitalisation:ressources": read(),
}  # fmt: skip
