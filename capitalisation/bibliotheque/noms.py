"""The notice of a resource names nobody of its dossier: it is read everywhere, and a consent may be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from capitalisation.bibliotheque.models import Ressource
from capitalisation.recits.noms import Accords, cles, lire, marquer, marqueur, noms_de
from core.errors import InvalidInput
from projects.ingenierie.models import Ingenierie

#: What is typed in words.
TEXTES = ("titre", "resume", "producteur", "teste_sur", "verifie_par")
#: What is read of a questionnaire; the rest of it is codes.
_LUS = frozenset(("titre", "introduction", "texte", "choix", "aide"))


def notice_of(ressource: Ressource) -> dict[str, Any]:
    """All of a notice that may name somebody."""
    return {name: getattr(ressource, name) for name in (*TEXTES, "mots_cles", "questionnaire")}


def without_names(ingenierie: Ingenierie | None, texts: Mapping[str, Any]) -> dict[str, Any]:
    """The same notice, « une structure » in the place of each name of the dossier."""
    mark = marqueur(noms_de(ingenierie).noms)

    def hush(text: str) -> str:
        return lire(mark(text), Accords())

    said = {code: hush(told) if isinstance(told, str) else told for code, told in texts.items()}
    if words := texts.get("mots_cles"):
        # A keyword that names somebody is none.
        said["mots_cles"] = [word for word in words if mark(word) == word]
    if questions := texts.get("questionnaire"):
        said["questionnaire"] = {**questions, "contenu": questions_without(questions["contenu"], hush)}
    return said


def questions_without(contenu: Any, hush: Callable[[str], str], lu: bool = False) -> Any:
    """The content of a questionnaire with each text that is read changed by ``hush``."""
    if isinstance(contenu, str):
        return hush(contenu) if lu else contenu
    if isinstance(contenu, Mapping):
        return {key: questions_without(value, hush, key in _LUS) for key, value in contenu.items()}
    if isinstance(contenu, (list, tuple)):
        return [questions_without(value, hush, lu) for value in contenu]
    return contenu


def ensure_names_nobody(ingenierie: Ingenierie | None, values: Mapping[str, Any], files: Iterable[str] = ()) -> None:
    """Raise ``InvalidInput`` saying whom the notice, or the name of a file, names."""
    noms = noms_de(ingenierie)
    notice = [*(values.get(code) or "" for code in TEXTES), *values.get("mots_cles", ())]
    for said, texts in (("La notice", notice), ("Le nom d’un fichier", list(files))):
        found = {cle for text in texts for cle in cles(marquer(text, noms))}
        if found:
            named = ", ".join(sorted({noms.accords.tous[cle] for cle in found if cle in noms.accords.tous}))
            raise InvalidInput(
                f"{said} ne nomme ni structure ni personne du dossier : remplacez "
                f"« {named or 'ce nom'} » par ce qu’elle est. Le récit, lui, nomme celles qui l’acceptent."
            )
