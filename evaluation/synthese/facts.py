"""Facts of the syntheses, as SQL annotations of ``Ingenierie``; how gate, room and démarche read them."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse

from core.formats import format_date, plural
from evaluation.grilles.facts import restituees
from evaluation.synthese.enums import EtatSynthese
from evaluation.synthese.models import DestinataireSynthese
from missions.conventions.models import Convention
from projects.evidence import Evidence
from projects.facts import Answer, count_of
from projects.ingenierie.models import Ingenierie


def url(pk: int) -> str:
    return reverse("evaluation:synthese", args=[pk])


_TEXTS = ("rappel", "derniers_elements", "sources", "methode_collecte", "coherence", "complementarite", "pertinence",
          "efficacite", "efficience")  # fmt: skip


def synthese() -> dict[str, Any]:
    """Where the synthesis stands, what is written of it, to how many it went."""
    sent = DestinataireSynthese.objects.filter(version_recue__isnull=False)
    return {
        "eval_synthese": F("synthese__state"),
        "eval_arretee": F("synthese__arretee_at"),
        "eval_envoyee": count_of(sent, "synthese__ingenierie"),
        **{f"eval_{name}": F(f"synthese__{name}") for name in _TEXTS},
    }


def read(values: dict[str, Any], ingenierie: Ingenierie) -> Answer:
    """The condition « La synthèse de l’évaluation est faite »: it is fixed; of an ingénierie individuelle, the grid of
    each of its missions is over and given back to the prestataire."""
    if ingenierie.is_individuelle:
        return _given_back(values["eval_restituees"], values["eval_missions"])
    state = values["eval_synthese"]
    if state == EtatSynthese.ARRETEE:
        return Answer(True, f"arrêtée le {format_date(values['eval_arretee'])}")
    return Answer(False, EtatSynthese(state).label if state else "pas encore commencée")


def _given_back(done: int, missions: int) -> Answer:
    if missions and done >= missions:
        return Answer(True, "grille terminée et restituée")
    if done:
        return Answer(False, f"{plural(done, 'mission évaluée', 'missions évaluées')} sur {missions}")
    return Answer(False, "grille à terminer et à restituer au prestataire" if missions else "aucune mission signée")


def gate_url(pk: int) -> str:
    """Where the evaluation is: its rooms are led to from there, whatever the cycle."""
    return reverse("evaluation:evaluation", args=[pk])


def condition() -> dict[str, Any]:
    """What the gate asks, of both cycles."""
    missions = Convention.objects.signed().standing().order_by()
    return {**synthese(), **restituees(), "eval_missions": count_of(missions)}


def _written(values: dict[str, Any], *names: str) -> int:
    return sum(1 for name in names if (values[f"eval_{name}"] or "").strip())


def collecte_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    count = _written(values, "rappel", "derniers_elements", "sources", "methode_collecte")
    if not count:
        return None
    text = f"Collecte : {plural(count, 'point écrit', 'points écrits')} sur 4"
    return Evidence(text, url(ingenierie.pk) + "#collecte")


def coherence_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    told = []
    if _written(values, "coherence", "complementarite"):
        told.append("cohérence")
    if _written(values, "pertinence"):
        told.append("pertinence")
    return _registers(told, ingenierie)


def resultats_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    told = [label for name, label in (("efficacite", "efficacité"), ("efficience", "efficience"))
            if _written(values, name)]  # fmt: skip
    return _registers(told, ingenierie)


def _registers(told: list[str], ingenierie: Ingenierie) -> Evidence | None:
    if not told:
        return None
    text = " et ".join(told)
    said = "écrite" if len(told) == 1 else "écrites"
    return Evidence(f"{text[:1].upper()}{text[1:]} {said}", url(ingenierie.pk))


def synthese_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    state = values["eval_synthese"]
    if not state or state == EtatSynthese.BROUILLON:
        return None
    text = f"Synthèse {EtatSynthese(state).label}"
    if values["eval_envoyee"]:
        text += f", envoyée à {plural(values['eval_envoyee'], 'destinataire')}"
    return Evidence(text, url(ingenierie.pk))
