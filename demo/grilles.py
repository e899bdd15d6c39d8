"""The grids of evaluation of the missions, in each state: in preparation, open with silent participants, with the
prestataire (late or not), given back, over and given back; a structure that is critical, another that is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

from accounts import services as accounts
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from evaluation.grilles.permissions import why_not_end
from evaluation.grilles.reading import read_grille
from evaluation.grilles.services import preparation, remise, suites
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.contenu import lignes_for
from evaluation.questionnaires.enums import SorteRepondant, Voie
from evaluation.questionnaires.models import Questionnaire, Repondant
from missions.conventions.models import Convention
from partners.portfolio.prestataire.models import Membre
from projects.enums import Cycle, Etat
from projects.ingenierie.models import Ingenierie

#: So many participants answer a grid, at most.
PARTICIPANTS = 9
_SATISFIED = (
    ("c2a", "Le rythme d’une journée par mois nous a laissé le temps d’essayer."),
    ("c2c", "Les outils sont simples, nous nous en servons encore."),
    ("c3b", "Chacun a pu parler, même les plus petites structures."),
    ("c4_autres", "Deux structures du groupe vont partager un poste."),
    ("i4_autres", "Le bureau se réunit désormais sans nous attendre."),
    ("i3b", "Nous avons pu dire ce qui n’allait pas."),
)
_CRITICAL = (
    ("c2b", "L’intervenant connaissait peu notre secteur."),
    ("c2c", "Les documents sont arrivés après les séances."),
    ("c3c", "Pas de réponse à nos questions entre deux journées."),
    ("c4:1", "Nous n’y sommes pas encore : il faudrait une séance de plus."),
    ("i2c", "Nous ne savons pas tenir le tableau sans le consultant."),
    ("i2b", "Beaucoup de généralités au début, mieux ensuite."),
    ("i4:2", "Le projet est écrit, pas encore voté."),
)
_PRESTATAIRE = (
    "Les documents ont été envoyés la veille, à la demande du groupe.",
    "Nous avons fait appel à un second consultant à partir de la troisième séance.",
    "D’accord : une demi-journée de suivi aurait aidé.",
)
_CAUSES = (
    "Calendrier resserré par le report de la première séance ; attentes de départ très différentes d’une structure à "
    "l’autre."
)
_RESTITUTION = (
    "Mission conforme au cahier des charges, délais tenus. Animation appréciée de tous ; les outils sont à remettre "
    "plus tôt. Trois participants souhaitaient une présence entre les séances : à prévoir au prochain projet."
)
_COMITE = "Convenu à la réunion de lancement : une page de synthèse, sans le nom des participants. Remise en séance."
#: The states of the collective missions, one each: how many days ago what was done.
_COURSES: tuple[dict[str, Any], ...] = (
    {"prepare": 3},
    {"prepare": 12, "answers": 6, "share": 0.5},
    {"prepare": 24, "answers": 14, "hand": 5, "critical": 2},
    {"prepare": 60, "answers": 45, "hand": 24, "critical": 1},
    {"prepare": 40, "answers": 30, "hand": 20, "critical": 1, "back": 4},
    {"prepare": 75, "answers": 60, "hand": 50, "critical": 2, "back": 41, "end": 34, "montre": True},
)


def _convention(ingenierie: Ingenierie) -> Convention | None:
    found = Convention.objects.signed().standing().filter(ingenierie=ingenierie)
    return found.select_related(
        "ingenierie__pilote", "ingenierie__charge_mission", "choix__prestataire", "version_cahier"
    ).first()


def of(ingenierie: Ingenierie) -> Questionnaire | None:
    """Its grid, fresh."""
    convention = _convention(ingenierie)
    found = preparation.grille_of(convention) if convention is not None else None
    if found is not None:
        found.convention, found.ingenierie = convention, convention.ingenierie
    return found


# --- What is done, at the present instant ----------------------------------------------------------------------------


def prepare(ingenierie: Ingenierie, *, actor: Actor) -> None:
    convention = _convention(ingenierie)
    if convention is not None:
        preparation.prepare_grille(convention, actor=actor)


def answers(
    ingenierie: Ingenierie, *, actor: Actor, share: float = 1.0, critical: int = 0, structure: bool = True
) -> None:
    """Opened; the first part by the chargé de mission, then those who are asked: ``critical`` of them are not happy, a
    part of them (1 - ``share``) says nothing; ``structure``: that of an individuelle answers too."""
    grille = of(ingenierie)
    if grille is None:
        return
    asking.perform_action(grille, "ouvrir", actor=actor, expected_state="preparation")
    grille = of(ingenierie)
    rows = list(Repondant.objects.filter(questionnaire=grille).order_by("pk"))
    random = Random(f"{ingenierie.titre}:grille")
    people = [row for row in rows if row.sorte == SorteRepondant.PARTICIPANT][:PARTICIPANTS]
    kept = people[: max(1, round(len(people) * share))]
    for number, row in enumerate(rows):
        row.questionnaire = grille
        if row.sorte == SorteRepondant.CHARGE_MISSION:
            _answer(row, actor, random, voie="")
        elif row in kept:
            _answer(row, actor, random, voie=random.choice((Voie.PAPIER, Voie.TELEPHONE)), critical=number <= critical)
        elif row.sorte == SorteRepondant.STRUCTURE and structure:
            _answer(row, actor, random, voie=Voie.VISITE, critical=bool(critical))


def _answer(row: Repondant, actor: Actor, random: Random, *, voie: str, critical: bool = False) -> None:
    words = dict(_CRITICAL if critical else _SATISFIED)
    valeurs: dict[str, tuple[str, str]] = {}
    for code, ligne in lignes_for(row.questionnaire, row.sorte).items():
        if not ligne.choix:
            if code in words and random.random() < 0.5:
                valeurs[code] = ("", words[code])
            continue
        refused = critical and code in words
        valeur = "non" if refused or random.random() < 0.05 else "oui"
        said = words.get(code, "") if refused or random.random() < 0.6 else ""
        valeurs[code] = (valeur, said)
    given = {code: valeur for code, (valeur, _) in valeurs.items()}
    kept = {
        code: pair for code, pair in valeurs.items() if lignes_for(row.questionnaire, row.sorte)[code].wanted(given)
    }
    details: dict[str, Any] = {"nom_visible": random.random() < 0.3}
    if voie:
        details["le"] = clock.today()
    asking.answer(row, kept, actor, True, voie=voie, details=details)


def hand(ingenierie: Ingenierie, *, actor: Actor) -> None:
    grille = of(ingenierie)
    if grille is not None:
        remise.hand_over(grille, actor=actor, expected_state=grille.state)


def _prestataire(grille: Questionnaire) -> Actor | None:
    """Somebody of the prestataire who signs in."""
    rows = Membre.objects.active().filter(prestataire=grille.convention.choix.prestataire)
    member = rows.select_related("user").order_by("-role", "pk").first()
    return Actor.for_user(member.user) if member is not None else None


def back(ingenierie: Ingenierie, *, actor: Actor, give: bool = True) -> None:
    """The prestataire comments some of the rows that were answered « non », then gives the grid back."""
    grille = of(ingenierie)
    person = _prestataire(grille) if grille is not None else None
    if person is None:
        return
    refused = [row.code for part in read_grille(grille, pour_equipe=False).parties for row in part.lignes if row.non]
    said = {code: (texte, 0) for code, texte in zip(refused, _PRESTATAIRE, strict=False)}
    if said:
        remise.comment(grille, said, actor=person)
    if give:
        remise.give_back(grille, actor=person)


def end(ingenierie: Ingenierie, *, actor: Actor, montre: bool = False) -> None:
    """Over: causes, restitution, comité de pilotage, what goes to the plan; ``montre``: the region reads it."""
    grille = of(ingenierie)
    if grille is None or grille.state != "clos" or why_not_end(grille):
        return
    suites.write_causes(grille, _CAUSES, actor=actor)
    asking.perform_action(of(ingenierie), "terminer", actor=actor, expected_state="clos")
    told = {"le": clock.today(), "moyen": "rencontre", "texte": _RESTITUTION}
    suites.tell(of(ingenierie), "prestataire", told, actor=actor)
    suites.tell(of(ingenierie), "comite", {"le": clock.today(), "moyen": "document", "texte": _COMITE}, actor=actor)
    items = suites.a_porter(of(ingenierie), read_grille(of(ingenierie), pour_equipe=True), actor)
    for item in [item for item in items if not item.refusal and not item.url][:2]:
        suites.carry(of(ingenierie), item, actor=actor)
    if montre:
        asking.show_region(of(ingenierie), True, actor=actor)


# --- The stories ----------------------------------------------------------------------------------------------------


def individuelle(etape: str, key: str, ingenierie: Callable[[], Ingenierie], actor: Actor) -> list[Callable[[], Any]]:
    """What happens in an ingénierie individuelle: the closed one is told whole, with a structure that is critical; of
    those under way, one is with the prestataire, the structure of the other says nothing yet."""
    critical = Random(f"{key}:grille").random() < 0.6 or etape == Etat.CLOTURE
    told: list[Callable[[], Any]] = [lambda: prepare(ingenierie(), actor=actor)]
    whole = etape == Etat.CLOTURE or key.startswith("gouvernance")
    told.append(lambda: answers(ingenierie(), actor=actor, critical=int(critical), structure=whole))
    if whole:
        told.append(lambda: hand(ingenierie(), actor=actor))
    if etape == Etat.CLOTURE:
        told += [lambda: back(ingenierie(), actor=actor), lambda: end(ingenierie(), actor=actor)]
    return told


def load(marks: Marks) -> None:
    """The grids of the collective missions under way, each in its state; nothing when they are there."""
    if "grilles" in marks:
        return
    rows = Ingenierie.objects.filter(cycle=Cycle.COLLECTIVE, state=Etat.FINALISER, charge_mission__isnull=False)
    missions = [row for row in rows.select_related("pilote", "charge_mission").order_by("pk") if _convention(row)]
    for ingenierie, course in zip(missions, reversed(_COURSES), strict=False):
        _write(ingenierie, course)
    marks.set("grilles")


def _write(ingenierie: Ingenierie, course: dict[str, Any]) -> None:
    actor = accounts.actor_for(ingenierie.charge_mission)
    share, critical = course.get("share", 0.8), course.get("critical", 0)
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("prepare", lambda: prepare(ingenierie, actor=actor)),
        ("answers", lambda: answers(ingenierie, actor=actor, share=share, critical=critical)),
        ("hand", lambda: hand(ingenierie, actor=actor)),
        ("back", lambda: back(ingenierie, actor=actor)),
        ("end", lambda: end(ingenierie, actor=actor, montre=course.get("montre", False))),
    )
    for name, do in steps:
        if name in course:
            day = dates.next_working_day(clock.today() - dt.timedelta(days=course[name]))
            with clock.replay(dates.moment(min(day, dates.yesterday()), 75)):
                do()
