"""Structures that answer by their link or on the telephone, periods offered to them, a prestataire asked as partner, a
selection of the portfolio lent to a partner: in a few ingénieries at « Confirmer »."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from accounts import services as accounts
from accounts.services.links import holder
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from demo.people import DOMAIN, World
from engagement.partenaires.known import proposals
from engagement.partenaires.prestataires import associate
from engagement.partenaires.services import update_partenaire
from mobilisation.prestataires import services as prestataires
from mobilisation.prestataires.enums import QUESTIONS, Moment
from mobilisation.projet.models import ProjetIntervention
from mobilisation.reponses import services as reponses
from mobilisation.reponses.models import CommentaireStructure
from mobilisation.scenarios import services as scenarios
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.publication.models import Publication
from partners.portfolio.vitrine import selection
from partners.recherche.selections import services as selections
from projects.enums import Cycle, Etat, EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

#: So many ingénieries, so many structures in each.
INGENIERIES, STRUCTURES = 4, 9
_ASKED = (EtatMobilisation.CONFIRMEE, EtatMobilisation.INTERESSEE)
#: What structures answer; invented.
_ANSWERS: tuple[dict[str, Any], ...] = (
    {
        "concernee": "oui", "concernee_texte": "La question est à l’ordre du jour de notre conseil depuis un an.",
        "attentes": "oui", "pertinence": "oui", "methode": "en_partie",
        "methode_texte": "Les journées entières sont difficiles pour les bénévoles.",
        "objectifs": "Savoir chiffrer nos prestations et oser les facturer.",
        "projets": "Nous préparons une nouvelle convention avec la communauté de communes.",
        "participation": "oui",
        "participants": [
            {"fonction": "Coordinatrice", "niveau": "pratique", "nombre": 1},
            {"fonction": "Trésorier", "niveau": "decouvre", "nombre": 1},
        ],
        "disponibilite": "Une journée par mois, jamais le mercredi.",
    },
    {
        "concernee": "oui", "attentes": "en_partie", "attentes_texte": "Nous attendons surtout des outils.",
        "pertinence": "oui", "methode": "oui",
        "objectifs": "Répartir les rôles entre bureau et salariés.",
        "participation": "en_partie", "participation_texte": "Les deux premières séances.",
        "participants": [{"fonction": "Présidente", "niveau": "decouvre", "nombre": 1}],
    },
    {"concernee": "en_partie", "attentes": "oui", "pertinence": "oui", "participation": "oui"},
    {
        "concernee": "oui", "attentes": "oui", "pertinence": "oui", "methode": "oui",
        "objectifs": "Rencontrer d’autres structures du même secteur et mutualiser un poste.",
        "participation": "oui",
        "participants": [{"fonction": "Direction", "niveau": "maitrise", "nombre": 1}],
    },
)  # fmt: skip
_REMARKS = (
    "Prévoir une visioconférence pour celles qui sont loin du lieu des séances.",
    "Deux jours de suite seraient plus simples que quatre demi-journées.",
    "Peut-on venir à deux, une salariée et un administrateur ?",
)
_SORTS = (
    ("retenu", "Une séance sur deux se tiendra à distance."),
    ("non_retenu", "Le temps entre les séances sert à essayer : le rythme reste celui du scénario retenu."),
)
_IMPRESSIONS = (
    "Nous accompagnons plusieurs structures de ce secteur : la question du modèle économique y revient partout, mais "
    "les fédérations n’ont pas encore outillé leurs adhérents. Un guide régional paru l’an dernier mérite d’être lu."
)


def load(marks: Marks, world: World) -> None:
    """Write what is not there yet."""
    if "mobilisation" in marks:
        return
    rows = Ingenierie.objects.filter(cycle=Cycle.COLLECTIVE, state=Etat.CONFIRMER, charge_mission__isnull=False)
    found = list(rows.select_related("pilote__region", "charge_mission").order_by("pk")[:INGENIERIES])
    for number, ingenierie in enumerate(found):
        _write(ingenierie, number)
    for key in sorted(k for k in world.writers if k.startswith("dla-")):
        _selection(key, world.writers[key][0])
    marks.set("mobilisation")


def _day(offset: int, minute: int = 90) -> dt.datetime:
    return dates.moment(clock.today() + dt.timedelta(days=offset), minute)


def _write(ingenierie: Ingenierie, number: int) -> None:
    random = Random(f"mobilise:{ingenierie.pk}")
    actor = accounts.actor_for(ingenierie.charge_mission)
    with clock.replay(_day(-24)):
        _offer(ingenierie, actor)
        for row in ingenierie.partenaires_projet.select_related("partenaire", "ingenierie"):
            update_partenaire(row, proposals(row), actor=actor, expected_version=None)
    _answers(ingenierie, actor, random)
    _remarks(ingenierie, actor)
    if number < INGENIERIES - 1:
        _partner(ingenierie, actor, number)


def _offer(ingenierie: Ingenierie, actor: Actor) -> None:
    """Every scenario is offered to the structures, with its days, those of the projet if it tells any; the one kept has
    its sessions."""
    projet = ProjetIntervention.objects.filter(ingenierie=ingenierie).first() or ProjetIntervention()
    first = dates.next_working_day(projet.date_debut or clock.today() + dt.timedelta(days=75))
    last = projet.date_fin or first + dt.timedelta(days=84)
    length = max(last - first, dt.timedelta(days=14))
    for index, scenario in enumerate(ingenierie.scenarios.order_by("pk")):
        scenario.ingenierie = ingenierie
        begin = first + dt.timedelta(days=28 * index)
        values = {"propose": True, "date_debut": begin, "date_fin": begin + length}
        scenario = scenarios.update_scenario(scenario, actor=actor, expected_version=None, values=values)
        for session in range(3 if scenario.retenu else 0):
            day = dates.next_working_day(begin + length * session / 2)
            objet = ("Ouverture", "Travail en groupe", "Bilan")[session]
            hours = {"heure_debut": dt.time(9, 30), "heure_fin": dt.time(16, 30)}
            scenarios.add_date(scenario, {"date": day, "objet": objet, **hours}, actor=actor)


def _answers(ingenierie: Ingenierie, actor: Actor, random: Random) -> None:
    """A third by link, a third on the telephone, a third that was written to and says nothing yet."""
    rows = StructureCiblee.objects.filter(ingenierie=ingenierie, state__in=_ASKED, seule=False)
    rows = rows.select_related("structure", "ingenierie__pilote", "ingenierie__problematique").order_by("pk")
    periods = [str(s.pk) for s in reponses.offered(ingenierie.pk)]
    for index, ciblee in enumerate(rows[:STRUCTURES]):
        values = dict(_ANSWERS[index % len(_ANSWERS)])
        values["disponibilites"] = {pk: random.choice(("oui", "oui", "en_partie", "non")) for pk in periods}
        remark = _REMARKS[(index // 2) % len(_REMARKS)] if index % 2 == 0 else ""
        way = index % 3
        if way == 1:
            with clock.replay(_day(-9, 60 + index)):
                echange = {"le": clock.today() - dt.timedelta(days=1), "par": actor.label[:200], "moyen": "telephone"}
                reponses.type_answer(ciblee, values, echange, actor=actor, expected_version=None, commentaire=remark)
            continue
        with clock.replay(_day(-15 if way == 0 else -3, 60 + index)):
            email = ciblee.structure.contact_email or f"structure{ciblee.structure_id}@{DOMAIN}"
            name = ciblee.structure.contact_name or "Direction"
            grant = accounts.send_link(reponses.LIEN, ciblee, name=name[:120], email=email, actor=actor)
        if way == 0:
            with clock.replay(_day(-12, 60 + index)):
                reponses.answer_by_link(
                    ciblee, values, actor=holder(grant), expected_version=0, commentaire=remark
                )  # fmt: skip


def _remarks(ingenierie: Ingenierie, actor: Actor) -> None:
    """The first ones were examined with partners; the last waits."""
    rows = CommentaireStructure.objects.filter(structure_ciblee__ingenierie=ingenierie)
    rows = list(rows.select_related("structure_ciblee__ingenierie").order_by("pk"))
    partners = list(ingenierie.partenaires_projet.order_by("pk")[:2])
    with clock.replay(_day(-5)):
        for row, (sort, why) in zip(rows, _SORTS, strict=False):
            values = {"sort": sort, "pourquoi": why}
            reponses.treat_comment(row, values, partners, actor=actor, expected_version=None)


def _partner(ingenierie: Ingenierie, actor: Actor, number: int) -> None:
    """A prestataire published in the région gives its impressions; it has yet to answer on the scenarios."""
    published = Publication.objects.current().filter(region=ingenierie.pilote.region).values("prestataire")
    members = Membre.objects.active().filter(prestataire__in=published).select_related("prestataire", "user")
    asked = ingenierie.prestataires_consultes.values("prestataire")
    found = list(members.exclude(prestataire__in=asked).order_by("prestataire_id", "pk"))
    if not found:
        return
    member = found[number % len(found)]
    with clock.replay(_day(-22)):
        done = associate(ingenierie, [member.prestataire], actor=actor)
        if not done.rows:
            return
        row = done.rows[0]
        row.ingenierie = ingenierie
        values = {
            "moment": "identifier",
            "question": QUESTIONS[Moment.IDENTIFIER],
            "donne_a_lire": prestataires.known(ingenierie, "identifier"),
            "attendue_le": clock.today() + dt.timedelta(days=14),
        }
        first = prestataires.ask(row, values, actor=actor)
    with clock.replay(_day(-18)):
        prestataires.answer(first, _IMPRESSIONS, actor=accounts.actor_for(member.user))
    with clock.replay(_day(-4)):
        second = prestataires.ask(
            row,
            {
                "moment": "confirmer",
                "question": "Quel rythme et quelle période conviendraient ? Que faut-il prévoir en logistique ?",
                "donne_a_lire": prestataires.known(ingenierie, "confirmer"),
                "attendue_le": clock.today() + dt.timedelta(days=14),
            },
            actor=actor,
        )
        email = f"avis{second.pk}@{DOMAIN}"
        accounts.send_link(prestataires.LIEN, second, name="Direction du cabinet", email=email, actor=actor)


def _selection(key: str, actor: Actor) -> None:
    """A partner asked for names: a selection, and its link."""
    agreeing = selection.agreeing(Prestataire.objects.visible_to(actor).values("pk")).order_by("prestataire_id")[:3]
    chosen = [publication.prestataire for publication in agreeing.select_related("prestataire")]
    if not chosen:
        return
    with clock.replay(_day(-6)):
        made = selections.share(
            chosen,
            {
                "titre": "Prestataires pour l’appui aux associations du territoire",
                "message": "À votre demande, ceux du portefeuille régional qui interviennent près de chez vous.",
            },
            actor=actor,
        )
        accounts.send_link(
            selections.LIEN, made, name="Service vie associative", email=f"selection.{key}@{DOMAIN}", actor=actor
        )
