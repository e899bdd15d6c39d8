"""Retaining a prestataire, and taking a choice back. The fiche must be published and current that day: no way round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from consultations.appel.models import Appel
from consultations.choix.enums import ChoisiPar, ModeChoix
from consultations.choix.models import ChoixPrestataire
from consultations.consultes.models import PrestataireConsulte
from consultations.consultes.permissions import why_not_choose
from consultations.consultes.services import withdraw
from consultations.propositions.models import PropositionOuverte
from consultations.regles.models import in_words, regle_of
from core import clock, journal
from core.actor import Actor
from core.editing import create, lock
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.text import typed_text
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.retenue import may_be_retained
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs(
    {
        "consultations.prestataire_retenu": "a retenu le prestataire",
        "consultations.choix_retire": "est revenu sur le choix du prestataire",
    }
)


def retain(
    ingenierie: Ingenierie,
    prestataire: Prestataire,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    appel: Appel | None = None,
    proposition: PropositionOuverte | None = None,
) -> ChoixPrestataire:
    """Record that ``prestataire`` is retained; ``values``: date, mode, justification, motifs, choisi_par, decideurs.

    ``appel`` and ``proposition`` are those it answered to and with, when the decision of a call retains it.

    Raises ``ConditionsNotMet`` in words when its fiche was not published and current in the pilot's région on that
    day (nobody may pass over it), ``NotAllowed``, ``InvalidInput`` (already retained, a mode or an individual choice
    that says too little, fewer than two consulted without a word).
    """
    ensure_open(ingenierie, actor)
    values = {
        **values,
        **{name: typed_text(values.get(name, ""), limit=4000) for name in ("justification", "motifs", "decideurs")},
    }
    _check_words(ingenierie, values)
    try:
        with transaction.atomic():
            locked = lock(ingenierie)
            refusal = why_not_choose(locked, actor)
            if refusal:
                raise NotAllowed(refusal)
            _check_consulted(locked, values)
            # The row of the prestataire is locked too: its publication does not end while one decides.
            found = may_be_retained(lock(prestataire), locked.pilote.region, values["date"])
            if not found:
                raise ConditionsNotMet("Ce prestataire ne peut pas être retenu.", reasons=[found.reason])
            row = create(
                ChoixPrestataire(
                    ingenierie=locked,
                    prestataire=prestataire,
                    periode=found.periode,
                    appel=appel,
                    proposition=proposition,
                    by=actor.user,
                    by_label=actor.label[:200],
                    **values,
                ),
                actor=actor,
                verb="consultations.prestataire_retenu",
                scope=locked,
            )
            touch(locked.pk)
    except IntegrityError as error:
        raise InvalidInput("Ce prestataire est déjà retenu pour cette ingénierie.") from error
    return row


def _check_words(ingenierie: Ingenierie, values: Mapping[str, Any]) -> None:
    if values["date"] > clock.today():
        raise InvalidInput("La date de la décision est dans le futur.")
    if not values["motifs"]:
        raise InvalidInput(
            "Écrivez les motifs du choix : c’est d’eux que vous partirez pour les restituer à ceux qui ont répondu."
        )
    if not values["decideurs"]:
        raise InvalidInput("Dites qui a décidé : comité de pilotage, structures, DLA…")
    if values["mode"] == ModeChoix.SANS_CONCURRENCE and not values["justification"]:
        raise InvalidInput("Sans mise en concurrence, dites pourquoi.")
    if getattr(ingenierie, "is_individuelle", False) and values["choisi_par"] == ChoisiPar.DLA:
        raise InvalidInput("Dans une ingénierie individuelle, le choix se fait avec la structure ou par elle.")


def _check_consulted(ingenierie: Ingenierie, values: Mapping[str, Any]) -> None:
    """After a call, as many were consulted as the région asks, or the choice says why."""
    if values["mode"] != ModeChoix.HORS_APPLICATION or values["justification"]:
        return
    count = PrestataireConsulte.objects.standing().filter(ingenierie=ingenierie).count()
    least = regle_of(ingenierie.pilote.region_id, values["date"]).invites_min
    if count < least:
        told = {0: "Aucun prestataire n’est inscrit", 1: "Un seul prestataire est inscrit"}.get(
            count, f"{count} prestataires sont inscrits"
        )
        needed = in_words(least)
        raise InvalidInput(
            f"{told} comme consulté pour cette mise en concurrence, et il en faut au moins {needed} : inscrivez ceux "
            f"qui l’ont été, ou dites ci-dessous pourquoi ils sont moins de {needed}."
        )


def take_back(choix: ChoixPrestataire, *, actor: Actor, reason: str) -> ChoixPrestataire:
    """Take a choice back, with a reason; it stays readable. Raises ``NotAllowed``, ``StaleState``, ``InvalidInput``."""
    return withdraw(
        choix,
        actor=actor,
        reason=reason,
        why_not=why_not_choose,
        verb="consultations.choix_retire",
        unsaid="Dites pourquoi ce choix est retiré : c’est inscrit au journal.",
        already="Ce choix a déjà été retiré.",
    )
