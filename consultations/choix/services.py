"""Retaining a prestataire, and taking a choice back. The fiche must be published and current that day: no way round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from consultations.enums import ChoisiPar, ModeChoix
from consultations.models import AU_MOINS, ChoixPrestataire, Inscription, PrestataireConsulte
from core import clock, journal
from core.actor import Actor
from core.editing import create, lock
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.text import typed_text
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.retenue import may_be_retained
from projects import permissions
from projects.enums import Etat
from projects.models import Ingenierie
from projects.services import touch
from projects.services.ingenierie import ensure_open

Row = TypeVar("Row", bound=Inscription)

journal.register_verbs(
    {
        "consultations.prestataire_retenu": "a retenu le prestataire",
        "consultations.choix_retire": "est revenu sur le choix du prestataire",
    }
)

#: Steps at which a prestataire is chosen (or changed).
STEPS = (Etat.CONFIRMER, Etat.FINALISER)


def why_not_choose(ingenierie: Ingenierie, actor: Actor) -> str:
    """Why ``actor`` may not choose the prestataire now, or ``""``: the pilot does, from « Confirmer » on."""
    refusal = permissions.why_not_pilot(actor, ingenierie)
    if refusal:
        return refusal
    if ingenierie.state in STEPS:
        return ""
    if ingenierie.is_open:
        return "Le prestataire se choisit à l’étape « Confirmer », une fois le cahier des charges écrit."
    return "L’ingénierie est terminée : rouvrez-la pour la modifier."


def retain(
    ingenierie: Ingenierie, prestataire: Prestataire, values: Mapping[str, Any], *, actor: Actor
) -> ChoixPrestataire:
    """Record that ``prestataire`` is retained; ``values``: date, mode, justification, motifs, choisi_par, decideurs.

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
        raise InvalidInput("Écrivez les motifs du choix : ils sont restitués à ceux qui ont répondu.")
    if not values["decideurs"]:
        raise InvalidInput("Dites qui a décidé : comité de pilotage, structures, DLA…")
    if values["mode"] == ModeChoix.SANS_CONCURRENCE and not values["justification"]:
        raise InvalidInput("Sans mise en concurrence, dites pourquoi.")
    if getattr(ingenierie, "is_individuelle", False) and values["choisi_par"] == ChoisiPar.DLA:
        raise InvalidInput("Dans une ingénierie individuelle, le choix se fait avec la structure ou par elle.")


def _check_consulted(ingenierie: Ingenierie, values: Mapping[str, Any]) -> None:
    """After a call, at least two were consulted, or the choice says why."""
    if values["mode"] != ModeChoix.HORS_APPLICATION or values["justification"]:
        return
    count = PrestataireConsulte.objects.standing().filter(ingenierie=ingenierie).count()
    if count < AU_MOINS:
        told = "Un seul prestataire est inscrit" if count else "Aucun prestataire n’est inscrit"
        raise InvalidInput(
            f"{told} comme consulté pour cette mise en concurrence, et il en faut au moins deux : inscrivez ceux qui "
            "l’ont été, ou dites ci-dessous pourquoi ils sont moins de deux."
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


@transaction.atomic
def withdraw(
    row: Row,
    *,
    actor: Actor,
    reason: str,
    why_not: Callable[[Ingenierie, Actor], str],
    verb: str,
    unsaid: str,
    already: str,
) -> Row:
    """Mark a row of an ingénierie as taken back (``retire_at``, ``retire_motif``), journaled under ``verb``.

    ``unsaid`` and ``already`` are what is said without a reason, or when it was taken back before. Raises as
    :func:`take_back`.
    """
    reason = typed_text(reason, limit=2000)
    if not reason:
        raise InvalidInput(unsaid)
    ensure_open(row.ingenierie, actor)
    ingenierie = lock(row.ingenierie)
    refusal = why_not(ingenierie, actor)
    if refusal:
        raise NotAllowed(refusal)
    locked = lock(row)
    if locked.retire_at is not None:
        raise StaleState(already)
    locked.retire_at, locked.retire_motif = clock.now(), reason
    locked.version += 1
    locked.save()
    changes = {"retire_at": (None, locked.retire_at)}
    journal.record(actor, verb, locked, scope=ingenierie, changes=changes, reason=reason)
    touch(ingenierie.pk)
    return locked
