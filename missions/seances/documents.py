"""The printed documents of a séance: attendance sheet (to be signed, or with who came) and minutes."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import Any

import segno

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, Picture, Table
from core.formats import format_date, format_days
from core.text import normalise
from engagement.rendezvous.documents import UNEXPECTED, told_counts
from engagement.rendezvous.enums import EtatRendezvous, Presence
from missions.conventions.models import Convention
from missions.seances.models import ParticipantSeance, Seance
from missions.seances.registry import Ajout, ajouts
from projects.ingenierie.models import Ingenierie

FEUILLE_SEANCE = "feuille_seance"
COMPTE_RENDU = "compte_rendu_seance"
#: A line of more characters than this (organism, person and function) needs the width of a landscape page.
LANDSCAPE_FROM = 90


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the séances ``ids`` that the actor reads: whoever reads the dossier whole, the prestataire."""
    rows = Seance.objects.filter(pk__in=ids)
    team = rows.filter(convention__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))
    theirs = rows.filter(convention__in=Convention.objects.for_prestataire(actor).values("pk"))
    return set(team.values_list("pk", flat=True)) | set(theirs.values_list("pk", flat=True))


def _load(object_id: int) -> tuple[Seance, list[ParticipantSeance]]:
    seance = Seance.objects.select_related(
        "convention__ingenierie__pilote", "convention__choix__prestataire", "groupe", "structure__structure", "etape"
    ).get(pk=object_id)
    return seance, list(seance.participants.expected())


def _facts(seance: Seance) -> list[tuple[str, str]]:
    ingenierie = seance.ingenierie
    told = [
        ("Ingénierie individuelle" if ingenierie.is_individuelle else "Ingénierie collective", ingenierie.titre),
        ("Convention", seance.convention.titre),
        ("Prestataire", str(seance.convention.choix.prestataire)),
        ("Intervenants", ", ".join(seance.intervenants.splitlines())),
        ("Pour", seance.pour_qui),
        ("Étape de la mission", seance.etape.titre if seance.etape else ""),
        ("Date", seance.quand),
        ("Durée comptée", format_days(seance.jours)),
        ("Lieu", seance.lieu),
        ("Visioconférence", seance.visio),
        ("Pilote", str(ingenierie.pilote)),
    ]
    return [(label, value) for label, value in told if value]


def _built(seance: Seance, kind: str, template: str, context: dict[str, Any], name: str) -> BuiltDocument:
    pilote = seance.ingenierie.pilote
    header = letterhead(
        pilote,
        kind=kind,
        name=str(seance),
        reference=seance.convention.reference,
        date=f"Imprimé le {format_date(clock.today())}",
    )
    return BuiltDocument(
        template=template,
        context={"header": header, "seance": seance, "facts": _facts(seance), **context},
        title=f"{seance.get_nature_display()} : {seance.titre}",
        filename=f"{name}-{seance.date:%Y-%m-%d}.pdf",
        obj=seance,
        scope=seance.ingenierie,
        author=pilote.name,
        subject=f"{kind}, {seance.ingenierie.titre}",
        keywords=[normalise(kind), "séance", "DLA"],
    )


def _block(ajout: Ajout) -> dict[str, Any]:
    """A block of the sheet, its address as a QR code too."""
    picture = None
    if ajout.url:
        content = io.BytesIO()
        segno.make(ajout.url, error="m").save(content, kind="png", scale=6, border=2)
        picture = Picture(content.getvalue(), f"Code QR : {ajout.url}")
    return {"titre": ajout.titre, "texte": ajout.texte, "url": ajout.url, "picture": picture}


def build_feuille(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The attendance sheet: to be signed (``blank``), or with who came as it was noted."""
    seance, rows = _load(object_id)
    last = "Signature" if blank else "Présence"
    table = Table(
        columns=[Column("Organisme"), Column("Personne et fonction"), Column(last)],
        rows=[[row.organisme, row.nom, "" if blank else Presence(row.presence).label] for row in rows],
        caption="Participants",
    )
    context = {
        "table": table,
        "unexpected": range(UNEXPECTED),
        "counts": "" if blank else told_counts(rows),
        "landscape": any(len(row.organisme) + len(row.nom) > LANDSCAPE_FROM for row in rows),
        "blocks": [_block(ajout) for ajout in ajouts(seance)] if blank else [],
    }
    kind = "Feuille d’émargement" if blank else "Feuille de présence"
    name = "emargement-seance" if blank else "presences-seance"
    return _built(seance, kind, "missions/seances/documents/feuille.html", context, name)


def build_compte_rendu(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The minutes: who was there, the programme, what was said."""
    seance, rows = _load(object_id)
    unsaid = "Présence non notée" if seance.state == EtatRendezvous.TENUE else "Attendus"
    groups = []
    for presence, label in (
        (Presence.PRESENT, "Présents"),
        (Presence.EN_PARTIE, "Présents en partie"),
        (Presence.EXCUSE, "Excusés"),
        (Presence.ABSENT, "Absents"),
        (Presence.A_NOTER, unsaid),
    ):
        names = [f"{r.organisme} ({r.nom})" if r.nom else r.organisme for r in rows if r.presence == presence]
        if names:
            groups.append((label, names))
    template = "engagement/rendezvous/documents/compte_rendu.html"
    told = {
        "groups": groups,
        "agenda_title": "Programme",
        "agenda": seance.programme,
        "minutes": seance.compte_rendu,
    }
    return _built(seance, "Compte rendu de séance", template, told, "compte-rendu-seance")


def register() -> None:
    """Called once by :func:`missions.seances.providers.register`."""
    DOCUMENT_TYPES.register(
        FEUILLE_SEANCE, DocumentType("Feuille de présence d’une séance", build_feuille, readable, has_blank=True)
    )
    DOCUMENT_TYPES.register(COMPTE_RENDU, DocumentType("Compte rendu de séance", build_compte_rendu, readable))
