"""The syntheses of the demonstration: begun, shared with what came back, fixed, shown to the region, opened again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random

from accounts import services as accounts
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from demo.people import DOMAIN
from demo.story.course import Event, Story
from evaluation.synthese.models import DestinataireSynthese, Synthese
from evaluation.synthese.proposes import proposes
from evaluation.synthese.services import diffusion
from evaluation.synthese.services import synthese as services
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie

_RAPPEL = (
    "La fiche de présentation, la problématique telle qu’elle était posée au départ, et le tableau des résultats fixés "
    "avant l’intervention."
)
_DERNIERS = (
    "Trois structures rappelées après la dernière séance ; l’une d’elles avait quitté le groupe et dit pourquoi.",
    "Un appel au prestataire et deux aux partenaires financeurs ; une structure n’a pas répondu.",
    "Chaque structure absente de la restitution a été jointe par téléphone.",
)
_SOURCES = "- Comptes rendus des réunions et des séances\n- Rapport final du prestataire\n- Réponses aux questionnaires"
_METHODE = (
    "Un questionnaire à chaque participant à la fin de la dernière séance, puis des entretiens d’une demi-heure avec "
    "quelques structures et deux partenaires.",
    "Une grille remplie en séance, commentée par le prestataire, puis une réunion de bilan avec les partenaires.",
)
_COHERENCE = (
    "Le nombre de journées convenait aux objectifs ; la dernière, placée pendant l’été, a été la moins suivie.",
    "Les moyens étaient adaptés. Il a manqué un temps individuel aux plus petites structures.",
    "Deux journées de moins auraient suffi au collectif ; l’individuel, lui, était trop court.",
)
_COMPLEMENTARITE = (
    "Les apports du prestataire et ceux des partenaires se sont complétés, l’un sur la méthode, les autres sur le "
    "territoire.",
    "L’alternance du collectif et de l’individuel a bien fonctionné ; le réseau n’a été sollicité qu’à la fin.",
)
_PERTINENCE = (
    "Les objectifs répondaient au besoin repéré dans les diagnostics. Un second besoin est apparu en route.",
    "La problématique était juste, un peu large : chaque structure en a pris ce qui la concernait.",
)
_EFFICACITE = (
    "L’essentiel des résultats est atteint. Celui qui ne l’est pas dépendait d’un recrutement qui n’a pas eu lieu.",
    "Les outils sont en place dans deux structures sur trois ; il est trop tôt pour parler d’emplois consolidés.",
)
_EFFICIENCE = (
    "Le coût par structure est resté proche du budget ; le temps d’animation du DLA a été sous-estimé.",
    "Les moyens sont à la mesure des résultats. Une séance à distance aurait épargné des trajets.",
)
_RETENU = (
    "À refaire : la rencontre des structures avant le choix du prestataire. À éviter : deux mois sans séance. "
    "Conseil : nommer dès le départ qui garde les outils."
)
_REACTIONS = (
    "Fidèle à ce que nous avons vécu. Il faudrait dire que la salle était difficile d’accès.",
    "D’accord sur l’essentiel. Le temps passé entre les séances n’apparaît pas assez.",
)
#: Which of those still at « Finaliser » have one, and where it stands.
_ETATS = {
    "emplois-environnement": "brouillon",
    "analytique-sport-loiret": "brouillon",
    "insertion": "partagee",
    "achats-insertion-centre": "partagee",
    "recrutement-animateurs": "arretee",
}


def _texts(key: str) -> dict[str, str]:
    said = Random(f"{key}:synthese")
    return {
        "rappel": _RAPPEL,
        "derniers_elements": said.choice(_DERNIERS),
        "sources": _SOURCES,
        "methode_collecte": said.choice(_METHODE),
        "coherence": said.choice(_COHERENCE),
        "complementarite": said.choice(_COMPLEMENTARITE),
        "pertinence": said.choice(_PERTINENCE),
        "efficacite": said.choice(_EFFICACITE),
        "efficience": said.choice(_EFFICIENCE),
        "enseignements": _RETENU if said.random() < 0.6 else "",
    }


def events(story: Story) -> list[Event]:
    """The synthesis of a collective ingénierie that is closed; after its séances and its answers, whose facts it keeps
    (:mod:`demo.story.finish`)."""
    if story.row["etape"] != Etat.CLOTURE or story.passes_over("finaliser", "evaluation"):
        return []
    return [
        (0.84, lambda: write(story.ingenierie, story.key, actor=story.actor)),
        (0.86, lambda: fix(story.ingenierie, story.key, actor=story.actor)),
    ]


def load(marks: Marks) -> None:
    """Those of the ingénieries still at « Finaliser », once their séances and their grids are told."""
    if "syntheses" in marks:
        return
    for key, state in _ETATS.items():
        ingenierie = Ingenierie.objects.get(pk=marks.id_of(f"ingenierie:{key}"))
        actor = accounts.actor_for(ingenierie.charge_mission)
        for days, do in _steps(state, ingenierie, key, actor):
            with clock.replay(dates.moment(dates.yesterday() - dt.timedelta(days=days), 240)):
                do()
    marks.set("syntheses")


def _steps(state: str, ingenierie: Ingenierie, key: str, actor: Actor) -> list[tuple[int, Callable[[], None]]]:
    """What is done, and how many days before yesterday."""
    if state == "brouillon":
        return [(4, lambda: write(ingenierie, key, actor=actor, whole=False))]
    told: list[tuple[int, Callable[[], None]]] = [(6, lambda: write(ingenierie, key, actor=actor))]
    if state == "arretee":
        return [*told, (1, lambda: fix(ingenierie, key, actor=actor))]
    return [*told, (5, lambda: share(ingenierie, actor=actor)), (1, lambda: react(ingenierie, key, actor=actor))]


def of(ingenierie: Ingenierie) -> Synthese | None:
    """Its synthesis, when it has one."""
    return services.synthese_of(Ingenierie.objects.select_related("pilote__region").get(pk=ingenierie.pk))


def write(ingenierie: Ingenierie, key: str, *, actor: Actor, whole: bool = True) -> None:
    """Begun and written; half of it when it is still a draft, with the day by which it is expected."""
    fresh = Ingenierie.objects.select_related("pilote__region").get(pk=ingenierie.pk)
    synthese = services.begin(fresh, actor=actor)
    texts = _texts(key)
    if not whole:
        texts = {name: texts[name] for name in ("rappel", "sources", "coherence", "pertinence")}
    due = clock.today() + dt.timedelta(days=20)
    services.write(synthese, {**texts, "echeance": due}, actor=actor)


def _do(synthese: Synthese, action: str, *, actor: Actor, reason: str = "") -> Synthese:
    return services.perform_action(
        synthese, action, actor=actor, expected_state=synthese.state, version=synthese.version, reason=reason
    )


def share(ingenierie: Ingenierie, *, actor: Actor) -> None:
    """Shared, and sent to the comité de pilotage, to some structures, to the prestataire, to the C2RA."""
    synthese = _do(of(ingenierie), "partager", actor=actor)
    found = [one for one in proposes(synthese) if one.email.endswith(DOMAIN)][:6]
    diffusion.add_proposes(synthese, [one.cle for one in found], actor=actor)
    rows = list(synthese.destinataires.exclude(email="").values_list("pk", flat=True))
    if rows:
        diffusion.send(synthese, rows, actor=actor)


def react(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """Two reactions noted after a call; the text is taken up."""
    synthese = of(ingenierie)
    rows = DestinataireSynthese.objects.filter(synthese=synthese, version_recue__isnull=False)
    for row, said in zip(rows.order_by("pk")[:2], _REACTIONS, strict=False):
        row.synthese = synthese
        diffusion.update_destinataire(row, {"reaction": said}, actor=actor, expected_version=row.version)


def fix(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """Fixed; here and there shown to the region, or opened again and fixed anew."""
    synthese = _do(of(ingenierie), "arreter", actor=actor)
    said = Random(f"{key}:région").random()
    if said < 0.35:
        services.show_region(synthese, True, actor=actor)
    elif said > 0.9:
        again = _do(synthese, "rouvrir", actor=actor, reason="Un rapport est arrivé après coup.")
        services.write(again, {"efficacite": f"{again.efficacite} Le rapport reçu depuis le confirme."}, actor=actor)
        _do(of(ingenierie), "arreter", actor=actor)
