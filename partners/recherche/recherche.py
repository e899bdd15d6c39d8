"""A search of the portfolio: what is asked, the facets with their counts, the explained order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core import clock
from core.actor import Actor
from core.clock import months_after
from core.formats import format_date, plural
from core.prepared import Prepared
from core.text import search_words
from partners.portfolio.prestataire.enums import TypePrestataire
from partners.portfolio.publication.models import MOIS_INACTIVE
from partners.recherche.index import PRIX, TAILLES, Entry, Index
from partners.recherche.models import Entree, Favori
from partners.recherche.registry import sollicitations
from partners.recherche.voisins import voisins
from referentiels import lists
from referentiels.models import Departement, Domaine, Region, Secteur, ThemeAccompagnement, TypeIntervention

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


#: ``FavoriQuerySet.of``, at every page of the search.
_FAVOURITES = Prepared(
    lambda mark: Favori.objects.filter(user=mark("user"), organisation=mark("organisation")).values("prestataire_id")
)


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
    """Why some entries come before others: the bits of those it holds for, its weight, its words for one entry."""

    bits: int
    weight: int
    words: Callable[[Entry], str]


class Recherche:
    """The answer to a :class:`Demande` for an actor, from the index in memory."""

    def __init__(self, demande: Demande, index: Index, actor: Actor):
        self.demande = demande
        self.index = index
        self.actor = actor
        self.today = clock.today()
        organisation = actor.organisation
        self.region: Region | None = lists.by_id(Region, organisation.region_id) if organisation is not None else None

    # --- What matches -----------------------------------------------------------------------------------------------

    @cached_property
    def scope(self) -> int:
        """The fiches published where the actor looks: in its région, or one per prestataire everywhere."""
        shown = self.index.on(self.today, "shown", _shown)
        if self.region is None or self.demande.partout:
            return shown & self.index.principal
        return shown & self.index.bits("region", self.region.pk)

    def _words(self) -> tuple[int, int]:
        """The entries that hold every word, and those that hold them in their name: one query, remembered."""
        words = self.demande.words

        def find() -> tuple[int, int]:
            found = Entree.objects.filter(shown=True)
            for word in words:
                found = found.filter(search_text__contains=word)
            everywhere = list(found.order_by().values_list("pk", flat=True))
            bits = self.index.of_publications(everywhere)
            names = 0
            for place in self.index.places(bits):
                entry = self.index.at(place)
                text = _normal_name(entry)
                if all(word in text for word in words):
                    names |= 1 << place
            return bits, names

        return self.index.remembered(("words", words), find)

    def _facet_bits(self, code: str) -> int:
        """The entries that have one of the values chosen for this facet."""
        found = 0
        facet = _BY_CODE[code]
        for value in self.demande.chosen[code]:
            found |= self.value_bits(facet, value)
            if code == "departement" and self.demande.voisins:
                for other in voisins(value):
                    found |= self.value_bits(facet, other)
        return found

    def value_bits(self, facet: Facet, value: str) -> int:
        """The entries that have this value of this facet."""
        if facet.code == "fraicheur":
            current = self.index.on(self.today, "current", _current)
            return current if value == "a_jour" else self.index.all & ~current
        if facet.code == "disponible":
            if value == "maintenant":
                return self.index.on(self.today, "available", _available)
            return self.index.on(months_after(self.today, 3), "available", _available)
        return self.index.bits(facet.index, facet.key(value))

    @cached_property
    def _parts(self) -> dict[str, int]:
        """What each facet keeps, and the words and the favourites."""
        parts = {code: self._facet_bits(code) for code in self.demande.chosen}
        if self.demande.words:
            parts["q"] = self._words()[0]
        if self.demande.favoris:
            parts["favoris"] = self.index.of_prestataires(self.favourites)
        return parts

    @cached_property
    def favourites(self) -> set[int]:
        """The prestataires the person keeps: one query."""
        user, organisation = self.actor.user_id, self.actor.organisation_id
        if user is None or organisation is None:
            return set()
        return {row["prestataire_id"] for row in _FAVOURITES.rows(user=user, organisation=organisation)}

    @cached_property
    def found(self) -> int:
        """The bits of what matches."""
        found = self.scope
        for bits in self._parts.values():
            found &= bits
        return found

    @cached_property
    def count(self) -> int:
        return self.found.bit_count()

    def values(self, facet: Facet) -> tuple[tuple[str, str, int], ...]:
        """The values of a facet: (code, label, the entries that have it). Found again until the index, the lists or
        the day change."""
        return self.index.remembered(
            ("values", facet.code, lists.state(), self.today),
            lambda: tuple((code, label, self.value_bits(facet, code)) for code, label in facet.choices(self.index)),
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """For each facet, how many fiches each value would keep, the other facets staying as they are."""
        answer: dict[str, dict[str, int]] = {}
        for facet in FACETS:
            base = self.scope
            for code, bits in self._parts.items():
                if code != facet.code:
                    base &= bits
            answer[facet.code] = {value: (base & bits).bit_count() for value, _, bits in self.values(facet)}
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
                    index.bits("reference", pk),
                    4,
                    lambda e, pk=pk, label=label: (
                        f"{plural(e['references_themes'][str(pk)], 'référence')} sur « {label} »"
                    ),
                )
            )
        found.append(
            Reason(
                index.on(self.today, "current", _current),
                3,
                lambda e: f"fiche à jour, publiée le {format_date(dt.date.fromisoformat(e['publiee']))}",
            )
        )
        if self.demande.voisins and chosen.get("departement"):
            exact = 0
            for code in chosen["departement"]:
                exact |= self.value_bits(_BY_CODE["departement"], code)
            found.append(Reason(exact, 2, lambda e: "intervient dans le département choisi"))
        found.append(
            Reason(
                index.bits("experience", "collectif"),
                2,
                lambda e: (
                    f"{plural(e['references_collectives'], 'accompagnement collectif', 'accompagnements collectifs')}"
                    " en référence"
                ),
            )
        )
        found.append(
            Reason(
                index.bits("experience", "dla"),
                1,
                lambda e: f"{plural(e['references_dla'], 'référence')} avec un DLA",
            )
        )
        found.append(Reason(index.on(self.today, "available", _available), 1, lambda e: "disponible dès maintenant"))
        return found

    def _levels(self) -> list[int]:
        """What matches, from the best placed to the least: each level is a set of bits."""
        levels: dict[int, int] = {0: self.found}
        for reason in self.reasons:
            after: dict[int, int] = {}
            for level, bits in levels.items():
                holds = bits & reason.bits
                if holds:
                    after[level + reason.weight] = after.get(level + reason.weight, 0) | holds
                rest = bits & ~reason.bits
                if rest:
                    after[level] = after.get(level, 0) | rest
            levels = after
        return [levels[level] for level in sorted(levels, reverse=True)]

    def ordered(self, start: int = 0, stop: int | None = None) -> list[Entry]:
        """The entries from ``start`` to ``stop`` in the order asked; ties by the date of the last change."""
        stop = self.count if stop is None else min(stop, self.count)
        tri = self.demande.tri
        if tri in ("pertinence", "recente"):
            return self._taken(self._levels() if tri == "pertinence" else [self.found], start, stop)
        entries = [self.index.at(place) for place in self.index.places(self.found)]
        entries.sort(key=self._sort_key(tri))
        return entries[start:stop]

    def _taken(self, levels: list[int], start: int, stop: int) -> list[Entry]:
        taken: list[Entry] = []
        for bits in levels:
            size = bits.bit_count()
            if start >= size:
                start, stop = start - size, stop - size
                continue
            for position, place in enumerate(self.index.places(bits)):
                if position >= stop:
                    return taken
                if position >= start:
                    taken.append(self.index.at(place))
            start, stop = 0, stop - size
            if stop <= 0:
                break
        return taken

    def _sort_key(self, tri: str) -> Callable[[Entry], Any]:
        if tri == "nom":
            return lambda e: (_normal_name(e), e.publication)
        if tri == "prix":
            far = float("inf")
            return lambda e: (float(e["prix"][0] or e["prix"][1] or far), _normal_name(e), e.publication)
        asked = sollicitations()
        return lambda e: (
            (s.retenu, s.consulte) if (s := asked.get(e["prestataire"])) else (0, 0),
            -e.place,
        )

    def why(self, entry: Entry, texts: Mapping[str, str] | None = None) -> list[str]:
        """Why this entry is where it is, in words; ``texts`` are its texts when words were searched."""
        bit = 1 << entry.place
        words = [reason.words(entry) for reason in self.reasons if reason.bits & bit]
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


def _normal_name(entry: Entry) -> str:
    return entry["nom"]
