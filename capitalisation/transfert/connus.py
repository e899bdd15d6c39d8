"""Whom the dossier already knows among the recipients and the responsables of a transfer: names of organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts.letterhead import c2ra_of
from capitalisation.transfert.enums import Destinataire
from engagement.partenaires.enums import Genre, Presence
from engagement.partenaires.models import PartenaireProjet
from missions.conventions.models import Convention
from partners.directory.enums import Famille
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


def names_of(ingenierie: Ingenierie) -> Mapping[str, Sequence[str]]:
    """By kind of recipient, those that the dossier knows, each once. Five queries, however many they are."""
    found: dict[str, list[str]] = {code: [] for code in Destinataire.values}
    structures = StructureCiblee.objects.filter(ingenierie=ingenierie, state=EtatMobilisation.CONFIRMEE)
    found[Destinataire.STRUCTURES] += [str(row.structure) for row in structures.select_related("structure")]
    found[Destinataire.DISPOSITIF] += [str(ingenierie.pilote), *(str(one) for one in ingenierie.associes.all())]
    c2ra = c2ra_of(ingenierie.pilote.region_id)
    if c2ra is not None:
        found[Destinataire.DISPOSITIF].append(str(c2ra))
    conventions = Convention.objects.signed().standing().filter(ingenierie=ingenierie)
    found[Destinataire.INTERVENANTS] += [
        str(row.choix.prestataire) for row in conventions.select_related("choix__prestataire").order_by("pk")
    ]
    partners = PartenaireProjet.objects.filter(ingenierie=ingenierie).select_related("partenaire")
    for partner in partners:
        for kind in _kinds(partner):
            found[kind].append(str(partner))
    return {kind: list(dict.fromkeys(names)) for kind, names in found.items()}


def _kinds(partner: PartenaireProjet) -> list[str]:
    """What a partner of the ingénierie is among the five: by its kind first, else permanent or ponctuel."""
    if partner.genre in (Genre.C2RA, Genre.CNAR) or (not partner.genre and partner.famille == Famille.RESEAU_DLA):
        return [Destinataire.DISPOSITIF]
    if partner.genre == Genre.PRESTATAIRE or partner.prestataire_id is not None:
        return [Destinataire.INTERVENANTS]
    kinds = []
    if partner.famille == Famille.RESEAUX_BENEFICIAIRES:
        kinds.append(Destinataire.STRUCTURES)
    if partner.presence == Presence.PERMANENT:
        kinds.append(Destinataire.PERMANENTS)
    elif partner.presence == Presence.PONCTUEL:
        kinds.append(Destinataire.PONCTUELS)
    return kinds
