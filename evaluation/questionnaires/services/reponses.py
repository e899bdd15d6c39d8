"""What is answered: by link, in the room, in the prestataire's space, typed by the team; commented once closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from accounts import services as accounts
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, changed_meanwhile, checked, create, lock
from core.errors import DomainError, InvalidInput, NotAllowed, StaleState
from core.text import normalise, typed_text
from evaluation.questionnaires.contenu import Ligne, commented, definition_of, lignes_for
from evaluation.questionnaires.enums import SAISIES, EtatQuestionnaire, EtatRepondant, Forme, SorteRepondant, Voie
from evaluation.questionnaires.models import Commentaire, Questionnaire, Repondant, Reponse
from evaluation.questionnaires.permissions import why_not_answer_here, why_not_write
from evaluation.questionnaires.services.repondants import LIEN
from missions.conventions.models import Convention
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "evaluation.reponse": "a répondu à un questionnaire",
        "evaluation.reponse_saisie": "a saisi une réponse à un questionnaire",
        "evaluation.commentaire": "a commenté les réponses à un questionnaire",
    }
)

CLOSED = "Les réponses à ce questionnaire sont closes."
NOT_YET = "Ce questionnaire n’est pas encore ouvert aux réponses."
#: What is told of the answer as a whole, beside the answers.
DETAILS = ("nom", "fonction", "nom_visible", "le", "organisme", "structure")
_TEXTE = 8000

#: code of the question -> (valeur, texte)
Valeurs = Mapping[str, tuple[str, str]]


class QuestionnaireChange(StaleState):
    """Questions that were answered are not asked any more; ``vanished`` is what was typed for them."""

    title = "Le questionnaire a changé pendant que vous répondiez"

    def __init__(self, vanished: Mapping[str, tuple[str, str]]):
        super().__init__(
            "Des questions ont changé pendant que vous répondiez. Ce que vous aviez écrit est ci-dessous : relisez, "
            "puis enregistrez de nouveau."
        )
        self.vanished = dict(vanished)


class DejaRepondu(DomainError):
    """One answer a person: this phone has already answered."""

    title = "Vous avez déjà répondu"


def valeurs_of(repondant: Repondant) -> dict[str, tuple[str, str]]:
    """What somebody has answered so far, by code."""
    return {row.code: (row.valeur, row.texte) for row in repondant.reponses.all()}


# --- Values ---------------------------------------------------------------------------------------------------------


def _number(raw: str, ligne: Ligne) -> str:
    try:
        number = Decimal(raw.replace("\u202f", "").replace("\xa0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise InvalidInput(f"{ligne.texte} : écrivez un nombre.") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
        raise InvalidInput(f"{ligne.texte} : ce nombre n’est pas possible.")
    return format(number.normalize(), "f")


def read_values(valeurs: Valeurs, lignes: Mapping[str, Ligne]) -> dict[str, tuple[str, str]]:
    """``valeurs`` as they are recorded. Raises ``InvalidInput`` naming each question at fault,
    ``QuestionnaireChange`` when something was typed for a question that is not asked (any more)."""
    faults, found, vanished = [], {}, {}
    for code, (valeur, texte) in valeurs.items():
        valeur, ligne = str(valeur or "").strip(), lignes.get(code)
        if ligne is None:
            if valeur or str(texte or "").strip():
                vanished[code] = (valeur, str(texte or ""))
            continue
        try:
            texte = typed_text(str(texte or ""), limit=_TEXTE).strip()
            if valeur and ligne.forme == Forme.NOMBRE:
                valeur = _number(valeur, ligne)
            elif valeur and valeur not in {offered for offered, _ in ligne.choix}:
                raise InvalidInput(f"{ligne.texte} : cette réponse n’est pas proposée.")
        except InvalidInput as error:
            faults.append(error.sentence)
            continue
        found[code] = (valeur, texte)
    if faults:
        raise InvalidInput(" ".join(faults), reasons=faults if len(faults) > 1 else ())
    if vanished:
        raise QuestionnaireChange(vanished)
    return found


def _write(row: Repondant, found: Mapping[str, tuple[str, str]], lignes: Mapping[str, Ligne], *, envoyer: bool) -> None:
    """Write the answers of a locked respondent: three queries, whatever their number."""
    there = {reponse.code: reponse for reponse in row.reponses.all()}
    new, changed, gone = [], [], []
    whole = {**{code: (r.valeur, r.texte) for code, r in there.items()}, **found}
    if envoyer:
        given = {code: valeur for code, (valeur, _) in whole.items()}
        whole = {code: said for code, said in whole.items() if code in lignes and lignes[code].applies(given)}
        if not any(valeur or texte for valeur, texte in whole.values()):
            raise InvalidInput("Répondez au moins à une question.")
    for code in {**there, **found}:
        valeur, texte = whole.get(code, ("", ""))
        known = there.get(code)
        if not valeur and not texte:
            if known is not None:
                gone.append(known.pk)
        elif known is None:
            new.append(Reponse(repondant=row, code=code, valeur=valeur, texte=texte))
        elif (known.valeur, known.texte) != (valeur, texte):
            known.valeur, known.texte = valeur, texte
            changed.append(known)
    Reponse.objects.filter(pk__in=gone).delete()
    Reponse.objects.bulk_create(new)
    Reponse.objects.bulk_update(changed, ["valeur", "texte"])


# --- Answering ------------------------------------------------------------------------------------------------------


def _open(locked: Questionnaire) -> None:
    if not locked.is_open:
        raise NotAllowed(NOT_YET if locked.state == EtatQuestionnaire.PREPARATION else CLOSED)


def _way(repondant: Repondant, voie: str, actor: Actor) -> str:
    """By which way ``actor`` answers for ``repondant``. Raises ``NotAllowed``."""
    prevu = definition_of(repondant.questionnaire).repondant(repondant.sorte)
    voies = prevu.voies if prevu else ()
    if actor.kind == "link":
        voie = Voie.LIEN
    elif voie == Voie.ESPACE or (actor.membership is None and not actor.is_system):
        voie = Voie.ESPACE
        if refusal := why_not_answer_here(actor, repondant):
            raise NotAllowed(refusal)
    else:
        if refusal := why_not_write(actor, repondant.questionnaire):
            raise NotAllowed(refusal)
        voie = voie or (Voie.EQUIPE if Voie.EQUIPE in voies else "")
        if voie not in (*SAISIES, Voie.EQUIPE):
            raise InvalidInput("Dites comment cette réponse vous est parvenue : visite, téléphone ou papier.")
    if voie not in voies:
        raise NotAllowed("Ce questionnaire ne reçoit pas de réponse par cette voie.")
    return Voie(voie).value


def _dated(details: Mapping[str, Any], voie: str) -> dt.date:
    le = details.get("le") if voie in SAISIES else None
    if voie in SAISIES and le is None:
        raise InvalidInput("Dites à quelle date cette réponse a été donnée.")
    if le is not None and le > clock.today():
        raise InvalidInput("Cette réponse n’a pas pu être donnée à une date à venir.")
    return le or clock.today()


@transaction.atomic
def answer(
    repondant: Repondant,
    valeurs: Valeurs,
    actor: Actor,
    envoyer: bool,
    *,
    version: int | None = None,
    voie: str = "",
    details: Mapping[str, Any] | None = None,
) -> Repondant:
    """Keep what is answered, as a draft or for good (``envoyer``). Questions left out of ``valeurs`` stay as they are.

    By whoever holds its link, by the prestataire in its space, or typed by the team (``voie``; ``details['le']`` is
    then the real date). A single sending: an answer that was sent by somebody is not altered by anybody else.

    Raises ``NotAllowed`` (closed, another link, another prestataire), ``LinkClosed``, ``EditConflict``,
    ``InvalidInput``, ``QuestionnaireChange``.
    """
    details = {name: value for name, value in (details or {}).items() if name in DETAILS}
    locked = _locked(repondant.questionnaire)
    repondant.questionnaire = locked
    grant = accounts.take(actor, LIEN, repondant) if actor.kind == "link" else None
    voie = _way(repondant, voie, actor)
    _open(locked)
    row = lock(repondant)
    row.questionnaire = locked
    if row.has_answered and (row.voie != voie and not {row.voie, voie} <= {*SAISIES}):
        raise NotAllowed("Cette réponse a déjà été donnée : elle reste telle qu’elle a été reçue.")
    if row.has_answered and voie in (Voie.LIEN, Voie.ESPACE):
        # A second link (another address of the same person) gives no second answer either.
        raise NotAllowed("Votre réponse a été envoyée : elle ne change plus.")
    if version is not None and version != row.version:
        row.reponses_now = valeurs_of(row)
        raise changed_meanwhile(row, journal.entries_since(row, version))
    lignes = lignes_for(locked, row.sorte)
    found = read_values(valeurs, lignes)
    envoyer = envoyer or row.has_answered
    le = _dated(details, voie) if envoyer or details.get("le") else None
    values = checked(row, {**details, "le": le}, only=DETAILS)
    _write(row, found, lignes, envoyer=envoyer)
    _settle(row, values, actor, voie, envoyer=envoyer)
    if grant is not None and envoyer:
        accounts.answered(grant)
    return row


def _locked(questionnaire: Questionnaire) -> Questionnaire:
    """Locked first by whatever answers, asks or closes: nothing arrives once it is closed."""
    locked = lock(questionnaire)
    locked.ingenierie, locked.convention = questionnaire.ingenierie, questionnaire.convention
    return locked


def _settle(row: Repondant, values: Mapping[str, Any], actor: Actor, voie: str, *, envoyer: bool) -> None:
    """Where a locked respondent stands after its answers were written."""
    for name, value in values.items():
        setattr(row, name, value)
    row.voie, row.version = voie, row.version + 1
    typed = voie in (*SAISIES, Voie.EQUIPE)
    row.par = actor.label[:200] if typed else ""
    before = row.state
    row.state = EtatRepondant.REPONDU if envoyer else EtatRepondant.BROUILLON
    if not envoyer:
        row.save()
        return
    row.repondu_at = clock.now()
    row.save()
    ingenierie = row.questionnaire.ingenierie
    # Whoever has no account is told by its organism: the journal keeps no name for good.
    told = f"{str(row)[:150]} ({Voie(voie).label})"
    who = Actor(actor.kind, told, grant=actor.grant) if actor.kind in ("link", "anonymous") else actor
    journal.record(
        who, "evaluation.reponse_saisie" if typed else "evaluation.reponse", row, scope=ingenierie,
        changes={"state": (before, row.state), "voie": ("", voie)},
    )  # fmt: skip
    touch(ingenierie.pk, ended=row.questionnaire.mois is not None)


# --- In the room ----------------------------------------------------------------------------------------------------


def salle_refusal(questionnaire: Questionnaire) -> str:
    """Why the room receives no answer now, or ``""``."""
    now = clock.now()
    if questionnaire.state == EtatQuestionnaire.PREPARATION:
        return NOT_YET
    if not questionnaire.is_open or (questionnaire.salle_jusqua is not None and questionnaire.salle_jusqua <= now):
        return CLOSED
    if questionnaire.salle_des is not None and now < questionnaire.salle_des:
        return NOT_YET
    return ""


def _expected(locked: Questionnaire, sorte: str, told: Mapping[str, Any]) -> Repondant | None:
    """The one person of this name who is expected of this structure: in the room it is she who answers, and she is
    not written to again."""
    name = normalise(told.get("nom") or "")
    if not name or told.get("structure") is None:
        return None
    rows = locked.repondants.filter(sorte=sorte, structure=told["structure"], state=EtatRepondant.ATTENDU)
    found = [row for row in rows if normalise(row.nom) == name]
    if len(found) != 1:
        return None
    row = lock(found[0])
    row.questionnaire = locked
    return row


@transaction.atomic
def answer_in_room(
    questionnaire: Questionnaire,
    valeurs: Valeurs,
    details: Mapping[str, Any],
    appareil: str,
    sorte: str = SorteRepondant.PARTICIPANT,
) -> Repondant:
    """One answer by the QR code, from one phone (``appareil``: its mark, hashed), without account.

    Raises ``NotAllowed`` (closed, not asked this way), ``DejaRepondu``, ``InvalidInput``, ``QuestionnaireChange``.
    """
    locked = _locked(questionnaire)
    prevu = definition_of(locked).repondant(sorte)
    if prevu is None or Voie.SALLE not in prevu.voies:
        raise NotAllowed("Ce questionnaire ne reçoit pas de réponse par cette voie.")
    if refusal := salle_refusal(locked):
        raise NotAllowed(refusal)
    if locked.repondants.filter(appareil=appareil).exists():
        raise DejaRepondu("Une réponse a déjà été donnée depuis cet appareil : elle est bien reçue.")
    structure = details.get("structure")
    if structure is not None and structure.ingenierie_id != locked.ingenierie_id:
        raise InvalidInput("Choisissez votre structure dans la liste, ou « autre ».")
    told = {name: value for name, value in details.items() if name in DETAILS}
    told["organisme"] = (told.get("organisme") or (str(structure) if structure is not None else ""))[:200]
    if not told["organisme"].strip():
        raise InvalidInput("Choisissez votre structure dans la liste, ou écrivez son nom.")
    row = _expected(locked, sorte, told) or Repondant(questionnaire=locked, sorte=sorte)
    row.appareil = appareil
    lignes = lignes_for(locked, sorte)
    found = read_values(valeurs, lignes)
    values = checked(row, {**told, "le": clock.today()}, only=DETAILS, constraints=False)
    for name, value in values.items():
        setattr(row, name, value)
    row.voie = Voie.SALLE
    row.save()
    _write(row, found, lignes, envoyer=True)
    _settle(row, {}, Actor.anonymous(), Voie.SALLE, envoyer=True)
    return row


# --- Commenting -----------------------------------------------------------------------------------------------------


@transaction.atomic
def comment(
    questionnaire: Questionnaire, sorte: str, code: str, texte: str, actor: Actor, version: int | None = None
) -> Commentaire | None:
    """What ``sorte`` says of the answers to one row, once they are closed; an empty text takes its comment away.

    Raises ``NotAllowed`` (not closed, not of this prestataire, not a row it comments), ``InvalidInput``,
    ``EditConflict``.
    """
    locked = _locked(questionnaire)
    mine = Convention.objects.for_prestataire(actor).standing().filter(ingenierie=locked.ingenierie_id)
    if locked.convention_id:
        mine = mine.filter(pk=locked.convention_id)
    if sorte != SorteRepondant.PRESTATAIRE or not mine.exists():
        raise NotAllowed("Seules les personnes de ce prestataire commentent ici.")
    if locked.state != EtatQuestionnaire.CLOS:
        raise NotAllowed("Les réponses se commentent une fois closes, et jusqu’à ce que le questionnaire soit terminé.")
    if code not in {ligne.code for partie in commented(locked, sorte) for ligne in partie.lignes}:
        raise NotAllowed("Cette question ne se commente pas.")
    texte = typed_text(texte, limit=4000).strip()
    known = Commentaire.objects.filter(questionnaire=locked, sorte=sorte, code=code).first()
    told: dict[str, Any] = {"texte": texte, "at": clock.now(), "par": actor.label[:200]}
    scope = locked.ingenierie
    if known is None:
        if not texte:
            return None
        row = Commentaire(questionnaire=locked, sorte=sorte, code=code, **told)
        found = create(row, actor=actor, verb="evaluation.commentaire", scope=scope)
    elif not texte:
        lock(known, version).delete()
        found = None
    else:
        if known.texte == texte:
            return known
        found = apply_changes(
            known, told, actor=actor, verb="evaluation.commentaire", expected_version=version, scope=scope
        )
    touch(locked.ingenierie_id)
    return found
