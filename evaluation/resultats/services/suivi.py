"""What is asked again some months after the end: planned, opened by hand or by itself, the ingénierie over or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from accounts.in_charge import in_charge
from accounts.models import Membership
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, create, lock, remove
from core.errors import InvalidInput, NotAllowed
from core.outbox import queue_mail
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import Questionnaire
from evaluation.resultats.enums import SUIVI, Mois
from evaluation.resultats.indicateurs import known_today
from evaluation.resultats.models import SuiviPrevu, ValeursDepart
from missions.conventions.enums import EtatAvenant
from missions.conventions.models import Convention
from projects.enums import Etat, EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee

journal.register_verbs(
    {
        "evaluation.suivi_prevu": "a prévu d’interroger de nouveau les structures",
        "evaluation.suivi_modifie": "a changé un suivi prévu",
        "evaluation.suivi_retire": "a retiré un suivi prévu",
        "evaluation.suivi_ouvert": "a ouvert un suivi",
        "evaluation.depart_garde": "a gardé les valeurs de départ d’une structure",
    }
)

#: When one may plan it and open it: the last step, and afterwards.
ETAPES = (Etat.FINALISER, Etat.CLOTURE)
MAIL = "evaluation/suivi_a_ouvrir"
#: How long the structures have to answer.
DELAI = dt.timedelta(days=30)


def why_not_follow_up(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not plan or open a follow-up, or ``""``: the team, from « Finaliser » on, closed or not."""
    if refusal := why_not_contribute(actor, ingenierie):
        return refusal
    if ingenierie.state not in ETAPES:
        return "Le suivi se prévoit à partir de « Finaliser », et se poursuit après la clôture."
    return ""


def fin_of(ingenierie: Ingenierie) -> dt.date | None:
    """When the ingénierie ends: the last end of its missions, avenants included, else the date of the dossier."""
    told = (
        Convention.objects.signed()
        .standing()
        .filter(ingenierie=ingenierie)
        .aggregate(fin=Max("fin"), avenant=Max("avenants__fin", filter=Q(avenants__state=EtatAvenant.SIGNE)))
    )
    return max(filter(None, told.values()), default=None) or ingenierie.date_fin


def proposees(ingenierie: Ingenierie) -> dict[int, dt.date]:
    """The day of each follow-up counted from the end (from today when no end is known)."""
    end = fin_of(ingenierie) or clock.today()
    return {mois: clock.months_after(end, mois) for mois in Mois.values}


def _ensure(actor: Actor, ingenierie: Ingenierie) -> None:
    if refusal := why_not_follow_up(actor, ingenierie):
        raise NotAllowed(refusal)


def prevoir(ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor) -> SuiviPrevu:
    """Plan one: ``mois``, ``le``, ``d_office``. The first keeps what is known of each structure now.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    _ensure(actor, ingenierie)
    with transaction.atomic():
        locked = lock(ingenierie)
        row = SuiviPrevu(ingenierie=locked, **_agreed(values, actor))
        _check(values)
        create(row, values, actor=actor, verb="evaluation.suivi_prevu", scope=locked)
        garder_depart(locked, actor=actor)
        touch(locked.pk, ended=True)
    return row


def _check(values: Mapping[str, Any]) -> None:
    if values.get("le") and values["le"] < clock.today():
        raise InvalidInput("Cette date est passée : choisissez un jour à venir.")


def _agreed(values: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Who agreed that it leaves by itself, and when."""
    if values.get("d_office"):
        return {"accord_par": actor.label[:200], "accord_le": clock.now()}
    return {"accord_par": "", "accord_le": None}


def modifier(suivi: SuiviPrevu, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None) -> SuiviPrevu:
    """Change the day, or whether it leaves by itself. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    _ensure(actor, suivi.ingenierie)
    with transaction.atomic():
        locked = lock(suivi)
        _ensure_waiting(locked)
        _check(values)
        agreed = _agreed(values, actor) if values.get("d_office") != locked.d_office else {}
        # Another day is told again.
        again = {"prevenu_le": None} if values.get("le", locked.le) != locked.le else {}
        fresh = apply_changes(
            suivi,
            {**values, **agreed, **again},
            actor=actor,
            verb="evaluation.suivi_modifie",
            expected_version=expected_version,
            scope=suivi.ingenierie,
        )
        touch(suivi.ingenierie_id, ended=True)
    return fresh


def _ensure_waiting(suivi: SuiviPrevu) -> None:
    if suivi.questionnaire_id is not None:
        raise InvalidInput("Ce suivi est déjà ouvert : il se mène depuis son questionnaire.")


def retirer(suivi: SuiviPrevu, *, actor: Actor) -> None:
    """Take away one that is not opened. Raises ``NotAllowed``, ``InvalidInput``."""
    _ensure(actor, suivi.ingenierie)
    with transaction.atomic():
        locked = lock(suivi)
        _ensure_waiting(locked)
        remove(locked, actor=actor, verb="evaluation.suivi_retire", scope=suivi.ingenierie)
        touch(suivi.ingenierie_id, ended=True)


def engagees(ingenierie: Ingenierie) -> list[StructureCiblee]:
    """The structures that took part: confirmed, or the only one."""
    rows = StructureCiblee.objects.filter(ingenierie=ingenierie).select_related("structure", "valeurs_depart")
    return [row for row in rows if row.seule or row.state == EtatMobilisation.CONFIRMEE]


def garder_depart(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """Keep, of each structure engaged of which nothing is kept yet, the indicators known now."""
    missing = [row for row in engagees(ingenierie) if not hasattr(row, "valeurs_depart")]
    for ciblee_id, told in known_today(missing, ingenierie.pilote_id).items():
        row = ValeursDepart(ciblee_id=ciblee_id, valeurs=told)
        create(row, {}, actor=actor, verb="evaluation.depart_garde", scope=ingenierie)


def ouvrir(suivi: SuiviPrevu, *, actor: Actor, envoyer: bool = True) -> Questionnaire:
    """Open it to the structures engaged, and send each its link. Raises ``NotAllowed``, ``InvalidInput``."""
    ingenierie = suivi.ingenierie
    _ensure(actor, ingenierie)
    with transaction.atomic():
        lock(ingenierie)
        locked = lock(suivi)
        _ensure_waiting(locked)
        garder_depart(ingenierie, actor=actor)
        made = asking.prepare(ingenierie, SUIVI, actor, mois=locked.mois)
        people = list(made.repondants.all())
        if not people:
            raise InvalidInput("Aucune structure n’est engagée dans cette ingénierie : il n’y a personne à interroger.")
        made = asking.perform_action(made, "ouvrir", actor=actor, expected_state=EtatQuestionnaire.PREPARATION)
        apply_changes(
            locked,
            {"questionnaire": made},
            actor=actor,
            verb="evaluation.suivi_ouvert",
            expected_version=None,
            scope=ingenierie,
        )
        made.ingenierie = ingenierie
        if envoyer:
            for row in people:
                row.questionnaire = made
            asking.ask(people, actor)
        touch(ingenierie.pk, ended=True)
    return made


# --- Every day ------------------------------------------------------------------------------------------------------


def dus() -> Any:
    """Those whose day has come and that are not open."""
    return (
        SuiviPrevu.objects.filter(questionnaire=None, le__lte=clock.today(), ingenierie__state__in=ETAPES)
        .select_related("ingenierie__pilote", "ingenierie__charge_mission")
        .order_by("le", "pk")
    )


def du_jour() -> dict[str, int]:
    """Open those that were agreed beforehand, tell who is in charge of the others, once; may run again."""
    actor = Actor.system("suivi des ingénieries")
    opened = told = 0
    for suivi in dus():
        if suivi.d_office:
            try:
                ouvrir(suivi, actor=_agreed_by(suivi) or actor)
            except InvalidInput:
                # Nobody to ask: who is in charge is told, like for the others.
                told += _tell(suivi, actor)
            else:
                opened += 1
        else:
            told += _tell(suivi, actor)
    return {"ouverts": opened, "prevenus": told}


def _agreed_by(suivi: SuiviPrevu) -> Actor | None:
    """Who is in charge, for whom the links leave and to whom one answers; the journal says that it left by itself."""
    pilote = suivi.ingenierie.pilote
    person = in_charge(suivi.ingenierie.charge_mission, pilote)
    rows = Membership.objects.active().filter(user=person, organisation=pilote).select_related("organisation")
    membership = rows.first() if person is not None else None
    if membership is None or not membership.writes:
        return None
    label = f"Application (suivi d’office, accord de {suivi.accord_par})"
    return Actor(kind="user", label=label, user=person, membership=membership)


def _tell(suivi: SuiviPrevu, actor: Actor) -> int:
    ingenierie = suivi.ingenierie
    person = in_charge(ingenierie.charge_mission, ingenierie.pilote)
    if person is None or suivi.prevenu_le is not None:
        return 0
    with transaction.atomic():
        locked = lock(suivi)
        if locked.prevenu_le is not None or locked.questionnaire_id is not None:
            return 0
        SuiviPrevu.objects.filter(pk=locked.pk).update(prevenu_le=clock.today())
        queue_mail(
            MAIL,
            to=person.email,
            context={"suivi": suivi.pk, "le": suivi.le.isoformat()},
            actor=actor,
            scope=ingenierie,
            key=f"suivi-a-ouvrir-{suivi.pk}-{suivi.le}",
            urgent=False,
        )
    return 1
