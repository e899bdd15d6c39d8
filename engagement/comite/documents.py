"""The printed documents of a session of the comité d'appui: its file (agenda and sheets), its minutes."""

from __future__ import annotations

from collections.abc import Collection

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, Table
from core.documents.blocks import Block, Definitions, Heading, Items, NewPage, Note, Prose, lowered
from core.formats import format_date, plural
from core.text import normalise
from engagement.comite import summary
from engagement.comite.enums import EtatSeance
from engagement.comite.models import SeanceComite
from engagement.comite.services.seances import COMPTE_RENDU, DOSSIER
from engagement.presentation.documents import blocks_of
from engagement.presentation.fiche import build

TEMPLATE = "engagement/presentation/fiche_document.html"


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these sessions, those ``actor`` may read."""
    return set(SeanceComite.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def _seance(pk: int) -> SeanceComite:
    return SeanceComite.objects.select_related("organisation").get(pk=pk)


def _membres(seance: SeanceComite) -> list[str]:
    return list(dict.fromkeys(str(membre) for membre in seance.membres.all()))


def _built(seance: SeanceComite, blocks: list[Block], *, kind: str, title: str, filename: str, version: str = ""):
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(
                seance.organisation,
                kind=kind,
                name=f"Comité d’appui du {format_date(seance.debut)}",
                version=version,
                date=f"Imprimé le {format_date(clock.today())}",
            ),
            "accroche": "",
            "blocks": blocks,
        },
        title=title,
        filename=filename,
        obj=seance,
        author=str(seance.organisation),
        subject=kind,
        keywords=["comité d’appui", "DLA"],
    )


def build_dossier(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The file of the session: cover and agenda, then the presentation sheet of each ingénierie, on its own page."""
    seance = _seance(object_id)
    points = summary.points_of(seance)
    identity = [("Date", seance.quand), ("Lieu", seance.lieu), ("DLA", str(seance.organisation))]
    if seance.organisation.structure_porteuse:
        identity.append(("Structure porteuse", seance.organisation.structure_porteuse))
    blocks: list[Block] = [Definitions(identity)]
    if seance.message:
        blocks.append(Prose(seance.message))
    blocks.append(Heading("Ordre du jour", 2))
    if points:
        blocks.append(
            Table(
                columns=[Column("Ingénierie"), Column("Pilote"), Column("Étape"), Column("Type")],
                rows=[
                    [f"{n}. {p.ingenierie.titre}", str(p.ingenierie.pilote), p.ingenierie.get_state_display(),
                     p.ingenierie.type_court]
                    for n, p in enumerate(points, 1)
                ],
            )
        )  # fmt: skip
    else:
        blocks.append(Note("Aucune ingénierie n’est encore à l’ordre du jour."))
    membres = _membres(seance)
    if membres:
        blocks += [Heading("Membres invités", 2), Items(membres)]
    decided = summary.decisions(seance, points)
    for n, point in enumerate(points, 1):
        fiche = build(point.ingenierie)
        blocks += [NewPage(), Heading(f"{n}. {point.ingenierie.titre}", 2)]
        if point.ingenierie.accroche:
            blocks.append(Note(point.ingenierie.accroche))
        if said := _said_before(decided[point.pk]):
            blocks += [Heading("L’avis que le comité avait donné", 3), Definitions(said)]
        blocks += lowered(blocks_of(fiche))
    return _built(
        seance,
        blocks,
        kind="Dossier de séance",
        title=f"Comité d’appui du {format_date(seance.jour)}",
        filename=f"comite-appui-{seance.pk}-dossier.pdf",
        version=f"Convocation {seance.convocations}" if seance.convocations else "Aperçu",
    )


def _said_before(decision: summary.Decision) -> list[tuple[str, str]]:
    """What the comité said of an ingénierie that comes back, and what the pilot answered."""
    if not decision.earlier:
        return []
    told = [
        (f"Avis du {decision.date}", decision.label),
        ("Ses remarques", decision.commentaires),
        (f"Réponse du pilote ({decision.repondu})", decision.reponse),
    ]
    return [(label, text) for label, text in told if text]


def build_compte_rendu(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The minutes: those present, the synthesis, then for each ingénierie the avis, the reserves, what members said."""
    seance = _seance(object_id)
    points = summary.points_of(seance)
    decided = summary.decisions(seance, points)
    said: dict[int, list] = {}
    membres = {membre.pk: membre for membre in seance.membres.all()}
    for (point, membre), avis in summary.opinions(seance).items():
        said.setdefault(point, []).append((membres[membre], avis))
    blocks: list[Block] = [Definitions([("Date", seance.quand), ("Lieu", seance.lieu)])]
    if seance.state != EtatSeance.CLOSE:
        blocks.append(Note(f"Projet de compte rendu : la séance est {seance.get_state_display()}."))
    presents = [line.strip() for line in seance.presents.splitlines() if line.strip()]
    if presents:
        blocks += [Heading("Organismes présents", 2), Items(presents)]
    if seance.synthese:
        blocks += [Heading("Synthèse", 2), Prose(seance.synthese)]
    blocks.append(Heading("Avis du comité", 2))
    blocks.append(
        Table(
            columns=[Column("Ingénierie"), Column("Avis du comité"), Column("Avis des membres")],
            rows=[
                [
                    f"{n}. {p.ingenierie.titre}",
                    _word(decided[p.pk]),
                    summary.counted([a for _, a in said.get(p.pk, [])]) or "—",
                ]
                for n, p in enumerate(points, 1)
            ],
        )
    )
    for n, point in enumerate(points, 1):
        decision, heard = decided[point.pk], sorted(said.get(point.pk, []), key=lambda pair: normalise(str(pair[0])))
        blocks.append(Heading(f"{n}. {point.ingenierie.titre}", 2))
        rows = [("Pilote", str(point.ingenierie.pilote)), ("Avis du comité", _word(decision))]
        if decision.commentaires and not decision.earlier:
            rows.append(("Réserves et commentaires", decision.commentaires))
        blocks.append(Definitions(rows))
        if heard:
            blocks.append(
                Table(
                    columns=[Column("Membre"), Column("Avis"), Column("Commentaires")],
                    rows=[[str(m), a.get_sens_display(), a.commentaires or "—"] for m, a in heard],
                    caption=f"Avis de {plural(len(heard), 'membre')}",
                )
            )
    return _built(
        seance,
        blocks,
        kind="Compte rendu",
        title=f"Compte rendu du comité d’appui du {format_date(seance.jour)}",
        filename=f"comite-appui-{seance.pk}-compte-rendu.pdf",
        version="" if seance.state == EtatSeance.CLOSE else "Projet",
    )


def _word(decision: summary.Decision) -> str:
    return decision.label if decision.sens and not decision.earlier else "à recueillir"


def register() -> None:
    """Register both types; called once by :func:`engagement.comite.providers.register`."""
    DOCUMENT_TYPES.register(DOSSIER, DocumentType("Dossier du comité d’appui", build_dossier, viewable))
    DOCUMENT_TYPES.register(COMPTE_RENDU, DocumentType("Compte rendu du comité d’appui", build_compte_rendu, viewable))
