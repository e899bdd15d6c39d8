"""The directories of the demonstration: structures of each DLA, partners of each région. All invented."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from stdnum import luhn

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.text import normalise
from demo import data
from demo.marks import Marks
from demo.people import DOMAIN, World, phone
from partners.directory.annuaire import PARTENAIRES
from partners.directory.models import Partenaire
from referentiels import lists
from referentiels.models import Branche, Departement, FormeJuridique, Region, Secteur
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.enums import Nature
from structures.annuaire.models import Structure

STREETS = (
    "rue des Tilleuls", "place du Marché", "rue de l’École", "chemin du Lavoir", "rue des Jardins", "allée des Érables",
    "rue du Vieux-Pont", "impasse des Lilas", "avenue de la Gare", "rue des Tanneurs", "route des Étangs",
)  # fmt: skip
FIRST_NAMES = (
    "Adélie", "Arsène", "Capucine", "Célestin", "Colombe", "Éléonore", "Firmin", "Garance", "Hippolyte", "Lilian",
    "Marguerite", "Nestor", "Olympe", "Prosper", "Rosalie", "Sylvère", "Tiphaine", "Valère",
)  # fmt: skip
LAST_NAMES = (
    "Belormeau", "Champdoré", "Clairfond", "Duvallon-Rive", "Feuillambois", "Grivelune", "Hautbocage", "Lanterval",
    "Maisonfleur", "Noirépine", "Orgeval-Prée", "Pimprenel", "Querceville", "Rivebrune", "Sourcéval", "Tremblemont",
)  # fmt: skip
_FUNCTIONS = ("présidence", "direction", "trésorerie", "coordination", "secrétariat général")
#: What a name says of the branch.
_BRANCHES = (
    (r"office de tourisme|syndicat d.initiative", "offices-tourisme"),
    (r"gites?|village de vacances|auberge", "tourisme-social"),
    (r"recycl|ressourc|reemploi|seconde vie|dechet", "dechets-reemploi"),
    (r"nature|sentiers|riviere|eau", "education-environnement"),
    (r"musee|patrimoine|moulin", "patrimoine"),
    (r"harmonie|fanfare|ecole de musique|choeur", "pratiques-amateurs"),
    (r"compagnie|theatre|festival|scene|treteaux|danse", "spectacle-vivant"),
    (r"chantier|jardins du pays", "chantiers-insertion"),
    (r"entreprise d.insertion|ateliers", "entreprises-insertion"),
    (r"domicile", "aide-domicile"),
    (r"transport|volant|mobilite", "mobilite-solidaire"),
    (r"club|union sportive|etoile sportive|judo|rugby", "clubs-disciplines"),
    (r"epicerie", "epiceries-sociales"),
    (r"radio|media", "medias-associatifs"),
    (r"centre social", "centres-sociaux"),
    (r"foyer rural", "foyers-ruraux"),
    (r"creche|petite enfance|halte", "petite-enfance"),
    (r"cafe", "commerces-cafes-associatifs"),
    (r"tiers.lieu", "tiers-lieux"),
)
#: Sectors whose structures employ more.
_EMPLOYERS = {"insertion", "services-personnes", "famille-enfance-jeunesse", "sante", "social"}
#: Sectors that employ for a season.
_SEASONAL = {"sport", "culture", "tourisme", "environnement"}
#: Somebody else to reach at a partner: their function, what for.
_OTHER_CONTACTS = {
    "reseau_dla": ("chargé de mission", "expériences voisines"),
    "financeurs": ("instruction des demandes", "calendrier des commissions"),
    "reseaux_beneficiaires": ("animation du réseau", "relaie l’information aux adhérents"),
    "ressources": ("interventions", "disponibilités des intervenants"),
}
_OTHER_FUNCTIONS = (
    ("trésorerie", "suit les comptes et les budgets"),
    ("accueil", "à joindre pour fixer un rendez-vous"),
    ("vice-présidence", "suit l’accompagnement avec la direction"),
    ("comptabilité", "les documents financiers"),
)
#: Three sentences make the history of a structure: where it comes from, who carries it, what it is looking for.
_ORIGINS = (
    "Née de la volonté d’habitants de {commune}.",
    "Issue du rapprochement de deux associations voisines.",
    "Créée à l’initiative de la commune, indépendante depuis.",
    "Fondée par un petit groupe de bénévoles encore présents.",
    "Structure ancienne, reconnue de ses partenaires.",
    "Jeune structure, portée par une équipe qui s’est renouvelée.",
    "Née d’un collectif informel, devenue association pour pouvoir employer.",
    "Antenne locale devenue autonome.",
)
_CARRIERS = (
    "Le conseil d’administration se réunit chaque mois et suit l’activité de près.",
    "Le projet associatif a été réécrit il y a peu avec les adhérents.",
    "Quelques bénévoles très présents portent l’essentiel.",
    "Bénévoles et salariés se partagent les responsabilités, sans que ce soit écrit.",
    "L’équipe s’est étoffée au fil des projets.",
    "Un bureau de cinq personnes, une coordination à temps partiel.",
    "Des commissions ouvertes aux adhérents préparent les décisions.",
    "La présidence a changé cette année.",
)
_QUESTIONS = (
    "Souhaite mieux dire ce qu’elle apporte au territoire.",
    "Cherche à stabiliser ses financements.",
    "Prépare le départ de ceux qui l’ont fondée.",
    "Se demande jusqu’où développer son activité.",
    "Voudrait travailler davantage avec ses voisines.",
    "Cherche à clarifier la place de chacun.",
    "Veut élargir son public sans perdre sa proximité.",
    "Réfléchit à de nouveaux services.",
)
_FUNDING = (
    "Département, communes, cotisations et ventes de services.",
    "Subventions de fonctionnement reconduites chaque année, prestations et dons.",
    "Région et État sur projets, participation des usagers.",
    "Recettes propres pour plus de la moitié, aides à l’emploi, commune.",
)


def place(template: str, commune: dict[str, str]) -> str:
    """Put a commune in a name: « Office de tourisme d’Orléans », « Danse et mouvement au Cheylard »."""
    return (
        template.replace("de {commune}", commune["de"])
        .replace("à {commune}", commune["a"])
        .replace("{commune}", commune["nom"])
    )


def siret(number: int) -> str:
    """A SIRET whose keys are right, in a range that is not in use; ``number`` below 1,000,000."""
    siren = f"99{number:06d}"
    siren += luhn.calc_check_digit(siren)
    nic = siren + "0001"
    return nic + luhn.calc_check_digit(nic)


class Directories:
    """Finds or inscribes structures and partners, each once."""

    def __init__(self, marks: Marks, world: World) -> None:
        self.marks = marks
        self.world = world
        self.names = data.names()
        self.departements = lists.by_code(Departement)
        self.secteurs = lists.by_code(Secteur)
        self.branches = lists.by_code(Branche)
        self.formes = lists.by_code(FormeJuridique)
        #: (département, sector) → structures that an ingénierie may share with another
        self.pool: dict[tuple[str, str], list[Structure]] = defaultdict(list)
        self._taken: set[tuple[str, str]] = set()
        self._count = 0
        written = Structure.objects.filter(pk__in=marks.starting("structure:").values()).order_by("pk")
        for structure in written.select_related("departement", "secteur"):
            self._remember(structure)
        self._count = len(marks.starting("structure:"))

    def _remember(self, structure: Structure) -> None:
        self._taken.add((structure.departement.code, structure.name))
        if structure.nature == Nature.STRUCTURE:
            self.pool[(structure.departement.code, structure.secteur.code)].append(structure)

    # --- Structures -------------------------------------------------------------------------------------------------

    def _free_name(self, departement: str, secteur: str, model: str | None, random: Random) -> tuple[str, dict]:
        """A name nobody has in the département, and its commune."""
        communes = self.names["communes"][departement]
        templates = [model] if model else self.names["noms"][secteur]
        choices = [(t, c) for t in templates for c in communes]
        if model is None:
            random.shuffle(choices)
        for template, commune in choices:
            name = place(template, commune)
            # A name without its commune is that of one structure only, anywhere.
            known = (departement, name) in self._taken or (
                "{commune}" not in template and any(name == other for _, other in self._taken)
            )
            if not known:
                return name, commune
        raise ValueError(f"plus de nom libre : {departement}, {secteur}, {model}")

    def inscribe(
        self, departement: str, secteur: str, *, random: Random, model: str | None = None, actor: Actor | None = None
    ) -> Structure:
        """Inscribe one more structure in the directory of the DLA of ``departement``."""
        name, commune = self._free_name(departement, secteur, model, random)
        values = self._identity(name, commune, departement, secteur, random)
        values |= self._weight(secteur, random)
        values["projet"] = " ".join(
            random.choice(sentences).format(commune=commune["nom"]) for sentences in (_ORIGINS, _CARRIERS, _QUESTIONS)
        )
        values["financements"] = random.choice(_FUNDING)
        return self._write(departement, values, actor)

    def inscribe_other(
        self, departement: str, secteur: str, name: str, forme: str, commune: dict, *, nature: str, random: Random
    ) -> Structure:
        """Inscribe something that is not a structure d'utilité sociale: a collectivité, an établissement."""
        values = self._identity(name, commune, departement, secteur, random)
        values |= {"nature": nature, "forme_juridique": self.formes[forme], "rna": "", "sigle": "", "branche": None}
        return self._write(departement, values, None)

    def _write(self, departement: str, values: dict[str, Any], actor: Actor | None) -> Structure:
        actor = actor or self.world.writers[self.world.dla_of(departement)][-1]
        with transaction.atomic():
            structure = STRUCTURES.create(values, actor=actor, confirmed=True)
            self._count += 1
            if values.get("contact_email") and self._count % 3 == 0:
                function, note = _OTHER_FUNCTIONS[self._count % len(_OTHER_FUNCTIONS)]
                other = {"function": function, "note": note, "email": f"structure{self._count}b@{DOMAIN}"}
                STRUCTURES.contacts.add(structure, other, actor=actor)
            self.marks.set(f"structure:{structure.pk}", structure)
        self._remember(structure)
        return structure

    def _identity(self, name: str, commune: dict, departement: str, secteur: str, random: Random) -> dict[str, Any]:
        number = self._count + 1
        plain = normalise(name)
        code = next((code for pattern, code in _BRANCHES if re.search(pattern, plain)), "")
        branche = self.branches.get(code)
        if branche is not None and branche.secteur_id != self.secteurs[secteur].pk:
            branche = None
        values: dict[str, Any] = {
            "name": name,
            "departement": self.departements[departement],
            "secteur": self.secteurs[secteur],
            "branche": branche,
            "forme_juridique": self.formes[self._forme(plain, random)],
            "siret": siret(number) if random.random() < 0.85 else "",
            "rna": f"W{departement}9{number:06d}" if random.random() < 0.6 else "",
            "address": f"{random.randint(1, 60)} {random.choice(STREETS)}",
            "code_postal": commune["code_postal"],
            "commune": commune["nom"],
            "territoire": f"{commune['nom']} et les communes voisines",
        }
        if random.random() < 0.6:
            values |= {
                "contact_name": f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}",
                "contact_function": random.choice(_FUNCTIONS),
                "contact_email": f"structure{number}@{DOMAIN}",
                "contact_phone": phone(4000 + number),
            }
        return values

    @staticmethod
    def _forme(plain: str, random: Random) -> str:
        if "entreprise d insertion" in plain:
            return "entreprise-insertion"
        if "groupement d employeurs" in plain:
            return "groupement-employeurs"
        if plain.startswith(("federation", "union des", "union departementale")):
            return "union-federation"
        return random.choices(("association-1901", "scic", "association-utilite-publique"), (94, 4, 2))[0]

    @staticmethod
    def _weight(secteur: str, random: Random) -> dict[str, Any]:
        size = random.lognormvariate(1.7 if secteur in _EMPLOYERS else 0.6, 0.8)
        etp = Decimal(str(round(min(size, 48) * 4) / 4))
        budget = Decimal(int(etp * 37_500) + random.randint(8, 90) * 1_000) + Decimal(random.randint(0, 99)) / 100
        told = {
            "annee_creation": random.randint(1952, clock.today().year - 2),
            "etp": etp,
            "salaries": int(etp * Decimal("1.3")) + (1 if etp else 0),
            "benevoles": random.randint(4, 90),
            "adherents": random.randint(15, 420),
            "budget": budget,
        }
        # Not everybody counts who is active, nor employs for a season: totals say of how many they are made.
        if told["benevoles"] % 4:
            told["benevoles_actifs"] = told["benevoles"] // 3
        if secteur in _SEASONAL:
            told["saisonniers"] = told["salaries"] // 3
        return told

    def shared(self, departement: str, secteurs: list[str], limit: int, random: Random) -> list[Structure]:
        """At most ``limit`` structures already known in these sectors (in any, for all sectors together)."""
        if "tous-secteurs" in secteurs:
            keys = [key for key in self.pool if key[0] == departement]
        else:
            keys = [(departement, secteur) for secteur in secteurs]
        found = [structure for key in sorted(keys) for structure in self.pool.get(key, ())]
        return random.sample(found, min(limit, len(found)))

    # --- Partners ---------------------------------------------------------------------------------------------------

    def load_partners(self) -> None:
        """The partners known before any ingénierie: those of a département by its DLA, the others by the C2RA."""
        for region, rows in self.names["partenaires"].items():
            for row in rows:
                departement = row.get("departement")
                owner = self.world.dla_of(departement) if departement else self.world.c2ra_of(region)
                self.partner(
                    row["nom"],
                    row["famille"],
                    self.world.writers[owner][0],
                    departement=departement,
                    region=None if departement else region,
                    secteur=row.get("secteur"),
                )

    def partner(
        self,
        name: str,
        famille: str,
        actor: Actor,
        *,
        departement: str | None = None,
        region: str | None = None,
        secteur: str | None = None,
    ) -> Partenaire:
        """The partner of that name that ``actor`` may pick, inscribed in its directory when there is none."""
        found = self._known_partner(name, actor.organisation)
        if found is not None:
            return found
        number = 8000 + len(self.marks.starting("partenaire:"))
        values = {
            "name": name,
            "famille": famille,
            "departement": self.departements[departement] if departement else None,
            "region": lists.by_code(Region)[region] if region else None,
            "secteur": self.secteurs[secteur] if secteur else None,
            "contact_function": "service de la vie associative",
            "contact_email": f"partenaire{number}@{DOMAIN}",
            "contact_phone": phone(number),
        }
        with transaction.atomic():
            partner = PARTENAIRES.create(values, actor=actor, confirmed=True)
            self.marks.set(f"partenaire:{actor.organisation_id}:{name}"[:160], partner)
            if number % 2:
                function, note = _OTHER_CONTACTS[famille]
                values = {"function": function, "note": note, "email": f"partenaire{number}b@{DOMAIN}"}
                PARTENAIRES.contacts.add(partner, values, actor=actor)
        return partner

    def _known_partner(self, name: str, organisation: Organisation) -> Partenaire | None:
        own = self.marks.id_of(f"partenaire:{organisation.pk}:{name}"[:160])
        if own is not None:
            return Partenaire.objects.filter(pk=own).first()
        # A partner of the région is kept by its C2RA: one known name, one sheet.
        visible = Partenaire.objects.filter(organisation__region=organisation.region_id, organisation__kind="c2ra")
        return (
            visible.active().filter(name=name).first()
            or Partenaire.objects.filter(organisation=organisation, name=name).first()
        )
