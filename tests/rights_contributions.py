"""Who gets what of the contributions to a récit and of its pictures: part of tests/rights_dossier.py."""

from __future__ import annotations

from capitalisation.recits.apporteurs import connus
from tests.capitalisation.recits.images.files import png
from tests.rights_lines import Line, act, edit, read


def _in(*names: str):
    """A récit of the dossier, and what follows it in the address."""
    return lambda w: [w.dossier.pk, w.recit.pk, *(getattr(w, name).pk for name in names)]


def _alone(*names: str):
    return lambda w: [w.recit_seul.pk, *(getattr(w, name).pk for name in names)]


def _version(name: str, **more):
    return lambda w: {**more, "version": str(getattr(w, name).version)}


def _known(w) -> list:
    qui = connus(w.dossier)[0]
    return [w.dossier.pk, w.recit.pk, qui.sorte, qui.cle]


_DIT = {"alt": "Une affiche", "accord": "on"}
_ASKED = {"nom": "Prise", "email": "prise@example.org", "rubriques": ["problematique"]}


def _picture(w) -> dict:
    return {**_DIT, "fichier": png("autre.png")}


CONTRIBUTIONS: dict[str, Line] = {
    "capitalisation:recit_contributions": read(_in()),
    "capitalisation:recit_contribution_demander": edit(_known, lambda w: _ASKED),
    "capitalisation:recit_contribution": read(_in("contribution")),
    "capitalisation:recit_contribution_reprendre": act(
        lambda w: [*_in("contribution")(w), "seances"], _version("contribution", choix="ecarter")
    ),
    "capitalisation:recit_contribution_oublier": act(_in("contribution"), _version("contribution")),
    "capitalisation:recit_images": read(_in()),
    "capitalisation:recit_image_ajouter": edit(_in(), _picture),
    "capitalisation:recit_image_modifier": edit(_in("image"), _version("image", **_DIT)),
    "capitalisation:recit_image_deplacer": act(_in("image"), lambda w: {"vers": "avant"}),
    "capitalisation:recit_image_retirer": act(_in("image"), _version("image")),
    "capitalisation:recit_image_effacer": act(_in("image")),
    "bibliotheque:recit_images": read(_alone()),
    "bibliotheque:recit_image_ajouter": edit(_alone(), _picture),
    "bibliotheque:recit_image_modifier": edit(_alone("image_seule"), _version("image_seule", **_DIT)),
    "bibliotheque:recit_image_deplacer": act(_alone("image_seule"), lambda w: {"vers": "avant"}),
    "bibliotheque:recit_image_retirer": act(_alone("image_seule"), _version("image_seule")),
    "bibliotheque:recit_image_effacer": act(_alone("image_seule")),
}
