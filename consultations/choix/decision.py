"""The decision of a call, in one act: one is retained, each candidate is told of its own proposition, the procès-verbal
is frozen (002, « Le choix des projets d'ingénierie »; S3).

A restitution is drawn from the candidate's own column of the grid, and names nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.permissions import why_not_call
from consultations.appel.services.base import lock_appel
from consultations.appel.services.cycle import attribuer, depouiller
from consultations.choix import projet
from consultations.choix.enums import ChoisiPar, ModeChoix
from consultations.choix.models import ChoixPrestataire, ProcesVerbal, Restitution
from consultations.choix.services import retain
from consultations.lecture.candidats import Candidat, candidats
from consultations.lecture.comparaison import build
from consultations.lecture.models import Evaluateur
from consultations.lecture.permissions import is_opened
from consultations.lecture.services.precisions import addresses
from consultations.propositions.documents import titre_de
from consultations.propositions.models import Ouverture
from core import clock, journal, outbox
from core.actor import Actor
from core.canonical import canonical, digest
from core.documents.jobs import request_document
from core.editing import STALE
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_date, format_datetime
from core.models import JournalEntry
from core.text import normalise, typed_text
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "consultations.decision": "a arrêté le choix du prestataire et restitué à chaque candidat",
        "consultations.proces_verbal": "a figé le procès-verbal",
    }
)
DOCUMENT_PV, DOCUMENT_RESTITUTION = "proces_verbal", "restitution"
MAIL = "consultations/restitution"
_MODES = {
    ModeAppel.COMPLETE: ModeChoix.APPEL,
    ModeAppel.SIMPLIFIEE: ModeChoix.APPEL_SIMPLIFIE,
    ModeAppel.SANS_CONCURRENCE: ModeChoix.SANS_CONCURRENCE,
}
LIMIT = 12_000
#: Between what the journal tells of one proposition, of one restitution.
_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Envoi:
    """What one candidate will receive: whether it is retained, the text proposed, to which addresses."""

    invitation: Invitation
    nom: str
    retenu: bool
    texte: str
    adresses: Sequence[str]


def why_not_decide(appel: Appel, actor: Actor) -> str:
    """Why ``actor`` may not decide this call now, or ``""``: the pilot, once propositions may be read; again when the
    choice was taken back."""
    refusal = why_not_call(appel.ingenierie, actor)
    if refusal:
        return refusal
    if is_opened(appel):
        return ""
    if appel.state == EtatAppel.ATTRIBUE:
        if ChoixPrestataire.objects.standing().filter(appel=appel).exists():
            return "Cet appel est attribué : revenez d’abord sur le choix pour en décider autrement."
        return ""
    return f"Rien ne se décide encore dans cet appel : {appel.get_state_display()}."


# --- What each will receive -----------------------------------------------------------------------------------------


def preview(appel: Appel, retenu: Invitation) -> list[Envoi]:
    """Who will receive what if ``retenu`` is retained: the texts proposed from the grid, to be read and changed."""
    columns = candidats(appel)
    own = _own_columns(appel, columns)
    return [
        Envoi(
            c.invitation,
            c.nom,
            c.invitation.pk == retenu.pk,
            _letter(appel, c.invitation.pk == retenu.pk, own[c.invitation.pk]),
            tuple(addresses(c.invitation.prestataire_id)),
        )
        for c in columns
    ]


def _own_columns(appel: Appel, columns: Sequence[Candidat]) -> dict[int, list[tuple[str, list[str]]]]:
    """Of each candidate, (family, appreciations), without who wrote them: those of its own column."""
    grid = build(appel)
    found: dict[int, list[tuple[str, list[str]]]] = {c.invitation.pk: [] for c in columns}
    for position, column in enumerate(grid["colonnes"]):
        for family in grid["familles"]:
            texts = [a["texte"] for a in family["cells"][position]["appreciations"]]
            if texts:
                found[column["pk"]].append((family["label"], texts))
    return found


def _letter(appel: Appel, retained: bool, column: list[tuple[str, list[str]]]) -> str:
    """The text proposed for one candidate."""
    said = "est retenue" if retained else "n’est pas retenue"
    parts = [
        "Bonjour,",
        f"Vous avez répondu à la consultation « {titre_de(appel)} », et nous vous en remercions. Votre "
        f"proposition {said}.",
    ]
    if column:
        parts.append("Voici ce que sa lecture a retenu, famille de critères par famille de critères.")
    for family, texts in column:
        parts.append("\n".join([f"{family} :", *(f"- {' '.join(text.split())}" for text in texts)]))
    parts.append(
        "Nous préparons avec vous la version du projet qui sera annexée à la convention."
        if retained
        else "Nous restons à votre disposition pour en parler."
    )
    return "\n\n".join(parts)


# --- The act --------------------------------------------------------------------------------------------------------


def decide(
    appel: Appel,
    retenu: Invitation,
    values: Mapping[str, Any],
    textes: Mapping[int, str],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> ChoixPrestataire:
    """Retain ``retenu``; ``values``: date, choisi_par, decideurs, motifs; ``textes``: what each candidate receives, by
    primary key of its invitation. In one transaction: the choice (fiche published and current that day), the frozen
    restitutions and their mails, the procès-verbal, the first version of the project, the call awarded.

    Raises ``NotAllowed``; ``StaleState`` when the call changed meanwhile; ``ConditionsNotMet`` for the fiche;
    ``InvalidInput`` (a text missing, or that names another candidate; an individual choice by the DLA alone; a day
    before the opening).
    """
    with transaction.atomic():
        locked = lock_appel(appel)
        refusal = why_not_decide(locked, actor)
        if refusal:
            raise NotAllowed(refusal)
        if expected_version is not None and locked.version != expected_version:
            raise StaleState(STALE, entries=journal.entries_since(locked, expected_version))
        columns = candidats(locked)
        chosen = next((c for c in columns if c.invitation.pk == retenu.pk), None)
        if chosen is None:
            raise InvalidInput("Choisissez parmi les candidats dont la proposition est ouverte.")
        texts = _checked_texts(columns, textes)
        ouverture = Ouverture.objects.filter(appel=locked).first()
        _check_day(locked, ouverture, values["date"])
        choix = retain(
            locked.ingenierie,
            chosen.invitation.prestataire,
            {
                **{name: values[name] for name in ("date", "choisi_par", "decideurs", "motifs")},
                "mode": _MODES[ModeAppel(locked.mode)],
                "justification": locked.justification if locked.mode == ModeAppel.SANS_CONCURRENCE else "",
            },
            actor=actor,
            appel=locked,
            proposition=chosen.proposition,
        )
        sent = [_restitute(choix, c, c is chosen, texts[c.invitation.pk], actor) for c in columns]
        _award(locked, actor)
        pv = _minutes(choix, locked, columns, sent, ouverture, actor)
        projet.begin(choix, chosen.contenu, actor=actor)
        journal.record(
            actor,
            "consultations.decision",
            locked,
            scope=locked.ingenierie,
            changes=_told(choix, columns, sent, pv),
            reason=choix.motifs,
        )
        touch(locked.ingenierie_id)
    return choix


def _checked_texts(columns: Sequence[Candidat], textes: Mapping[int, str]) -> dict[int, str]:
    """The texts, one for each candidate, none of which names another."""
    found = {c.invitation.pk: typed_text(textes.get(c.invitation.pk, ""), limit=LIMIT) for c in columns}
    for column in columns:
        text = found[column.invitation.pk]
        if not text:
            raise InvalidInput(f"Écrivez ce que {column.nom} recevra : chaque candidat a sa restitution.")
        said = f" {normalise(text)} "
        for other in columns:
            if other is column:
                continue
            prestataire = other.invitation.prestataire
            for name in filter(None, (prestataire.name, prestataire.sigle)):
                if f" {normalise(name)} " in said:
                    raise InvalidInput(
                        f"Le texte destiné à {column.nom} nomme un autre candidat ({name}) : un candidat n’apprend "
                        "rien des autres."
                    )
    return found


def _check_day(appel: Appel, ouverture: Ouverture | None, day: Any) -> None:
    if ouverture is not None and day < ouverture.at.astimezone(appel.zone).date():
        raise InvalidInput(
            f"Les propositions n’ont été ouvertes que le {format_date(ouverture.at)} : la décision ne peut pas être "
            "antérieure."
        )


def _restitute(
    choix: ChoixPrestataire, column: Candidat, retained: bool, text: str, actor: Actor
) -> tuple[Restitution, int]:
    """One restitution, frozen, and its mails; returns it with how many addresses it leaves to."""
    row = Restitution(
        choix=choix,
        invitation=column.invitation,
        retenu=retained,
        texte=text,
        sha256=digest(text),
        by_label=actor.label[:200],
    )
    row.save()
    emails = addresses(column.invitation.prestataire_id)
    for email in emails:
        outbox.queue_mail(MAIL, to=email, context={"restitution": row.pk}, actor=actor, scope=choix.ingenierie)
    request_document(DOCUMENT_RESTITUTION, row.pk, actor=actor, keep=True, key=f"restitution-{row.pk}")
    return row, len(emails)


def _award(appel: Appel, actor: Actor) -> None:
    """The call is awarded, through its opening when nothing was sealed; already so when a choice was taken back."""
    if appel.state == EtatAppel.ATTRIBUE:
        return
    fresh = depouiller(appel, actor=actor) if appel.state == EtatAppel.OUVERT else appel
    fresh.ingenierie = appel.ingenierie
    attribuer(fresh, actor=actor)
    appel.refresh_from_db(fields=["version"])


def _minutes(
    choix: ChoixPrestataire,
    appel: Appel,
    columns: Sequence[Candidat],
    sent: Sequence[tuple[Restitution, int]],
    ouverture: Ouverture | None,
    actor: Actor,
) -> ProcesVerbal:
    """The procès-verbal: its content frozen, its PDF asked for."""
    content = minutes_content(choix, appel, columns, sent, ouverture)
    pv = ProcesVerbal(choix=choix, numero=1, contenu=canonical(content), le=clock.now(), par=actor.label[:200])
    pv.save()
    changes = {"empreinte": (None, pv.empreinte)}
    journal.record(actor, "consultations.proces_verbal", pv, scope=appel.ingenierie, changes=changes)
    request_document(DOCUMENT_PV, pv.pk, actor=actor, keep=True, key=f"proces-verbal-{pv.pk}")
    return pv


def minutes_content(
    choix: ChoixPrestataire,
    appel: Appel,
    columns: Sequence[Candidat],
    sent: Sequence[tuple[Restitution, int]],
    ouverture: Ouverture | None,
) -> dict[str, Any]:
    """What the procès-verbal says, as plain data."""
    version = appel.version_diffusee
    invited = appel.invitations.filter(envoyee_at__isnull=False).select_related("prestataire")
    readers = Evaluateur.objects.filter(grille__appel=appel)
    return {
        "schema": 1,
        "ingenierie": appel.ingenierie.titre,
        "pilote": str(appel.ingenierie.pilote),
        "mode": appel.get_mode_display(),
        "justification": appel.justification,
        "cahier": {"reference": version.data["reference"], "version": version.numero, "sha256": version.empreinte}
        if version is not None
        else None,
        "date_limite": appel.date_limite_texte,
        "invites": [
            {
                "prestataire": str(i.prestataire),
                "invite_le": format_datetime(i.envoyee_at),
                "suite": f"ne s’est pas positionné : {i.get_motif_declin_display()}" if i.decline_at else "",
            }
            for i in invited
        ],
        "ouverture": {
            "le": format_datetime(ouverture.at),
            "par": ouverture.by_label,
            "temoin": ouverture.temoin,
        }
        if ouverture is not None
        else None,
        "propositions": [
            {
                "numero": c.numero,
                "prestataire": c.nom,
                "recue_le": format_datetime(c.proposition.depot.at),
                "recu": c.proposition.depot.recu,
                "sha256": c.proposition.depot.sha256,
            }
            for c in columns
            if c.proposition is not None
        ],
        "lecteurs": [
            {
                "organisme": r.organisme,
                "qualite": r.get_qualite_display(),
                "conflit": bool(r.conflit),
                "terminee_le": format_datetime(r.enregistre_at),
            }
            for r in readers
        ],
        "decision": {
            "date": choix.date.isoformat(),
            "retenu": str(choix.prestataire),
            "choisi": ChoisiPar(choix.choisi_par).label,
            "decideurs": choix.decideurs,
            "motifs": choix.motifs,
            "fiche": f"fiche publiée le {format_date(choix.periode.du)}, à actualiser à partir du "
            f"{format_date(choix.periode.a_actualiser_le)}",
        },
        "restitutions": [
            {
                "prestataire": str(row.invitation.prestataire),
                "retenu": row.retenu,
                "sha256": row.sha256,
                "adresses": count,
            }
            for row, count in sent
        ],
    }


# --- The journal ----------------------------------------------------------------------------------------------------


def _told(
    choix: ChoixPrestataire, columns: Sequence[Candidat], sent: Sequence[tuple[Restitution, int]], pv: ProcesVerbal
) -> dict[str, Any]:
    """The decision as the journal tells it: enough to make it again (:func:`rebuilt`)."""
    return {
        "retenu": (None, str(choix.prestataire)),
        "date": (None, choix.date),
        "mode": (None, choix.mode),
        "choisi_par": (None, choix.choisi_par),
        "decideurs": (None, choix.decideurs),
        "motifs": (None, choix.motifs),
        "fiche": (None, choix.periode.du),
        "propositions": (
            None,
            [
                _BETWEEN.join((c.proposition.depot.recu, c.proposition.depot.sha256, c.nom))
                for c in columns
                if c.proposition is not None
            ],
        ),
        "restitutions": (
            None,
            [
                _BETWEEN.join((row.sha256, "retenu" if row.retenu else "non retenu", str(row.invitation.prestataire)))
                for row, _ in sent
            ],
        ),
        "proces_verbal": (None, pv.empreinte),
    }


def rebuilt(appel: Appel) -> dict[str, Any] | None:
    """The last decision of a call, from the journal alone; ``None`` when none was taken."""
    entry = (
        JournalEntry.objects.filter(
            verb="consultations.decision", object_type=appel._meta.label_lower, object_id=appel.pk
        )
        .order_by("-at", "-pk")
        .first()
    )
    if entry is None:
        return None
    told = {name: pair[1] for name, pair in entry.changes.items()}
    received = [line.split(_BETWEEN, 2) for line in told["propositions"]]
    told["propositions"] = [{"prestataire": name, "recu": recu, "sha256": sha256} for recu, sha256, name in received]
    letters = [line.split(_BETWEEN, 2) for line in told["restitutions"]]
    told["restitutions"] = [
        {"prestataire": name, "retenu": word == "retenu", "sha256": sha256} for sha256, word, name in letters
    ]
    return {**told, "par": entry.actor_label, "le": entry.at.isoformat()}
