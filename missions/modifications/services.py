"""Asking for a change of a signed mission, deciding it with the structures, writing it in an avenant: the only way by
which what was signed changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.services.links import answered, take
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_date
from core.lifecycle import perform
from core.outbox import queue_mail
from missions.conventions.enums import Demandeur, EtatConvention
from missions.conventions.models import Avenant, Convention
from missions.conventions.prefill import STRUCTURES_QUI_SIGNENT, beneficiaires
from missions.conventions.services.avenants import open_avenant, termes_of
from missions.mission.permissions import is_prestataire, people_of
from missions.modifications.enums import EN_COURS, Avis, EtatDemande, Quoi
from missions.modifications.lifecycle import ACCORD, DESACCORD
from missions.modifications.models import AccordStructure, DemandeModification
from missions.modifications.permissions import why_not_answer, why_not_ask, why_not_touch
from missions.suivi.models import EtapeSuivi
from missions.suivi.services import charge_address, deplacer, fiche_of
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee

journal.register_verbs(
    {
        "missions.modification_demandee": "a demandé une modification de la mission",
        "missions.modification_corrigee": "a corrigé une demande de modification",
        "missions.accord_demande": "a demandé l’accord d’une structure sur une modification",
        "missions.accord_retire": "ne demande plus l’accord d’une structure sur une modification",
        "missions.accord_note": "a noté la réponse d’une structure à une modification",
        "missions.accord_donne": "a répondu à une demande de modification",
    }
)

#: Code of the purpose of the links (``accounts.links``).
LIEN = "modification-structure"
DEMANDES_MAX = 60
VALUES = ("quoi", "etape", "nouvelle_fin", "de", "a", "pourquoi", "contact_le", "contact_moyen")


def demandes_of(convention: Convention) -> list[DemandeModification]:
    """The requests of a mission, newest first, with what each structure answered: two queries."""
    rows = DemandeModification.objects.filter(convention=convention).select_related("etape", "avenant")
    return list(rows.prefetch_related("accords__structure__structure").order_by("-numero"))


# --- Asking ---------------------------------------------------------------------------------------------------------


def demander(convention: Convention, values: Mapping[str, Any], *, actor: Actor, pour: str = "") -> DemandeModification:
    """Ask for a change: quoi, etape, nouvelle_fin, de, a, pourquoi, contact_le, contact_moyen. ``pour`` says for whom
    the team asks (the DLA itself by default).

    Raises ``NotAllowed``, ``InvalidInput`` (among others: the problématique or the end without a contact before).
    """
    if refusal := why_not_ask(actor, convention):
        raise NotAllowed(refusal)
    mine = is_prestataire(actor, convention)
    with transaction.atomic():
        locked = lock(convention)
        locked.ingenierie, locked.choix = convention.ingenierie, convention.choix
        fiche_of(locked, actor=actor)
        last = DemandeModification.objects.filter(convention=locked).aggregate(last=Max("numero"))["last"] or 0
        if last >= DEMANDES_MAX:
            raise InvalidInput(f"{DEMANDES_MAX} demandes au plus.")
        demande = DemandeModification(
            convention=locked,
            numero=last + 1,
            demandeur=Demandeur.PRESTATAIRE if mine else pour or Demandeur.DLA,
            demande_par=actor.label[:200],
        )
        _check(demande, values)
        create(
            demande,
            values,
            actor=actor,
            verb="missions.modification_demandee",
            scope=convention.ingenierie,
        )
        rows = beneficiaires(convention.ingenierie)
        if len(rows) <= STRUCTURES_QUI_SIGNENT:
            _ask(demande, rows, actor)
        if mine and (to := charge_address(convention)):
            _mail("modification_demandee", to, demande, actor)
        touch(convention.ingenierie_id)
    return demande


def corriger(
    demande: DemandeModification, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> DemandeModification:
    """Correct a request that nobody decided yet. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    convention = demande.convention
    if refusal := why_not_touch(actor, demande):
        raise NotAllowed(refusal)
    with transaction.atomic():
        lock(convention)
        locked = lock(demande, expected_version)
        locked.convention = convention
        locked.ensure_open()
        _check(locked, {**{n: getattr(locked, n) for n in VALUES}, **values})
        fresh = apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb="missions.modification_corrigee",
            expected_version=expected_version,
            scope=convention.ingenierie,
        )
        touch(convention.ingenierie_id)
    fresh.convention = convention
    return fresh


def _check(demande: DemandeModification, values: Mapping[str, Any]) -> None:
    """What the dates and the stage must be, in the mission as it stands."""
    convention, quoi = demande.convention, values.get("quoi")
    etape: EtapeSuivi | None = values.get("etape")
    if etape is not None:
        if etape.fiche.convention_id != convention.pk:
            raise InvalidInput("Cette étape n’est pas de cette mission.")
        if etape.rendue_le is not None:
            raise InvalidInput("Cette étape est rendue : ce qui y a changé se dit dans son commentaire.")
        if etape.derniere and quoi == Quoi.DATE:
            raise InvalidInput("La date de fin de mission est une autre demande : choisissez-la.")
    fin, limit = values.get("nouvelle_fin"), termes_of(convention).fin
    if fin is None or quoi not in (Quoi.FIN, Quoi.DATE):
        return
    if convention.debut and fin < convention.debut:
        raise InvalidInput("La nouvelle date de fin précède le début de la mission.")
    if quoi == Quoi.FIN and fin == limit:
        raise InvalidInput(f"La mission finit déjà le {format_date(limit)}.")
    if quoi == Quoi.DATE and limit and fin > limit:
        raise InvalidInput(
            f"La mission finit le {format_date(limit)} : demandez d’abord à changer la date de fin de mission."
        )


def _mail(name: str, to: str, demande: DemandeModification, actor: Actor, pour: str = "equipe") -> None:
    queue_mail(
        f"missions/{name}",
        to=to,
        context={"demande": demande.pk, "pour": pour},
        actor=actor,
        scope=demande.convention.ingenierie,
    )


# --- Deciding -------------------------------------------------------------------------------------------------------


def perform_action(
    demande: DemandeModification,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> DemandeModification:
    """One action of the life of a request; accepted by all, its avenant is opened and the planned end moves, in the
    same transaction. Raises what :func:`core.lifecycle.perform` raises."""
    convention = demande.convention

    def before(locked: DemandeModification) -> dict[str, Any]:
        locked.convention, locked.state_since = convention, clock.now()
        if action in ("accepter", "refuser"):
            locked.dla_le, locked.dla_par = clock.today(), actor.label[:200]
        if action in ("refuser", "retirer"):
            locked.motif = reason.strip()
        if action == ACCORD:
            locked.avenant = _write(locked, actor)
            moved = _moved(locked)
            locked.ancienne_fin = moved.prevu_fin if moved else None
            return {"avenant": (None, str(locked.avenant))}
        return {}

    def effect(locked: DemandeModification) -> None:
        if action == ACCORD:
            _apply(locked, actor)
        if action in (ACCORD, DESACCORD, "refuser"):
            for _, email in people_of(convention):
                _mail("modification_decidee", email, locked, actor, "prestataire")
        if action in (ACCORD, DESACCORD) and (to := charge_address(convention)):
            _mail("modification_decidee", to, locked, actor)
        touch(convention.ingenierie_id)

    with transaction.atomic():
        # Always the convention first, as every service of a mission does.
        lock(convention)
        fresh = perform(
            demande,
            action,
            actor=actor,
            expected_state=expected_state,
            version=version,
            reason=reason,
            scope=convention.ingenierie,
            before=before,
            effect=effect,
        )
    fresh.convention = convention
    return fresh


def _write(demande: DemandeModification, actor: Actor) -> Avenant:
    """The avenant of a change that all accepted, as it was asked for."""
    last = max(row.le for row in demande.accords.all())
    return open_avenant(
        demande.convention,
        {
            "quoi": demande.quoi,
            "de": demande.de,
            "a": demande.a,
            "pourquoi": demande.pourquoi,
            "demande_par": demande.demandeur,
            "demande_le": demande.demande_le,
            "contact_le": demande.contact_le,
            "contact_moyen": demande.contact_moyen,
            "accepte_dla_le": demande.dla_le,
            "accepte_structure_le": last,
            "fin": demande.nouvelle_fin if demande.quoi == Quoi.FIN else None,
        },
        actor=actor,
    )


def _moved(demande: DemandeModification) -> EtapeSuivi | None:
    """The row of the fiche whose planned end the request moves; none once it was returned."""
    if demande.nouvelle_fin is None or demande.quoi not in (Quoi.DATE, Quoi.FIN):
        return None
    which = {"pk": demande.etape_id} if demande.quoi == Quoi.DATE else {"derniere": True}
    etape = EtapeSuivi.objects.filter(fiche__convention=demande.convention, rendue_le=None, **which).first()
    if etape is not None:
        etape.fiche.convention = demande.convention
    return etape


def _apply(demande: DemandeModification, actor: Actor) -> None:
    """The planned end of the stage, or of the mission, is the one that was accepted."""
    if (etape := _moved(demande)) is not None:
        deplacer(etape, demande.nouvelle_fin, actor=actor)


def a_l_abandon(avenant: Avenant, actor: Actor) -> None:
    """The avenant of an accepted change is given up: the planned end comes back to what it was."""
    demande = DemandeModification.objects.filter(avenant=avenant).first()
    if demande is None:
        return
    demande.convention = avenant.convention
    etape = _moved(demande)
    if etape is not None and etape.prevu_fin == demande.nouvelle_fin:
        deplacer(etape, demande.ancienne_fin, actor=actor)


# --- The structures -------------------------------------------------------------------------------------------------


def _ask(demande: DemandeModification, structures: Collection[StructureCiblee], actor: Actor) -> int:
    known = set(demande.accords.values_list("structure", flat=True))
    new = [row for row in structures if row.pk not in known]
    for row in new:
        create(
            AccordStructure(demande=demande, structure=row),
            actor=actor,
            verb="missions.accord_demande",
            scope=demande.convention.ingenierie,
        )
    return len(new)


def choisir_structures(
    demande: DemandeModification, structures: Collection[StructureCiblee], *, actor: Actor
) -> DemandeModification:
    """Say which structures give their agreement; one that answered stays. Raises ``NotAllowed``, ``InvalidInput``."""
    convention = demande.convention
    if refusal := why_not_answer(actor, convention):
        raise NotAllowed(refusal)
    with transaction.atomic():
        lock(convention)
        locked = lock(demande)
        locked.convention = convention
        if locked.state != EtatDemande.DEMANDEE:
            raise StaleState("Les structures à interroger se choisissent avant la décision du DLA.")
        chosen = {row.pk for row in structures}
        if not chosen:
            raise InvalidInput("Choisissez au moins une structure.")
        if not chosen <= {row.pk for row in beneficiaires(convention.ingenierie)}:
            raise InvalidInput("Seules les structures qui participent à la mission donnent leur accord.")
        for row in locked.accords.filter(avis="").exclude(structure__in=chosen):
            remove(row, actor=actor, verb="missions.accord_retire", scope=convention.ingenierie)
        _ask(locked, structures, actor)
        touch(convention.ingenierie_id)
    return locked


def why_no_answer(accord: AccordStructure) -> str:
    """Why no answer is expected of this structure any more, or ``""``."""
    demande = accord.demande
    convention = demande.convention
    if not convention.ingenierie.is_open:
        return "L’ingénierie est terminée : votre accord n’est plus attendu."
    if convention.choix.retire_at is not None or convention.state != EtatConvention.SIGNEE:
        return "Cette mission ne change plus : votre accord n’est plus attendu."
    if accord.avis:
        return f"La réponse de votre structure a été reçue le {format_date(accord.le)}. Merci."
    if demande.state == EtatDemande.DEMANDEE:
        return "Le DLA n’a pas encore décidé de cette modification."
    if demande.state != EtatDemande.A_LA_STRUCTURE:
        return f"Cette demande est {demande.get_state_display()} : votre accord n’est plus attendu."
    return ""


def repondre(
    accord: AccordStructure, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> AccordStructure:
    """Keep what a structure answers: ``avis``, ``commentaire``, ``nom``; by its link today, or typed by the pilot with
    the real date ``le``. The last agreement writes the avenant; one disagreement ends the request.

    Raises ``NotAllowed``, ``LinkClosed``, ``StaleState`` (answered meanwhile), ``InvalidInput``.
    """
    demande = accord.demande
    convention = demande.convention
    by_link = actor.kind == "link"
    if not by_link and (refusal := why_not_answer(actor, convention)):
        raise NotAllowed(refusal)
    with transaction.atomic():
        lock(convention)
        fresh_demande = lock(demande)
        fresh_demande.convention = convention
        locked = lock(accord, expected_version)
        locked.demande, locked.structure = fresh_demande, accord.structure
        grant = take(actor, LIEN, locked) if by_link else None
        if refusal := why_no_answer(locked):
            raise StaleState(refusal)
        if not values.get("avis"):
            raise InvalidInput("Dites si la structure est d’accord.")
        day = clock.today() if by_link else values.get("le") or clock.today()
        told = checked(locked, {**values, "le": day}, only=("avis", "commentaire", "nom", "le"))
        if told["avis"] == Avis.NON and not told.get("commentaire"):
            raise InvalidInput("Dites pourquoi la structure n’est pas d’accord.")
        if told["le"] < fresh_demande.demande_le:
            raise InvalidInput("La structure a répondu avant la demande : vérifiez la date.")
        locked.par_lien, locked.par = by_link, "" if by_link else actor.label[:200]
        for name, value in told.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.save()
        if grant is not None:
            answered(grant)
        journal.record(
            actor,
            "missions.accord_donne" if by_link else "missions.accord_note",
            locked,
            scope=convention.ingenierie,
            changes={"avis": ("", told["avis"]), "le": (None, told["le"])},
        )
        _conclude(fresh_demande, told["avis"])
        touch(convention.ingenierie_id)
    return locked


def _conclude(demande: DemandeModification, avis: str) -> None:
    system = Actor.system("accord des structures")
    if avis == Avis.NON:
        perform_action(demande, DESACCORD, actor=system, expected_state=demande.state)
    elif not demande.accords.exclude(avis=Avis.OUI).exists():
        perform_action(demande, ACCORD, actor=system, expected_state=demande.state)


def en_cours(convention: Convention):
    """The requests that somebody still decides."""
    return DemandeModification.objects.filter(convention=convention, state__in=EN_COURS)
