"""Importing the former portfolio from a spreadsheet (``core.imports``): each line is a draft that waits for its people.

Not in a spreadsheet: documents, CVs, the people who intervene (each is told first), and what only the prestataire
may say of itself (its engagement, being shown to the public).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from core.actor import Actor
from core.imports import Choice, ImportKind, Note
from core.imports.kinds import Resemblance
from core.likeness import NearNames
from core.models import ImportLine
from partners.portfolio.fiche.columns import COLUMNS
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.fiche.services.inscription import SiretKnown
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.reprise.line_form import PrestataireLineForm
from partners.portfolio.reprise.services import check_values, invite_referent, take_over

NOW, LATER = "maintenant", "plus_tard"


class _NearPrestataires(Resemblance):
    """Prestataires of the région with a close name and another SIRET."""

    def __init__(self, actor: Actor) -> None:
        self._names = NearNames()
        rows = Prestataire.objects.filter(region=actor.organisation.region_id)
        for name, sigle, commune in rows.values_list("name", "sigle", "commune"):
            self._add(name, sigle, f"« {name} »" + (f" ({commune})" if commune else ""))

    def _add(self, name: str, sigle: str, label: str) -> None:
        self._names.add(label, name)
        if len(sigle) > 3:
            self._names.add(label, sigle)

    def near(self, values: Mapping[str, Any]) -> list[str]:
        return [str(label) for label in self._names.near(values["raison_sociale"])[:3]]

    def add(self, values: Mapping[str, Any], label: str) -> None:
        self._add(values["raison_sociale"], values.get("sigle", ""), label)


class PrestataireImport(ImportKind):
    """Lines that take over the fiches of the former portfolio, each as the draft of a prestataire nobody holds yet."""

    code = "prestataires"
    label = "Prestataires"
    noun = "prestataire"
    feminine = False
    columns = COLUMNS
    list_route = "portfolio:reprises"
    detail_route = "portfolio:reprise"
    updates = False
    choice = Choice(
        "Quand inviter les référents ?",
        (
            (NOW, "Envoyer les invitations maintenant : une par prestataire créé, valable 14 jours"),
            (LATER, "Plus tard : je les enverrai depuis la liste des fiches reprises"),
        ),
    )
    recognised = (
        "Un prestataire est reconnu à son SIRET, où qu’il soit inscrit : une ligne qui porte un SIRET connu ne crée et "
        "ne change rien, elle le dit. Chaque autre ligne crée un brouillon dans votre région, que son référent, invité "
        "par courriel, vérifie avant de l’envoyer au C2RA."
    )

    def why_not(self, actor: Actor) -> str | None:
        return permissions.why_not_invite(actor)

    def form(self, actor: Actor) -> PrestataireLineForm:
        return PrestataireLineForm()

    def known(self, actor: Actor) -> Iterable[tuple[Hashable, int]]:
        return ((("siret", siret), pk) for pk, siret in Prestataire.objects.values_list("pk", "siret"))

    def object_keys(self, values: Mapping[str, Any]) -> Iterable[Hashable]:
        return [("siret", values["siret"])]

    def find_keys(self, values: Mapping[str, Any]) -> Sequence[tuple[Hashable, str]]:
        return [(("siret", values["siret"]), "même SIRET")]

    def objects(self, pks: Collection[int], actor: Actor) -> dict[int, Prestataire]:
        return Prestataire.objects.in_bulk(list(pks))

    def resemblance(self, actor: Actor) -> Resemblance:
        return _NearPrestataires(actor)

    def dry_run(self, obj: Prestataire | None, values: Mapping[str, Any], actor: Actor) -> None:
        check_values(values)

    def write(self, obj: Prestataire | None, values: Mapping[str, Any], actor: Actor, *, reason: str) -> Prestataire:
        if obj is not None:
            raise SiretKnown(obj)
        return take_over(values, actor=actor, source=reason)

    def written(self, obj: Prestataire, source: Any, actor: Actor) -> None:
        if source.choice == NOW:
            invite_referent(Reprise.objects.get(prestataire=obj), actor=actor)

    def notes(self, lines: Sequence[ImportLine], actor: Actor) -> dict[int, Note]:
        """Of a line whose SIRET was known: by whom it is held, and what may be done."""
        known = {line.object_id: line for line in lines if line.object_id and line.verdict == "inchangee"}
        mine = set(
            Reprise.objects.visible_to(actor).filter(prestataire__in=known).values_list("prestataire_id", flat=True)
        )
        found = {}
        for pk, name, siret in Prestataire.objects.filter(pk__in=known).values_list("pk", "name", "siret"):
            line = known[pk]
            if pk in mine:
                url, label = reverse("portfolio:reprise", args=[pk]), "Voir la fiche reprise"
                text = f"Déjà repris, « {name} » : cette ligne ne crée rien."
            else:
                asked = urlencode({"email": line.cells.get("contact_email", ""), "siret": siret})
                url, label = f"{reverse('portfolio:invitations')}?{asked}", "Inviter à le rejoindre"
                text = f"SIRET déjà inscrit, par « {name} » : cette ligne ne crée rien."
            found[line.number] = Note(text, url, label)
        return found
