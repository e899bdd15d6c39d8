"""Who gets what of the récits: part of tests/rights_dossier.py."""

from __future__ import annotations

from tests.rights_lines import ALLOWED, Line, _same, act, edit, listing, opening, read


def _in(*more):
    """A récit of the dossier, and what follows it in the address."""
    return lambda w: [w.dossier.pk, w.recit.pk, *more]


def _alone(*more):
    """The same without dossier: that of the organisation A."""
    return lambda w: [w.recit_seul.pk, *more]


def _titre(name: str):
    return lambda w: {"titre": "Pris", "version": str(getattr(w, name).version)}


def _action(name: str):
    return lambda w: {
        "action": "arreter", "expected_state": "en_cours", "version": str(getattr(w, name).version)
    }  # fmt: skip


def _rubrique(w) -> dict[str, str]:
    return {"texte": "Pris", "version": "2", "source": "", "source_detail": "", "note": ""}


RECITS: dict[str, Line] = {
    "capitalisation:recits": read(),
    "capitalisation:recit_commencer": act(lambda w: [w.dossier.pk, "fiche_experience"], written=422),  # already
    "capitalisation:recit": read(_in()),
    "capitalisation:recit_modifier": edit(_in(), _titre("recit")),
    "capitalisation:recit_action": act(_in(), _action("recit")),
    "capitalisation:recit_lecture": read(_in()),
    # They change nothing: who reads the dossier may ask.
    "capitalisation:recit_pdf": Line(_in(), None, _same(ALLOWED, 404)),
    "capitalisation:recit_docx": read(_in()),
    "capitalisation:recit_version": read(_in(1)),
    "capitalisation:recit_rubrique": edit(_in("secteur"), _rubrique),
    "capitalisation:recit_rubrique_reprendre": act(_in("type"), lambda w: {"version": "2"}),
    # Without dossier: the members of the organisation that tells it.
    "bibliotheque:recits_sans_dossier": listing(),
    "bibliotheque:recit_commencer": opening(lambda w: {"genre": "fiche_experience", "titre": "À moi"}),
    "bibliotheque:recit": read(_alone()),
    "bibliotheque:recit_modifier": edit(_alone(), _titre("recit_seul")),
    "bibliotheque:recit_action": act(_alone(), _action("recit_seul")),
    "bibliotheque:recit_lecture": read(_alone()),
    "bibliotheque:recit_pdf": Line(_alone(), None, _same(ALLOWED, 404)),
    "bibliotheque:recit_docx": read(_alone()),
    "bibliotheque:recit_version": read(_alone(1)),
    "bibliotheque:recit_rubrique": edit(_alone("secteur"), _rubrique),
}
