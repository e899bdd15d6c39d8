"""Answers still coming in: of the questionnaires open at the end of the demonstration, one is asked in the room (its
hours, two phones), and somebody asked by link has begun without sending."""

from __future__ import annotations

import datetime as dt
import hashlib

from accounts import services as accounts
from accounts.models import Grant
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.contenu import definition_of, lignes_for
from evaluation.questionnaires.enums import EtatQuestionnaire, SorteRepondant, Voie
from evaluation.questionnaires.models import Questionnaire, Repondant

_PHONES = (
    ("Sam D.", True, "Une journée de plus n’aurait pas été de trop."),
    ("", False, ""),
)
_BEGUN = "Nous en parlons en bureau la semaine prochaine."


def _valeurs(questionnaire: Questionnaire, sorte: str, said: str) -> dict[str, tuple[str, str]]:
    """The first answer offered to each question, and one remark."""
    found = {code: (row.choix[0][0], "") for code, row in lignes_for(questionnaire, sorte).items() if row.choix}
    first = next(iter(found), None)
    if first is not None and said:
        found[first] = (found[first][0], said)
    return found


def _in_room(questionnaire: Questionnaire, actor: Actor) -> None:
    evening = dates.moment(dates.yesterday(), 9 * 60)
    hours = {"salle_des": evening - dt.timedelta(hours=2), "salle_jusqua": clock.now() + dt.timedelta(days=7)}
    fresh = asking.set_salle(questionnaire, hours, actor, questionnaire.version)
    fresh.ingenierie, fresh.convention = questionnaire.ingenierie, questionnaire.convention
    structures = list(questionnaire.ingenierie.structures_ciblees.filter(state="confirmee").order_by("pk")[:2])
    for number, (nom, visible, said) in enumerate(_PHONES):
        told = {"nom": nom, "nom_visible": visible, "organisme": "Structure invitée"}
        if number < len(structures):
            told |= {"structure": structures[number], "organisme": ""}
        phone = hashlib.sha256(f"demonstration:{questionnaire.pk}:{number}".encode()).hexdigest()
        with clock.replay(evening + dt.timedelta(minutes=number)):
            asking.answer_in_room(
                fresh, _valeurs(fresh, SorteRepondant.PARTICIPANT, said), told, phone, SorteRepondant.PARTICIPANT
            )


def _begun(row: Repondant, actor: Actor) -> None:
    """A link that was opened, an answer that was not sent."""
    asking.ask([row], actor)
    grant = Grant.objects.of(row, asking.LIEN).first()
    if grant is None:
        return
    link = accounts.open_link(accounts.read_link(accounts.link_token(grant)), "")
    asking.answer(row, _valeurs(row.questionnaire, row.sorte, _BEGUN), link.actor, False)


def load(marks: Marks) -> None:
    """Once; nothing when no questionnaire is open."""
    if "questionnaires" in marks:
        return
    rows = Questionnaire.objects.filter(
        state=EtatQuestionnaire.OUVERT, ingenierie__charge_mission__isnull=False
    ).select_related("ingenierie__pilote", "ingenierie__charge_mission", "convention__version_cahier")
    room = begun = False
    for questionnaire in rows.order_by("pk"):
        actor = accounts.actor_for(questionnaire.ingenierie.charge_mission)
        voies = {prevu.code: prevu.voies for prevu in definition_of(questionnaire).repondants}
        if not room and Voie.SALLE in voies.get(SorteRepondant.PARTICIPANT, ()):
            _in_room(questionnaire, actor)
            room = True
        waiting = questionnaire.repondants.filter(state="attendu").exclude(email="").order_by("pk")
        row = next((r for r in waiting if Voie.LIEN in voies.get(r.sorte, ())), None)
        if not begun and row is not None:
            row.questionnaire = questionnaire
            _begun(row, actor)
            begun = True
    marks.set("questionnaires")
