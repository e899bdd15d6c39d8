"""A search of the portfolio: what is asked, the facets with their counts, the explained order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core import clock
from core.actor import Actor
from core.clock import months_after
from core.formats import format_date, plural
from core.text import search_words, whole_number
from partners.portfolio.prestataire.enums import TypePrestataire
from partners.portfolio.publication.models import MOIS_INACTIVE
from partners.recherche.index import PRIX, TAILLES, Entry, Index
from partners.recherche.models import Entree, Favori
from partners.recherche.registry import sollicitations, unavailable
from partners.recherche.voisins import voisins
from referentiels import lists
from referentiels.models import Departement, Domaine, Region, Secteur, ThemeAccompagnement, TypeIntervention

#: Prestataires that the address of a search carries ticked: as many as a page of results holds.
MOST_TICKED = 25
#: Words of a query that say nothing.
_EMPTY = frozenset(
    ("a", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par")
) | {"pour", "sur", "un", "une"}
TRIS = {
    "pertinence": "Les mieux placés d’abord",
    "recente": "Fiche la plus récente d’abord",
    "prix": "Prix par jour, du plus bas",
    "moins_sollicites": "Les moins sollicités d’abord",
    "nom": "Nom",
}


@dataclass(frozen=True)
class Facet:
    """One way to narrow the search: values are those of the address, ``key`` turns one into that of the index."""

    code: str
    label: str
    index: str
    choices: Callable[[Index], Sequence[tuple[str, str]]]
    key: Callable[[str], Any] = str


def _listed(model) -> Callable[[Index], Sequence[tuple[str, str]]]:
    return lambda index: lists.choices(model)


def _pk(model) -> Callable[[str], Any]:
    def key(code: str) -> Any:
        item = lists.by_code(model).get(code)
        return item.pk if item else None

    return key


def _fixed(choices: Sequence[tuple[str, str]]) -> Callable[[Index], Sequence[tuple[str, str]]]:
    return lambda index: choices


FACETS: tuple[Facet, ...] = (
    Facet("domaine", "Domaine", "domaines", _listed(Domaine), _pk(Domaine)),
    Facet("theme", "Thème", "themes", _listed(ThemeAccompagnement), _pk(ThemeAccompagnement)),
    Facet("secteur", "Secteur d’activité", "secteurs", _listed(Secteur), _pk(Secteur)),
    Facet("departement", "Département d’intervention", "departements", _listed(Departement), _pk(Departement)),
    Facet("type", "Type d’intervention", "types", _listed(TypeIntervention), _pk(TypeIntervention)),
    Facet("mode", "Accompagnement", "mode", _fixed((("collectif", "collectif"), ("individuel", "individuel")))),
    Facet(
        "experience",
        "Expérience",
        "experience",
        _fixed((("collectif", "références collectives"), ("dla", "références avec un DLA"))),
    ),
    Facet("forme", "Forme", "forme", _fixed(TypePrestataire.choices)),
    Facet("taille", "Taille", "taille", _fixed([(code, label) for code, label, *_ in TAILLES])),
    Facet("prix", "Prix par jour (HT)", "prix", _fixed([(code, label) for code, label, *_ in PRIX])),
    Facet(
        "fraicheur",
        "Fiche",
        "",
        _fixed((("a_jour", "publiée et à jour"), ("a_actualiser", "à actualiser (ne peut être retenue)"))),
    ),
    Facet(
        "disponible",
        "Disponibilité",
        "",
        _fixed((("maintenant", "dès maintenant"), ("trois_mois", "d’ici trois mois"))),
    ),
)
_BY_CODE = {facet.code: facet for facet in FACETS}


def _shown(entry: Entry, day: dt.date) -> bool:
    return months_after(dt.date.fromisoformat(entry["actualiser"]), MOIS_INACTIVE) > day


def _current(entry: Entry, day: dt.date) -> bool:
    return dt.date.fromisoformat(entry["actualiser"]) > day


def _outdated(entry: Entry, day: dt.date) -> bool:
    return not _current(entry, day)


def _available(entry: Entry, day: dt.date) -> bool:
    return entry["dispo"] is None or dt.date.fromisoformat(entry["dispo"]) <= day


@dataclass(frozen=True)
class Demande:
    """What an address asks for: only what exists is kept, ``ignored`` tells that something did not."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    voisins: bool = False
    partout: bool = False
    favoris: bool = False
    tri: str = "pertinence"
    ignored: bool = False
    #: The prestataires ticked (primary keys), in the order they were: they narrow nothing.
    coches: tuple[int, ...] = ()

    @classmethod
    def read(cls, data: Any) -> Demande:
        """From the parameters of the address (a QueryDict)."""
        chosen: dict[str, tuple[str, ...]] = {}
        ignored = False
        for facet in FACETS:
            asked = [value for value in data.getlist(facet.code) if value][:30]
            known = [v for v in dict.fromkeys(asked) if _exists(facet, v)]
            ignored |= len(known) < len(set(asked))
            if known:
                chosen[facet.code] = tuple(known)
        tri = data.get("tri", "pertinence")
        return cls(
            q=data.get("q", "").replace("\x00", "")[:200].strip(),
            chosen=chosen,
            voisins=data.get("voisins") == "1",
            partout=data.get("partout") == "1",
            favoris=data.get("favoris") == "1",
            tri=tri if tri in TRIS else "pertinence",
            ignored=ignored or tri not in TRIS,
            coches=tuple(dict.fromkeys(pk for v in data.getlist("p") if (pk := whole_number(v)) is not None)),
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words searched: without those that say nothing, without plural (« régionaux » finds « régional »)."""
        found = [w for w in search_words(self.q) if w not in _EMPTY]
        return tuple(dict.fromkeys(_stem(w) for w in found))

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.chosen or self.favoris)


def _exists(facet: Facet, value: str) -> bool:
    return facet.key(value) is not None if facet.index and facet.key is not str else value in _codes(facet)


def _codes(facet: Facet) -> set[str]:
    return {code for code, _ in facet.choices(None)}  # type: ignore[arg-type]  fixed choices


def _stem(word: str) -> str:
    if len(word) > 5 and word.endswith("aux"):
        return word[:-2]
    return word[:-1] if len(word) > 4 and word[-1] in "sx" else word


@dataclass(frozen=True)
class Reason:
    """Why some entries come before others: those it holds for, its weight, its words for one entry."""

    having: Set[int]
    weight: int
    words: Callable[[Entry], str]


class Recherche:
    """The answer to a :class:`Demande` for an actor, from the index in memory: sets of publications."""

    def __init__(self, demande: Demande, index: Index, actor: Actor):
        self.demande = demande
        self.index = index
        self.actor = actor
        self.today = clock.today()
        organisation = actor.organisation
        self.region: Region | None = lists.by_id(Region, organisation.region_id) if organisation is not None else None

    # --- What matches -----------------------------------------------------------------------------------------------

    @cached_property
    def scope(self) -> Set[int]:
        """The fiches published where the actor looks: in its région, or one per prestataire everywhere."""
        index, today = self.index, self.today
        region = None if self.region is None or self.demande.partout else self.region.pk
        where = index.principal if region is None else index.having("region", region)
        return index.once(("scope", region, today), lambda: index.on(today, _shown) & where)

    def _words(self) -> tuple[Set[int], Set[int]]:
        """The entries that hold every word, and those that hold them in their name: one query, remembered."""
        words, index = self.demande.words, self.index

        def find() -> tuple[Set[int], Set[int]]:
            found = Entree.objects.filter(shown=True)
            for word in words:
                found = found.filter(search_text__contains=word)
            held = index.all & set(found.order_by().values_list("pk", flat=True))
            return held, {pk for pk in held if all(word in index.entries[pk]["nom"] for word in words)}

        return index.once(("words", words), find)

    def _chosen(self, code: str) -> Set[int]:
        """The entries that have one of the values chosen for this facet."""
        facet, values = _BY_CODE[code], set(self.demande.chosen[code])
        if code == "departement" and self.demande.voisins:
            values = values.union(*map(voisins, values))
        return set().union(*(self.having(facet, value) for value in values))

    def having(self, facet: Facet, value: str) -> Set[int]:
        """The entries that have this value of this facet."""
        if facet.code == "fraicheur":
            return self.index.on(self.today, _current if value == "a_jour" else _outdated)
        if facet.code == "disponible":
            return self.available(self.today if value == "maintenant" else months_after(self.today, 3))
        return self.index.having(facet.index, facet.key(value))

    @cached_property
    def again_from(self) -> dict[int, dt.date]:
        """The prestataires that said from when they may be asked again: one query."""
        return unavailable()

    def available(self, day: dt.date) -> Set[int]:
        """The entries available on that day, by their fiche and by what they said since when they were asked."""
        later = [pk for pk, since in self.again_from.items() if since > day]
        return self.index.on(day, _available) - self.index.of_prestataires(later)

    @cached_property
    def _parts(self) -> dict[str, Set[int]]:
        """What each facet keeps, and the words and the favourites."""
        parts = {code: self._chosen(code) for code in self.demande.chosen}
        if self.demande.words:
            parts["q"] = self._words()[0]
        if self.demande.favoris:
            parts["favoris"] = self.index.of_prestataires(self.favourites)
        return parts

    @cached_property
    def ticked(self) -> list[Entry]:
        """Those that are ticked, whatever the criteria keep: as the list shows them, else as their own région does."""
        index, asked = self.index, self.demande.coches
        shown = index.on(self.today, _shown) & index.of_prestataires(asked)
        mine = {index.entries[pk]["prestataire"]: pk for pk in shown & index.principal}
        mine |= {index.entries[pk]["prestataire"]: pk for pk in shown & self.scope}
        return [index.entries[mine[pk]] for pk in asked if pk in mine][:MOST_TICKED]

    @cached_property
    def favourites(self) -> set[int]:
        """The prestataires the person keeps: one query."""
        return set(Favori.objects.of(self.actor).values_list("prestataire_id", flat=True))

    def _without(self, left_out: str) -> Set[int]:
        """What matches, one of the facets left out."""
        found = self.scope
        for code, part in self._parts.items():
            if code != left_out:
                found = found & part
        return found

    @cached_property
    def found(self) -> Set[int]:
        """What matches."""
        return self._without("")

    @cached_property
    def count(self) -> int:
        return len(self.found)

    def counts(self) -> dict[str, dict[str, int]]:
        """For each facet, how many fiches each value would keep, the other facets staying as they are."""
        answer: dict[str, dict[str, int]] = {}
        for facet in FACETS:
            base = self._without(facet.code) if facet.code in self._parts else self.found
            answer[facet.code] = {
                value: len(base & self.having(facet, value)) for value, _ in facet.choices(self.index)
            }
        return answer

    # --- The order --------------------------------------------------------------------------------------------------

    @cached_property
    def reasons(self) -> list[Reason]:
        """What places a fiche before another for this search, heaviest first."""
        index, chosen = self.index, self.demande.chosen
        found: list[Reason] = []
        if self.demande.words:
            found.append(Reason(self._words()[1], 5, lambda e: "le nom répond à votre recherche"))
        themes = [pk for code in chosen.get("theme", ()) if (pk := _BY_CODE["theme"].key(code))]
        for pk in themes:
            label = str(lists.by_id(ThemeAccompagnement, pk))
            found.append(
                Reason(
                    index.having("reference", pk),
                    4,
                    lambda e, pk=pk, label=label: (
                        f"{plural(e['references_themes'][str(pk)], 'référence')} sur « {label} »"
                    ),
                )
            )
        found.append(
            Reason(
                index.on(self.today, _current),
                3,
                lambda e: f"fiche à jour, publiée le {format_date(dt.date.fromisoformat(e['publiee']))}",
            )
        )
        if self.demande.voisins and chosen.get("departement"):
            exact = set().union(*(self.having(_BY_CODE["departement"], code) for code in chosen["departement"]))
            found.append(Reason(exact, 2, lambda e: "intervient dans le département choisi"))
        found.append(
            Reason(
                index.having("experience", "collectif"),
                2,
                lambda e: (
                    f"{plural(e['references_collectives'], 'accompagnement collectif', 'accompagnements collectifs')}"
                    " en référence"
                ),
            )
        )
        found.append(
            Reason(
                index.having("experience", "dla"),
                1,
                lambda e: f"{plural(e['references_dla'], 'référence')} avec un DLA",
            )
        )
        found.append(Reason(self.available(self.today), 1, lambda e: "disponible dès maintenant"))
        return found

    def _levels(self) -> list[Set[int]]:
        """What matches, from the best placed to the least."""
        levels: dict[int, Set[int]] = {0: self.found}
        for reason in self.reasons:
            after: dict[int, Set[int]] = {}
            for level, keys in levels.items():
                for at, part in ((level + reason.weight, keys & reason.having), (level, keys - reason.having)):
                    if part:
                        after[at] = after.get(at, frozenset()) | part
            levels = after
        return [levels[level] for level in sorted(levels, reverse=True)]

    def ordered(self, start: int = 0, stop: int | None = None) -> list[Entry]:
        """The entries from ``start`` to ``stop`` in the order asked; ties by the date of publication."""
        tri, rank = self.demande.tri, self.index.rank
        if tri == "pertinence":
            levels, key = self._levels(), rank.__getitem__
        else:
            levels, key = [self.found], rank.__getitem__ if tri == "recente" else self._sort_key(tri)
        keys: list[int] = []
        for level in levels:
            if stop is not None and len(keys) >= stop:
                break
            keys.extend(sorted(level, key=key))
        return [self.index.entries[pk] for pk in keys[start:stop]]

    def _sort_key(self, tri: str) -> Callable[[int], Any]:
        entries, rank = self.index.entries, self.index.rank
        if tri == "nom":
            return lambda pk: (entries[pk]["nom"], pk)
        if tri == "prix":
            far = float("inf")

            def price(pk: int) -> tuple[float, str, int]:
                low, high = entries[pk]["prix"]
                return float(low or high or far), entries[pk]["nom"], pk

            return price
        asked = sollicitations()
        return lambda pk: (
            (s.retenu, s.consulte) if (s := asked.get(entries[pk]["prestataire"])) else (0, 0),
            rank[pk],
        )

    def why(self, entry: Entry, texts: Mapping[str, str] | None = None) -> list[str]:
        """Why this entry is where it is, in words; ``texts`` are its texts when words were searched."""
        words = [reason.words(entry) for reason in self.reasons if entry.publication in reason.having]
        if texts and self.demande.words:
            places = [
                label for code, label in _TEXTS.items() if any(w in texts.get(code, "") for w in self.demande.words)
            ]
            if places:
                words.insert(0, f"« {self.demande.q} » : {', '.join(places)}")
        return words


_TEXTS = {
    "presentation": "présentation",
    "references": "références",
    "equipe": "intervenants",
    "domaines": "domaines, thèmes et secteurs",
}
