"""The printed fiche de suivi: landscape, the four columns of 002, blank or as it stands."""

from __future__ import annotations

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, Table
from core.documents.blocks import Block, Definitions, Note
from core.formats import format_date
from missions.suivi import permissions, presenters
from missions.suivi.models import FicheSuivi
from missions.suivi.services import etapes_of

FICHE = "fiche_suivi"
KIND = "Fiche de suivi"
_CONSIGNE = (
    "La deuxième colonne se remplit au démarrage ; les deux suivantes, à la fin de chaque étape, puis la fiche est "
    "rendue au chargé de mission. Une étape n’est pas une journée. La problématique traitée et la date de fin de "
    "mission ne changent pas sans contact préalable avec le chargé de mission ; tout changement de date, de contenu "
    "ou de restitution se négocie, se valide avec la structure et s’écrit dans la convention."
)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part) or " "


def build(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The fiche ``object_id``; ``blank``: its stages, with nothing written beside."""
    fiche = FicheSuivi.objects.select_related(
        "convention__ingenierie__pilote__region", "convention__choix__prestataire"
    ).get(pk=object_id)
    convention = fiche.convention
    rows, today = etapes_of(convention), clock.today()
    told = [presenters.told(row, today) for row in rows]
    table = Table(
        columns=[Column(label) for label in presenters.COLONNES],
        rows=[
            [
                _lines(row["titre"], row["objectif"]),
                " " if blank else _lines(row["prevu"], row["personnes"]),
                " "
                if blank
                else _lines(
                    row["fait"], row["rencontrees"], f"Remis : {row['production']}" if row["production"] else ""
                ),
                " " if blank else _lines("Modification" if row["modifiee"] else "", row["commentaire"]),
            ]
            for row in told
        ],
    )
    header = [
        (label, value or ("\N{NO-BREAK SPACE}" if blank else "—"))
        for label, value in presenters.entete(convention, None if blank else fiche)
    ]
    blocks: list[Block] = [Definitions(header), Note(_CONSIGNE), table]
    titre = convention.ingenierie.titre
    return BuiltDocument(
        template="missions/suivi/document.html",
        context={
            "header": letterhead(
                convention.ingenierie.pilote, kind=KIND, reference=convention.reference, date=format_date(today)
            ),
            "blocks": blocks,
        },
        title=titre,
        filename=f"{convention.reference}-fiche-de-suivi{'-vierge' if blank else ''}.pdf",
        obj=fiche,
        scope=convention.ingenierie,
        author=str(convention.ingenierie.pilote),
        subject=f"{KIND}, convention {convention.reference}",
        keywords=["suivi", "mission", "DLA"],
    )


def register() -> None:
    """Called once by :func:`missions.suivi.providers.register`."""
    DOCUMENT_TYPES.register(FICHE, DocumentType(KIND, build, permissions.viewable, has_blank=True))
