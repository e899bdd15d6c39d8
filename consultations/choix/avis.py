"""What the structures say of the retained project: by their personal link, or told to the DLA with its real date; and
when the project is validated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Grant
from consultations.choix.enums import AvisSurProjet, Cote, ModeAvis
from consultations.choix.models import AvisProjet, ChoixPrestataire, VersionProjet
from consultations.choix.projet import (
    add_comment,
    allow,
    collective,
    derniere,
    locked_choice,
    tell_prestataire,
    unvalidate,
    why_frozen,
    why_not_ask,
)
from core import clock, journal
from core.actor import Actor
from core.editing import changed_meanwhile, create, lock
from core.errors import InvalidInput, StaleState
from core.text import typed_text
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee

#: Code of the purpose of the links (``accounts.links``).
LIEN = "projet-retenu"

journal.register_verbs(
    {
        "consultations.projet_sollicite": "a demandé à une structure de valider le projet",
        "consultations.projet_avis": "a donné l’avis d’une structure sur le projet",
        "consultations.projet_valide": "a constaté que le projet est validé",
    }
)


@transaction.atomic
def ask_structure(
    choix: ChoixPrestataire, structure: StructureCiblee, *, nom: str, email: str, actor: Actor
) -> AvisProjet:
    """Ask a structure, by a personal link, to read the project and to validate it.

    Raises ``NotAllowed``; ``InvalidInput`` (another ingénierie, nothing written yet, an address known already).
    """
    locked = locked_choice(choix)
    allow(why_not_ask(locked, actor))
    if structure.ingenierie_id != locked.ingenierie_id:
        raise InvalidInput("Choisissez une structure de cette ingénierie.")
    if derniere(locked) is None:
        raise InvalidInput("Aucune version du projet n’est encore écrite : il n’y a rien à valider.")
    row = AvisProjet.objects.filter(choix=locked, structure_ciblee=structure).first()
    if row is None:
        row = AvisProjet(choix=locked, structure_ciblee=structure)
        create(row, actor=actor, verb="consultations.projet_sollicite", scope=locked.ingenierie)
    row.choix = locked
    accounts.send_link(LIEN, row, name=nom, email=email, actor=actor)
    touch(locked.ingenierie_id)
    return row


def why_closed(avis: AvisProjet) -> str:
    """Why the link of a structure expects nothing any more, or ``""``."""
    if avis.choix.projet_id is not None:
        return "Le projet est validé : il n’attend plus de réponse."
    return why_frozen(avis.choix)


@transaction.atomic
def answer(
    avis: AvisProjet,
    sens: str,
    *,
    numero: int,
    commentaires: Mapping[str, str] | None = None,
    commentaire: str = "",
    actor: Actor,
) -> AvisProjet:
    """The structure answers by its link on the version ``numero`` it read: « projet validé », or what to work on.

    Raises ``NotAllowed`` (another link), ``LinkClosed``, ``InvalidInput``; ``StaleState`` when a new version was
    written while it read.
    """
    choix = locked_choice(avis.choix)
    avis.choix = choix
    grant: Grant = accounts.take(actor, LIEN, avis)
    version = derniere(choix)
    if version is None or version.numero != numero:
        raise StaleState("Une nouvelle version du projet vient d’être écrite : relisez-la avant de répondre.")
    said = {code: text for code, text in (commentaires or {}).items() if (text or "").strip()}
    commentaire = typed_text(commentaire, limit=4000)
    if sens not in AvisSurProjet.values:
        raise InvalidInput("Validez le projet, ou dites ce qui est à retravailler.")
    if sens == AvisSurProjet.A_RETRAVAILLER and not said and not commentaire:
        raise InvalidInput("Dites ce qui est à retravailler, sous la rubrique concernée ou en bas de page.")
    for code, text in said.items():
        add_comment(choix, version, code, text, Cote.STRUCTURE, str(avis.structure_ciblee), actor)
    values = {
        "version_projet": version, "sens": sens, "date": clock.today(), "mode": ModeAvis.LIEN,
        "qui": grant.recipient_name, "commentaire": commentaire,
    }  # fmt: skip
    row = _record(avis, values, actor, None)
    accounts.answered(grant)
    _settle(choix, version, actor)
    tell_prestataire(choix, version, actor)
    touch(choix.ingenierie_id)
    return row


@transaction.atomic
def record_avis(
    choix: ChoixPrestataire,
    structure: StructureCiblee | None,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> AvisProjet:
    """Type what a structure said, or what they said together (``None``: in a meeting), with its real date.

    ``values``: sens, date, mode, qui, commentaire. It is about the last version. Raises ``NotAllowed``,
    ``InvalidInput`` (a day to come or before that version, nobody named), ``EditConflict``.
    """
    locked = locked_choice(choix)
    allow(why_not_ask(locked, actor))
    version = derniere(locked)
    if version is None:
        raise InvalidInput("Aucune version du projet n’est encore écrite : il n’y a rien à valider.")
    if structure is not None and structure.ingenierie_id != locked.ingenierie_id:
        raise InvalidInput("Choisissez une structure de cette ingénierie.")
    if structure is None and not collective(locked):
        raise InvalidInput("Dans une ingénierie individuelle, c’est la structure qui valide.")
    values = {
        **values,
        "qui": typed_text(values.get("qui", ""), limit=200),
        "commentaire": typed_text(values.get("commentaire", ""), limit=4000),
    }
    _check_typed(version, values)
    row = AvisProjet.objects.filter(choix=locked, structure_ciblee=structure).first()
    row = row or AvisProjet(choix=locked, structure_ciblee=structure, version=0)
    saved = _record(row, {**values, "version_projet": version}, actor, expected_version)
    _settle(locked, version, actor)
    touch(locked.ingenierie_id)
    return saved


def _check_typed(version: VersionProjet, values: Mapping[str, Any]) -> None:
    if values.get("sens") not in AvisSurProjet.values:
        raise InvalidInput("Choisissez un avis.")
    if values.get("mode") not in (ModeAvis.TELEPHONE, ModeAvis.COURRIER, ModeAvis.REUNION):
        raise InvalidInput("Dites comment l’avis a été donné.")
    day: dt.date | None = values.get("date")
    if day is None or day > clock.today():
        raise InvalidInput("Indiquez le jour où l’avis a été donné : il n’est pas dans le futur.")
    if day < timezone.localdate(version.le):
        raise InvalidInput("Ce jour précède la dernière version du projet : l’avis ne peut pas porter sur elle.")
    if not values["qui"]:
        raise InvalidInput("Dites qui a donné cet avis, et à quel titre.")
    if values["sens"] == AvisSurProjet.A_RETRAVAILLER and not values["commentaire"]:
        raise InvalidInput("Dites ce qui est à retravailler.")


def _record(row: AvisProjet, values: Mapping[str, Any], actor: Actor, expected_version: int | None) -> AvisProjet:
    if row.pk:
        choix = row.choix
        row = lock(row)
        row.choix = choix
    if expected_version is not None and row.version != expected_version:
        raise changed_meanwhile(row, journal.entries_since(row, expected_version) if row.pk else [])
    changes = {name: (getattr(row, name) if row.pk else None, value) for name, value in values.items()}
    changes["version_projet"] = (None, values["version_projet"].numero)
    for name, value in values.items():
        setattr(row, name, value)
    row.saisi_at, row.by = clock.now(), actor.user
    row.version += 1
    row.save()
    journal.record(actor, "consultations.projet_avis", row, scope=row.choix.ingenierie, changes=changes)
    return row


def _settle(choix: ChoixPrestataire, version: VersionProjet, actor: Actor) -> None:
    """The project is validated when the structures together said so of this version, or each that was asked did."""
    rows = list(AvisProjet.objects.filter(choix=choix))
    together = next((row for row in rows if row.structure_ciblee_id is None), None)
    alone = [row for row in rows if row.structure_ciblee_id is not None]

    def holds(row: AvisProjet) -> bool:
        return row.version_projet_id == version.pk and row.sens == AvisSurProjet.VALIDE

    done = holds(together) if together is not None and together.version_projet_id == version.pk else False
    done = done or (bool(alone) and all(holds(row) for row in alone))
    if done and choix.projet_id != version.pk:
        choix.projet, choix.projet_valide_at = version, clock.now()
        choix.version += 1
        choix.save()
        changes = {"projet": (None, str(version)), "empreinte": (None, version.empreinte)}
        journal.record(actor, "consultations.projet_valide", choix, scope=choix.ingenierie, changes=changes)
    elif not done and choix.projet_id is not None:
        unvalidate(choix, actor)
