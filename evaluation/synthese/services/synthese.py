"""The synthesis is begun, written, shared, fixed, opened again; what the region may read of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.canonical import canonical, digest
from core.documents.jobs import request_document
from core.editing import apply_changes, checked, create, lock, section_version
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from evaluation.synthese.contenu import construire
from evaluation.synthese.enums import EtatSynthese
from evaluation.synthese.models import Synthese, VersionSynthese
from evaluation.synthese.permissions import why_not_begin, why_not_fix, why_not_write
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "evaluation.synthese_commencee": "a commencé la synthèse de l’évaluation",
        "evaluation.synthese_ecrite": "a modifié la synthèse de l’évaluation",
        "evaluation.synthese_region": "a changé ce que la région lit de la synthèse",
        "evaluation.synthese_gardee": "a gardé une version de la synthèse",
    }
)

DOCUMENT, DOCUMENT_SANS_COUTS, DOCUMENT_PROJET = "synthese", "synthese_sans_couts", "synthese_projet"


def synthese_of(ingenierie: Ingenierie) -> Synthese | None:
    """Its synthesis, when it is begun."""
    found = Synthese.objects.filter(ingenierie=ingenierie).first()
    if found is not None:
        found.ingenierie = ingenierie
    return found


@transaction.atomic
def begin(ingenierie: Ingenierie, *, actor: Actor) -> Synthese:
    """Begin the synthesis. Raises ``NotAllowed``, ``InvalidInput`` when it is begun already."""
    if refusal := why_not_begin(actor, ingenierie):
        raise NotAllowed(refusal)
    lock(ingenierie)
    if Synthese.objects.filter(ingenierie=ingenierie).exists():
        raise InvalidInput("La synthèse est déjà commencée : rechargez la page.")
    row = create(
        Synthese(ingenierie=ingenierie), actor=actor, verb="evaluation.synthese_commencee", scope=ingenierie
    )  # fmt: skip
    touch(ingenierie.pk)
    return row


@transaction.atomic
def write(
    synthese: Synthese, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Synthese:
    """Save some texts: two people at two registers do not meet.

    Raises ``NotAllowed`` (rights; fixed), ``InvalidInput``, ``EditConflict``.
    """
    ingenierie = synthese.ingenierie
    if refusal := why_not_write(actor, ingenierie):
        raise NotAllowed(refusal)
    fresh = lock(synthese)
    fresh.ensure_open()
    row = apply_changes(
        fresh,
        checked(fresh, values),
        actor=actor,
        verb="evaluation.synthese_ecrite",
        expected_version=section_version(fresh, values, expected_version),
        scope=ingenierie,
    )
    touch(ingenierie.pk)
    row.ingenierie = ingenierie
    return row


def perform_action(
    synthese: Synthese,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> Synthese:
    """One action of its life; sharing and fixing keep a version, in the same transaction.

    Raises what :func:`core.lifecycle.perform` raises.
    """
    ingenierie = synthese.ingenierie

    def before(locked: Synthese) -> dict[str, Any]:
        locked.ingenierie = ingenierie
        locked.state_since = clock.now()
        if action == "arreter":
            locked.arretee_at = clock.now()
        return {}

    def effect(locked: Synthese) -> None:
        locked.ingenierie = ingenierie
        if action in ("partager", "arreter"):
            keep(locked, actor=actor, arretee=action == "arreter")
        touch(ingenierie.pk)

    # The conditions and the rights read the ingénierie of the locked row.
    done = perform(
        synthese,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        scope=ingenierie,
        before=before,
        effect=effect,
    )
    done.ingenierie = ingenierie
    return done


def last_version(synthese: Synthese) -> VersionSynthese | None:
    """The version kept last."""
    found = VersionSynthese.objects.filter(synthese=synthese).order_by("-numero").first()
    if found is not None:
        found.synthese = synthese
    return found


def keep(synthese: Synthese, *, actor: Actor, arretee: bool = False) -> VersionSynthese:
    """The version that holds what the synthesis says now: the last one when nothing changed since, else a new one,
    whose PDF is asked for. ``synthese`` is locked, in a transaction."""
    content = canonical(construire(synthese))
    last = last_version(synthese)
    if last is not None and last.arretee == arretee and last.empreinte == digest(content):
        return last
    synthese.numero += 1
    Synthese.objects.filter(pk=synthese.pk).update(numero=synthese.numero)
    version = VersionSynthese(
        synthese=synthese, numero=synthese.numero, contenu=content, par=actor.label[:200], arretee=arretee
    )
    version.save()
    journal.record(
        actor,
        "evaluation.synthese_gardee",
        version,
        scope=synthese.ingenierie,
        changes={"numero": (None, version.numero), "empreinte": (None, version.empreinte)},
    )
    ask_pdf(version, DOCUMENT, actor=actor)
    return version


def ask_pdf(version: VersionSynthese, code: str, *, actor: Actor) -> None:
    """The PDF of a version will be made, once."""
    request_document(code, version.pk, actor=actor, keep=True, key=f"{code}-{version.pk}")


@transaction.atomic
def show_region(synthese: Synthese, shown: bool, *, actor: Actor, expected_version: int | None = None) -> Synthese:
    """Let the DLA of the region read the fixed synthesis, or not any more: off until the pilot switches it on.

    Raises ``NotAllowed``, ``InvalidInput`` when it is not fixed yet, ``EditConflict``.
    """
    ingenierie = synthese.ingenierie
    if refusal := why_not_fix(actor, ingenierie):
        raise NotAllowed(refusal)
    fresh = lock(synthese)
    if shown and fresh.state != EtatSynthese.ARRETEE:
        raise InvalidInput("Arrêtez d’abord la synthèse : c’est elle que la région lira.")
    row = apply_changes(
        fresh,
        {"montre_region": shown},
        actor=actor,
        verb="evaluation.synthese_region",
        expected_version=expected_version,
        scope=ingenierie,
    )
    touch(ingenierie.pk)
    row.ingenierie = ingenierie
    return row
