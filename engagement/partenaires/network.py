"""The network of partners as the fiche pratique 3 draws it: the ingénierie, its four families, who is in each.

Pure data in, data out: the same rows make the picture (drawn by ``engagement/partenaires/reseau.svg``), the table
beside it, and the sentences that say what is still missing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.formats import plural
from engagement.partenaires.enums import Verdict
from engagement.partenaires.models import PartenaireProjet
from partners.directory.enums import Famille

#: A family shows this many partners in the picture; the table has them all.
SHOWN = 8
#: Each family has its own mark: a shape, not a colour alone.
SHAPES = {
    Famille.RESEAU_DLA: "cercle",
    Famille.FINANCEURS: "carre",
    Famille.RESEAUX_BENEFICIAIRES: "triangle",
    Famille.RESSOURCES: "losange",
}
#: How the line to a partner is drawn, by whether it shares the problématique.
LINES = {Verdict.OUI: "partagee", Verdict.NON: "non-partagee", Verdict.A_VOIR: "a-voir"}
LINE_WORDS = {
    Verdict.OUI: "partage la problématique",
    Verdict.NON: "ne partage pas la problématique",
    Verdict.A_VOIR: "à interroger sur la problématique",
}
NOBODY = {
    Famille.RESEAU_DLA: "Personne du réseau du DLA (autres DLA, C2RA, CNAR, comité d’appui, structure porteuse).",
    Famille.FINANCEURS: "Aucun financeur rencontré.",
    Famille.RESEAUX_BENEFICIAIRES: "Aucun réseau ni partenaire des bénéficiaires : qui parle au nom des structures ?",
    Famille.RESSOURCES: "Aucune structure ni personne ressource.",
}
CHECKS = ("problematique_partagee", "complementaire", "interet")


# --- What is still missing ------------------------------------------------------------------------------------------


def _names(rows: Sequence[PartenaireProjet], *, limit: int = 4) -> str:
    names = [str(row) for row in rows]
    shown = ", ".join(f"« {name} »" for name in names[:limit])
    rest = len(names) - limit
    return f"{shown} et {plural(rest, 'autre')}" if rest > 0 else shown


def missing(rows: Sequence[PartenaireProjet]) -> list[str]:
    """What the network lacks, in sentences, most serious first; empty when nothing does."""
    if not rows:
        return []
    said = [
        f"{row} : une contradiction est notée, sans dire comment l’ingénierie en tient compte."
        for row in rows
        if row.contradictions.strip() and not row.prise_en_compte.strip()
    ]
    if against := [row for row in rows if row.problematique_partagee == Verdict.NON]:
        said.append(f"La problématique n’est pas partagée par {_names(against)} : est-ce la bonne formulation ?")
    if doubled := [row for row in rows if row.complementaire == Verdict.NON]:
        said.append(f"La démarche doublerait l’existant selon {_names(doubled)}.")
    present = {row.famille for row in rows}
    said += [NOBODY[famille] for famille in Famille if famille.value not in present]
    if unseen := [row for row in rows if any(getattr(row, name) == Verdict.A_VOIR for name in CHECKS)]:
        said.append(f"Les trois vérifications restent à finir avec {_names(unseen)}.")
    if unheard := [row for row in rows if not row.attentes.strip() and not row.motivations.strip()]:
        said.append(f"Les attentes et motivations ne sont pas notées pour {_names(unheard)}.")
    if not any(row.comite_pilotage or row.groupe_travail for row in rows):
        said.append("Personne n’est membre du comité de pilotage ni d’un groupe de travail.")
    if not any(row.evaluation for row in rows):
        said.append("Aucun partenaire n’est associé à l’évaluation.")
    return said


# --- The picture ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A link, from a point to another; ``kind`` is one of ``LINES`` or « famille »."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A partner in the picture: its shape at (``x``, ``y``), its name on one or two lines, where it leads."""

    x: float
    y: float
    shape: str
    points: str
    full: bool
    lines: tuple[Text, ...]
    anchor: str
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A family: its name in a box, its marks, and what it says when it has none or too many."""

    code: str
    x: float
    y: float
    width: float
    height: float
    titles: tuple[Text, ...]
    marks: tuple[Mark, ...]
    note: Text | None
    anchor: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that the SVG template draws. Every figure is in the units of the ``viewBox``."""

    name: str
    width: float
    height: float
    centre: tuple[Text, ...]
    box: tuple[float, float, float, float]
    lines: tuple[Line, ...]
    clusters: tuple[Cluster, ...]
    description: str


@dataclass(slots=True)
class _Geometry:
    """Where things go; two of them: side by side, or one below the other on a narrow screen."""

    name: str
    width: float
    chars: int
    row: float = 44
    lines: list[Line] = field(default_factory=list)


def _wrapped(text: str, chars: int, most: int = 2) -> list[str]:
    found = textwrap.wrap(text, chars, break_long_words=True) or [""]
    if len(found) > most:
        found = found[:most]
        found[-1] = found[-1][: chars - 2].rstrip() + " …"
    return found


def _points(shape: str, x: float, y: float) -> str:
    """The corners of the marks that have some."""
    corners = {
        "carre": ((-8, -8), (8, -8), (8, 8), (-8, 8)),
        "triangle": ((0, -9), (9, 8), (-9, 8)),
        "losange": ((0, -10), (10, 0), (0, 10), (-10, 0)),
    }.get(shape, ())
    return " ".join(f"{x + dx:g},{y + dy:g}" for dx, dy in corners)


def _label(row: PartenaireProjet) -> str:
    places = [
        words
        for name, words in (
            ("comite_pilotage", "comité de pilotage"),
            ("groupe_travail", "groupe de travail"),
            ("systeme_intervenant", "système intervenant"),
        )
        if getattr(row, name)
    ]
    told = [str(row), LINE_WORDS[Verdict(row.problematique_partagee)], *places]
    return ", ".join(told)


def _mark(row: PartenaireProjet, x: float, y: float, geometry: _Geometry, *, left: bool) -> Mark:
    shape = SHAPES[Famille(row.famille)]
    lines = _wrapped(str(row), geometry.chars)
    side = -16 if left else 16
    first = y + 4 - 8 * (len(lines) - 1)
    return Mark(
        x=x,
        y=y,
        shape=shape,
        points=_points(shape, x, y),
        full=row.comite_pilotage,
        lines=tuple(Text(x + side, first + 16 * n, text) for n, text in enumerate(lines)),
        anchor="end" if left else "start",
        href=f"#partenaire-{row.pk}",
        label=_label(row),
    )


def _cluster(
    famille: Famille,
    rows: Sequence[PartenaireProjet],
    geometry: _Geometry,
    *,
    x: float,
    y: float,
    box: float,
    left: bool,
) -> tuple[Cluster, float]:
    """The family whose box begins at (``x``, ``y``), and where it ends."""
    titles = _wrapped(famille.label, max(16, int(box / 7.6)))
    height = 14 + 18 * len(titles)
    stem = x + box - 18 if left else x + 18
    shown = rows[:SHOWN]
    marks = []
    at = y + height + 30
    for row in shown:
        marks.append(_mark(row, stem + (-24 if left else 24), at, geometry, left=left))
        kind = LINES[Verdict(row.problematique_partagee)]
        inner = marks[-1].x + (10 if left else -10)
        geometry.lines.append(Line(stem, at, inner, at, kind))
        at += geometry.row
    note = None
    side = stem + (-8 if left else 8)
    if not rows:
        note = Text(side, at - 4, "personne pour l’instant")
        at += 24
    elif len(rows) > SHOWN:
        note = Text(side, at - 8, f"et {plural(len(rows) - SHOWN, 'autre')}, dans la liste")
        at += 24
    if shown:
        geometry.lines.append(Line(stem, y + height, stem, marks[-1].y, "famille"))
    centred = tuple(Text(x + box / 2, y + 21 + 18 * n, text) for n, text in enumerate(titles))
    cluster = Cluster(famille.value, x, y, box, height, centred, tuple(marks), note, "end" if left else "start")
    return cluster, at


def _described(title: str, by_family: dict[str, list[PartenaireProjet]]) -> str:
    told = [
        f"{Famille(code).label} : {plural(len(rows), 'partenaire') if rows else 'personne'}"
        for code, rows in by_family.items()
    ]
    return (
        f"Au centre, l’ingénierie « {title} ». Autour, les quatre familles de partenaires. {' ; '.join(told)}. "
        "Le tableau qui suit dit la même chose."
    )


def _grouped(rows: Sequence[PartenaireProjet]) -> dict[str, list[PartenaireProjet]]:
    found: dict[str, list[PartenaireProjet]] = {code: [] for code in Famille.values}
    for row in rows:
        found[row.famille].append(row)
    return found


def wide(title: str, rows: Sequence[PartenaireProjet]) -> Picture:
    """The ingénierie in the middle, two families on each side: for large screens and paper."""
    by_family = _grouped(rows)
    geometry = _Geometry("large", 1000, 30)
    box, margin = 330.0, 10.0
    families = list(Famille)
    clusters: list[Cluster] = []
    ends: list[tuple[float, float]] = []
    foot = margin
    for top in (0, 2):
        lowest = foot
        for column, famille in enumerate(families[top : top + 2]):
            left = column == 0
            x = margin if left else geometry.width - margin - box
            cluster, at = _cluster(famille, by_family[famille.value], geometry, x=x, y=foot, box=box, left=left)
            clusters.append(cluster)
            ends.append((x + box if left else x, cluster.y + cluster.height / 2))
            lowest = max(lowest, at)
        foot = lowest + 16
    height = foot
    words = _wrapped(title, 24, most=4)
    half_height = 24 + 10 * len(words)
    middle = (geometry.width / 2, height / 2)
    half_width = 120.0
    for x, y in ends:
        from_x = middle[0] + (-half_width if x < middle[0] else half_width) * 0.8
        from_y = middle[1] + (-half_height if y < middle[1] else half_height) * 0.5
        geometry.lines.insert(0, Line(from_x, from_y, x, y, "famille"))
    return _picture(geometry, title, by_family, clusters, words, middle, half_width, half_height, height)


def narrow(title: str, rows: Sequence[PartenaireProjet]) -> Picture:
    """Two families above the ingénierie, two below, in one column: for a telephone."""
    by_family = _grouped(rows)
    geometry = _Geometry("etroit", 340, 32)
    x, box, trunk = 26.0, 304.0, 10.0
    clusters: list[Cluster] = []
    joints: list[float] = []
    at = 6.0
    words = _wrapped(title, 30, most=4)
    half_height = 18 + 10 * len(words)
    middle = (geometry.width / 2 + 8, 0.0)
    for number, famille in enumerate(Famille):
        if number == 2:
            at += 8 + half_height
            middle = (middle[0], at)
            at += half_height + 16
        cluster, foot = _cluster(famille, by_family[famille.value], geometry, x=x, y=at, box=box, left=False)
        clusters.append(cluster)
        joints.append(cluster.y + cluster.height / 2)
        at = foot + 8
    half_width = 150.0
    for y in joints:
        geometry.lines.insert(0, Line(trunk, y, x, y, "famille"))
    geometry.lines.insert(0, Line(trunk, joints[0], trunk, joints[-1], "famille"))
    geometry.lines.insert(0, Line(trunk, middle[1], middle[0] - half_width, middle[1], "famille"))
    return _picture(geometry, title, by_family, clusters, words, middle, half_width, half_height, at)


def _picture(
    geometry: _Geometry,
    title: str,
    by_family: dict[str, list[PartenaireProjet]],
    clusters: list[Cluster],
    words: list[str],
    middle: tuple[float, float],
    half_width: float,
    half_height: float,
    height: float,
) -> Picture:
    first = middle[1] + 5 - 9 * (len(words) - 1)
    return Picture(
        name=geometry.name,
        width=geometry.width,
        height=round(height),
        centre=tuple(Text(middle[0], first + 18 * n, text) for n, text in enumerate(words)),
        box=(middle[0] - half_width, middle[1] - half_height, 2 * half_width, 2 * half_height),
        lines=tuple(geometry.lines),
        clusters=tuple(clusters),
        description=_described(title, by_family),
    )
