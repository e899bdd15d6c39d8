"""Erasing what identifies people in a fiche: one intervenant wherever it figures, or the whole fiche.

A frozen version keeps what it said of the prestataire; the people in it become « Personne retirée ». Choices, missions
and the journal stay: they refer to the prestataire, whose name is that of an organisation.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Grant
from accounts.services.erasure import anonymous, forget_invitation
from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import ConditionsNotMet, NotAllowed
from core.lifecycle import perform
from core.models import Attachment
from core.text import normalise
from core.uploads.services import erase as erase_attachment
from partners.portfolio.donnees.registry import engagements
from partners.portfolio.fiche.enums import ECRITURE, EN_COURS, EtatFiche
from partners.portfolio.fiche.models.blocs import REMOVED, Intervenant, Piece
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.enums import EtatMembre
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.services import deactivate, set_aside
from partners.portfolio.vitrine.models import MessagePublic

journal.register_verbs(
    {
        "portfolio.intervenant_efface": "a effacé un intervenant de toutes les versions de la fiche",
        "portfolio.effacement": "a effacé la fiche et les données des personnes",
        "portfolio.conservation_prevenue": "a prévenu que la fiche serait effacée",
    }
)

#: Verbs that are not a use of the fiche: they do not push back the day it is erased.
NOT_A_USE = ("portfolio.cv_lu", "portfolio.effacement", "portfolio.conservation_prevenue")
_CONTACT = ("contact_name", "contact_function", "contact_email", "contact_phone")


def _lead(prestataire: Prestataire, actor: Actor) -> Prestataire:
    refusal = permissions.why_not_lead(actor, prestataire)
    if refusal:
        raise NotAllowed(refusal)
    return lock(prestataire)


def same_person(intervenant: Intervenant) -> list[Intervenant]:
    """The rows of the same person, by name, in every version of the fiche of the prestataire."""
    wanted = normalise(intervenant.nom)
    rows = Intervenant.objects.filter(fiche__prestataire=intervenant.fiche.prestataire_id).select_related("fiche")
    return [row for row in rows.order_by("pk") if normalise(row.nom) == wanted]


def _erase_pieces(pieces: Iterable[Piece], actor: Actor) -> None:
    """Take documents off their versions, and erase their files at once: no version shows them any more."""
    files: set[int] = set()
    for piece in pieces:
        files.add(piece.fichier_id)
        piece.delete()
    for stored in Attachment.objects.filter(pk__in=files - set(_shown(files))):
        erase_attachment(stored, actor=actor)


def _shown(files: set[int]) -> list[int]:
    return list(Piece.objects.filter(fichier__in=files).values_list("fichier_id", flat=True))


def _anonymise(intervenant: Intervenant) -> None:
    intervenant.nom, intervenant.fonction, intervenant.expertises, intervenant.public = REMOVED, "", "", False
    intervenant.version += 1
    intervenant.save()
    intervenant.secteurs.clear()


def _tell_publications(prestataire: Prestataire) -> None:
    """Save the publications again: what is searched of them follows."""
    for publication in Publication.objects.filter(prestataire=prestataire):
        publication.save()


@transaction.atomic
def erase_intervenant(intervenant: Intervenant, *, actor: Actor) -> int:
    """Erase somebody from every version of the fiche, CVs included, at any time; returns in how many.

    By the référent. From the version being written the person goes; in those that were sent or published, her name,
    fonction and expertises are erased. Raises ``NotAllowed``.
    """
    prestataire = _lead(intervenant.fiche.prestataire, actor)
    rows = same_person(intervenant)
    system = Actor.system("effacement")
    _erase_pieces(Piece.objects.filter(intervenant__in=[row.pk for row in rows]), system)
    for row in rows:
        if row.fiche.state in ECRITURE:
            row.delete()
        else:
            _anonymise(row)
    journal.record(
        actor, "portfolio.intervenant_efface", prestataire, changes={"versions": (None, [r.fiche.numero for r in rows])}
    )
    _tell_publications(prestataire)
    return len(rows)


def why_not_erase(prestataire: Prestataire) -> str:
    """Why the fiche of ``prestataire`` may not be erased now, or ``""``: something runs with it."""
    found = engagements([prestataire.pk]).get(prestataire.pk)
    if found is None or not found.running:
        return ""
    return f"La fiche ne s’efface pas tant qu’une mission est en cours : {found.running}."


@transaction.atomic
def erase_fiche(prestataire: Prestataire, *, actor: Actor, reason: str = "") -> Prestataire:
    """Erase the fiche: out of publication, drafts and documents deleted, people erased, belongings ended.

    By the référent or by the application. Name, SIRET, what the accepted versions said of the activity, choices and
    journal stay. All or nothing. Raises ``NotAllowed``, ``ConditionsNotMet`` while a mission runs.
    """
    locked = _lead(prestataire, actor)
    refusal = why_not_erase(locked)
    if refusal:
        raise ConditionsNotMet(refusal)
    system = Actor.system("effacement")
    # Belongings first: nobody is written to about what follows.
    for membre in Membre.objects.filter(prestataire=locked, state__in=(EtatMembre.ACTIF, EtatMembre.DEMANDE)):
        membre.state = EtatMembre.PARTI if membre.state == EtatMembre.ACTIF else EtatMembre.REFUSE
        membre.ended_at = clock.now()
        membre.save()
        journal.record(system, "portfolio.depart", membre, scope=locked)
    _leave_publications(locked, system, reason)
    _erase_pieces(Piece.objects.filter(fiche__prestataire=locked), system)
    for fiche in FicheVersion.objects.filter(prestataire=locked, state__in=EN_COURS):
        if fiche.state == EtatFiche.SOUMISE:
            fiche = perform(fiche, "reprendre", actor=system, expected_state=fiche.state, scope=locked)
        fiche.delete()
    for fiche in FicheVersion.objects.filter(prestataire=locked):
        for name in _CONTACT:
            setattr(fiche, name, "")
        fiche.save()
    for intervenant in Intervenant.objects.filter(fiche__prestataire=locked):
        _anonymise(intervenant)
    _forget_addresses(locked)
    locked.efface_le, locked.prevenu_le = clock.now(), None
    locked.save(update_fields=["efface_le", "prevenu_le"])
    journal.record(actor, "portfolio.effacement", locked, reason=reason.strip())
    _tell_publications(locked)
    return locked


def _leave_publications(prestataire: Prestataire, system: Actor, reason: str) -> None:
    told = reason.strip() or "Fiche effacée à la demande du prestataire."
    for publication in Publication.objects.filter(prestataire=prestataire):
        if publication.candidate_id:
            publication = set_aside(publication, actor=system, reason=told, expected_state=publication.state)
        if publication.state == EtatPublication.PUBLIEE:
            deactivate(publication, actor=system, reason=told, expected_state=publication.state)


def _forget_addresses(prestataire: Prestataire) -> None:
    for grant in Grant.objects.of(prestataire):
        forget_invitation(grant)
    for reprise in Reprise.objects.filter(prestataire=prestataire):
        reprise.email = anonymous("reprise", reprise.pk)
        reprise.save(update_fields=["email"])
    MessagePublic.objects.filter(prestataire=prestataire).delete()
