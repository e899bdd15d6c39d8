"""Who says to have used a resource, asks its author, reports a problem, answers, handles, verifies."""

from __future__ import annotations

from accounts.permissions import is_member, writes
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import READ_ONLY, why_not_author, why_not_hold
from capitalisation.usages.models import Utilisation
from core.actor import Actor

NOT_PUBLISHED = "Cette ressource n’est pas publiée : rien ne s’y ajoute avant la décision du comité éditorial."


def why_not_use(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` may not say to have used it, or ``""``: who writes for an organisation, once it is published."""
    if actor.is_system:
        return ""
    if actor.organisation is None:
        return "Seuls les membres d’un DLA, d’un C2RA, d’un CNAR ou de l’Avise disent s’en être servis."
    if not writes(actor):
        return READ_ONLY
    return "" if ressource.est_publiee else NOT_PUBLISHED


def why_not_change_use(actor: Actor, use: Utilisation) -> str:
    """Why ``actor`` may not change or take back a use, or ``""``: the organisation that said it."""
    if actor.is_system:
        return ""
    if not is_member(actor, use.organisation_id):
        return f"Cette utilisation a été notée par {use.organisation} : elle seule la change."
    return "" if writes(actor) else READ_ONLY


def why_not_ask(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` may not ask or report, or ``""``: whoever is signed in and reads it, once it is published."""
    if actor.is_system:
        return ""
    if actor.kind != "user":
        return "Connectez-vous pour écrire à l’auteur d’une ressource."
    return "" if ressource.est_publiee else NOT_PUBLISHED


def why_not_handle(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` may not handle a report or take out an improper question, or ``""``: who deposited the resource,
    the C2RA of its région, the Avise."""
    return why_not_hold(actor, ressource)


def why_not_verify(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` may not say that it was verified again, or ``""``: who deposited it, once it is published."""
    if refusal := why_not_author(actor, ressource):
        return refusal
    return (
        "" if ressource.est_publiee else "Cette ressource n’est pas publiée : sa notice dit quand elle a été vérifiée."
    )
