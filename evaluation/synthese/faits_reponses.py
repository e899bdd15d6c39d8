"""The facts that the questionnaires know: how many answered, what they said, part by part.

Three queries a questionnaire whose answers are closed. Under its threshold, a questionnaire tells how many answered and
no share.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from django.urls import reverse

from core.formats import NBSP, plural
from evaluation.grilles.enums import CODES
from evaluation.questionnaires.depouillement import Depouillement, PartieDepouillee, depouille, seuil_of
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.permissions import why_not_read_yet
from evaluation.synthese.registry import FAITS, Fait, Faits, une_fois
from mobilisation.projet.enums import Registre
from projects.ingenierie.models import Ingenierie

GRAPHIQUE = "Part de « oui » dans les réponses"
#: The parts of the grids that tell what was reached; the others tell how the mission was led.
_RESULTATS = "4"
_WORDS = {"oui": "oui", "en_partie": "en partie", "non": "non"}


def _closed(ingenierie: Ingenierie) -> list[Questionnaire]:
    rows = Questionnaire.objects.filter(
        ingenierie=ingenierie, state__in=(EtatQuestionnaire.CLOS, EtatQuestionnaire.TERMINE), mois=None
    )
    rows = rows.select_related("convention__version_cahier", "convention__choix", "suivi_grille", "ingenierie")
    return [row for row in rows.order_by("created_at", "pk") if not why_not_read_yet(row)]


def _found(questionnaire: Questionnaire) -> Depouillement:
    return une_fois(("depouillement", questionnaire.pk), lambda: depouille(questionnaire, textes=0))


def _said(ingenierie: Ingenierie, registre: Registre) -> list[Fait]:
    told: list[Fait] = []
    for questionnaire in une_fois(("questionnaires", ingenierie.pk), lambda: _closed(ingenierie)):
        found = _found(questionnaire)
        url = reverse("evaluation:resultats_de", args=[ingenierie.pk, questionnaire.pk])
        grid = questionnaire.code in CODES
        if registre == Registre.EFFICACITE or grid:
            parts = [p for p in found.parties if _belongs(p, grid, registre)]
            seuil = seuil_of(questionnaire)
            told += [fait for p in parts if (fait := _part(questionnaire, p, seuil, url))]
        if registre == Registre.EFFICACITE and found.attendus:
            told.append(
                Fait(f"{questionnaire.titre} : réponses", str(found.attendus), str(found.repondus), url)
            )  # fmt: skip
    return told


def _belongs(partie: PartieDepouillee, grid: bool, registre: Registre) -> bool:
    results = not grid or partie.code == _RESULTATS
    return results == (registre == Registre.EFFICACITE)


def _part(questionnaire: Questionnaire, partie: PartieDepouillee, seuil: int, url: str) -> Fait | None:
    counts: Counter[str] = Counter()
    people = 0
    for question in partie.comptees:
        if question.forme in ("oui_non", "oui_en_partie_non"):
            counts.update(question.ensemble.par_valeur)
            people = max(people, question.ensemble.total)
    total = sum(counts.values())
    if not total:
        return None
    label = f"{partie.titre} ({questionnaire.titre})"
    # One who fills the first part of a grid alone is no group: what it says is told.
    alone = partie.code in ("1",) and questionnaire.code in CODES
    if people < seuil and not alone and not questionnaire.ingenierie.is_individuelle:
        return Fait(label, realise=f"{plural(people, 'réponse')}, trop peu pour une moyenne", source_url=url)
    share = round(100 * counts["oui"] / total)
    words = ", ".join(f"{word}{NBSP}: {counts[code]}" for code, word in _WORDS.items() if counts[code])
    return Fait(
        label,
        realise=f"{share}{NBSP}% de oui ({words})",
        source_url=url,
        nombres=(None, Decimal(share)),
        unite="%",
        graphique=GRAPHIQUE,
    )


def conduite(ingenierie: Ingenierie) -> list[Fait]:
    """What the grids say of how the mission was led."""
    return _said(ingenierie, Registre.COHERENCE)


def resultats(ingenierie: Ingenierie) -> list[Fait]:
    """What the grids and the question of the results say was reached."""
    return _said(ingenierie, Registre.EFFICACITE)


def register() -> None:
    """Called once by :func:`evaluation.synthese.providers.register`."""
    FAITS.register("reponses_conduite", Faits(Registre.COHERENCE, conduite), order=14)
    FAITS.register("reponses_resultats", Faits(Registre.EFFICACITE, resultats), order=44)
