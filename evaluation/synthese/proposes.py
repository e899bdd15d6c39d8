"""To whom a synthesis may go: those whom the dossier knows and who are not among its recipients yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.letterhead import c2ra_of
from core.contacts import addresses
from engagement.partenaires.models import PartenaireProjet
from evaluation.synthese.enums import LECTURE_PROPOSEE, SorteDestinataire
from evaluation.synthese.models import Synthese
from missions.conventions.models import Convention
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee


@dataclass(frozen=True, slots=True)
class Propose:
    """Somebody to propose. ``cle`` names it in a form."""

    cle: str
    sorte: str
    organisme: str
    nom: str
    email: str
    structure: int | None = None
    partenaire: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        """What a recipient is made from."""
        return {
            "sorte": self.sorte,
            "organisme": self.organisme[:200],
            "nom": self.nom[:120],
            "email": self.email,
            "lecture": LECTURE_PROPOSEE[SorteDestinataire(self.sorte)],
        }


def proposes(synthese: Synthese) -> list[Propose]:
    """Contacts of the structures that came, partners (the comité de pilotage apart), prestataires, C2RA; each address
    once. Eight queries, however many they are."""
    known = {email.lower() for email in synthese.destinataires.exclude(email="").values_list("email", flat=True)}
    named = {("sans", name.lower()) for name in synthese.destinataires.values_list("organisme", flat=True)}
    seen: set[Any] = {*known, *named}
    found = []
    for one in _everybody(synthese):
        key = one.email.lower() or ("sans", one.organisme.lower())
        if key in seen:
            continue
        seen.add(key)
        found.append(one)
    return found


def _everybody(synthese: Synthese) -> Iterator[Propose]:
    ingenierie = synthese.ingenierie
    partners = (
        PartenaireProjet.objects.filter(ingenierie=ingenierie)
        .select_related("partenaire")
        .prefetch_related("partenaire__contacts")
    )
    for row in sorted(partners, key=lambda row: not row.comite_pilotage):
        sorte = SorteDestinataire.COMITE if row.comite_pilotage else SorteDestinataire.PARTENAIRE
        for n, (nom, email) in enumerate(addresses(row.partenaire) or [("", "")]):
            yield Propose(f"p{row.pk}-{n}", sorte, str(row.partenaire), nom, email, partenaire=row.pk)
    structures = (
        StructureCiblee.objects.filter(ingenierie=ingenierie, state=EtatMobilisation.CONFIRMEE)
        .select_related("structure")
        .prefetch_related("structure__contacts")
    )
    for row in structures:
        for n, (nom, email) in enumerate(addresses(row.structure) or [("", "")]):
            yield Propose(
                f"s{row.pk}-{n}", SorteDestinataire.STRUCTURE, str(row.structure), nom, email, structure=row.pk
            )
    conventions = (
        Convention.objects.signed()
        .standing()
        .filter(ingenierie=ingenierie)
        .select_related("choix__prestataire")
        .prefetch_related("parties")
    )
    for convention in conventions:
        mine = [p for p in convention.parties.all() if p.role == "prestataire"]
        for n, party in enumerate(mine):
            yield Propose(
                f"c{convention.pk}-{n}", SorteDestinataire.PRESTATAIRE, str(convention.choix.prestataire),
                party.represente_par, party.email,
            )  # fmt: skip
    c2ra = c2ra_of(ingenierie.pilote.region_id)
    if c2ra is not None and c2ra.pk != ingenierie.pilote_id:
        yield Propose(f"o{c2ra.pk}", SorteDestinataire.C2RA, str(c2ra), "", c2ra.email)
