"""The final report: begun from what is known, written part by part, handed over, accepted; its recommendations taken
up for the structures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import clock, journal
from core.actor import Actor
from core.canonical import canonical
from core.documents.frozen import kept_document
from core.documents.jobs import request_document
from core.editing import apply_changes, checked, create, lock, remove, section_version
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from core.models import GeneratedDocument
from core.outbox import queue_mail
from missions.conventions.models import Convention
from missions.mission.permissions import is_prestataire, people_of, why_not_fill, why_not_follow
from missions.rapports import content
from missions.rapports.cahier import resultats_attendus
from missions.rapports.enums import EtatRapport, SortePreconisation
from missions.rapports.models import (
    EtapeRapport,
    Preconisation,
    RapportFinal,
    ResultatRapport,
    SuitePreconisation,
    VersionRapport,
)
from missions.rapports.permissions import why_not_write
from missions.suivi.services import charge_address, etapes_of, fiche_of
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.models import Diagnostic
from structures.diagnostics.services import add_besoin, create_diagnostic
from structures.plans.services import add_ligne, open_plan

journal.register_verbs(
    {
        "missions.rapport_commence": "a commencé le rapport final",
        "missions.rapport_ecrit": "a écrit dans le rapport final",
        "missions.preconisation_ajoutee": "a ajouté une préconisation",
        "missions.preconisation_modifiee": "a modifié une préconisation",
        "missions.preconisation_retiree": "a retiré une préconisation",
        "missions.preconisation_reprise": "a repris une préconisation pour une structure",
    }
)

DOCUMENT_PROJET = "rapport_final_projet"
DOCUMENT_ACCEPTE = "rapport_final"
PRECONISATIONS_MAX = 40
#: What one section of the page writes, by its code.
SECTIONS: dict[str, tuple[str, ...]] = {
    "attentes": ("attentes", "attentes_le"),
    "deroulement": ("deroulement",),
    "productions": ("productions",),
    "resultats": ("autres_resultats",),
    "effets": ("effets",),
    "observations": ("observations",),
}
Ligne = EtapeRapport | ResultatRapport


def rapport_of(convention: Convention) -> RapportFinal | None:
    """The report of a mission; nothing while nobody has begun it."""
    found = RapportFinal.objects.filter(convention=convention).first()
    if found is not None:
        found.convention = convention
    return found


def begin(convention: Convention, *, actor: Actor) -> RapportFinal:
    """Begin the report: the stages of the fiche de suivi, the results that the cahier expected. A second call gives
    what is there. Raises ``NotAllowed``."""
    if refusal := why_not_fill(actor, convention):
        raise NotAllowed(refusal)
    with transaction.atomic():
        lock(convention)
        found = rapport_of(convention)
        if found is not None:
            return found
        fiche_of(convention, actor=actor)
        rapport = RapportFinal(convention=convention)
        create(rapport, actor=actor, verb="missions.rapport_commence", scope=convention.ingenierie)
        EtapeRapport.objects.bulk_create(
            EtapeRapport(rapport=rapport, etape=row) for row in etapes_of(convention) if not row.derniere
        )
        ResultatRapport.objects.bulk_create(
            ResultatRapport(rapport=rapport, ordre=rang, attendu=text)
            for rang, text in enumerate(resultats_attendus(convention), 1)
        )
        touch(convention.ingenierie_id)
    return rapport


def _locked(rapport: RapportFinal, actor: Actor) -> RapportFinal:
    """The locked report, which ``actor`` may write now."""
    locked = lock(rapport)
    locked.convention = rapport.convention
    if refusal := why_not_write(actor, locked):
        raise NotAllowed(refusal)
    return locked


def write(
    rapport: RapportFinal, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> RapportFinal:
    """Save a section: people who write two different ones do not meet.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    with transaction.atomic():
        locked = _locked(rapport, actor)
        fresh = apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb="missions.rapport_ecrit",
            expected_version=section_version(locked, tuple(values), expected_version),
            scope=locked.convention.ingenierie,
        )
        touch(locked.convention.ingenierie_id)
    fresh.convention = rapport.convention
    return fresh


def write_ligne(ligne: Ligne, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None) -> Ligne:
    """Save a stage (``contenu``, ``methodes``, ``difficultes``) or a result (``atteint``).

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    with transaction.atomic():
        rapport = _locked(ligne.rapport, actor)
        fresh = apply_changes(
            ligne,
            checked(ligne, values),
            actor=actor,
            verb="missions.rapport_ecrit",
            expected_version=expected_version,
            scope=rapport.convention.ingenierie,
        )
        touch(rapport.convention.ingenierie_id)
    fresh.rapport = ligne.rapport
    return fresh


# --- Recommendations ------------------------------------------------------------------------------------------------


def add_preconisation(rapport: RapportFinal, values: Mapping[str, Any], *, actor: Actor) -> Preconisation:
    """Add one (``texte``). Raises ``NotAllowed``, ``InvalidInput``."""
    with transaction.atomic():
        locked = _locked(rapport, actor)
        rows = Preconisation.objects.filter(rapport=locked)
        if rows.count() >= PRECONISATIONS_MAX:
            raise InvalidInput(f"{PRECONISATIONS_MAX} préconisations au plus.")
        row = Preconisation(rapport=locked, ordre=(rows.aggregate(last=Max("ordre"))["last"] or 0) + 1)
        create(row, values, actor=actor, verb="missions.preconisation_ajoutee", scope=locked.convention.ingenierie)
        touch(locked.convention.ingenierie_id)
    return row


def update_preconisation(
    row: Preconisation, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Preconisation:
    """Change one. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    with transaction.atomic():
        rapport = _locked(row.rapport, actor)
        _not_taken_up(row)
        fresh = apply_changes(
            row,
            checked(row, values),
            actor=actor,
            verb="missions.preconisation_modifiee",
            expected_version=expected_version,
            scope=rapport.convention.ingenierie,
        )
        touch(rapport.convention.ingenierie_id)
    return fresh


def remove_preconisation(row: Preconisation, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take one out. Raises ``NotAllowed``, ``StaleState``."""
    with transaction.atomic():
        rapport = _locked(row.rapport, actor)
        _not_taken_up(row)
        locked = lock(row, expected_version, typed=False)
        remove(locked, actor=actor, verb="missions.preconisation_retiree", scope=rapport.convention.ingenierie)
        touch(rapport.convention.ingenierie_id)


def _not_taken_up(row: Preconisation) -> None:
    if row.suites.exists():
        raise NotAllowed("Cette préconisation est déjà reprise pour une structure : ajoutez-en une autre.")


def take_up(
    row: Preconisation,
    structure: StructureCiblee,
    sorte: str,
    *,
    actor: Actor,
    type_prestation: Any = None,
) -> SuitePreconisation:
    """Make of a recommendation a need of the structure's diagnostic, or a row of its plan d'accompagnement.

    Who keeps the accompaniment of the structure may, as there. A need goes to the diagnostic that is being written
    (one is begun when there is none) and needs its ``type_prestation``. Raises ``NotAllowed``, ``InvalidInput``.
    """
    convention = row.rapport.convention
    if refusal := why_not_follow(actor, convention):
        raise NotAllowed(refusal)
    if row.rapport.state not in (EtatRapport.REMIS, EtatRapport.ACCEPTE):
        raise InvalidInput("Une préconisation se reprend une fois le rapport reçu.")
    if sorte not in SortePreconisation.values:
        raise InvalidInput("Dites ce que devient cette préconisation : un besoin, ou une ligne du plan.")
    if structure.ingenierie_id != convention.ingenierie_id:
        raise InvalidInput("Cette structure n’est pas de cette ingénierie.")
    with transaction.atomic():
        lock(row)
        if SuitePreconisation.objects.filter(preconisation=row, structure=structure, quoi=sorte).exists():
            raise InvalidInput("Cette préconisation est déjà reprise pour cette structure.")
        besoin = ligne = None
        if sorte == SortePreconisation.BESOIN:
            if type_prestation is None:
                raise InvalidInput("Choisissez le thème de ce besoin.")
            values = {"type_prestation": type_prestation, "texte": row.texte, "identifie": True}
            besoin = add_besoin(_diagnostic(structure, actor), values, actor=actor)
        else:
            ligne = add_ligne(open_plan(structure.structure, actor=actor), {"difficulte": row.texte}, actor=actor)
        suite = SuitePreconisation.objects.create(
            preconisation=row, structure=structure, besoin=besoin, ligne=ligne, quoi=sorte, par=actor.label[:200]
        )
        journal.record(
            actor,
            "missions.preconisation_reprise",
            row,
            scope=convention.ingenierie,
            changes={
                "structure": (None, str(structure.structure)),
                "quoi": (None, SortePreconisation(sorte).label),
            },
        )
        touch(convention.ingenierie_id)
    return suite


def _diagnostic(structure: StructureCiblee, actor: Actor) -> Diagnostic:
    """The diagnostic that takes a new need: the one being written; without any, one is begun."""
    rows = Diagnostic.objects.filter(structure=structure.structure_id).order_by("-date", "-pk")
    found = rows.filter(state=EtatDiagnostic.BROUILLON).first() or rows.first()
    if found is not None:
        return found  # shared or closed, it says itself what to do
    return create_diagnostic(structure.structure, actor=actor)


# --- Handing over, accepting ----------------------------------------------------------------------------------------


def perform_action(
    rapport: RapportFinal,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> RapportFinal:
    """One action of the life of the report. Accepting freezes its text and asks for its PDF, in one transaction.

    Raises what :func:`core.lifecycle.perform` raises.
    """
    convention = rapport.convention

    def before(locked: RapportFinal) -> dict[str, Any]:
        locked.convention, locked.state_since = convention, clock.now()
        if action == "remettre":
            locked.remis_le, locked.remis_par, locked.a_completer = clock.now(), actor.label[:200], ""
        elif action == "accepter":
            locked.accepte_le, locked.numero = clock.now(), locked.numero + 1
        else:
            locked.accepte_le, locked.a_completer = None, reason.strip()
        return {}

    def effect(locked: RapportFinal) -> None:
        if action == "accepter":
            _freeze(locked, actor)
        _tell(locked, action, actor)
        touch(convention.ingenierie_id)

    with transaction.atomic():
        # Always the convention first, as every service of a mission does: no production is changed or taken out
        # between the text that is frozen and the moment it forbids it.
        lock(convention)
        done = perform(
            rapport,
            action,
            actor=actor,
            expected_state=expected_state,
            version=version,
            reason=reason,
            scope=convention.ingenierie,
            before=before,
            effect=effect,
        )
    done.convention = convention
    return done


def _freeze(rapport: RapportFinal, actor: Actor) -> None:
    frozen = VersionRapport(
        rapport=rapport, numero=rapport.numero, contenu=canonical(content.build(rapport)), par=actor.label[:200]
    )
    frozen.save()
    request_document(DOCUMENT_ACCEPTE, frozen.pk, actor=actor, keep=True, key=f"rapport-final-{frozen.pk}")


def _tell(rapport: RapportFinal, action: str, actor: Actor) -> None:
    """Handed over: the chargé de mission learns it; to complete, or accepted: the prestataire does."""
    convention = rapport.convention
    if action == "remettre":
        to = [charge_address(convention)] if is_prestataire(actor, convention) else []
    else:
        to = [email for _, email in people_of(convention)]
    for email in dict.fromkeys(address for address in to if address):
        queue_mail(
            "missions/rapport_remis" if action == "remettre" else "missions/rapport_lu",
            to=email,
            context={"rapport": rapport.pk, "etat": rapport.state},
            actor=actor,
            scope=convention.ingenierie,
            key=f"rapport-{rapport.pk}-{rapport.version}-{email}",
        )


def accepted_version(rapport: RapportFinal) -> VersionRapport | None:
    """The text that is accepted now; nothing while the report is not (or is reopened)."""
    if rapport.state != EtatRapport.ACCEPTE:
        return None
    return rapport.versions.filter(numero=rapport.numero).first()


def former_versions(rapport: RapportFinal) -> list[tuple[VersionRapport, GeneratedDocument | None]]:
    """The texts that were accepted and are not the one of now, newest first, each with its PDF. Two queries; none when
    there is no such text."""
    now = rapport.numero if rapport.state == EtatRapport.ACCEPTE else 0
    if rapport.numero <= (1 if now else 0):
        return []
    rows = list(rapport.versions.exclude(numero=now).defer("contenu"))
    label = VersionRapport._meta.label_lower
    found = GeneratedDocument.objects.filter(document_type=DOCUMENT_ACCEPTE, object_type=label)
    made = {row.object_id: row for row in found.filter(object_id__in=[row.pk for row in rows]).kept()}
    return [(row, made.get(row.pk)) for row in rows]


def pdf_of(version: VersionRapport) -> GeneratedDocument | None:
    """The sealed PDF of an accepted report, once it is made."""
    return kept_document(version, DOCUMENT_ACCEPTE)
