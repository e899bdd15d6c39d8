"""« La question des résultats » and what is asked again later: answered in two closed ingénieries, coming in
in a third, with a follow-up at six months and others planned."""

from __future__ import annotations

import datetime as dt
from random import Random

from accounts.services import actor_for
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from engagement.partenaires.models import PartenaireProjet
from engagement.partenaires.services import update_partenaire
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.contenu import lignes_for
from evaluation.questionnaires.enums import EtatRepondant, Forme, SorteRepondant, Voie
from evaluation.questionnaires.models import Questionnaire, Repondant, Reponse
from evaluation.resultats.enums import RESULTATS, Mois
from evaluation.resultats.models import SuiviPrevu
from evaluation.resultats.services import adaptation, besoins, suivi
from evaluation.resultats.services.adaptation import Choix
from projects.enums import Cycle, Etat
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from referentiels import lists
from referentiels.models import TypePrestation

#: Of which ingénieries: two closed ones whose results are read, one whose answers are coming in.
CLOSES, EN_COURS = ("recycleries", "qvct-petite-enfance"), "analytique-sport-loiret"
#: The one whose structures were asked again.
SUIVIE = "recycleries"
_GENRES = ("c2ra", "cnar", "autre")
#: How structures answer: mostly well, never all alike.
_PARTS = (("oui", 5), ("en_partie", 3), ("non", 2))
_SAID = (
    "Nous tenons maintenant un tableau de bord chaque mois.",
    "Le conseil d’administration s’en est saisi, pas encore l’équipe.",
    "C’était déjà fait avant l’ingénierie.",
    "Deux structures voisines nous ont rejoints depuis.",
    "Trop tôt pour le dire : les effets viendront avec le prochain exercice.",
)
_WRITTEN = {
    "c2ra": (
        "Les structures parlent désormais le même langage que leurs financeurs.",
        "Un besoin de formation des trésoriers revient dans plusieurs départements.",
        "La méthode se transmet, à condition de garder les jeux d’essai.",
    ),
    "cnar": (
        "Les outils recoupent ceux de la branche, sans les doubler.",
        "Le secteur gagnerait à un référentiel commun.",
    ),
    "prestataire": (
        "L’alternance entre séances communes et visites a fait naître de vrais échanges.",
        "Le tableau de bord a été construit par les participants eux-mêmes.",
        "Nous avons été associés dès la rédaction du cahier des charges.",
    ),
    "autre": (
        "La collectivité a pu ajuster son appel à projets.",
        "Nos objectifs propres ont été entendus, plus que pris en compte.",
    ),
    "dla": (
        "Trois réunions avec les partenaires, un comité de pilotage à chaque étape.",
        "Les liens tiennent surtout aux personnes : à consolider.",
        "Deux structures demandent un appui individuel sur leurs ressources humaines.",
    ),
}
_AUJOURDHUI = (
    "Un lieu partagé, et une seconde activité ouverte au public.",
    "La même, en plus assurée : nous refusons ce qui n’est pas financé.",
)


def prepare(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """The questionnaire, adapted: two questions put aside, one added; its partners said by kind."""
    ingenierie = Ingenierie.objects.get(pk=ingenierie.pk)
    rows = PartenaireProjet.objects.filter(ingenierie=ingenierie, genre="").select_related("partenaire", "ingenierie")
    for row, genre in zip(rows, _GENRES, strict=False):
        update_partenaire(row, {"genre": genre}, actor=actor, expected_version=None)
    made = asking.prepare(ingenierie, RESULTATS, actor)
    aside = {
        "r1_8": Choix(("structure",), "La conformité n’était pas l’objet de l’ingénierie."),
        "r3_2": Choix(("structure", "dla"), "Les structures ne sont pas d’un même secteur."),
    }
    made = adaptation.adapter(_whole(made), aside, actor=actor, version=made.version)
    made = adaptation.ajouter_question(
        _whole(made),
        actor=actor,
        partie="3",
        texte="Vous revoyez-vous entre structures, sans nous ?",
        forme=Forme.OUI_EN_PARTIE_NON.value,
        sources=(SorteRepondant.STRUCTURE.value,),
    )
    asking.perform_action(_whole(made), "ouvrir", actor=actor, expected_state="preparation")


def _whole(questionnaire: Questionnaire) -> Questionnaire:
    return Questionnaire.objects.select_related("ingenierie__pilote").get(pk=questionnaire.pk)


def of(ingenierie: Ingenierie) -> Questionnaire:
    found = Questionnaire.objects.select_related("ingenierie__pilote")
    return found.get(ingenierie=ingenierie, code=RESULTATS)


def answer(ingenierie: Ingenierie, share: float, *, actor: Actor) -> None:
    """A ``share`` of those who are asked answer, in their own way."""
    made = of(ingenierie)
    rows = list(made.repondants.filter(state=EtatRepondant.ATTENDU))
    random = Random(f"{ingenierie.titre}:resultats")
    for row in random.sample(rows, round(len(rows) * share)):
        _answer(made, row, _values(made, row, random), actor)


def _answer(made: Questionnaire, row: Repondant, values: dict[str, tuple[str, str]], actor: Actor) -> None:
    row.questionnaire = made
    voie = Voie.EQUIPE if row.sorte == SorteRepondant.DLA else Voie.TELEPHONE
    asking.answer(row, values, actor, True, voie=voie, details={"le": clock.today()})


def _values(made: Questionnaire, row: Repondant, random: Random) -> dict[str, tuple[str, str]]:
    told: dict[str, tuple[str, str]] = {}
    for code, ligne in lignes_for(made, row.sorte).items():
        if ligne.forme == Forme.TEXTE:
            told[code] = ("", random.choice(_WRITTEN.get(row.sorte, _SAID)))
        elif random.random() < 0.95:
            said = random.choices([v for v, _ in _PARTS], [n for _, n in _PARTS])[0]
            told[code] = (said, random.choice(_SAID) if random.random() < 0.2 else "")
    return told


def close(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """The answers are closed, a need is found in them, the follow-ups are planned."""
    made = of(ingenierie)
    asking.perform_action(made, "clore", actor=actor, expected_state="ouvert")
    _need(made, actor)
    asked_again = Mois.values if key == SUIVIE else [Mois.DIX_HUIT]
    for mois, day in suivi.proposees(ingenierie).items():
        if mois not in asked_again:
            continue
        # The one at six months leaves by itself: that was agreed.
        values = {"mois": mois, "le": max(day, clock.today()), "d_office": mois == Mois.SIX}
        suivi.prevoir(Ingenierie.objects.get(pk=ingenierie.pk), values, actor=actor)


def _need(made: Questionnaire, actor: Actor) -> None:
    """One of the answers about needs becomes a need of a structure."""

    said = Reponse.objects.filter(repondant__questionnaire=made, code="r6_2").exclude(texte="")
    found = said.select_related("repondant__questionnaire__ingenierie__pilote").order_by("pk").first()
    ciblees = besoins.possibles(made, actor)
    if found is None or not ciblees:
        return
    ciblee = next((row for row in ciblees if row.pk == found.repondant.structure_id), ciblees[0])
    values = {
        "type_prestation": lists.items(TypePrestation)[0],
        "priorite": 2,
        "identifie": True,
        "texte": found.texte,
    }
    besoins.relever(found, ciblee, values, actor=actor)


def events(story) -> list:
    """What is asked of the results during « Finaliser » (:mod:`demo.story.finish`)."""
    if story.key in CLOSES:
        return [
            (0.6, lambda: prepare(story.ingenierie, actor=story.actor)),
            (0.75, lambda: answer(story.ingenierie, 0.9, actor=story.actor)),
            (0.84, lambda: close(story.ingenierie, story.key, actor=story.actor)),
        ]
    if story.key == EN_COURS:
        # Early: this one is far from its end.
        return [
            (0.02, lambda: prepare(story.ingenierie, actor=story.actor)),
            (0.04, lambda: answer(story.ingenierie, 0.4, actor=story.actor)),
        ]
    return []


def load(marks: Marks) -> None:
    """One questionnaire is still being prepared; another, of an ingénierie that is over, was asked again."""
    _in_preparation(marks)
    _asked_again(marks)


def _in_preparation(marks: Marks) -> None:
    """Nobody has answered it: its questions are still chosen."""
    if "resultats:preparation" in marks:
        return
    asked = Questionnaire.objects.filter(code=RESULTATS).values("ingenierie")
    running = Ingenierie.objects.filter(state=Etat.FINALISER, cycle=Cycle.COLLECTIVE).exclude(pk__in=asked)
    ingenierie = running.select_related("charge_mission").order_by("pk").first()
    with clock.replay(dates.moment(dates.yesterday())):
        made = asking.prepare(ingenierie, RESULTATS, actor_for(ingenierie.charge_mission))
    marks.set("resultats:preparation", made)


def _asked_again(marks: Marks) -> None:
    """After the end: the follow-up at six months left by itself, and most structures answered."""
    ingenierie = Ingenierie.objects.get(pk=marks.id_of(f"ingenierie:{SUIVIE}"))
    row = SuiviPrevu.objects.select_related("ingenierie__pilote").get(ingenierie=ingenierie, mois=Mois.SIX)
    if row.questionnaire_id is not None or row.le > dates.yesterday():
        return
    system = Actor.system("suivi des ingénieries")
    with clock.replay(dates.moment(dates.next_working_day(row.le))):
        made = _whole(suivi.ouvrir(row, actor=system))
    random = Random(f"{SUIVIE}:suivi")
    people = list(made.repondants.select_related("structure__structure"))
    when = dates.moment(min(dates.next_working_day(row.le + dt.timedelta(days=9)), dates.yesterday()))
    with clock.replay(when):
        for person in people[:-1] or people:
            _answer(made, person, _today(made, person, random), system)


def _today(made: Questionnaire, person: Repondant, random: Random) -> dict[str, tuple[str, str]]:
    """What a structure says of itself six months later."""
    told = _values(made, person, random)
    ciblee: StructureCiblee | None = person.structure
    sheet = ciblee.structure if ciblee else None
    etp = float(sheet.etp or 3) if sheet else 3.0
    told |= {
        "s_etp": (f"{etp + random.choice((-0.5, 0, 0.5, 1, 1.5)):.1f}", ""),
        "s_salaries": (str(max(1, round(etp) + random.choice((0, 0, 1, 2)))), ""),
        "s_benevoles": (str(random.randint(8, 60)), ""),
        "s_budget": (
            str(int((sheet.budget or 90_000) * random.choice((96, 100, 104, 112)) / 100)) if sheet else "",
            "",
        ),
        "s_strategie": ("", random.choice(_AUJOURDHUI)),
        "s_partenaires": ("", "La communauté de communes, et une fondation depuis le printemps."),
        "s_besoins": ("", "Un appui pour notre fonction d’employeur."),
    }
    return told
