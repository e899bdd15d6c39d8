"""What the pages of the search show, prepared in Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core import clock
from core.formats import NBSP, format_date, format_number, plural
from partners.portfolio.prestataire.enums import TypePrestataire
from partners.recherche.index import Entry
from partners.recherche.models import Entree
from partners.recherche.recherche import FACETS, Recherche
from partners.recherche.registry import Sollicitation, sollicitations
from referentiels import lists
from referentiels.models import Departement, Domaine, Region, Secteur, ThemeAccompagnement, TypeIntervention

FICHE = "recherche:fiche"
SEPARATOR = " · "
_FORMES = dict(TypePrestataire.choices)
#: Facets open at first; the others open when something of them is chosen.
_OPEN = frozenset({"domaine", "departement"})


def price(entry: Entry) -> str:
    """« 600 à 800 € HT par jour », or empty."""
    low, high = entry["prix"]
    if low is None and high is None:
        return ""
    shown = [format_number(int(float(p))) for p in dict.fromkeys((low, high)) if p is not None]
    return f"{' à '.join(shown)}{NBSP}€ HT par jour"


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _labels(model, keys: Iterable[int]) -> list[str]:
    return [str(item) for pk in keys if (item := lists.by_id(model, pk))]


def availability(entry: Entry, today: dt.date, again: dt.date | None = None) -> str:
    """« dès maintenant », « à partir du 15 janvier 2027 »: by its fiche, or by what it said since (``again``)."""
    days = [day for day in (_day(entry["dispo"]) if entry["dispo"] else None, again) if day is not None]
    if not days or max(days) <= today:
        return "dès maintenant"
    return f"à partir du {format_date(max(days))}"


def _tags(entry: Entry, today: dt.date, again: dt.date | None = None) -> list[tuple[str, str]]:
    """The signals of a fiche (tone, words): to update, insurance past its date, not available yet, not to be asked
    before a day (``again``)."""
    tags = []
    if _day(entry["actualiser"]) <= today:
        tags.append(("warn", f"à actualiser depuis le {format_date(_day(entry['actualiser']))}"))
    if entry["assurance"] is not None and _day(entry["assurance"]) < today:
        tags.append(("bad", f"assurance échue le {format_date(_day(entry['assurance']))}"))
    if entry["dispo"] is not None and _day(entry["dispo"]) > today:
        tags.append(("neutral", f"disponible {availability(entry, today)}"))
    if again is not None and again > today:
        tags.append(("warn", f"de nouveau sollicitable à partir du {format_date(again)}"))
    return tags


def asked_words(found: Sollicitation | None) -> str:
    """« consulté 2 fois, retenu 1 fois en douze mois »."""
    if found is None or not (found.consulte or found.retenu):
        return "pas sollicité depuis douze mois"
    parts = [f"{word} {n} fois" for word, n in (("consulté", found.consulte), ("retenu", found.retenu)) if n]
    return f"{', '.join(parts)} en douze mois"


def _name(entry: Entry) -> str:
    return f"{entry['name']} ({entry['sigle']})" if entry["sigle"] else entry["name"]


def _joined(model, keys: Iterable[int]) -> str:
    """Labels apart: some hold a comma."""
    return SEPARATOR.join(_labels(model, keys))


def _why(search: Recherche, entries: list[Entry]) -> dict[int, str]:
    """For each publication, why it is where it is: one query for their texts, when words were searched."""
    texts: Mapping[int, Any] = {}
    if search.demande.words:
        texts = dict(Entree.objects.filter(pk__in=[e.publication for e in entries]).values_list("pk", "texts"))
    return {e.publication: " ; ".join(search.why(e, texts.get(e.publication))) for e in entries}


def rows(search: Recherche, entries: list[Entry]) -> list[dict[str, Any]]:
    """The results of one page: one query for who was asked, one for the texts when words were searched."""
    today = clock.today()
    asked = sollicitations([entry["prestataire"] for entry in entries])
    why = _why(search, entries)
    ticked = {entry["prestataire"] for entry in search.ticked}
    everywhere = search.region is None or search.demande.partout
    answer = []
    for entry in entries:
        details = [
            _FORMES.get(entry["kind"], ""),
            entry["commune"],
            plural(entry["effectif"], "personne") if entry["effectif"] else "",
            price(entry),
            str(lists.by_id(Region, entry["region"])) if everywhere else "",
        ]
        answer.append(
            {
                "pk": entry["prestataire"],
                "url": reverse(FICHE, args=[entry.publication]),
                "favori_url": f"{reverse('recherche:favori', args=[entry['prestataire']])}?garder="
                f"{0 if entry['prestataire'] in search.favourites else 1}",
                "name": _name(entry),
                "details": SEPARATOR.join(filter(None, details)),
                "resume": entry["resume"],
                "domaines": _joined(Domaine, entry["domaines"]),
                "tags": _tags(entry, today, search.again_from.get(entry["prestataire"])),
                "why": why[entry.publication],
                "asked": asked_words(asked.get(entry["prestataire"])),
                "favourite": entry["prestataire"] in search.favourites,
                "ticked": entry["prestataire"] in ticked,
            }
        )
    return answer


def ticked(search: Recherche, shown: Iterable[Entry]) -> dict[str, Any]:
    """The prestataires ticked: how many, and those of them that are not among the results ``shown``."""
    here = {entry["prestataire"] for entry in shown}
    return {
        "count": len(search.ticked),
        "elsewhere": [
            {"pk": e["prestataire"], "name": _name(e)} for e in search.ticked if e["prestataire"] not in here
        ],
    }


def facets(search: Recherche) -> list[dict[str, Any]]:
    """The facets with their counts; values that would find nothing are left out, unless they are chosen."""
    counts = search.counts()
    answer = []
    for facet in FACETS:
        chosen = search.demande.chosen.get(facet.code, ())
        values = []
        for value, label in facet.choices(search.index):
            count = counts[facet.code][value]
            if not count and value not in chosen:
                continue
            if facet.code == "departement" and not _near(search, value, chosen):
                continue
            values.append({"value": value, "label": label, "count": count, "checked": value in chosen})
        if values:
            answer.append(
                {
                    "code": facet.code,
                    "label": facet.label,
                    "values": values,
                    "chosen": len(chosen),
                    "open": bool(chosen) or facet.code in _OPEN,
                }
            )
    return answer


def _near(search: Recherche, code: str, chosen: tuple[str, ...]) -> bool:
    """Is this département worth a line? Those of the région, those chosen; all of them when searching everywhere."""
    if search.region is None or search.demande.partout or code in chosen:
        return True
    found = lists.by_code(Departement).get(code)
    return found is not None and found.region_id == search.region.pk


EXPORT_HEADER = (
    "Prestataire",
    "Sigle",
    "Forme",
    "Commune",
    "Région de publication",
    "Publiée le",
    "À actualiser à partir du",
    "Domaines",
    "Thèmes",
    "Secteurs",
    "Départements",
    "Types d’intervention",
    "Références",
    "Références collectives",
    "Prix par jour HT, au moins",
    "Prix par jour HT, au plus",
    "Disponible à partir du",
)


def export_rows(entries: Iterable[Entry]) -> Iterator[list[Any]]:
    """Lines of the export."""
    for e in entries:
        yield [
            e["name"],
            e["sigle"],
            _FORMES.get(e["kind"], ""),
            e["commune"],
            str(lists.by_id(Region, e["region"])),
            _day(e["publiee"]),
            _day(e["actualiser"]),
            " ; ".join(_labels(Domaine, e["domaines"])),
            " ; ".join(_labels(ThemeAccompagnement, e["themes"])),
            " ; ".join(_labels(Secteur, e["secteurs"])),
            " ; ".join(_labels(Departement, e["departements"])),
            " ; ".join(_labels(TypeIntervention, e["types"])),
            e["references"],
            e["references_collectives"],
            float(e["prix"][0]) if e["prix"][0] is not None else None,
            float(e["prix"][1]) if e["prix"][1] is not None else None,
            _day(e["dispo"]) if e["dispo"] else None,
        ]


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison: its label, for each prestataire its name and what it says, and whether all say the
    same."""

    label: str
    cells: list[tuple[str, str]]

    @property
    def same(self) -> bool:
        return len(self.cells) > 1 and len({said for _, said in self.cells}) == 1


def compared(search: Recherche, entries: list[Entry]) -> list[Compared]:
    """The lines of the comparison, in the words of the list of results."""
    today = clock.today()
    asked = sollicitations([e["prestataire"] for e in entries])
    why = _why(search, entries)

    def again(entry: Entry) -> dt.date | None:
        return search.again_from.get(entry["prestataire"])

    def tags(entry: Entry) -> str:
        told = [
            f"publiée le {format_date(_day(entry['publiee']))}",
            *(words for tone, words in _tags(entry, today, again(entry))),
        ]
        return SEPARATOR.join(told)

    lines: list[tuple[str, list[str]]] = [
        ("Forme", [_FORMES.get(e["kind"], "") for e in entries]),
        ("Commune", [e["commune"] for e in entries]),
        ("Effectif", [plural(e["effectif"], "personne") if e["effectif"] else "" for e in entries]),
        ("Domaines", [_joined(Domaine, e["domaines"]) for e in entries]),
        ("Thèmes", [_joined(ThemeAccompagnement, e["themes"]) for e in entries]),
        ("Secteurs", [_joined(Secteur, e["secteurs"]) for e in entries]),
        ("Départements", [_joined(Departement, e["departements"]) for e in entries]),
        ("Types d’intervention", [_joined(TypeIntervention, e["types"]) for e in entries]),
        (
            "Accompagnement",
            [" et ".join(mode for mode in ("collectif", "individuel") if e[mode]) for e in entries],
        ),
        ("Références", [str(e["references"]) for e in entries]),
        ("dont collectives", [str(e["references_collectives"]) for e in entries]),
        ("dont avec un DLA", [str(e["references_dla"]) for e in entries]),
        ("Prix par jour", [price(e) for e in entries]),
        ("Disponibilité", [availability(e, today, again(e)) for e in entries]),
        ("Région de publication", [str(lists.by_id(Region, e["region"])) for e in entries]),
        ("Fiche", [tags(e) for e in entries]),
        (
            "Assurance jusqu’au",
            [format_date(_day(e["assurance"])) if e["assurance"] else "" for e in entries],
        ),
        ("Sollicitations", [asked_words(asked.get(e["prestataire"])) for e in entries]),
        ("Pour votre recherche", [why[e.publication] for e in entries]),
    ]
    names = [e["name"] for e in entries]
    return [
        Compared(label, [(name, said or "non dit") for name, said in zip(names, cells, strict=True)])
        for label, cells in lines
    ]
