"""Calls to prestataires in several states: open with three invited, simplified with answers, called off, without a
follow-up, being prepared.

Told after the ingénieries, on those that stand at « Confirmer » and retained nobody yet; by the services, each thing on
its day.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.enums import OrganisationKind
from accounts.services import actor_for
from consultations.appel.enums import ModeAppel, MotifDeclin
from consultations.appel.models import Appel, Invitation
from consultations.appel.services import cycle, preparation, questions, reponses
from consultations.cahier.models import VersionDiffusee
from consultations.choix.models import ChoixPrestataire
from consultations.regles.services import set_rule
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from demo.people import World
from demo.portfolio import retained_in
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.publication.retenue import may_be_retained
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie

_SHEET = {
    "secteur": "Sport",
    "taille": "6 salariés, 25 bénévoles actifs, 180 adhérents",
    "problematique": "Les charges de personnel ont crû plus vite que les cotisations ; la trésorerie ne tient plus que "
    "trois mois et le conseil d’administration n’a pas d’outil pour décider.",
    "theme": "Gestion financière",
    "objectif": "Donner à l’association un tableau de bord et un plan de retour à l’équilibre sur deux exercices.",
    "duree": "4 jours",
    "echeance": "restitution avant l’été",
}


def load(marks: Marks, world: World) -> None:
    """Write the calls that are not there yet."""
    _rules(marks, world)
    tellers = (_open, _simplified, _called_off, _without, _prepared)
    for teller, ingenierie in zip(tellers, _places(len(tellers)), strict=False):
        key = f"appel:{teller.__name__}"
        if key in marks:
            continue
        with transaction.atomic():
            made = teller(ingenierie)
            if made is not None:
                marks.set(key, made)


def _rules(marks: Marks, world: World) -> None:
    """Since a hundred days, two or three invited, and what a day costs there on average."""
    for number, key in enumerate(sorted(k for k in world.writers if k.startswith("c2ra-"))):
        if f"regle:{key}" in marks:
            continue
        actor = world.writers[key][-1]
        with clock.replay(dates.moment(clock.today() - dt.timedelta(days=100), 60)), transaction.atomic():
            values = {"depuis": clock.today(), "invites_min": 2, "invites_max": 3, "regime": "ttc"}
            cost = {"cout_jour": Decimal(780 + 35 * number)}
            marks.set(f"regle:{key}", set_rule(actor.organisation.region, values | cost, actor=actor))
            ahead = {"depuis": clock.today() + dt.timedelta(days=190), "cout_jour": cost["cout_jour"] + 20}
            set_rule(actor.organisation.region, values | ahead, actor=actor)


def _places(count: int) -> list[Ingenierie]:
    """Ingénieries at « Confirmer » with a diffused cahier des charges first, piloted by a DLA, that retained nobody."""
    diffused = VersionDiffusee.objects.filter(cahier__ingenierie=OuterRef("pk"))
    chosen = ChoixPrestataire.objects.standing().filter(ingenierie=OuterRef("pk"))
    called = Appel.objects.filter(ingenierie=OuterRef("pk"))
    found = (
        Ingenierie.objects.filter(state=Etat.CONFIRMER, pilote__kind=OrganisationKind.DLA, charge_mission__isnull=False)
        .annotate(is_diffused=Exists(diffused))
        .exclude(Exists(chosen))
        .exclude(Exists(called))
        .select_related("pilote__region", "charge_mission")
        .order_by("-is_diffused", "pk")
    )
    return list(found[:count])


def held(ingenierie: Ingenierie, count: int) -> list[Prestataire]:
    """Prestataires of the région that may be retained and have somebody who answers."""
    random, region = Random(f"appel:{ingenierie.titre}"), ingenierie.pilote.region
    tended = set(Membre.objects.active().values_list("prestataire_id", flat=True))
    found = [p for p in retained_in(region, random) if p.pk in tended and may_be_retained(p, region)]
    return found[:count]


def answers_for(invitation: Invitation) -> Actor:
    member = Membre.objects.active().filter(prestataire=invitation.prestataire_id).order_by("role", "pk").first()
    return Actor.for_user(member.user)


def day(days: int, minute: int = 120) -> dt.datetime:
    """An instant so many days from today (before, when negative), a working day when it is to come."""
    when = clock.today() + dt.timedelta(days=days)
    return dates.moment(dates.next_working_day(when) if days > 0 else when, minute)


def deadline(days: int) -> dt.datetime:
    return dt.datetime.combine(day(days).date(), dt.time(17, 0), dates.PARIS)


def call(
    ingenierie: Ingenierie, mode: str, *, since: dt.datetime, until: dt.datetime, count: int = 3, **values
) -> Appel | None:
    """A call open since an instant, with so many invited; ``None`` when the région has not enough of them."""
    prestataires = held(ingenierie, count)
    if len(prestataires) < 2:
        return None
    actor = actor_for(ingenierie.charge_mission)
    with clock.replay(since):
        appel = preparation.prepare(ingenierie, {"mode": mode, "date_limite": until, **values}, actor=actor)
        preparation.invite(appel, prestataires, actor=actor)
        appel.refresh_from_db()
        return cycle.open_call(appel, actor=actor)


def _diffused(ingenierie: Ingenierie) -> dt.datetime | None:
    """When its last version was diffused."""
    found = VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).order_by("-numero").first()
    return found.le if found else None


def _open(ingenierie: Ingenierie) -> Appel | None:
    """Complete, open: one will answer, one declined until the spring, a question answered, one waiting, a meeting."""
    diffused = _diffused(ingenierie)
    if diffused is None:
        return None
    since = max(day(-6), diffused + dt.timedelta(hours=1))
    appel = call(ingenierie, ModeAppel.COMPLETE, since=since, until=deadline(18))
    if appel is None:
        return None
    actor = actor_for(ingenierie.charge_mission)
    first, *others = appel.invitations.select_related("prestataire").order_by("pk")
    hour = dt.timedelta(hours=1)
    with clock.replay(since + hour):
        reponses.read(first, actor=answers_for(first))
        question = questions.ask(
            first,
            "Les temps collectifs peuvent-ils se tenir dans deux lieux, pour limiter les déplacements des structures ?",
            actor=answers_for(first),
        )
    with clock.replay(since + 2 * hour):
        questions.answer(
            question,
            "Oui : deux lieux, au choix du prestataire, pourvu que chacun soit à moins de trois quarts d’heure des "
            "structures qui y viennent. Les salles sont prêtées.",
            actor=actor,
        )
        reponses.intend(first, True, actor=answers_for(first))
        values = {
            "date": dates.next_working_day(clock.today() + dt.timedelta(days=9)),
            "heure_debut": dt.time(14),
            "heure_fin": dt.time(16),
            "lieu": "Maison des associations, salle du rez-de-chaussée, et à distance",
            "precisions": "Les structures présentent leur activité et ce qu’elles attendent ; les questions posées et "
            "leurs réponses seront partagées avec tous les candidats.",
        }
        questions.save_rencontre(appel, values, actor=actor)
    with clock.replay(since + 3 * hour):
        _decline(others[-1], MotifDeclin.INDISPONIBLE, "Nos intervenants sont pris jusque-là.", 110)
        questions.ask(
            first,
            "Le diagnostic de chaque structure sera-t-il remis au prestataire retenu ?",
            actor=answers_for(first),
        )
    return appel


def _decline(invitation: Invitation, motif: str, mot: str, days: int | None = None) -> None:
    values = {"motif_declin": motif, "mot": mot}
    if days is not None:
        values["de_nouveau_le"] = clock.today() + dt.timedelta(days=days)
    reponses.decline(invitation, values, actor=answers_for(invitation))


def _simplified(ingenierie: Ingenierie) -> Appel | None:
    """Simplified: one answered yes, another later than asked, the third is out of its field."""
    since = day(-5)
    meeting = {"rencontre_du": day(30).date(), "rencontre_au": day(41).date()}
    appel = call(ingenierie, ModeAppel.SIMPLIFIEE, since=since, until=deadline(4), **_SHEET, **meeting)
    if appel is None:
        return None
    rows = list(appel.invitations.select_related("prestataire").order_by("pk"))
    with clock.replay(since + dt.timedelta(hours=5)):
        answers = {
            "positionne": True,
            "rencontre_possible": True,
            "coherence": "Une dizaine de clubs et de comités sportifs accompagnés en gestion financière ; nos "
            "tableaux de bord sont tenus ensuite par les trésoriers eux-mêmes.",
            "prix_demi_journee": Decimal("395.00"),
        }
        reponses.position(rows[0], answers, actor=answers_for(rows[0]))
    with clock.replay(since + dt.timedelta(hours=6)):
        later = {
            "rencontre_possible": False,
            "rencontre_des": meeting["rencontre_au"] + dt.timedelta(days=12),
            "coherence": "Expert du secteur associatif, surtout médico-social ; deux missions dans le sport.",
            "prix_demi_journee": Decimal("430.00"),
        }
        reponses.position(rows[1], answers | later, actor=answers_for(rows[1]))
        if len(rows) > 2:
            _decline(rows[2], MotifDeclin.HORS_CHAMPS, "")
    return appel


def _called_off(ingenierie: Ingenierie) -> Appel | None:
    """Called off two days after it was sent: the funding is gone."""
    diffused = _diffused(ingenierie)
    mode = ModeAppel.COMPLETE if diffused is not None else ModeAppel.SIMPLIFIEE
    since = max(day(-8), diffused + dt.timedelta(hours=1)) if diffused is not None else day(-8)
    values = {} if diffused is not None else first_meeting()
    appel = call(ingenierie, mode, since=since, until=deadline(20), **values)
    if appel is None:
        return None
    reason = "Le cofinancement de la collectivité n’est pas confirmé : l’appel repartira s’il l’est."
    with clock.replay(since + dt.timedelta(hours=4)):
        return cycle.cancel(appel, reason=reason, actor=actor_for(ingenierie.charge_mission))


def first_meeting() -> dict:
    return {**_SHEET, "rencontre_du": day(25).date(), "rencontre_au": day(36).date()}


def _without(ingenierie: Ingenierie) -> Appel | None:
    """Nobody positioned itself: without a follow-up, it may be opened again."""
    since = day(-24)
    values = {**_SHEET, "rencontre_du": day(2).date(), "rencontre_au": day(13).date()}
    appel = call(ingenierie, ModeAppel.SIMPLIFIEE, since=since, until=deadline(-6), count=2, **values)
    if appel is None:
        return None
    with clock.replay(since + dt.timedelta(hours=6)):
        for row, days in zip(appel.invitations.select_related("prestataire").order_by("pk"), (60, None), strict=False):
            motif = MotifDeclin.INDISPONIBLE if days else MotifDeclin.HORS_CHAMPS
            _decline(row, motif, "", days)
    reason = "Aucun des prestataires invités n’a pu se positionner sur ces échéances."
    with clock.replay(day(-3)):
        return cycle.close_without(appel, reason=reason, actor=actor_for(ingenierie.charge_mission))


def _prepared(ingenierie: Ingenierie) -> Appel | None:
    """Being prepared: two are chosen, nothing is sent."""
    prestataires = held(ingenierie, 2)
    if len(prestataires) < 2:
        return None
    actor = actor_for(ingenierie.charge_mission)
    mode = ModeAppel.COMPLETE if _diffused(ingenierie) is not None else ModeAppel.SIMPLIFIEE
    values = {"mode": mode, "date_limite": deadline(25), **({} if mode == ModeAppel.COMPLETE else first_meeting())}
    with clock.replay(day(-1)):
        appel = preparation.prepare(ingenierie, values, actor=actor)
        preparation.invite(appel, prestataires, actor=actor)
    return appel
