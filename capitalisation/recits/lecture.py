"""A récit as it is read: names resolved by the consents of now, ready for the pages, the documents, the library.

What is frozen holds no name. At each reading the present names are also looked for again in the text: somebody listed
since, who does not agree, is not named either.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse

from capitalisation.recits.contenu import construire, marquer_contenu
from capitalisation.recits.enums import Genre, Source
from capitalisation.recits.models import Recit, VersionRecit
from capitalisation.recits.noms import Accords, Noms, cles, lire, marqueur, noms_de, partout, sans_personne
from core.documents.parts import Column, Table
from core.models import Attachment

#: For rubriques read aloud after the value: « d’après le dossier de l’ingénierie ».
_DAPRES = {
    Source.DOSSIER: "le dossier de l’ingénierie",
    Source.CHARGE_MISSION: "le chargé de mission",
    Source.PRESTATAIRE: "le prestataire",
    Source.STRUCTURE: "une structure",
    Source.PARTENAIRE: "un partenaire",
    Source.AVISE: "le référentiel national",
}


@dataclass(frozen=True)
class RubriqueLue:
    """One heading and what it says, in words: ``valeur`` as :func:`capitalisation.recits.valeurs.dire` gives it.

    ``voir`` is the heading of the rubrique that says it in its place.
    """

    code: str
    titre: str
    niveau: int
    forme: str
    valeur: Any
    note: str = ""
    source: str = ""
    source_detail: str = ""
    voir: str = ""

    @property
    def dapres(self) -> str:
        """« le dossier de l’ingénierie, séances de la mission », or ""."""
        return ", ".join(filter(None, (_DAPRES.get(self.source, ""), self.source_detail)))

    @property
    def est_dite(self) -> bool:
        return self.valeur is not None

    @property
    def cellule(self) -> str:
        """All of it in one cell of a table: the value, where else it is said, what is noted."""
        told = ", ".join(self.valeur) if isinstance(self.valeur, (list, tuple)) else self.valeur
        seen = f"Voir « {self.voir} »." if self.voir else ""
        return "\n\n".join(filter(None, (told, seen, f"Note : {self.note}" if self.note else "")))

    @property
    def se_lit(self) -> bool:
        """A value, what is said of its absence, or where it is said."""
        return self.est_dite or bool(self.note) or bool(self.voir)


@dataclass(frozen=True)
class PartieLue:
    """One part: its heading, the rubriques that say something and the headings they stand under; ``cle``: a reading
    key, read as a table."""

    code: str
    titre: str
    rubriques: tuple[RubriqueLue, ...]
    cle: bool = False

    @property
    def tableau(self) -> Table:
        """A reading key as it is printed."""
        columns = [Column("Critère"), Column("Ce qui en est dit")]
        return Table(
            columns, [[one.titre, one.cellule] for one in self.rubriques], caption=f"Clé de lecture : {self.titre}"
        )

    @property
    def sources(self) -> str:
        """Where what it says comes from, each source once."""
        return " ; ".join(dict.fromkeys(r.dapres for r in self.rubriques if r.est_dite and r.dapres))


@dataclass(frozen=True)
class Lecture:
    """A récit ready to be read by ``capitalisation/recits/lecture.html``.

    ``surtitre`` is the kind of ingénierie. ``version`` is ``None`` for the text of today. ``tus``: how many of those
    that the text mentions are not named.
    """

    genre: str
    plan: str
    titre: str
    surtitre: str = ""
    sous_titre: str = ""
    origine: str = ""
    organisation: str = ""
    avertissement: str = ""
    chiffres: Sequence[Mapping[str, str]] = ()
    parties: tuple[PartieLue, ...] = ()
    images: Sequence[Mapping[str, Any]] = ()
    version: VersionRecit | None = None
    le: dt.datetime | None = None
    tus: int = 0
    cles: frozenset[str] = field(default_factory=frozenset)

    @property
    def est_fiche(self) -> bool:
        return self.genre == Genre.FICHE_EXPERIENCE


def derniere(recit: Recit) -> VersionRecit | None:
    """The version that others read: the last one that was « arrêtée »; ``None`` before the first."""
    found = VersionRecit.objects.filter(recit=recit).order_by("-numero").first()
    if found is not None:
        found.recit = recit
    return found


def lecture_de(version: VersionRecit) -> Lecture:
    """A version, as it is read now. The same few queries, whatever it says."""
    return _lecture(version.data, noms_de(version.recit.ingenierie), version=version)


def mots_de(version: VersionRecit) -> str:
    """All that a version says, without anybody in it: what one may find it by. Four queries."""
    mark = marqueur(noms_de(version.recit.ingenierie).noms)
    contenu = marquer_contenu(version.data, mark)
    told = [contenu["titre"], contenu["sous_titre"]]
    for partie in contenu["parties"]:
        for rubrique in partie["rubriques"]:
            partout([rubrique["valeur"], rubrique["note"]], lambda text: told.append(text) or text)
    told += [text for image in contenu["images"] for text in (image["alt"], image["legende"])]
    return sans_personne(" ".join(told))


def lecture_du_jour(recit: Recit, *, comme_lu: bool = True) -> Lecture:
    """The text of today: as others would read it (``comme_lu``), or with every name, for the team."""
    return _lecture(construire(recit), noms_de(recit.ingenierie), tout=not comme_lu)


@dataclass(frozen=True)
class Nommes:
    """Who the text of today names: those who agree, those whom the readers will not see named."""

    nommes: tuple[str, ...] = ()
    tus: tuple[str, ...] = ()


def nommes(recit: Recit) -> Nommes:
    """Whom the text of today names, for the team. Nobody is known of a récit without dossier."""
    noms = noms_de(recit.ingenierie)
    found = cles(json.dumps(marquer_contenu(construire(recit), marqueur(noms.noms)), ensure_ascii=False))
    tous, agreed = noms.accords.tous, noms.accords.nommables
    return Nommes(
        tuple(sorted(tous[cle] for cle in found if cle in agreed)),
        tuple(sorted(tous[cle] for cle in found if cle in tous and cle not in agreed)),
    )


def _lecture(
    contenu: dict[str, Any], noms: Noms, *, version: VersionRecit | None = None, tout: bool = False
) -> Lecture:
    mark = marqueur(noms.noms)
    found: set[str] = set()

    def read(text: str) -> str:
        marked = mark(text)
        found.update(cles(marked))
        return lire(marked, Accords(noms.accords.tous) if tout else noms.accords)

    told = marquer_contenu(contenu, read)
    told["images"] = montrees(told["images"])
    said = {
        row["code"]: row["titre"] for raw in told["parties"] for row in raw["rubriques"] if row["valeur"] is not None
    }
    parties = [_partie(raw, said) for raw in told["parties"]]
    # What stands above the title, in a part without heading, is read there.
    surtitre = next((r.valeur for p in parties if not p.titre for r in p.rubriques if isinstance(r.valeur, str)), "")
    return Lecture(
        genre=told["genre"],
        plan=told["plan"],
        titre=told["titre"],
        surtitre=surtitre,
        sous_titre=told["sous_titre"],
        origine=told["origine"],
        organisation=told["organisation"],
        avertissement=told["avertissement"],
        chiffres=told["chiffres"],
        parties=tuple(p for p in parties if p.titre and p.rubriques),
        images=[{**row, "url": _image(version, row)} for row in told["images"]],
        version=version,
        le=version.le if version is not None else None,
        tus=len(found - set(noms.accords.nommables)),
        cles=frozenset(found),
    )


def montrees(images: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that nobody had erased since: one query, if there is one."""
    if not images:
        return images
    wanted = [row["piece"] for row in images]
    gone = set(Attachment.objects.filter(pk__in=wanted).exclude(purged_at=None).values_list("pk", flat=True))
    return [row for row in images if row["piece"] not in gone]


def _image(version: VersionRecit | None, row: Mapping[str, Any]) -> str:
    """Where a picture of a version is given; of the text of today, the file that the team reads."""
    if version is None:
        return reverse("core:piece", args=[row["piece"]])
    return reverse("bibliotheque:recit_image", args=[version.pk, row["image"]])


def _partie(raw: Mapping[str, Any], said: Mapping[str, str]) -> PartieLue:
    """``said``: the heading of each rubrique that says something."""
    rows = [
        RubriqueLue(**{**row, "voir": said.get(row.get("voir", ""), "") if row["valeur"] is None else ""})
        for row in raw["rubriques"]
    ]
    shown: list[RubriqueLue] = []
    untitled = False
    for index, row in enumerate(rows):
        inside = []
        for other in rows[index + 1 :]:
            if other.niveau <= row.niveau:
                break
            inside.append(other)
        if row.niveau == 1:
            untitled = not row.titre
        if row.se_lit or any(other.se_lit for other in inside):
            # Under a heading that is not printed, what stands inside takes its place: no level is skipped.
            shown.append(replace(row, niveau=1) if untitled else row)
    return PartieLue(raw["code"], raw["titre"], tuple(shown), raw.get("cle", False))
