"""Writing the standing clauses of an organisation, giving a new version of the guide of a région."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction

from accounts.models import Organisation
from consultations.cadre.models import PIECE_GUIDE, ClausesPermanentes, GuidePrestataires
from consultations.cadre.permissions import why_not_write_clauses, why_not_write_guide
from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock
from core.errors import InvalidInput, NotAllowed
from core.uploads import attach
from core.uploads.checks import check_upload
from referentiels.models import Region

journal.register_verbs(
    {
        "consultations.clauses": "a modifié les clauses permanentes des cahiers des charges",
        "consultations.guide": "a déposé une version du guide à l’usage des prestataires",
    }
)


def clauses_of(organisation: Organisation) -> ClausesPermanentes:
    """The standing clauses of ``organisation``, or empty ones not saved (version 0)."""
    found = ClausesPermanentes.objects.filter(organisation=organisation).first()
    return found or ClausesPermanentes(organisation=organisation, version=0)


def update_clauses(
    organisation: Organisation, texte: str, *, actor: Actor, expected_version: int | None
) -> ClausesPermanentes:
    """Write the standing clauses (``expected_version`` 0: none were). Cahiers already begun keep theirs.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    if refusal := why_not_write_clauses(actor, organisation):
        raise NotAllowed(refusal)
    with transaction.atomic():
        row, born = ClausesPermanentes.objects.get_or_create(organisation=organisation)
        expected = row.version if born and expected_version == 0 else expected_version
        return apply_changes(
            row,
            checked(row, {"texte": texte}),
            actor=actor,
            verb="consultations.clauses",
            expected_version=expected,
            scope=organisation,
        )


def add_guide(region: Region, fichier: File, values: Mapping[str, Any], *, actor: Actor) -> GuidePrestataires:
    """Give a new version of the guide of ``region``, with its file; the versions before stay as they were given.

    Raises ``NotAllowed``, ``InvalidInput`` (a file that is no PDF, no title).
    """
    if refusal := why_not_write_guide(actor, region):
        raise NotAllowed(refusal)
    if check_upload(fichier).mime != "application/pdf":
        raise InvalidInput("Le guide est un PDF.")
    with transaction.atomic():
        lock(region)
        last = GuidePrestataires.objects.filter(region=region).order_by("-numero").first()
        guide = GuidePrestataires(region=region, numero=last.numero + 1 if last else 1, par=actor.label[:200])
        create(guide, values, actor=actor, verb="consultations.guide", scope=actor.organisation)
        attach(guide, fichier, actor=actor, scope=actor.organisation or guide, category=PIECE_GUIDE)
    return guide
