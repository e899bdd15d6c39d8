"""Preparing a call: its mode, its deadline, the sheet of the simplified mode, who is invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from consultations.appel import notices
from consultations.appel.conditions import out_of_rule
from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.permissions import why_not_call, why_not_invite
from consultations.appel.services.base import give, latest_version, lock_appel, lock_ingenierie
from consultations.consultes.models import PrestataireConsulte
from consultations.consultes.services import consult
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.text import typed_text
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.retenue import may_be_retained
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from referentiels.fuseaux import fuseau_of

journal.register_verbs(
    {
        "consultations.appel_prepare": "a préparé un appel aux prestataires",
        "consultations.appel_modifie": "a modifié l’appel aux prestataires",
        "consultations.appel_ce_que_sait": "a dit à tous les candidats ce qu’un prestataire associé a appris",
        "consultations.invitation": "a inscrit comme invité le prestataire",
        "consultations.invitation_retiree": "a retiré des invités le prestataire",
        "consultations.invitation_envoyee": "a envoyé l’invitation au prestataire",
    }
)


def prepare(ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor) -> Appel:
    """Begin a call; ``values``: mode, justification, date_limite, and the sheet of the simplified mode.

    In the other modes it calls upon the last diffused version: raises ``NotAllowed`` without one (and for who does not
    choose the prestataire), ``InvalidInput`` when a call runs already or nothing justifies to do without competition.
    """
    ensure_open(ingenierie, actor)
    values = _clean(values)
    with transaction.atomic():
        locked = lock_ingenierie(ingenierie)
        refusal = why_not_call(locked, actor)
        if refusal:
            raise NotAllowed(refusal)
        if Appel.objects.running().filter(ingenierie=locked).exists():
            raise InvalidInput("Un appel est déjà en cours pour cette ingénierie.")
        appel = Appel(
            ingenierie=locked,
            version_diffusee=_version(locked, values["mode"]),
            fuseau=values.get("fuseau") or fuseau_of(locked.departements.values_list("code", flat=True)),
        )
        values = {name: value for name, value in values.items() if name != "fuseau"}
        appel = create(appel, values, actor=actor, verb="consultations.appel_prepare", scope=locked)
        touch(locked.pk)
    return appel


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    values = {**values, "justification": typed_text(values.get("justification", ""), limit=4000)}
    if values["mode"] == ModeAppel.SANS_CONCURRENCE and not values["justification"]:
        raise InvalidInput("Sans mise en concurrence, dites pourquoi.")
    if values["mode"] != ModeAppel.SANS_CONCURRENCE:
        values["justification"] = ""
    begin, end = values.get("rencontre_du"), values.get("rencontre_au")
    if begin and end and end < begin:
        raise InvalidInput("La 1ère rencontre : la seconde date précède la première.")
    return values


def _version(ingenierie: Ingenierie, mode: str) -> Any:
    """The version called upon; none in the simplified mode, where it is given to the pre-selected one alone."""
    if mode == ModeAppel.SIMPLIFIEE:
        return None
    version = latest_version(ingenierie)
    if version is None:
        raise NotAllowed("Diffusez d’abord le cahier des charges : seule une version diffusée s’envoie.")
    return version


def update(appel: Appel, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None) -> Appel:
    """Change a call that is still being prepared, as :func:`prepare`. A new mode takes the version it needs.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    values = _clean({"mode": appel.mode, "justification": appel.justification, **values})
    with transaction.atomic():
        locked = lock_appel(appel)
        refusal = why_not_call(locked.ingenierie, actor)
        if refusal:
            raise NotAllowed(refusal)
        if locked.state != EtatAppel.PREPARATION:
            raise NotAllowed("L’appel est parti : prolongez-le, ou publiez une précision à tous.")
        if locked.retour_complet_at and values["mode"] == ModeAppel.SIMPLIFIEE:
            raise InvalidInput("L’appel est revenu au mode complet à la demande d’un prestataire : il y reste.")
        version = _version(locked.ingenierie, values["mode"])
        if version != locked.version_diffusee:
            locked.version_diffusee = version
            locked.save(update_fields=["version_diffusee"])
        fresh = apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb="consultations.appel_modifie",
            expected_version=expected_version,
            scope=locked.ingenierie,
        )
        touch(locked.ingenierie_id)
    return fresh


def tell_known(appel: Appel, text: str, *, actor: Actor, expected_version: int | None = None) -> Appel:
    """What a prestataire associated earlier learnt (impressions, scenarios), told to every candidate; once the call is
    open, each is told by mail that there is something new.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    with transaction.atomic():
        locked = lock_appel(appel)
        refusal = why_not_call(locked.ingenierie, actor)
        if refusal:
            raise NotAllowed(refusal)
        if locked.state not in (EtatAppel.PREPARATION, EtatAppel.OUVERT):
            raise NotAllowed(f"Ce texte ne change plus : {locked.get_state_display()}.")
        known = locked.ce_que_sait
        fresh = apply_changes(
            locked,
            checked(locked, {"ce_que_sait": text}),
            actor=actor,
            verb="consultations.appel_ce_que_sait",
            expected_version=expected_version,
            scope=locked.ingenierie,
        )
        if fresh.state == EtatAppel.OUVERT and fresh.ce_que_sait != known:
            notices.news(fresh, "ce_que_sait", fresh.version, actor=actor)
        touch(locked.ingenierie_id)
    return fresh


# --- Who is invited -------------------------------------------------------------------------------------------------


def invite(appel: Appel, prestataires: Sequence[Prestataire], *, motif: str = "", actor: Actor) -> list[Invitation]:
    """Invite these prestataires; those invited already stay. Once the call is open, their invitation leaves at once.

    ``motif`` says why they are more or fewer than the rule of the région: asked when it is open. Raises ``NotAllowed``;
    ``ConditionsNotMet`` in words for each whose fiche is not published and current, or who has nobody to answer online;
    ``InvalidInput``. Nothing is kept unless all are.
    """
    motif = typed_text(motif, limit=2000)
    if not prestataires:
        raise InvalidInput("Cochez au moins un prestataire.")
    with transaction.atomic():
        locked = lock_appel(appel)
        refusal = why_not_invite(locked, actor)
        if refusal:
            raise NotAllowed(refusal)
        there = set(locked.invitations.values_list("prestataire_id", flat=True))
        new = [p for p in sorted({p.pk: p for p in prestataires}.values(), key=lambda p: p.pk) if p.pk not in there]
        _check_invitable(locked, new)
        count = len(there) + len(new)
        if locked.mode == ModeAppel.SANS_CONCURRENCE and count > 1:
            raise InvalidInput(out_of_rule(locked, count))
        if motif and motif != locked.motif_nombre:
            locked = apply_changes(
                locked,
                {"motif_nombre": motif},
                actor=actor,
                verb="consultations.appel_modifie",
                expected_version=None,
                scope=locked.ingenierie,
            )
        if locked.state == EtatAppel.OUVERT and not locked.motif_nombre and (why := out_of_rule(locked, count)):
            raise InvalidInput(f"{why} Dites pourquoi, ou décochez-en.")
        rows = [
            create(
                Invitation(appel=locked, prestataire=prestataire, by_label=actor.label[:200]),
                actor=actor,
                verb="consultations.invitation",
                scope=locked.ingenierie,
            )
            for prestataire in new
        ]
        if locked.state == EtatAppel.OUVERT:
            for row in rows:
                send(row, actor=actor)
        touch(locked.ingenierie_id)
    return rows


def _check_invitable(appel: Appel, prestataires: Sequence[Prestataire]) -> None:
    region = appel.ingenierie.pilote.region
    reached = notices.recipients(p.pk for p in prestataires)
    reasons = []
    for prestataire in prestataires:
        found = may_be_retained(lock(prestataire), region)
        if not found:
            reasons.append(found.reason)
        elif prestataire.pk not in reached:
            reasons.append(
                f"Personne ne tient l’espace de {prestataire} : il ne pourrait pas répondre. Invitez d’abord son "
                "référent depuis le portefeuille."
            )
    if reasons:
        raise ConditionsNotMet(
            "Ne s’invite que qui pourrait répondre et être retenu : fiche publiée et à jour, quelqu’un qui la tient.",
            reasons=reasons,
        )


def uninvite(invitation: Invitation, *, actor: Actor) -> None:
    """Take a prestataire out of those invited, before its invitation left. Raises ``NotAllowed``, ``StaleState``."""
    with transaction.atomic():
        appel = lock_appel(invitation.appel)
        refusal = why_not_call(appel.ingenierie, actor)
        if refusal:
            raise NotAllowed(refusal)
        locked = lock(invitation)
        if locked.envoyee_at is not None:
            raise StaleState("Son invitation est partie : il reste parmi les invités.")
        remove(locked, actor=actor, verb="consultations.invitation_retiree", scope=appel.ingenierie)
        touch(appel.ingenierie_id)


def send(invitation: Invitation, *, actor: Actor) -> Invitation:
    """The invitation leaves: the prestataire counts among those consulted, and is given the version (but in the
    simplified mode). In the caller's transaction, the call locked."""
    appel = invitation.appel
    if invitation.consulte_id is None:
        recorded = consult(appel.ingenierie, [invitation.prestataire], date=clock.today(), called=True, actor=actor)
        invitation.consulte = (
            recorded.rows[0]
            if recorded.rows
            else PrestataireConsulte.objects.standing().get(
                ingenierie=appel.ingenierie_id, prestataire=invitation.prestataire_id
            )
        )
    invitation.envoyee_at = invitation.envoyee_at or clock.now()
    invitation.envois += 1
    invitation.version += 1
    invitation.save()
    journal.record(
        actor,
        "consultations.invitation_envoyee",
        invitation,
        scope=appel.ingenierie,
        changes={"envois": (invitation.envois - 1, invitation.envois)},
    )
    if appel.version_diffusee is not None:
        give(invitation, appel.version_diffusee, actor=actor)
    notices.invited(invitation, actor=actor)
    return invitation


def resend(invitation: Invitation, *, actor: Actor) -> Invitation:
    """« Renvoyer » the invitation of a call that is open. Raises ``NotAllowed``, ``StaleState``."""
    with transaction.atomic():
        appel = lock_appel(invitation.appel)
        refusal = why_not_call(appel.ingenierie, actor)
        if refusal:
            raise NotAllowed(refusal)
        locked = lock(invitation)
        if appel.state != EtatAppel.OUVERT or locked.envoyee_at is None:
            raise NotAllowed("L’invitation se renvoie tant que l’appel est ouvert.")
        locked.appel = appel
        sent = send(locked, actor=actor)
        touch(appel.ingenierie_id)
    return sent
