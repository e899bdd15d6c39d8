"""Parts of a récit that somebody else writes: asked by link, written as one goes, handed in, taken up text by text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from accounts import services as accounts
from accounts.in_charge import in_charge
from accounts.models import Grant
from accounts.services.erasure import forget_invitation
from accounts.services.links import OUVERT, status_of
from capitalisation.recits.apporteurs import Apporteur, demandables
from capitalisation.recits.enums import EtatContribution, EtatRecit
from capitalisation.recits.models import Contribution, Recit
from capitalisation.recits.noms import propre
from capitalisation.recits.permissions import why_not_write
from capitalisation.recits.plans import plan_of
from capitalisation.recits.reprise import Choix, provenance, valeur
from capitalisation.recits.services import ecriture
from capitalisation.recits.services.ecriture import touch_recit, writable
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, create, lock, lock_rows, remove
from core.errors import DomainError, EditConflict, InvalidInput, NotAllowed, StaleState
from core.formats import plural
from core.outbox import queue_mail
from core.text import typed_text

journal.register_verbs(
    {
        "capitalisation.contribution_demandee": "a demandé une contribution à un récit",
        "capitalisation.contribution_ecrite": "a écrit une contribution à un récit",
        "capitalisation.contribution_rendue": "a rendu une contribution à un récit",
        "capitalisation.contribution_reprise": "a décidé ce qui est repris d’une contribution",
        "capitalisation.contribution_retiree": "a retiré une contribution demandée",
    }
)

#: Code of the purpose of the links (``accounts.links``).
LIEN = "recit-contribution"
MAIL_RENDUE = "capitalisation/contribution_rendue"
CONTRIBUTIONS_MAX = 60
#: Characters of one text.
TEXTE_MAX = 4000
#: Who said nothing is reminded once, so long after.
RAPPEL = dt.timedelta(days=7)
#: Who handed in waits for the team.
FINIES = (EtatContribution.REPRISE, EtatContribution.ECARTEE)


def _ensure(actor: Actor, recit: Recit) -> None:
    if refusal := why_not_write(actor, recit):
        raise NotAllowed(refusal)


# --- Asking ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(recit: Recit, qui: Apporteur, values: Mapping[str, Any], *, actor: Actor) -> Contribution:
    """Ask somebody of the dossier for these rubriques, and send the link; ``values``: nom, email, rubriques, message.

    Raises ``NotAllowed``, ``InvalidInput`` (no rubrique; asked already at this address).
    """
    fresh = writable(recit, actor)
    if fresh.ingenierie_id is None:
        raise InvalidInput("Un récit sans dossier s’écrit sans lien.")
    known = {one.code for one in demandables(fresh)}
    codes = [code for code in dict.fromkeys(values["rubriques"]) if code in known]
    if not codes:
        raise InvalidInput("Cochez au moins une rubrique à écrire.")
    rows = Contribution.objects.filter(recit=fresh)
    if rows.count() >= CONTRIBUTIONS_MAX:
        raise InvalidInput(f"{CONTRIBUTIONS_MAX} contributions au plus.")
    if rows.filter(email__iexact=values["email"], etat=EtatContribution.DEMANDEE).exists():
        raise InvalidInput("Une contribution est déjà demandée à cette adresse : renvoyez-lui son lien.")
    row = create(
        Contribution(recit=fresh, organisme=qui.organisme[:200]),
        {
            "sorte": qui.sorte,
            "structure": qui.structure,
            "nom": values["nom"],
            "email": values["email"],
            "rubriques": codes,
            "message": values.get("message", ""),
        },
        actor=actor,
        verb="capitalisation.contribution_demandee",
        scope=fresh.ingenierie,
    )
    accounts.send_link(LIEN, row, name=row.nom, email=row.email, actor=actor)
    touch_recit(fresh)
    return row


def grants(recit: Recit) -> list[Grant]:
    """The links of all its contributions: one query."""
    rows = Contribution.objects.filter(recit=recit).values("pk")
    return list(Grant.objects.filter(purpose=LIEN, object_type=Contribution._meta.label_lower, object_id__in=rows))


# --- Writing, by the link -------------------------------------------------------------------------------------------


def ecrites(row: Contribution) -> list[str]:
    """The codes for which something is written, those the layout lost too."""
    return [code for code, text in row.apports.items() if text]


def ouvertes(row: Contribution) -> list[str]:
    """The codes that its author may still write: the layout has them, nothing is decided of them."""
    if row.etat in FINIES:
        return []
    plan = plan_of(row.recit.genre)
    return [code for code in row.rubriques if plan.rubrique(code) is not None and code not in row.suites]


@transaction.atomic
def write(
    row: Contribution, textes: Mapping[str, str], *, rendre: bool, actor: Actor, expected_version: int | None
) -> Contribution:
    """Keep what its author wrote; ``rendre``: it is handed in, and who answers for the ingénierie learns it.

    Kept even when the récit was « arrêté » meanwhile. Raises ``NotAllowed``, ``LinkClosed``, ``InvalidInput``,
    ``EditConflict``, ``StaleState`` once it was taken up.
    """
    grant = accounts.take(actor, LIEN, row)
    fresh = lock(row)
    fresh.recit = row.recit
    if fresh.etat in FINIES:
        raise StaleState("Votre texte a déjà été repris : il ne change plus. Merci.")
    allowed = ouvertes(fresh)
    told = {code: propre(typed_text(text, limit=TEXTE_MAX)) for code, text in textes.items() if code in allowed}
    apports = {code: text for code, text in {**fresh.apports, **told}.items() if text}
    changes: dict[str, Any] = {"apports": apports}
    if rendre:
        if not apports:
            raise InvalidInput("Écrivez au moins une des rubriques avant de rendre votre contribution.")
        changes |= {"etat": _etat(apports, fresh.suites), "rendue_le": clock.now()}
    done = apply_changes(
        fresh,
        changes,
        actor=actor,
        verb="capitalisation.contribution_rendue" if rendre else "capitalisation.contribution_ecrite",
        expected_version=expected_version,
        scope=row.recit.ingenierie,
    )
    done.recit = row.recit
    if rendre:
        accounts.answered(grant)
        _tell(done, actor)
        touch_recit(row.recit)
    return done


def _etat(apports: Mapping[str, str], suites: Mapping[str, Mapping[str, str]]) -> str:
    """Where a contribution that was handed in stands: to be taken up until each of its texts is decided."""
    if any(code not in suites for code, text in apports.items() if text):
        return EtatContribution.RENDUE
    kept = any(one["choix"] != Choix.ECARTER for one in suites.values())
    return EtatContribution.REPRISE if kept else EtatContribution.ECARTEE


def _tell(row: Contribution, actor: Actor) -> None:
    ingenierie = row.recit.ingenierie
    person = in_charge(ingenierie.charge_mission, ingenierie.pilote)
    if person is not None:
        queue_mail(
            MAIL_RENDUE,
            to=person.email,
            context={"contribution": row.pk},
            actor=actor,
            scope=ingenierie,
            key=f"contribution-rendue-{row.pk}-{clock.today()}",
            urgent=False,
        )


# --- Taking up ------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_up(
    row: Contribution,
    code: str,
    choix: str,
    *,
    actor: Actor,
    expected_version: int | None,
    rubrique_version: int | None,
) -> Contribution:
    """Decide of one text: in the place of what the rubrique says, after it, or left aside.

    ``expected_version`` is that of the contribution as it was read, ``rubrique_version`` that of the rubrique.
    Raises ``NotAllowed`` (rights; the récit is « arrêté »), ``InvalidInput``, ``StaleState``.
    """
    if choix not in Choix.values:
        raise InvalidInput("Dites ce que devient ce texte.")
    _ensure(actor, row.recit)
    recit = row.recit if choix == Choix.ECARTER else writable(row.recit, actor)
    fresh = lock(row, expected_version, typed=False)
    fresh.recit = recit
    if fresh.etat == EtatContribution.DEMANDEE:
        raise InvalidInput("Cette contribution n’est pas encore rendue.")
    texte = fresh.apports.get(code)
    if not texte:
        raise InvalidInput("Rien n’est écrit pour cette rubrique.")
    if code in fresh.suites:
        raise StaleState("Ce texte a déjà sa suite : rechargez la page.")
    if choix != Choix.ECARTER:
        _into(recit, code, texte, choix, fresh.sorte, actor, rubrique_version)
    suites = {**fresh.suites, code: {"choix": choix, "le": clock.today().isoformat(), "par": actor.label[:200]}}
    done = apply_changes(
        fresh,
        {"suites": suites, "etat": _etat(fresh.apports, suites)},
        actor=actor,
        verb="capitalisation.contribution_reprise",
        expected_version=None,
        scope=recit.ingenierie,
    )
    done.recit = recit
    touch_recit(recit)
    return done


def _into(
    recit: Recit, code: str, texte: str, choix: str, sorte: str, actor: Actor, rubrique_version: int | None
) -> None:
    prevue = plan_of(recit.genre).rubrique(code)
    if prevue is None:
        raise InvalidInput("Le récit n’a plus cette rubrique : recopiez ce qui sert ailleurs, ou laissez-le de côté.")
    there = ecriture.rubrique_of(recit, code)
    values = {"valeur": valeur(prevue, texte, there.valeur, choix, sorte), **provenance(there, choix, sorte)}
    try:
        ecriture.write(recit, code, values, actor=actor, expected_version=rubrique_version)
    except EditConflict as error:
        raise StaleState(
            "La rubrique a été modifiée entre-temps : relisez-la à côté du texte proposé, puis choisissez de nouveau.",
            entries=error.entries,
        ) from error


@transaction.atomic
def forget(row: Contribution, *, actor: Actor, expected_version: int | None) -> None:
    """Take out what was asked, with its link and what was written; what the récit took up stays, told by a role.

    Raises ``NotAllowed``, ``StaleState``.
    """
    _ensure(actor, row.recit)
    # The links first, as when their holder writes.
    grants = list(lock_rows(Grant.objects.of(row, LIEN)))
    fresh = lock(row, expected_version, typed=False)
    for grant in grants:
        forget_invitation(grant)
    remove(fresh, actor=actor, verb="capitalisation.contribution_retiree", scope=row.recit.ingenierie)
    touch_recit(row.recit)


# --- Reminding, counting --------------------------------------------------------------------------------------------


def relancer(*, actor: Actor, check: Callable[[], None] = lambda: None) -> int:
    """Send its link again, once, to who was asked a week ago and handed in nothing; returns to how many.

    Only while the récit is being written. One that fails does not stop the others.
    """
    before, done = clock.now() - RAPPEL, 0
    rows = Contribution.objects.filter(
        etat=EtatContribution.DEMANDEE, rappelee_le=None, demandee_le__lte=before, recit__state=EtatRecit.EN_COURS
    ).select_related("recit__ingenierie__pilote", "recit__organisation")
    for row in rows.order_by("pk"):
        check()
        try:
            done += _remind(row, before, actor)
        except DomainError:
            continue
    return done


@transaction.atomic
def _remind(row: Contribution, before: dt.datetime, actor: Actor) -> bool:
    mine = Grant.objects.of(row, LIEN).filter(recipient_email__iexact=row.email)
    grant = next((one for one in mine if status_of(one) == OUVERT and one.sent_at <= before), None)
    if grant is None:
        return False
    issuer = grant.issued_by
    again = accounts.resend_link(grant, actor=actor)
    # Who asked is still the one to ask.
    again.issued_by = issuer
    again.save(update_fields=["issued_by"])
    fresh = lock(row)
    if fresh.rappelee_le is not None or fresh.etat != EtatContribution.DEMANDEE:
        raise StaleState("Cette contribution n’attend plus de rappel.")
    fresh.rappelee_le = clock.now()
    fresh.save(update_fields=["rappelee_le"])
    return True


def resume(recit: Recit) -> str:
    """« 1 à reprendre, 2 attendues », or ""."""
    etats = list(Contribution.objects.filter(recit=recit).order_by().values_list("etat", flat=True))
    told = []
    if handed := etats.count(EtatContribution.RENDUE):
        told.append(f"{handed} à reprendre")
    if asked := etats.count(EtatContribution.DEMANDEE):
        told.append(plural(asked, "attendue", "attendues"))
    return ", ".join(told)
