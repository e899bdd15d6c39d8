"""What the evaluation holds of somebody who answered: given to her on request; her name goes, her answers stay."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Grant, User
from accounts.personal import PERSONAL_DATA, Section
from accounts.services.erasure import forget_invitation
from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import NotAllowed
from evaluation.questionnaires.contenu import lignes_for
from evaluation.questionnaires.enums import EtatRepondant
from evaluation.questionnaires.models import Repondant
from evaluation.questionnaires.permissions import why_not_write
from evaluation.questionnaires.services.repondants import LIEN
from evaluation.questionnaires.services.reponses import valeurs_of
from projects.ingenierie.services import touch

journal.register_verbs({"evaluation.nom_efface": "a effacé le nom de quelqu’un qui répond"})


def of_user(user: User) -> list[Section]:
    """What was answered under the address of ``user``."""
    rows = Repondant.objects.filter(email__iexact=user.email).select_related(
        "questionnaire__ingenierie", "questionnaire__convention__version_cahier"
    )
    told = []
    for row in rows.prefetch_related("reponses").order_by("pk"):
        lignes = lignes_for(row.questionnaire, row.sorte)
        told.append(
            {
                "questionnaire": row.questionnaire.titre,
                "ingénierie": row.questionnaire.ingenierie.titre,
                "état": row.get_state_display(),
                "le": row.le,
                "réponses": {
                    (lignes[code].texte if code in lignes else code): [lignes[code].read(v) if code in lignes else v, t]
                    for code, (v, t) in valeurs_of(row).items()
                },
            }
        )
    return [Section("Réponses à des questionnaires d’évaluation", told)]


@transaction.atomic
def forget(repondant: Repondant, actor: Actor, version: int | None = None) -> Repondant:
    """Erase who answered (name, function, address, link): what was answered stays, said by « un participant ».

    Raises ``NotAllowed``, ``StaleState``.
    """
    questionnaire = repondant.questionnaire
    if refusal := why_not_write(actor, questionnaire):
        raise NotAllowed(refusal)
    for grant in Grant.objects.of(repondant, LIEN):
        forget_invitation(grant)
    row = lock(repondant, version, typed=False)
    # While it is open, the mark of the phone is what keeps it from answering twice.
    _erase(row, phone=not questionnaire.is_open)
    journal.record(actor, "evaluation.nom_efface", row, scope=questionnaire.ingenierie, changes={"nom": None})
    touch(questionnaire.ingenierie_id, ended=questionnaire.mois is not None)
    return row


def _erase(row: Repondant, *, phone: bool = True) -> None:
    row.nom, row.fonction, row.email, row.nom_visible = "", "", "", False
    if phone:
        row.appareil = ""
    row.version += 1
    row.save()


def due(months: int) -> list[Repondant]:
    """Those named who answered, or were asked, so many months ago."""
    before = clock.months_after(clock.today(), -months)
    named = Repondant.objects.exclude(nom="", fonction="", email="", appareil="")
    asked = named.filter(questionnaire__created_at__date__lte=before)
    return list(
        asked.exclude(state=EtatRepondant.REPONDU, le__gt=before)
        .select_related("questionnaire__ingenierie")
        .order_by("pk")
    )


def erase_old(months: int) -> int:
    """Erase the names of those whose term has come; returns how many. One transaction each."""
    actor, count = Actor.system("conservation des données"), 0
    for row in due(months):
        with transaction.atomic():
            for grant in Grant.objects.of(row, LIEN):
                forget_invitation(grant)
            _erase(lock(row))
            journal.record(
                actor, "evaluation.nom_efface", row, scope=row.questionnaire.ingenierie, changes={"nom": None}
            )
        count += 1
    return count


def register() -> None:
    """Called once by :func:`evaluation.questionnaires.providers.register`."""
    PERSONAL_DATA.register("evaluation", of_user)
