"""Facts of objectives and results, as SQL annotations of ``Ingenierie``, and how gates read them."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from core.formats import plural
from engagement.objectifs.enums import NatureObjectif
from engagement.objectifs.models import Objectif, ResultatAttendu
from projects.facts import Answer, count_of


def objectifs() -> dict[str, Any]:
    return {
        "eng_strategiques": count_of(Objectif.objects.filter(nature=NatureObjectif.STRATEGIQUE)),
        "eng_operationnels": count_of(Objectif.objects.filter(nature=NatureObjectif.OPERATIONNEL)),
    }


def objectifs_evaluation() -> dict[str, Any]:
    return {"eng_objet": F("objectifs_projet__objet"), "eng_raisons": F("objectifs_projet__raisons")}


def resultats() -> dict[str, Any]:
    return {
        "eng_resultats": count_of(ResultatAttendu.objects.all()),
        "eng_resultats_fixes": count_of(ResultatAttendu.objects.filter(fixe=True)),
    }


def read_objectifs(values, ingenierie) -> Answer:
    counts = {"stratégique": values["eng_strategiques"], "opérationnel": values["eng_operationnels"]}
    missing = [f"un objectif {level}" for level, count in counts.items() if not count]
    if missing:
        return Answer(False, f"il manque {' et '.join(missing)}")
    return Answer(True, ", ".join(plural(count, level) for level, count in counts.items()))


def read_evaluation(values, ingenierie) -> Answer:
    missing = [
        label
        for key, label in (("eng_objet", "l’objet"), ("eng_raisons", "les raisons"))
        if not (values[key] or "").strip()
    ]
    return Answer(not missing, f"il manque {' et '.join(missing)} de l’évaluation" if missing else "")


def read_resultats(values, ingenierie) -> Answer:
    count, fixed = values["eng_resultats"], values["eng_resultats_fixes"]
    if not count:
        return Answer(False, "aucun résultat attendu n’est écrit")
    return Answer(fixed == count, f"{plural(fixed, 'résultat fixé', 'résultats fixés')} sur {count}")
