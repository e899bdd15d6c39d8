"""Who gets what of the grids of evaluation: part of tests/rights_dossier.py."""

from __future__ import annotations

from tests.rights_lines import ALLOWED, Line, _same, act, edit, read, theirs, under


def _mission(w) -> list:
    return [w.dossier.pk, w.contrat_signe.pk]


def _theirs(w) -> list:
    return [w.contrat_signe.pk, w.grille_close.pk]


GRILLES: dict[str, Line] = {
    "evaluation:grilles": read(),
    "evaluation:grille_mission": read(_mission),
    "evaluation:grille_preparer": act(_mission),
    "evaluation:grille": Line(
        under("grille_finie"),
        _same(ALLOWED, 404),
        _same(403, 404),
        lambda w: {"action": "terminer", "expected_state": "clos", "version": str(w.grille_finie.version)},
        written=409,  # it is over already
    ),
    "evaluation:grille_remettre": act(
        under("grille"), lambda w: {"expected_state": "ouvert", "version": str(w.grille.version)}
    ),
    "evaluation:grille_relancer": act(under("grille_close")),
    "evaluation:grille_renvoyer": act(under("grille_close")),
    "evaluation:grille_causes": edit(
        under("grille_finie"), lambda w: {"causes": "Prises", "version": str(w.grille_finie.version)}
    ),
    "evaluation:grille_restituer": edit(
        under("grille_finie"), lambda w: {"le": "2026-11-21", "moyen": "telephone", "texte": "Pris"}
    ),
    "evaluation:grille_comite": edit(
        under("grille_finie"), lambda w: {"le": "2026-11-21", "moyen": "reunion", "texte": "Pris"}
    ),
    "evaluation:grille_region": act(
        under("grille_finie"), lambda w: {"montre": "1", "version": str(w.grille_finie.version)}
    ),
    "evaluation:grille_porter": act(
        under("grille_finie"), lambda w: {"structure": str(w.grille_cible.pk), "code": "c3b"}
    ),
    "evaluation:grille_docx": read(under("grille_finie")),
    # Nobody of another organisation, as long as nothing is switched on.
    "evaluation:grille_partagee": Line(under("grille_finie"), _same(ALLOWED, 404), None),
    # The prestataire's own pages: nobody's of A.
    "mission_evaluee:grille": theirs(_theirs, {"c1": "Pris"}, get=True, post=True),
    "mission_evaluee:grille_rendre": theirs(_theirs, {}, get=False, post=True),
    "mission_evaluee:grille_docx": theirs(_theirs, {}, get=True, post=False),
}
