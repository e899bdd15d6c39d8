"""Who acts on a mission: the team of the dossier, the people of the prestataire."""

from __future__ import annotations

from core.actor import Actor
from missions.conventions.enums import RolePartie
from missions.conventions.models import Convention
from partners.portfolio.prestataire.models import Membre
from projects.ingenierie.permissions import why_not_contribute


def why_not_follow(actor: Actor, convention: Convention) -> str:
    """Why ``actor`` may not write in the mission for the team, or ``""``."""
    return why_not_contribute(actor, convention.ingenierie) or why_not_running(convention)


def why_not_running(convention: Convention) -> str:
    """Why nobody writes in the mission any more, or ``""``: the ingénierie is over, the prestataire not retained."""
    if not convention.ingenierie.is_open:
        return "L’ingénierie est terminée : sa mission ne change plus."
    if convention.choix.retire_at is not None:
        return f"{convention.choix.prestataire} n’est plus retenu : sa mission ne change plus."
    return ""


def is_prestataire(actor: Actor, convention: Convention) -> bool:
    """Does ``actor`` belong to the prestataire of this mission?"""
    if actor.kind != "user" or actor.user_id is None:
        return False
    return Membre.objects.active().filter(user=actor.user_id, prestataire=convention.choix.prestataire_id).exists()


def why_not_fill(actor: Actor, convention: Convention) -> str:
    """Why ``actor`` may not write what the prestataire tells of the mission, or ``""``: its people do, and the team
    may type for them."""
    if is_prestataire(actor, convention):
        return why_not_running(convention)
    return why_not_follow(actor, convention)


def people_of(convention: Convention) -> list[tuple[str, str]]:
    """Who is written to at the prestataire, (name, address): its people, or who signed for it when it has nobody."""
    found = [
        (row.user.get_full_name(), row.user.email)
        for row in Membre.objects.active().filter(prestataire=convention.choix.prestataire_id).select_related("user")
    ]
    return found or [
        (row.represente_par, row.email)
        for row in convention.parties.filter(role=RolePartie.PRESTATAIRE).exclude(email="")
    ]
