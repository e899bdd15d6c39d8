"""The checklist of an ingénierie, ticked as it goes."""

from __future__ import annotations

from demo.story import special
from demo.story.course import Event, Story
from projects.demarche import services
from projects.demarche.models import ChecklistItem
from projects.methodologie import methodology


def events(story: Story, step: str, portion: float) -> list[Event]:
    """Ticking the actions of a step in their order, as far as it is done; one more is under way."""
    random = story.random
    actions = [
        action
        for phase in methodology.get(methodology.current_id("collective")).step(step).phases
        for action in phase.actions
    ]
    done = len(actions) if portion >= 1 else int(len(actions) * portion * 0.95)
    told: list[Event] = []
    for index, action in enumerate(actions[: done + 1]):
        at = min((index + 0.9) / len(actions), portion)
        note = random.choice(special.NOTES) if random.random() < 0.28 else None
        note = _told_by_the_sources(story, action.code) or note
        points = None
        if random.random() < 0.35:
            points = [point.code for point in action.points if random.random() < 0.75]
        if index >= done:
            told.append((at, lambda c=action.code, n=note: _set(story, c, "en_cours", note=n)))
        elif (action.optional or random.random() < 0.05) and not _told_by_the_sources(story, action.code):
            reason = random.choice(special.WITHOUT_OBJECT)
            told.append((at, lambda c=action.code, r=reason: _set(story, c, "sans_objet", reason=r)))
        elif random.random() > 0.05:
            told.append((at, lambda c=action.code, n=note, p=points: _set(story, c, "fait", note=n, points_vus=p)))
    if random.random() < 0.25 and portion > 0.5:
        phase = actions[-1].code.rsplit(".", 1)[0]
        told.append((0.5, lambda: _own(story, phase)))
    return told


_SOURCES = {
    "identifier.role.conception": "actions",
    "finaliser.evaluation.synthese": "points_positifs",
    "finaliser.evaluation.resultats": "points_vigilance",
    "finaliser.intervention.suivi": "calendrier",
}


def _told_by_the_sources(story: Story, code: str) -> str | None:
    """What the file tells of an action, as its note."""
    found = story.row.get(_SOURCES.get(code, ""))
    if not found:
        return None
    return found if isinstance(found, str) else "\n".join(f"- {line}" for line in found)


def _set(story: Story, code: str, state: str, **values) -> None:
    item = ChecklistItem.objects.get(ingenierie=story.ingenierie.pk, code=code)
    item.ingenierie = story.ingenierie
    services.set_item(item, actor=story.actor, state=state, **values)


_OWN = (
    "Prévenir les élus du territoire",
    "Vérifier les disponibilités des salles avec les structures",
    "Prévoir un temps de bilan avec le réseau",
    "Mettre le dossier à jour avant le comité de pilotage",
)


def _own(story: Story, phase: str) -> None:
    services.add_own_item(story.ingenierie, actor=story.actor, phase=phase, label=story.random.choice(_OWN))
