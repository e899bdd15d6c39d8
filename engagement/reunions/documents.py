"""The printed documents of a meeting: attendance sheet (blank, or with who came) and minutes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, Table
from core.formats import format_date
from core.text import normalise
from engagement.rendezvous.documents import UNEXPECTED, told_counts
from engagement.rendezvous.enums import EtatRendezvous, Presence
from engagement.reunions.models import ParticipantReunion, Reunion
from projects.ingenierie.models import Ingenierie

EMARGEMENT = "emargement"
COMPTE_RENDU = "compte_rendu_reunion"


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the meetings ``ids`` whose ingénierie the actor may read whole."""
    found = Reunion.objects.filter(pk__in=ids, ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))
    return set(found.values_list("pk", flat=True))


def _load(object_id: int) -> tuple[Reunion, list[ParticipantReunion]]:
    reunion = Reunion.objects.select_related("ingenierie__pilote").get(pk=object_id)
    return reunion, list(reunion.participants.expected())


def _facts(reunion: Reunion) -> list[tuple[str, str]]:
    told = [
        ("Ingénierie collective", reunion.ingenierie.titre),
        ("Date", reunion.quand),
        ("Lieu", reunion.lieu),
        ("Visioconférence", reunion.visio),
        ("Pilote", str(reunion.ingenierie.pilote)),
    ]
    return [(label, value) for label, value in told if value]


def _built(reunion: Reunion, kind: str, template: str, context: dict[str, Any], name: str) -> BuiltDocument:
    pilote = reunion.ingenierie.pilote
    header = letterhead(
        pilote,
        kind=kind,
        name=f"{reunion.get_nature_display()} du {format_date(reunion.date)}",
        date=f"Imprimé le {format_date(clock.today())}",
    )
    title = f"{reunion.get_nature_display()} : {reunion.objet}"
    return BuiltDocument(
        template=template,
        context={"header": header, "reunion": reunion, "facts": _facts(reunion), **context},
        title=title,
        filename=f"{name}-{reunion.date:%Y-%m-%d}.pdf",
        obj=reunion,
        scope=reunion.ingenierie,
        author=pilote.name,
        subject=f"{kind}, {reunion.ingenierie.titre}",
        keywords=[normalise(kind), "réunion", "DLA"],
    )


def _came(row: ParticipantReunion) -> str:
    told = Presence(row.presence).label
    return f"{told}, représenté par {row.represente_par}" if row.represente_par else told


def build_emargement(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The attendance sheet: to be signed (``blank``), or with who came as it was noted."""
    reunion, rows = _load(object_id)
    last = "Signature" if blank else "Présence"
    table = Table(
        columns=[Column("Organisme"), Column("Personne et fonction"), Column(last)],
        rows=[[row.organisme, row.nom, "" if blank else _came(row)] for row in rows],
        caption="Participants",
    )
    context = {"table": table, "unexpected": range(UNEXPECTED), "counts": "" if blank else told_counts(rows)}
    kind = "Feuille d’émargement" if blank else "Feuille de présence"
    name = "emargement" if blank else "presences"
    return _built(reunion, kind, "engagement/rendezvous/documents/emargement.html", context, name)


def build_compte_rendu(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The minutes: who was there, the agenda, what was said, what was decided."""
    reunion, rows = _load(object_id)
    groups = []
    for presence, label in (
        (Presence.PRESENT, "Présents"),
        (Presence.EN_PARTIE, "Présents en partie"),
        (Presence.EXCUSE, "Excusés"),
        (Presence.ABSENT, "Absents"),
        (Presence.A_NOTER, "Présence non notée" if reunion.state == EtatRendezvous.TENUE else "Attendus"),
    ):
        names = [
            f"{row.organisme}" + (f" ({row.nom})" if row.nom else "")
            + (f", représenté par {row.represente_par}" if row.represente_par else "")
            for row in rows
            if row.presence == presence
        ]  # fmt: skip
        if names:
            groups.append((label, names))
    decisions = list(reunion.decisions.all())
    table = (
        Table(
            columns=[Column("Décision"), Column("Qui s’en charge"), Column("Pour le"), Column("Où elle en est")],
            rows=[
                [
                    d.texte,
                    d.qui or "—",
                    format_date(d.echeance) or "—",
                    f"faite le {format_date(d.faite_le)}" if d.faite_le else "à faire",
                ]
                for d in decisions
            ],
        )
        if decisions
        else None
    )
    return _built(
        reunion,
        "Compte rendu de réunion",
        "engagement/rendezvous/documents/compte_rendu.html",
        {
            "groups": groups,
            "agenda_title": "Ordre du jour",
            "agenda": reunion.ordre_du_jour,
            "minutes": reunion.compte_rendu,
            "decisions": table,
        },
        "compte-rendu",
    )


def register() -> None:
    """Called once by :func:`engagement.reunions.providers.register`."""
    DOCUMENT_TYPES.register(
        EMARGEMENT, DocumentType("Feuille d’émargement", build_emargement, readable, has_blank=True)
    )
    DOCUMENT_TYPES.register(COMPTE_RENDU, DocumentType("Compte rendu de réunion", build_compte_rendu, readable))
