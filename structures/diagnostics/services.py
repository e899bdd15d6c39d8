"""What happens to a diagnostic: one function per action of the business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.services import answered, take
from core import clock, editing, journal
from core.actor import Actor
from core.canonical import canonical
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from core.text import typed_text
from structures.annuaire.models import Structure
from structures.diagnostics import permissions
from structures.diagnostics.content import content_of
from structures.diagnostics.enums import EtatDiagnostic, ModeReponse, ReponseStructure
from structures.diagnostics.models import Besoin, Diagnostic, ReponseDiagnostic, VersionDiagnostic
from structures.diagnostics.rubriques import BY_CODE, TITRES

journal.register_verbs(
    {
        "structures.diagnostic_cree": "a commencé le diagnostic",
        "structures.diagnostic_rubrique": "a modifié le diagnostic",
        "structures.besoin_ajoute": "a inscrit un besoin",
        "structures.besoin_modifie": "a modifié un besoin",
        "structures.besoin_retire": "a retiré un besoin",
        "structures.diagnostic_reponse": "a enregistré la réponse de la structure",
    }
)

COMMENT_MAX = 4000
#: The personal link by which a structure answers.
LIEN = "validation-diagnostic"


def ensure_writer(kept: Any, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` writes for the organisation that keeps ``kept``."""
    refusal = permissions.why_not_write(actor, kept)
    if refusal:
        raise NotAllowed(refusal)


def ensure_writable(diagnostic: Diagnostic, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` writes and the diagnostic is being written."""
    ensure_writer(diagnostic, actor)
    diagnostic.ensure_open()


# --- The text -------------------------------------------------------------------------------------------------------


def create_diagnostic(
    structure: Structure, *, actor: Actor, values: Mapping[str, Any] | None = None, suivi_par: Any = None
) -> Diagnostic:
    """Start a diagnostic of ``structure``; its author follows it up unless ``suivi_par`` is given.

    ``values`` are rubrics and ``date`` (today by default). Raises ``NotAllowed``, ``InvalidInput``.
    """
    ensure_writer(structure, actor)
    if not structure.is_active:
        raise InvalidInput("Cette structure est retirée de l’annuaire actif : remettez-la avant de commencer.")
    diagnostic = Diagnostic(
        structure=structure, organisation_id=structure.organisation_id, suivi_par=suivi_par or actor.user
    )
    for name, value in editing.checked(diagnostic, values or {}).items():
        setattr(diagnostic, name, value)
    _check_date(diagnostic.date)
    return editing.create(diagnostic, actor=actor, verb="structures.diagnostic_cree")


def _check_date(date: Any) -> None:
    if date > clock.today():
        raise InvalidInput("La date du diagnostic est à venir : indiquez le jour où il a été fait.")


def update_rubrique(
    diagnostic: Diagnostic, code: str, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> Diagnostic:
    """Save one rubric; people who write another one do not meet.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    rubrique = BY_CODE[code]
    with transaction.atomic():
        locked = editing.lock(diagnostic)
        ensure_writable(locked, actor)
        values = editing.checked(locked, values, only=rubrique.fields)
        if "date" in values:
            _check_date(values["date"])
        fresh = editing.apply_changes(
            diagnostic,
            values,
            actor=actor,
            verb="structures.diagnostic_rubrique",
            expected_version=editing.section_version(diagnostic, rubrique.fields, expected_version),
        )
        if fresh.date != locked.date:
            fresh.besoins.update(date=fresh.date)
    return fresh


# --- Needs ----------------------------------------------------------------------------------------------------------


def add_besoin(diagnostic: Diagnostic, values: Mapping[str, Any], *, actor: Actor) -> Besoin:
    """Inscribe a need. ``values``: ``type_prestation`` and ``texte`` at least, and one of ``exprime``, ``identifie``.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    with transaction.atomic():
        locked = editing.lock(diagnostic)
        ensure_writable(locked, actor)
        besoin = Besoin(
            diagnostic=locked,
            structure_id=locked.structure_id,
            organisation_id=locked.organisation_id,
            date=locked.date,
        )
        for name, value in editing.checked(besoin, values).items():
            setattr(besoin, name, value)
        return editing.create(besoin, actor=actor, verb="structures.besoin_ajoute", scope=locked)


def update_besoin(besoin: Besoin, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None) -> Besoin:
    """Change a need. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    with transaction.atomic():
        diagnostic = editing.lock(besoin.diagnostic)
        ensure_writable(diagnostic, actor)
        return editing.apply_changes(
            besoin,
            editing.checked(besoin, values),
            actor=actor,
            verb="structures.besoin_modifie",
            expected_version=expected_version,
            scope=diagnostic,
        )


def remove_besoin(besoin: Besoin, *, actor: Actor) -> None:
    """Take a need out of the diagnostic; the journal keeps its text. Raises ``NotAllowed``, ``StaleState``."""
    with transaction.atomic():
        diagnostic = editing.lock(besoin.diagnostic)
        ensure_writable(diagnostic, actor)
        editing.remove(editing.lock(besoin), actor=actor, verb="structures.besoin_retire", scope=diagnostic)


# --- Sharing, closing, reopening ------------------------------------------------------------------------------------


def perform_action(
    diagnostic: Diagnostic,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> Diagnostic:
    """Share, take back, close or reopen (see ``lifecycle.DIAGNOSTIC``).

    Sharing freezes what the structure will read (:class:`VersionDiagnostic`) and makes its needs count at the radar.
    Raises ``StaleState``, ``NotAllowed``, ``ConditionsNotMet``, ``InvalidInput``.
    """

    def before(locked: Diagnostic) -> dict[str, Any]:
        locked.state_since = clock.now()
        if action != "partager":
            return {}
        locked.numero_partage += 1
        return {"numero_partage": (locked.numero_partage - 1, locked.numero_partage)}

    def effect(locked: Diagnostic) -> None:
        if action == "partager":
            VersionDiagnostic.objects.create(
                diagnostic=locked,
                numero=locked.numero_partage,
                contenu=canonical(content_of(locked)),
                par=actor.label[:200],
            )
            locked.besoins.filter(recense=False).update(recense=True)

    return perform(
        diagnostic,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        before=before,
        effect=effect,
    )


# --- What the structure answers -------------------------------------------------------------------------------------


def record_reponse(diagnostic: Diagnostic, values: Mapping[str, Any], *, actor: Actor) -> ReponseDiagnostic:
    """Note what the structure answered to the DLA about what was shared last.

    ``values``: ``reponse``, ``nom``, ``fonction``, ``mode``, ``date`` (today by default) and ``commentaires`` (a
    rubric's code → text). Asking for changes needs a comment at least. Raises ``NotAllowed``, ``InvalidInput``.
    """
    ensure_writer(diagnostic, actor)
    with transaction.atomic():
        return _answer(editing.lock(diagnostic), values, actor)


def answer_by_link(
    diagnostic: Diagnostic, values: Mapping[str, Any], *, actor: Actor, shared: int
) -> ReponseDiagnostic:
    """The answer of the structure by its personal link, which closes; ``shared`` is the number it had read.

    Raises ``NotAllowed`` for who holds another link, ``LinkClosed``, ``InvalidInput`` when something else was shared
    meanwhile.
    """
    with transaction.atomic():
        locked = editing.lock(diagnostic)
        grant = take(actor, LIEN, locked)
        if shared != locked.numero_partage:
            raise InvalidInput("Le diagnostic a été partagé de nouveau entre-temps : relisez-le avant de répondre.")
        named = {**values, "nom": grant.recipient_name, "mode": ModeReponse.LIEN, "date": clock.today()}
        reponse = _answer(locked, named, actor)
        answered(grant)
    return reponse


def _answer(locked: Diagnostic, values: Mapping[str, Any], actor: Actor) -> ReponseDiagnostic:
    said = {
        code: text
        for code in TITRES
        if (text := typed_text((values.get("commentaires") or {}).get(code, ""), limit=COMMENT_MAX))
    }
    if locked.state != EtatDiagnostic.PARTAGE:
        raise InvalidInput("Ce diagnostic n’est pas partagé en ce moment : la structure ne peut pas y répondre.")
    reponse = ReponseDiagnostic(
        partage=locked.versions.get(numero=locked.numero_partage),
        reponse=values["reponse"],
        commentaires=said,
        nom=typed_text(values.get("nom", ""), limit=120),
        fonction=typed_text(values.get("fonction", ""), limit=120),
        mode=values["mode"],
        date=values.get("date") or clock.today(),
        recueillie_par=actor.label[:200],
    )
    editing.checked(reponse, {})
    if reponse.date > clock.today():
        raise InvalidInput("La date de la réponse est à venir : vérifiez-la.")
    if reponse.reponse == ReponseStructure.A_MODIFIER and not said:
        raise InvalidInput("Dites ce qui est à modifier, dans une rubrique au moins.")
    return editing.create(reponse, actor=actor, verb="structures.diagnostic_reponse", scope=locked)
