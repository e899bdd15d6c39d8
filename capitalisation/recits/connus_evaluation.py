"""What the dossier knows of the results: the answers to the question of the results, the synthesis, the reports."""

from __future__ import annotations

from collections.abc import Callable

from capitalisation.recits.dossier import Dossier, enumerated, lines
from capitalisation.recits.proposition import Proposition
from core.formats import NBSP, plural
from evaluation.questionnaires.depouillement import PartieDepouillee, QuestionDepouillee, seuil_of

#: The groups of fiche pratique 6 that 001 keeps, by rubrique.
GROUPES = {"competences": "2", "innovation": "4", "partenariats": "5", "changement": "6"}
_WORDS = {"oui": "oui", "en_partie": "en partie", "non": "non"}


def _question(question: QuestionDepouillee, seuil: int) -> str:
    """« La question ? 5 oui, 2 en partie », then what was written, told by role. Under the threshold, no count."""
    told = [question.texte]
    total = question.ensemble.total
    if total >= seuil:
        counts = question.ensemble.par_valeur
        said = ", ".join(f"{counts[code]} {word}" for code, word in _WORDS.items() if counts.get(code))
        if said:
            told[0] += f" {said}."
    elif total:
        told[0] += f" {plural(total, 'réponse')}, trop peu pour les compter."
    for sorte, texts in question.textes_par_sorte.items():
        told += [f"- {sorte[:1].upper()}{sorte[1:]}{NBSP}: {' '.join(one.texte.split())}" for one in texts]
    return "\n".join(told) if len(told) > 1 or total else ""


def groupe(d: Dossier, code: str) -> Proposition | None:
    """What came back to one group of the question of the results."""
    if d.resultats is None:
        return None
    questionnaire, found = d.resultats
    partie: PartieDepouillee | None = next((one for one in found.parties if one.code == code), None)
    if partie is None:
        return None
    seuil = seuil_of(questionnaire)
    said = [_question(one, seuil) for one in partie.questions if not one.ecartee]
    text = lines(*said)
    if not text:
        return None
    source = f"la question des résultats, {plural(found.repondus, 'réponse')} sur {found.attendus}"
    return Proposition(text, source, d.url("evaluation:resultats_de", questionnaire.pk))


def _groupe(code: str) -> Callable[[Dossier], Proposition | None]:
    return lambda d: groupe(d, code)


def _synthese_url(d: Dossier) -> str:
    return d.url("evaluation:synthese")


def points_positifs(d: Dossier) -> Proposition | None:
    if d.synthese is None:
        return None
    points = [*enumerated(d.synthese.efficacite), *enumerated(d.synthese.complementarite),
              *enumerated(d.synthese.enseignements)]  # fmt: skip
    return Proposition(points, "synthèse de l’évaluation", _synthese_url(d)) if points else None


def points_vigilance(d: Dossier) -> Proposition | None:
    """What the synthesis says of the means, then the difficulties that the reports tell stage by stage."""
    points, source, url = [], [], ""
    if d.synthese is not None:
        points += [*enumerated(d.synthese.coherence), *enumerated(d.synthese.efficience)]
        source, url = ["synthèse de l’évaluation"], _synthese_url(d)
    hard = [line for one in d.racontees.values() for line in enumerated(one.difficultes)]
    if hard:
        points += hard
        source.append("rapport final")
        url = url or d.url("missions:rapport", next(iter(d.racontees.values())).rapport.convention_id)
    return Proposition(points, " et ".join(source), url) if points else None


def transferables(d: Dossier) -> Proposition | None:
    plan = d.transfert
    if plan is not None and (text := lines(plan.transferables, plan.motif_rien)):
        return Proposition(text, "plan de transfert", d.url("capitalisation:transfert"))
    return groupe(d, "8")


def resultats_atteints(d: Dossier) -> Proposition | None:
    """What the final reports say was reached, for the form of one beneficiary."""
    points = [line for one in d.rapports for line in enumerated(one.autres_resultats)]
    points = [*(row.atteint for row in d.atteints if row.atteint.strip()), *points]
    if not points:
        return None
    return Proposition(points, "rapport final", d.url("missions:rapport", d.rapports[0].convention_id))


def effets(d: Dossier) -> Proposition | None:
    text = lines(*(one.effets for one in d.rapports))
    if not text:
        return None
    return Proposition(text, "effets induits, rapport final", d.url("missions:rapport", d.rapports[0].convention_id))


EVALUATION: dict[str, Callable[[Dossier], Proposition | None]] = {
    **{code: _groupe(number) for code, number in GROUPES.items()},
    "points_positifs": points_positifs,
    "points_vigilance": points_vigilance,
    "cle_besoins": _groupe("7"),
    "cle_transferables": transferables,
}
