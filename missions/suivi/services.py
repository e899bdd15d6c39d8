"""The fiche de suivi: made from the convention, sent, planned, returned stage by stage, reminded when late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.in_charge import reply_address
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_date
from core.outbox import queue_mail
from core.text import typed_text
from missions.conventions.enums import EtatConvention
from missions.conventions.models import Avenant, Convention
from missions.conventions.services.avenants import termes_of
from missions.mission.permissions import is_prestataire, people_of, why_not_fill, why_not_follow
from missions.suivi.enums import Besoin
from missions.suivi.models import FIN_DE_MISSION, EtapeSuivi, FicheSuivi
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "missions.fiche_preparee": "a préparé la fiche de suivi",
        "missions.fiche_envoyee": "a envoyé la fiche de suivi au prestataire",
        "missions.fiche_consultant": "a nommé le consultant qui conduit la mission",
        "missions.etape_prevue": "a rempli les prévisions d’une étape",
        "missions.fiche_prevue": "a rendu les prévisions de la fiche de suivi",
        "missions.etape_ecrite": "a écrit l’état de réalisation d’une étape",
        "missions.etape_rendue": "a rendu une étape de la mission",
        "missions.etape_reprise": "a repris une étape déjà rendue",
        "missions.besoin_verifie": "a vérifié si le besoin est toujours celui du diagnostic",
        "missions.etape_deplacee": "a changé la date prévue d’une étape, par une modification acceptée",
    }
)

#: The most people of a prestataire that one sending reaches.
DESTINATAIRES_MAX = 20
PREVU = ("prevu_debut", "prevu_fin", "personnes_prevues")
ETAT = ("fait_le", "personnes_rencontrees", "production_remise", "commentaire", "modifiee")
BY_MODIFICATION = (
    "Les prévisions sont rendues : une date ne change plus que par une modification acceptée. Demandez-la."
)


# --- Reading --------------------------------------------------------------------------------------------------------


def etapes_of(convention: Convention) -> list[EtapeSuivi]:
    """The rows of the fiche of a mission, in their order; none before it is made. One query."""
    return list(
        EtapeSuivi.objects.filter(fiche__convention=convention)
        .select_related("etape", "fiche__convention__ingenierie")
        .order_by("ordre", "pk")
    )


def en_retard(etape: EtapeSuivi, today: dt.date) -> bool:
    """Is ``etape`` past its planned end without having been returned? Nothing is late in a mission that is closed, nor
    once its ingénierie is over."""
    convention = etape.fiche.convention
    if etape.rendue_le is not None or etape.prevu_fin is None or convention.state != EtatConvention.SIGNEE:
        return False
    return etape.prevu_fin < today and convention.ingenierie.is_open


# --- Making and sending it ------------------------------------------------------------------------------------------


def fiche_of(convention: Convention, *, actor: Actor) -> FicheSuivi:
    """The fiche de suivi of a mission, made from the stages of its convention the first time.

    Raises ``NotAllowed`` (a convention that is not signed has no mission).
    """
    found = FicheSuivi.objects.filter(convention=convention).first()
    if found is None:
        with transaction.atomic():
            locked = lock(convention)
            found = FicheSuivi.objects.filter(convention=locked).first() or _make(convention, actor)
    found.convention = convention
    return found


def _make(convention: Convention, actor: Actor) -> FicheSuivi:
    if not convention.is_signed:
        raise NotAllowed("La fiche de suivi se fait une fois la convention signée par toutes les parties.")
    fiche = create(
        FicheSuivi(convention=convention), actor=actor, verb="missions.fiche_preparee", scope=convention.ingenierie
    )
    rows = [
        EtapeSuivi(
            fiche=fiche,
            etape=etape,
            ordre=rang,
            intitule=etape.intitule,
            objectif=etape.objectif,
            prevu_debut=etape.debut,
            prevu_fin=etape.fin,
        )
        for rang, etape in enumerate(convention.etapes.all(), 1)
    ]
    fin = termes_of(convention).fin
    rows.append(EtapeSuivi(fiche=fiche, ordre=len(rows) + 1, intitule=FIN_DE_MISSION, derniere=True, prevu_fin=fin))
    EtapeSuivi.objects.bulk_create(rows)
    return fiche


def envoyer(convention: Convention, *, actor: Actor) -> FicheSuivi:
    """Send the fiche, prefilled from the stages, to the people of the prestataire. Raises ``NotAllowed``,
    ``InvalidInput`` (nobody to write to)."""
    if refusal := why_not_follow(actor, convention):
        raise NotAllowed(refusal)
    with transaction.atomic():
        fiche = lock(fiche_of(convention, actor=actor))
        people = people_of(convention)
        if not people:
            raise InvalidInput(
                f"{convention.choix.prestataire} n’a personne à qui écrire : invitez quelqu’un dans son espace, depuis "
                "sa fiche, ou remettez-lui le PDF."
            )
        fiche = apply_changes(
            fiche,
            {"envoyee_le": clock.now()},
            actor=actor,
            verb="missions.fiche_envoyee",
            expected_version=None,
            scope=convention.ingenierie,
        )
        for key, (_, email) in zip(envoi_keys(fiche), people, strict=False):
            mail("fiche_suivi", email, convention, actor, {"convention": convention.pk}, key=key, urgent=True)
        touch(convention.ingenierie_id)
    fiche.convention = convention
    return fiche


def a_la_signature(objet: Convention | Avenant, actor: Actor) -> None:
    """With the last signature: the fiche is made, and sent with the convention; an avenant moves the end of mission."""
    if isinstance(objet, Avenant):
        if objet.fin is not None:
            last = EtapeSuivi.objects.filter(fiche__convention=objet.convention, derniere=True).first()
            if last is not None:
                deplacer(last, objet.fin, actor=actor)
        return
    fiche_of(objet, actor=actor)
    if people_of(objet):
        envoyer(objet, actor=actor)


def mail(
    name: str,
    to: str,
    convention: Convention,
    actor: Actor,
    ids: dict[str, Any],
    *,
    key: str = "",
    urgent: bool = False,
) -> None:
    """Owe a mail about the mission: with the day's digest, unless it is ``urgent``."""
    scope = convention.ingenierie
    queue_mail(f"missions/{name}", to=to, context=ids, actor=actor, scope=scope, key=key, urgent=urgent)


def envoi_keys(fiche: FicheSuivi) -> list[str]:
    """The keys of the mails of its last sending."""
    if fiche.envoyee_le is None:
        return []
    moment = int(fiche.envoyee_le.timestamp() * 1000)
    return [f"fiche-suivi-{fiche.pk}-{moment}-{rang}" for rang in range(DESTINATAIRES_MAX)]


def charge_address(convention: Convention) -> str | None:
    """Where the chargé de mission of a mission is written to."""
    return reply_address(convention.ingenierie.charge_mission, convention.ingenierie.pilote)


# --- Filling it -----------------------------------------------------------------------------------------------------


def _fillable(convention: Convention, actor: Actor) -> bool:
    """Refuse who may not fill the fiche; say whether the team types for the prestataire."""
    if refusal := why_not_fill(actor, convention):
        raise NotAllowed(refusal)
    if convention.state != EtatConvention.SIGNEE:
        raise NotAllowed("La convention est close : sa fiche de suivi ne change plus.")
    return not is_prestataire(actor, convention)


def _locked(etape: EtapeSuivi, expected_version: int | None) -> EtapeSuivi:
    """The row, locked after its fiche, with its convention; refused once returned."""
    convention = etape.fiche.convention
    fiche = lock(etape.fiche)
    locked = lock(etape, expected_version)
    locked.fiche, fiche.convention = fiche, convention
    if locked.rendue_le is not None:
        raise NotAllowed("Cette étape est rendue : reprenez-la, avec un motif, pour la corriger.")
    return locked


def nommer(fiche: FicheSuivi, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None):
    """Say who leads the mission (name and function). Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    convention = fiche.convention
    with transaction.atomic():
        _fillable(convention, actor)
        fresh = apply_changes(
            fiche,
            checked(fiche, values, only=("consultant",)),
            actor=actor,
            verb="missions.fiche_consultant",
            expected_version=expected_version,
            scope=convention.ingenierie,
        )
        touch(convention.ingenierie_id)
    fresh.convention = convention
    return fresh


def _within_the_convention(etape: EtapeSuivi, values: Mapping[str, Any]) -> None:
    """What was signed holds: planned dates stay within those of the stage, and before the end of the mission."""
    debut, fin = values.get("prevu_debut", etape.prevu_debut), values.get("prevu_fin", etape.prevu_fin)
    signed, limit = etape.etape, termes_of(etape.fiche.convention).fin
    if etape.derniere and limit and fin != limit:
        raise InvalidInput(
            f"La mission finit le {format_date(limit)} : une autre date se demande, par une modification."
        )
    if signed is not None and signed.fin and (fin is None or fin > signed.fin):
        raise InvalidInput(
            f"La convention donne à cette étape jusqu’au {format_date(signed.fin)} : "
            "une autre date se demande, par une modification."
        )
    if signed is not None and signed.debut and debut is not None and debut < signed.debut:
        raise InvalidInput(f"La convention fait commencer cette étape le {format_date(signed.debut)}.")
    if limit and fin and fin > limit:
        raise InvalidInput(f"La mission finit le {format_date(limit)} : cette étape finit avant.")


def prevoir(
    etape: EtapeSuivi, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> EtapeSuivi:
    """Fill the planned part of one row: dates and people to meet; once the planned part is returned, people only.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    convention = etape.fiche.convention
    with transaction.atomic():
        _fillable(convention, actor)
        locked = _locked(etape, expected_version)
        values = checked(locked, values, only=PREVU)
        moved = any(
            values.get(name, getattr(locked, name)) != getattr(locked, name) for name in ("prevu_debut", "prevu_fin")
        )
        if moved and locked.fiche.prevue_le is not None:
            raise NotAllowed(BY_MODIFICATION)
        if moved:
            _within_the_convention(locked, values)
        return _save(locked, values, actor, "missions.etape_prevue", expected_version)


def _save(
    etape: EtapeSuivi, values: Mapping[str, Any], actor: Actor, verb: str, version: int | None, reason: str = ""
) -> EtapeSuivi:
    """Save a locked row, and note it in the dossier."""
    fiche = etape.fiche
    scope = fiche.convention.ingenierie
    fresh = apply_changes(etape, values, actor=actor, verb=verb, expected_version=version, scope=scope, reason=reason)
    touch(scope.pk)
    fresh.fiche = fiche
    return fresh


def manques_prevus(fiche: FicheSuivi, etapes: Iterable[EtapeSuivi]) -> list[str]:
    """What the planned part still misses before it is returned."""
    told = [] if fiche.consultant else ["le consultant qui conduit la mission"]
    return told + [f"une date pour « {row.titre} »" for row in etapes if row.prevu_fin is None]


def rendre_previsions(fiche: FicheSuivi, *, actor: Actor, expected_version: int | None = None) -> FicheSuivi:
    """Return the planned part: its dates hold from now on. Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``."""
    convention = fiche.convention
    with transaction.atomic():
        team = _fillable(convention, actor)
        locked = lock(fiche, expected_version, typed=False)
        if locked.prevue_le is not None:
            raise StaleState("Les prévisions sont déjà rendues.")
        if missing := manques_prevus(locked, locked.etapes.all()):
            raise InvalidInput(f"Il manque {', '.join(missing)}.")
        told = {"prevue_le": clock.now(), "prevue_par": actor.label[:200], "prevue_equipe": team}
        fresh = apply_changes(
            locked, told, actor=actor, verb="missions.fiche_prevue", expected_version=None, scope=convention.ingenierie
        )
        touch(convention.ingenierie_id)
    fresh.convention = convention
    return fresh


def verifier_besoin(
    fiche: FicheSuivi, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> FicheSuivi:
    """The check at the start: the need is still the one of the diagnostic, or what changed.

    ``values``: besoin_actuel, besoin_commentaire, besoin_le (today when empty). Raises ``NotAllowed``,
    ``InvalidInput``, ``EditConflict``.
    """
    convention = fiche.convention
    with transaction.atomic():
        _fillable(convention, actor)
        locked = lock(fiche, expected_version)
        told = checked(locked, values, only=("besoin_actuel", "besoin_commentaire", "besoin_le"))
        if not told.get("besoin_actuel"):
            raise InvalidInput("Dites si le besoin est toujours celui du diagnostic.")
        told["besoin_le"] = told.get("besoin_le") or clock.today()
        told["besoin_par"] = actor.label[:200]
        if told["besoin_actuel"] == Besoin.OUI:
            told.setdefault("besoin_commentaire", "")
        fresh = apply_changes(
            locked,
            told,
            actor=actor,
            verb="missions.besoin_verifie",
            expected_version=expected_version,
            scope=convention.ingenierie,
        )
        touch(convention.ingenierie_id)
    fresh.convention = convention
    return fresh


# --- At the end of each stage ---------------------------------------------------------------------------------------


def ecrire(
    etape: EtapeSuivi,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
    rendre: bool = False,
) -> EtapeSuivi:
    """Write what was done in a stage; ``rendre`` sends it to the chargé de mission: it does not change any more.

    A stage done outside its planned dates changed, and says why. Raises ``NotAllowed``, ``InvalidInput``,
    ``EditConflict``.
    """
    convention = etape.fiche.convention
    with transaction.atomic():
        team = _fillable(convention, actor)
        locked = _locked(etape, expected_version)
        told = checked(locked, values, only=ETAT)
        if not rendre:
            return _save(locked, told, actor, "missions.etape_ecrite", expected_version)
        told |= _returned(locked, told)
        told |= {"rendue_le": clock.now(), "rendue_par": actor.label[:200], "rendue_equipe": team}
        fresh = _save(locked, told, actor, "missions.etape_rendue", expected_version)
        if not team and (to := charge_address(convention)):
            mail("etape_rendue", to, convention, actor, {"etape": fresh.pk})
        return fresh


def _returned(etape: EtapeSuivi, told: Mapping[str, Any]) -> dict[str, Any]:
    """What a stage must say to be returned."""
    day = told.get("fait_le", etape.fait_le)
    if day is None:
        raise InvalidInput("Réalisée le : dites quel jour l’étape s’est terminée.")
    outside = (etape.prevu_fin and day > etape.prevu_fin) or (etape.prevu_debut and day < etape.prevu_debut)
    changed = bool(outside) or told.get("modifiee", etape.modifiee)
    if changed and not told.get("commentaire", etape.commentaire).strip():
        why = "L’étape n’a pas eu lieu aux dates prévues" if outside else "Quelque chose a changé"
        raise InvalidInput(f"Commentaires : {why[:1].lower()}{why[1:]}, le commentaire est alors obligatoire.")
    return {"modifiee": changed}


def reprendre(etape: EtapeSuivi, *, actor: Actor, reason: str, expected_version: int | None = None) -> EtapeSuivi:
    """Open again a stage that was returned, to correct it; the reason is journaled. Raises ``NotAllowed``,
    ``InvalidInput``, ``StaleState``."""
    convention = etape.fiche.convention
    reason = typed_text(reason, limit=2000)
    if not reason:
        raise InvalidInput("Dites pourquoi vous reprenez cette étape.")
    with transaction.atomic():
        _fillable(convention, actor)
        fiche = lock(etape.fiche)
        locked = lock(etape, expected_version, typed=False)
        locked.fiche, fiche.convention = fiche, convention
        if locked.rendue_le is None:
            raise StaleState("Cette étape n’est pas rendue.")
        told = {"rendue_le": None, "rendue_par": "", "rendue_equipe": False}
        return _save(locked, told, actor, "missions.etape_reprise", None, reason)


def deplacer(etape: EtapeSuivi, fin: dt.date | None, *, actor: Actor) -> EtapeSuivi:
    """An accepted modification moves the planned end of a stage: it is not late any more before that day.

    Inside the caller's transaction: no page leads here.
    """
    convention = etape.fiche.convention
    fiche = lock(etape.fiche)
    locked = lock(etape)
    locked.fiche, fiche.convention = fiche, convention
    told: dict[str, Any] = {"prevu_fin": fin, "relancee_le": None, "signalee_le": None}
    if fin and locked.prevu_debut and locked.prevu_debut > fin:
        told["prevu_debut"] = fin
    return _save(locked, told, actor, "missions.etape_deplacee", None)
