"""What each evaluator writes: an appreciation per family and candidate, ratings; then « ma lecture est terminée »."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from consultations.appel.models import Invitation
from consultations.lecture.candidats import candidats
from consultations.lecture.enums import NOTES, Famille
from consultations.lecture.modele import modele
from consultations.lecture.models import Appreciation, Evaluateur, Lecture, Note
from consultations.lecture.services.lecteurs import acting
from core import clock, journal
from core.actor import Actor
from core.editing import changed_meanwhile
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.text import typed_text
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "consultations.lecture": "a enregistré la lecture d’une proposition",
        "consultations.lecture_terminee": "a terminé sa lecture des propositions",
    }
)
DECLARE_FIRST = "Dites d’abord si vous avez un conflit d’intérêts avec l’un des candidats."


def lecture_of(evaluateur: Evaluateur, invitation: Invitation) -> Lecture:
    """What this evaluator wrote of this candidate, or a reading not saved yet (version 0)."""
    found = Lecture.objects.filter(evaluateur=evaluateur, invitation=invitation).first()
    return found or Lecture(evaluateur=evaluateur, invitation=invitation, version=0)


@transaction.atomic
def save_lecture(
    evaluateur: Evaluateur,
    invitation: Invitation,
    textes: Mapping[str, str],
    notes: Mapping[int, int | None] | None = None,
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> Lecture:
    """Keep the appreciations (``{famille: texte}``, empty: none) and ratings (``{criterion: 0 to 4 or None}``) of one
    evaluator on one candidate. Rows are the evaluator's own: two people never write over each other.

    Raises ``NotAllowed`` (somebody else, nothing declared yet, a candidate set aside, readings over), ``LinkClosed``,
    ``InvalidInput`` (unknown family or criterion, rating out of range), ``EditConflict`` (two tabs).
    """
    locked, appel = acting(evaluateur, actor)
    if locked.conflit is None:
        raise NotAllowed(DECLARE_FIRST)
    if locked.recusees.filter(pk=invitation.pk).exists():
        raise NotAllowed("Vous avez déclaré un conflit d’intérêts avec ce candidat : vous ne lisez pas sa proposition.")
    if invitation.pk not in {c.invitation.pk for c in candidats(appel)}:
        raise NotAllowed("Ce prestataire n’a pas de proposition à lire.")
    texts = _texts(appel.ingenierie.is_individuelle, textes)
    marks = _marks(locked, notes or {})
    lecture = lecture_of(locked, invitation)
    if expected_version is not None and lecture.version != expected_version:
        raise changed_meanwhile(
            _with_texts(lecture), journal.entries_since(lecture, expected_version) if lecture.pk else []
        )
    before = {a.famille: a.texte for a in lecture.appreciations.all()} if lecture.pk else {}
    rated = {n.critere_id: n.note for n in lecture.notes.all()} if lecture.pk else {}
    kept = {code: text for code, text in {**before, **texts}.items() if text}
    noted = {pk: note for pk, note in {**rated, **marks}.items() if note is not None}
    if lecture.pk and kept == before and noted == rated:
        return lecture
    lecture.at = clock.now()
    lecture.version += 1
    lecture.save()
    lecture.appreciations.all().delete()
    lecture.notes.all().delete()
    Appreciation.objects.bulk_create(Appreciation(lecture=lecture, famille=f, texte=t) for f, t in kept.items())
    Note.objects.bulk_create(Note(lecture=lecture, critere_id=pk, note=note) for pk, note in noted.items())
    told = {"candidat": (None, str(invitation.prestataire)), "appréciations": None}
    journal.record(actor, "consultations.lecture", lecture, scope=appel.ingenierie, changes=told)
    touch(appel.ingenierie_id)
    return lecture


def _with_texts(lecture: Lecture) -> Lecture:
    """The recorded texts as attributes named as the fields of the form, to be compared with one's own."""
    if lecture.pk:
        for row in lecture.appreciations.all():
            setattr(lecture, row.famille, row.texte)
        for note in lecture.notes.all():
            setattr(lecture, f"note_{note.critere_id}", str(note.note))
    return lecture


def _texts(individuelle: bool, textes: Mapping[str, str]) -> dict[str, str]:
    known = {family.code.value for family in modele(individuelle=individuelle)}
    if set(textes) - known:
        raise InvalidInput("Cette famille n’est pas dans la grille : rechargez la page.")
    return {code: typed_text(text or "", limit=6000) for code, text in textes.items()}


def _marks(evaluateur: Evaluateur, notes: Mapping[int, int | None]) -> dict[int, int | None]:
    judged = set(evaluateur.grille.criteres.filter(fait="").values_list("pk", flat=True))
    if set(notes) - judged:
        raise InvalidInput("Ce critère ne se note pas : rechargez la page.")
    if any(note is not None and note not in NOTES for note in notes.values()):
        raise InvalidInput("Une note va de 0 à 4.")
    return dict(notes)


def missing(evaluateur: Evaluateur) -> list[str]:
    """What the evaluator has still to do before her reading is finished, in words."""
    if evaluateur.conflit is None:
        return [DECLARE_FIRST]
    appel = evaluateur.grille.appel
    aside = set(evaluateur.recusees.values_list("pk", flat=True))
    expected = {
        family.code.value: family.code.label
        for family in modele(individuelle=appel.ingenierie.is_individuelle)
        if family.code != Famille.AUTRES and any(not row.fait for row in family.criteres)
    }
    written: dict[int, set[str]] = {}
    for row in Appreciation.objects.filter(lecture__evaluateur=evaluateur).values("lecture__invitation", "famille"):
        written.setdefault(row["lecture__invitation"], set()).add(row["famille"])
    lacks = []
    for candidat in candidats(appel):
        if candidat.invitation.pk in aside:
            continue
        without = [label for code, label in expected.items() if code not in written.get(candidat.invitation.pk, set())]
        if without and len(without) == len(expected):
            lacks.append(f"{candidat.nom} : à lire.")
        elif without:
            lacks.append(f"{candidat.nom} : il manque une appréciation pour {', '.join(f'« {w} »' for w in without)}.")
    return lacks


@transaction.atomic
def finish(evaluateur: Evaluateur, *, actor: Actor) -> Evaluateur:
    """« Ma lecture est terminée »: from then on the evaluator reads those of the others. Twice is once.

    Raises ``NotAllowed``, ``LinkClosed``; ``ConditionsNotMet`` while a family of a candidate has no appreciation.
    """
    locked, appel = acting(evaluateur, actor)
    if locked.enregistre_at is not None:
        return locked
    lacks = missing(locked)
    if lacks:
        raise ConditionsNotMet("Votre lecture n’est pas terminée.", reasons=lacks)
    locked.enregistre_at = clock.now()
    locked.version += 1
    locked.save()
    changes = {"enregistre_at": (None, locked.enregistre_at)}
    journal.record(actor, "consultations.lecture_terminee", locked, scope=appel.ingenierie, changes=changes)
    touch(appel.ingenierie_id)
    return locked
