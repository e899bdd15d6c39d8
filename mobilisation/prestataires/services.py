"""Asking a prestataire-partenaire, its answer in its space or by link, what the candidates of a call will be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import services as accounts
from core import clock, journal
from core.actor import Actor
from core.editing import create, lock, remove
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_datetime
from core.outbox import queue_mail
from core.text import typed_text
from engagement.partenaires.models import PartenaireProjet
from mobilisation.prestataires.enums import Moment
from mobilisation.prestataires.models import DemandePrestataire
from mobilisation.scenarios.models import Scenario
from projects.identification.models import Problematique
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.people import asker_of, interlocuteur
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs(
    {
        "mobilisation.prestataire_sollicite": "a sollicité un prestataire-partenaire",
        "mobilisation.prestataire_repondu": "a répondu en prestataire-partenaire",
        "mobilisation.demande_retiree": "a retiré une demande à un prestataire-partenaire",
    }
)

#: Code of the purpose of the links (``accounts.links``).
LIEN = "avis-prestataire"
ANSWER_LENGTH = 8000


def savoirs_of(ingenierie: Ingenierie | int):
    """What prestataires-partenaires of this ingénierie were asked, given to read and answered, oldest first: what a
    call tells to every candidate. Rows of :class:`DemandePrestataire`."""
    pk = ingenierie if isinstance(ingenierie, int) else ingenierie.pk
    rows = DemandePrestataire.objects.filter(partenaire_projet__ingenierie=pk)
    return rows.select_related("partenaire_projet__partenaire", "partenaire_projet__prestataire")


def known(ingenierie: Ingenierie, moment: str) -> str:
    """What is proposed to be given to read at a step: the problématique, or the conditions of the scenarios offered to
    the structures; never what is for and against them."""
    if moment == Moment.CONFIRMER:
        told = []
        rows = Scenario.objects.filter(ingenierie=ingenierie, propose=True).order_by("pk").prefetch_related("seances")
        for scenario in rows:
            told.append("\n".join([scenario.nom, *(f"- {label} : {text}" for label, text in scenario.conditions)]))
        return "\n\n".join(told)
    found = Problematique.objects.filter(ingenierie=ingenierie).first()
    if found is None:
        return ""
    parts = (("Contexte", found.contexte), ("Enjeux", found.enjeux), ("Besoins repérés", found.besoins))
    return "\n\n".join(f"{label} : {text.strip()}" for label, text in parts if text.strip())


def ask(row: PartenaireProjet, values: Mapping[str, Any], *, actor: Actor) -> DemandePrestataire:
    """Put a question to a prestataire-partenaire: ``moment``, ``question``, ``donne_a_lire``, ``attendue_le``.

    Its people find it in their space at once; a personal link may be sent besides. Raises ``NotAllowed``,
    ``InvalidInput`` (a partner that is no prestataire of the portfolio; a day that is past).
    """
    ingenierie = row.ingenierie
    ensure_open(ingenierie, actor)
    if row.prestataire_id is None:
        raise InvalidInput("Ce partenaire n’est pas un prestataire du portefeuille.")
    if (day := values.get("attendue_le")) and day < clock.today():
        raise InvalidInput("La réponse est attendue à une date déjà passée.")
    with transaction.atomic():
        demande = create(
            DemandePrestataire(partenaire_projet=row, posee_par=actor.label[:200]),
            values,
            actor=actor,
            verb="mobilisation.prestataire_sollicite",
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return demande


def why_not_answer(demande: DemandePrestataire) -> str:
    """Why no answer is expected any more, or ``""``."""
    if demande.repondu_at is not None:
        return f"Votre réponse a été reçue le {format_datetime(demande.repondu_at)}. Merci."
    return "" if demande.ingenierie.is_open else "L’ingénierie est terminée : votre avis n’est plus attendu."


def answer(demande: DemandePrestataire, texte: str, *, actor: Actor) -> DemandePrestataire:
    """Keep the answer of the prestataire: of one of its people, or of who holds the link. Given once, and told in the
    digest of the day to who sent the link, else to who carries the ingénierie.

    Raises ``NotAllowed``, ``LinkClosed``, ``StaleState`` when it was given meanwhile, ``InvalidInput``.
    """
    texte = typed_text(texte, limit=ANSWER_LENGTH).strip()
    by_link = actor.kind == "link"
    with transaction.atomic():
        grant = accounts.take(actor, LIEN, demande) if by_link else None
        if not by_link and not DemandePrestataire.objects.for_actor(actor).filter(pk=demande.pk).exists():
            raise NotAllowed("Seules les personnes de ce prestataire répondent.")
        locked = lock(demande)
        locked.partenaire_projet = demande.partenaire_projet
        if refusal := why_not_answer(locked):
            raise StaleState(refusal)
        if not texte:
            raise InvalidInput("Écrivez votre réponse.")
        locked.reponse, locked.repondu_at = texte, clock.now()
        # The prestataire answers, not one of its people: no name is kept for good.
        locked.repondu_par = f"{demande.prestataire}{' (par lien)' if by_link else ''}"[:200]
        locked.version += 1
        locked.save()
        if grant is not None:
            accounts.answered(grant)
        journal.record(
            actor,
            "mobilisation.prestataire_repondu",
            locked,
            scope=demande.ingenierie,
            changes={"reponse": ("", texte)},
        )
        touch(demande.ingenierie.pk)
        person = asker_of(grant, demande.ingenierie) if grant is not None else interlocuteur(demande.ingenierie)
        if person is not None:
            queue_mail(
                "mobilisation/avis_prestataire",
                to=person.email,
                context={"demande": demande.pk},
                actor=actor,
                scope=demande.ingenierie,
                urgent=False,
            )
    return locked


def withdraw(demande: DemandePrestataire, *, actor: Actor) -> None:
    """Take back a question put by mistake. Raises ``NotAllowed``; ``InvalidInput`` once it was answered."""
    ingenierie = demande.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = lock(demande)
        if locked.repondu_at is not None:
            raise InvalidInput("Le prestataire a répondu : sa réponse reste, pour être dite aux candidats d’un appel.")
        remove(locked, actor=actor, verb="mobilisation.demande_retiree", scope=ingenierie)
        touch(ingenierie.pk)
