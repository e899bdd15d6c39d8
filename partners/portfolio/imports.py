"""Importing the former portfolio from a spreadsheet (``core.imports``): each line is a draft that waits for its people.

Not in a spreadsheet: documents, CVs, the people who intervene (each is told first), and what only the prestataire
may say of itself (its engagement, being shown to the public).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.http import urlencode

from core.actor import Actor
from core.imports import Choice, Column, ImportKind, Note, choice_cell, padded_digits
from core.imports.kinds import Resemblance
from core.likeness import NearNames
from core.models import ImportLine
from partners.portfolio import permissions, services
from partners.portfolio.enums import RegimeTva, TypePrestataire
from partners.portfolio.line_form import SEPARATOR, PrestataireLineForm, reference_parts
from partners.portfolio.models import Prestataire, Reprise
from partners.portfolio.services.reprises import check_values, invite_referent, take_over
from referentiels.cells import reference_cell, reference_choices
from referentiels.models import (
    Departement,
    Domaine,
    FormeJuridique,
    Region,
    Secteur,
    ThemeAccompagnement,
    TypeIntervention,
)

NOW, LATER = "maintenant", "plus_tard"
_SEVERAL = "Plusieurs se séparent par « ; »."
_TYPES = [(value, (label, value)) for value, label in TypePrestataire.choices]
_TVA = [
    (RegimeTva.ASSUJETTI, (RegimeTva.ASSUJETTI.label, "assujetti", "oui", "facture")),
    (RegimeTva.FRANCHISE, (RegimeTva.FRANCHISE.label, "franchise", "non", "exonéré", "non assujetti")),
]
_YES_NO = [("true", ("oui", "x", "vrai", "1")), ("false", ("non", "faux", "0"))]
_yes_no = choice_cell(lambda: _YES_NO)
_departement = reference_cell(Departement)
_two_digits = padded_digits(2)


def _several(read: Callable[[str], str]) -> Callable[[str], str]:
    """A reader of cells that name several things: their keys, separated again. Says each one that is not known."""

    def cell(text: str) -> str:
        found, wrong = [], []
        for part in text.replace("\n", SEPARATOR).split(SEPARATOR):
            if part.strip():
                try:
                    found.append(read(part.strip()))
                except ValidationError as error:
                    wrong += error.messages
        if wrong:
            raise ValidationError(wrong)
        return SEPARATOR.join(dict.fromkeys(found))

    return cell


def _read_departement(text: str) -> str:
    return _departement(_two_digits(text))


def _read_references(text: str) -> str:
    reference_parts(text)
    return text


COLUMNS = (
    Column(
        "raison_sociale", "Raison sociale", "Le nom exact, celui des conventions.", "Atelier des exemples",
        required=True, aliases=("Nom", "Prestataire", "Dénomination", "Nom du prestataire"),
    ),
    Column("sigle", "Sigle", "S’il y en a un.", "ADE"),
    Column(
        "siret", "SIRET", "14 chiffres, avec ou sans espaces : c’est lui qui dit si le prestataire est déjà inscrit.",
        "", required=True, read=padded_digits(14, least=12), aliases=("Numéro SIRET", "N° SIRET"),
    ),
    Column(
        "forme_juridique", "Forme juridique", "Son libellé ou son code.", "Association loi 1901",
        read=reference_cell(FormeJuridique), choices=reference_choices(FormeJuridique),
    ),
    Column("ape", "Code APE", "Quatre chiffres et une lettre.", "7022Z", aliases=("APE", "NAF", "Code NAF")),
    Column("address", "Adresse", "Voie et numéro.", "4 rue du Lavoir"),
    Column("code_postal", "Code postal", "Cinq chiffres.", "37000", read=padded_digits(5, least=4)),
    Column("commune", "Commune", "Son nom.", "Tours", aliases=("Ville",)),
    Column("website", "Site internet", "L’adresse complète.", "https://www.exemple.fr", aliases=("Site",)),
    Column(
        "contact_email", "Référent : courriel", "L’adresse de la personne qui tiendra la fiche : l’invitation lui est "
        "envoyée.", "contact@exemple.fr", required=True,
        aliases=("E-mail du référent", "Courriel", "E-mail", "Email", "Adresse électronique", "Mail"),
    ),
    Column("contact_name", "Référent : nom", "Prénom et nom.", "", aliases=("Référent", "Contact")),
    Column("contact_function", "Référent : fonction", "Sa fonction.", "Gérance"),
    Column("contact_phone", "Référent : téléphone", "Son numéro.", "02 00 00 00 00", aliases=("Téléphone",)),
    Column(
        "kind", "Type", "Ce qu’il est.", TypePrestataire.CABINET.label,
        read=choice_cell(lambda: _TYPES), choices=lambda: TypePrestataire.labels,
    ),
    Column("annee_creation", "Année de création", "Quatre chiffres.", "1998", number=True),
    Column("effectif", "Effectif", "Nombre de personnes.", "6", number=True),
    Column(
        "tva", "TVA", "Facture-t-il la TVA ?", RegimeTva.ASSUJETTI.label,
        read=choice_cell(lambda: _TVA), choices=lambda: RegimeTva.labels,
    ),
    Column("declaration_activite", "Déclaration d’activité de formation", "Le numéro, s’il en a un.", ""),
    Column("assureur", "Assureur", "Responsabilité civile professionnelle.", "Mutuelle des exemples"),
    Column(
        "departements", "Départements d’intervention", f"Noms ou numéros. {_SEVERAL}", "37 ; Loiret (45)",
        read=_several(_read_departement), choices=reference_choices(Departement), aliases=("Départements",),
    ),
    Column(
        "regions", "Autres régions", f"Celles où la publication est aussi demandée. {_SEVERAL}", "",
        read=_several(reference_cell(Region)), choices=reference_choices(Region),
    ),
    Column("reseaux", "Réseaux", "Réseaux et fédérations.", "Union régionale des accompagnateurs"),
    Column("presentation", "Présentation", "L’activité d’accompagnement.", "Nous accompagnons des associations."),
    Column("methode", "Façon de travailler", "Comment se déroule une mission.", ""),
    Column("individuel", "Accompagnements individuels", "oui ou non.", "oui", read=_yes_no, aliases=("Individuel",)),
    Column("collectif", "Accompagnements collectifs", "oui ou non.", "oui", read=_yes_no, aliases=("Collectif",)),
    Column(
        "domaines", "Domaines", f"Libellés ou codes. {_SEVERAL}", "Gestion financière ; Communication, partenariat",
        read=_several(reference_cell(Domaine)), choices=reference_choices(Domaine),
    ),
    Column(
        "themes", "Thèmes", f"Libellés ou codes. {_SEVERAL}", "",
        read=_several(reference_cell(ThemeAccompagnement)), choices=reference_choices(ThemeAccompagnement),
    ),
    Column(
        "secteurs", "Secteurs", f"Libellés ou codes. {_SEVERAL}", "Culture ; Sport",
        read=_several(reference_cell(Secteur)), choices=reference_choices(Secteur), aliases=("Secteurs d’activité",),
    ),
    Column(
        "types", "Types d’intervention", f"Libellés ou codes. {_SEVERAL}", "",
        read=_several(reference_cell(TypeIntervention)), choices=reference_choices(TypeIntervention),
    ),
    Column(
        "references", "Références", "Année | qui a demandé | objet, une référence après l’autre. Plusieurs se séparent "
        "par « ; ».", "2019 | Un DLA | Projet associatif ; 2021 | Une fédération | Tableau de bord",
        read=_read_references,
    ),
    Column("prix_min", "Prix par jour HT, au moins (€)", "En euros, hors taxes.", "600", number=True,
           aliases=("Prix par jour", "Prix par jour HT", "Prix par jour HT, au moins")),
    Column("prix_max", "Prix par jour HT, au plus (€)", "Vide si le prix est unique.", "900", number=True,
           aliases=("Prix par jour HT, au plus",)),
    Column("frais", "Frais de déplacement", "Comment ils se comptent.", "Au réel, sur justificatifs"),
    Column("disponible_le", "Disponible à partir du", "Vide s’il est disponible dès maintenant.", "", date=True),
    Column("autres", "Autres informations", "Ce que le reste ne dit pas.", ""),
)  # fmt: skip


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
            raise services.SiretKnown(obj)
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
