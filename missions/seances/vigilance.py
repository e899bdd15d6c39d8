"""What deserves attention in the séances of a mission: said, never blocking (000, démarche 4/4)."""

from __future__ import annotations

from collections.abc import Collection

from core import clock
from core.formats import format_date
from engagement.rendezvous.enums import EtatRendezvous
from missions.seances.enums import NatureSeance, SourceSeance
from missions.seances.models import ParticipantSeance, Seance
from missions.seances.summary import standing

#: A mission opens and closes with a meeting of three.
OF_THREE = (NatureSeance.LANCEMENT, NatureSeance.RESTITUTION)
#: Those who must meet there.
TROIS = {
    SourceSeance.STRUCTURE: "les structures",
    SourceSeance.DLA: "le DLA",
    SourceSeance.PRESTATAIRE: "le prestataire",
}


def sources_of(seances: Collection[Seance]) -> dict[int, set[str]]:
    """On whose side those expected at each séance sit. One query."""
    found: dict[int, set[str]] = {row.pk: set() for row in seances}
    rows = ParticipantSeance.objects.expected().filter(seance__in=list(found)).order_by()
    for seance, source in rows.values_list("seance_id", "source").distinct():
        found[seance].add(source)
    return found


def vigilances(seances: Collection[Seance]) -> list[str]:
    """One sentence for each thing to look at, of the séances of one mission. One query, none without séances."""
    rows = standing(seances)
    individuelle = bool(rows) and rows[0].ingenierie.is_individuelle
    told = [*_missing(rows, individuelle)]
    if not rows:
        return told
    expected = sources_of(rows)
    for row in rows:
        if row.nature in OF_THREE and row.is_to_come:
            told += _not_three(row, expected[row.pk], individuelle)
    edges = [("première", rows[0])]
    if len(rows) > 1:
        edges.append(("dernière", rows[-1]))
    for word, row in edges:
        if said := _pilot(word, row, expected[row.pk]):
            told.append(said)
    return told + a_dire(rows)


def a_dire(seances: Collection[Seance]) -> list[str]:
    """What remains to be told of the séances, by the team or by the prestataire: no query."""
    rows = standing(seances)
    past = [
        f"La séance « {row.titre} » du {format_date(row.date)} est passée : dites si elle a eu lieu."
        for row in rows
        if row.is_to_come and row.debut <= clock.now()
    ]
    return past + [
        f"Le compte rendu reste à écrire : {row}."
        for row in rows
        if row.nature in OF_THREE and row.state == EtatRendezvous.TENUE and not row.compte_rendu
    ]


def _missing(rows: Collection[Seance], individuelle: bool) -> list[str]:
    natures = {row.nature for row in rows}
    told = []
    if NatureSeance.LANCEMENT not in natures:
        whom = "la structure, le DLA et le prestataire" if individuelle else "les structures, le DLA et le prestataire"
        told.append(f"Aucune réunion de lancement n’est prévue : elle présente les uns aux autres {whom}.")
    if NatureSeance.RESTITUTION not in natures:
        told.append("Aucune restitution n’est prévue.")
    return told


def _not_three(row: Seance, sources: set[str], individuelle: bool) -> list[str]:
    away = [label for source, label in TROIS.items() if source not in sources]
    if not away:
        return []
    if individuelle:
        away = [label.replace("les structures", "la structure") for label in away]
    return [f"À la {row.get_nature_display().lower()} du {format_date(row.date)}, {_et(away)} ne sont pas attendus."
            if len(away) > 1 else f"Personne n’est attendu à la {row.get_nature_display().lower()} du "
            f"{format_date(row.date)} pour {away[0]}."]  # fmt: skip


def _et(names: list[str]) -> str:
    return " et ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _pilot(word: str, row: Seance, sources: set[str]) -> str:
    when = f"la {word} séance ({format_date(row.date)})"
    if row.state == EtatRendezvous.TENUE:
        if row.pilote_present is False:
            return f"Le pilote n’était pas à {when}."
        return f"Il n’est pas dit si le pilote était à {when}." if row.pilote_present is None else ""
    return "" if SourceSeance.DLA in sources else f"Personne du DLA n’est attendu à {when} : le pilote y assiste."
