"""Opinions of the comités d'appui, agreement of the structure porteuse and of its funders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models import Organisation
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, changed_meanwhile, checked, create, lock
from core.errors import InvalidInput, NotAllowed
from core.text import typed_text
from engagement.budget.services.versions import keep_version
from engagement.dla import expected_organisations, expected_porteurs
from engagement.validation import permissions
from engagement.validation.models import AvisComite, ValidationPorteur
from projects.enums import SensAvis
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_pilot
from projects.ingenierie.services import ensure_open, own, touch

journal.register_verbs(
    {
        "engagement.avis_comite": "a enregistré l’avis du comité d’appui",
        "engagement.avis_repondu": "a répondu par écrit à l’avis du comité d’appui",
        "engagement.validation_porteur": "a enregistré la validation de la structure porteuse",
    }
)


def _not_future(values: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if values.get(name) and values[name] > clock.today():
            raise InvalidInput("Cette date est dans le futur : enregistrez un fait accompli.")


def _keep_budget(avis: AvisComite, actor: Actor) -> None:
    keep_version(avis.ingenierie_id, dla=str(avis.organisation), date_avis=avis.date, sens=avis.sens, actor=actor)


def record_avis(
    ingenierie: Ingenierie,
    organisation: Organisation,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
    seance: Model | None = None,
) -> AvisComite:
    """Record the opinion of the comité d'appui of ``organisation``; a later one replaces it, the journal keeps both.

    The budget of that moment is kept as what the comité saw (:func:`engagement.budget.services.versions.keep_version`).
    ``values``: ``date``, ``membres`` (functions or organisations, not names), ``sens`` (:class:`SensAvis`),
    ``commentaires`` (required unless favorable). ``expected_version`` is 0 for a first one. ``seance`` is the session
    (``comite.models.SeanceComite``) that gives it; an avis corrected by hand at the same date stays that of its
    session.
    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    ensure_open(ingenierie, actor)
    refusal = permissions.why_not_record_avis(actor, ingenierie, organisation)
    if refusal:
        raise NotAllowed(refusal)
    if organisation.pk not in {o.pk for o in expected_organisations(ingenierie)}:
        raise InvalidInput(f"{organisation} n’est pas un DLA associé à cette ingénierie.")
    _not_future(values, "date")
    values = {**values, "commentaires": (values.get("commentaires") or "").strip()}
    if values.get("sens") != SensAvis.FAVORABLE and not values["commentaires"]:
        raise InvalidInput("Notez les réserves ou les raisons du comité d’appui.")
    stamp = {"recorded_at": clock.now(), "recorded_by": actor.label[:200]}
    with transaction.atomic():
        # The row of the ingénierie orders two first opinions of the same comité.
        lock(ingenierie)
        row = AvisComite.objects.filter(ingenierie=ingenierie, organisation=organisation).first()
        if row is None:
            row = AvisComite(ingenierie=ingenierie, organisation=organisation, seance=seance, **stamp)
            create(row, values, actor=actor, verb="engagement.avis_comite", scope=ingenierie)
            _keep_budget(row, actor)
        else:
            if expected_version == 0:
                raise changed_meanwhile(row, journal.entries_since(row, 0))
            values = checked(row, values)
            if any(values.get(name, getattr(row, name)) != getattr(row, name) for name in ("date", "sens")):
                # Another opinion: what was answered to the former one is no answer to it.
                values |= {"reponse": "", "reponse_le": None, "reponse_par": ""}
            before, was, said = row.version, row.date, (row.date, row.sens)
            row = apply_changes(
                row,
                values,
                actor=actor,
                verb="engagement.avis_comite",
                expected_version=expected_version,
                scope=ingenierie,
            )
            given = seance.pk if seance else (row.seance_id if row.date == was else None)
            if row.version != before or given != row.seance_id:
                AvisComite.objects.filter(pk=row.pk).update(**stamp, seance=given)
                row.seance_id = given
            if (row.date, row.sens) != said:
                # Another opinion; a word put right in the comments is the same one.
                _keep_budget(row, actor)
        touch(ingenierie.pk)
    return row


def answer_avis(avis: AvisComite, reponse: str, *, actor: Actor, expected_version: int | None = None) -> AvisComite:
    """Answer in writing to an opinion that is not favourable: what was changed, or why nothing is.

    The comité that gave it reads the answer with its opinion. Raises ``NotAllowed`` for who is not the pilot,
    ``InvalidInput`` without a word or for a favourable opinion, ``EditConflict``.
    """
    ingenierie = avis.ingenierie
    ensure_open(ingenierie, actor)
    refusal = why_not_pilot(actor, ingenierie)
    if refusal:
        raise NotAllowed(refusal)
    reponse = typed_text(reponse, limit=4000)
    if not reponse:
        raise InvalidInput("Écrivez votre réponse : ce qui a été changé, ou pourquoi rien ne l’est.")
    with transaction.atomic():
        lock(ingenierie)
        locked = lock(avis)
        if locked.sens == SensAvis.FAVORABLE:
            raise InvalidInput("Cet avis est favorable : il n’attend pas de réponse.")
        row = apply_changes(
            locked,
            {"reponse": reponse, "reponse_le": clock.now(), "reponse_par": actor.label[:200]},
            actor=actor,
            verb="engagement.avis_repondu",
            expected_version=expected_version,
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return row


def record_validation(
    ingenierie: Ingenierie,
    organisation: Organisation,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> ValidationPorteur:
    """Record the agreement of the structure porteuse of ``organisation`` and the confirmation of its funders.

    ``values``: ``validee`` with its ``date``, ``commentaires``, ``financeurs_date``, ``financeurs_texte``.
    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    ensure_open(ingenierie, actor)
    refusal = permissions.why_not_record_porteur(actor, ingenierie, organisation)
    if refusal:
        raise NotAllowed(refusal)
    if organisation.pk not in {o.pk for o in expected_porteurs(ingenierie)}:
        raise InvalidInput(f"{organisation} ne porte pas cette ingénierie.")
    _not_future(values, "date", "financeurs_date")
    with transaction.atomic():
        row = lock(own(ValidationPorteur, ingenierie, organisation=organisation), expected_version)
        if values.get("validee", row.validee) and not values.get("date", row.date):
            raise InvalidInput("Indiquez la date de la validation.")
        row = apply_changes(
            row,
            checked(row, values),
            actor=actor,
            verb="engagement.validation_porteur",
            expected_version=expected_version,
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return row
