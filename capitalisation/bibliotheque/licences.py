"""Under which words others may use a resource that is open to everybody, and how they say where it comes from."""

from __future__ import annotations

from capitalisation.bibliotheque.enums import Licence
from capitalisation.bibliotheque.models import Ressource

#: The text of each licence; that of the network is for nobody else.
TEXTES = {
    Licence.LICENCE_OUVERTE: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/deed.fr",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/deed.fr",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/deed.fr",
}


def licence(ressource: Ressource) -> dict[str, str]:
    """Its code, its name, the address of its text."""
    code = Licence(ressource.licence)
    return {"code": code.value, "nom": code.label, "url": TEXTES.get(code, "")}


def attribution(ressource: Ressource, url: str) -> str:
    """The sentence to put beside what one takes from it."""
    made_by = ressource.producteur or str(ressource.contributeur)
    return f"« {ressource.titre} », {made_by}, {ressource.get_licence_display()}, {url}"
