"""A mission with a group of two structures and a third one, its séances, and what it takes to try them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from missions.seances.models import Seance
from missions.seances.services.participants import add_participants, set_presences
from missions.seances.services.seances import create_seance, perform_seance
from mobilisation.groupes.services import add_groupe
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from tests.factories import OrganisationFactory, actor_of, member
from tests.missions import mission
from tests.projects.structures_ciblees.targeting import target

ANNOUNCED = {
    "nature": "collective",
    "titre": "Atelier 1",
    "date": dt.date(2026, 12, 3),
    "heure_debut": dt.time(14, 0),
    "heure_fin": dt.time(17, 0),
    "lieu": "Maison des associations, Tours",
}
NEXT_DAY = "2026-12-04 09:00"


def world() -> SimpleNamespace:
    """A signed convention; « Fabrique » and « Ruche » in a group, « Halle » in none, each with an address."""
    dla = OrganisationFactory(name="DLA de recette")
    user = member(dla)
    ingenierie = mission.dossier(dla, charge_mission=user)
    structures = [
        target(
            ingenierie,
            EtatMobilisation.CONFIRMEE,
            name=name,
            contact_name=f"Personne de {name}",
            contact_email=f"{name.lower()}@example.org",
        )
        for name in ("Fabrique", "Ruche", "Halle")
    ]
    ingenierie = Ingenierie.objects.get(pk=ingenierie.pk)
    groupe = add_groupe(ingenierie, actor=actor_of(user), values={"nom": "Nord"}, structures=structures[:2])
    convention = mission.signed(mission.to_sign(mission.complete(ingenierie)))
    return SimpleNamespace(
        user=user,
        actor=actor_of(user),
        convention=convention,
        consultant=mission.consultant(convention),
        groupe=groupe,
        fabrique=structures[0],
        ruche=structures[1],
        halle=structures[2],
    )


def seance(w, **values) -> Seance:
    return create_seance(w.convention, {**ANNOUNCED, **values}, actor=w.actor)


def fresh(row: Seance) -> Seance:
    rows = Seance.objects.select_related("convention__ingenierie__pilote", "convention__choix__prestataire")
    return rows.get(pk=row.pk)


def act(row: Seance, action: str, actor, **more) -> Seance:
    row = fresh(row)
    return perform_seance(row, action, actor=actor, expected_state=row.state, version=row.version, **more)


def convened(w, **values) -> Seance:
    """Convened: one person of each structure of the group, the DLA, the prestataire."""
    row = seance(w, groupe=w.groupe, **values)
    membre = w.convention.choix.prestataire.membres.get(user=w.consultant)
    keys = [f"structure-{w.fabrique.pk}", f"structure-{w.ruche.pk}", f"membre-{w.user.active_membership.pk}"]
    add_participants(row, [*keys, f"prestataire-{membre.pk}"], actor=w.actor)
    return act(row, "convoquer", w.actor)


def note(row: Seance, actor, answers: dict[str, str], **more) -> int:
    """``answers``: organism → presence."""
    rows = row.participants.expected()
    noted = {
        p.pk: ({"presence": p.presence}, {"presence": answers[p.organisme]}) for p in rows if p.organisme in answers
    }
    return set_presences(fresh(row), noted, actor=actor, **more)


def posted(row: Seance, **answers: str) -> dict[str, str]:
    """The sheet as the page sends it; ``answers``: name of the structure, small letters → presence."""
    data = {"pilote": "", "vu_pilote": ""}
    for p in row.participants.expected():
        data[f"vu_presence_{p.pk}"] = p.presence
        data[f"presence_{p.pk}"] = answers.get(p.organisme.lower(), p.presence)
    return data
