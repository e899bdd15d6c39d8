"""Objects for the tests, with traits named as the field names things.

Every factory makes the smallest valid object; traits add what a case needs. Names are invented.
Add the factories of your app at the end of this file, below a title of their own.
"""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from core.actor import Actor
from referentiels.models import (
    Branche,
    Departement,
    DetailPrestation,
    FormeJuridique,
    Region,
    Secteur,
    TypePrestation,
)

PASSWORD = "un mot de passe de recette"

# --- Reference lists: get_or_create by code, so that they mix with the loaded lists --------------------------------


class ReferenceFactory(DjangoModelFactory):
    """One item of a reference list; the same code gives the same row."""

    class Meta:
        abstract = True
        django_get_or_create = ("code",)


class RegionFactory(ReferenceFactory):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"r{n}")
    label = factory.LazyAttribute(lambda o: f"Région {o.code}")

    class Params:
        centre = factory.Trait(code="24", label="Centre-Val de Loire")
        bretagne = factory.Trait(code="53", label="Bretagne")
        reunion = factory.Trait(code="04", label="La Réunion")


class DepartementFactory(ReferenceFactory):
    class Meta:
        model = Departement

    code = factory.Sequence(lambda n: f"d{n}")
    label = factory.LazyAttribute(lambda o: f"Département {o.code}")
    region = factory.SubFactory(RegionFactory)

    class Params:
        indre_et_loire = factory.Trait(
            code="37", label="Indre-et-Loire", region=factory.SubFactory(RegionFactory, centre=True)
        )
        loiret = factory.Trait(code="45", label="Loiret", region=factory.SubFactory(RegionFactory, centre=True))
        finistere = factory.Trait(code="29", label="Finistère", region=factory.SubFactory(RegionFactory, bretagne=True))


class SecteurFactory(ReferenceFactory):
    class Meta:
        model = Secteur

    code = factory.Sequence(lambda n: f"secteur-{n}")
    label = factory.LazyAttribute(lambda o: o.code.capitalize())

    class Params:
        sport = factory.Trait(code="sport", label="Sport")
        culture = factory.Trait(code="culture", label="Culture")
        environnement = factory.Trait(code="environnement", label="Environnement")


class BrancheFactory(ReferenceFactory):
    class Meta:
        model = Branche

    code = factory.Sequence(lambda n: f"branche-{n}")
    label = factory.LazyAttribute(lambda o: o.code.capitalize())
    secteur = factory.SubFactory(SecteurFactory)


class TypePrestationFactory(ReferenceFactory):
    class Meta:
        model = TypePrestation

    code = factory.Sequence(lambda n: f"prestation-{n}")
    label = factory.LazyAttribute(lambda o: o.code.capitalize())


class DetailPrestationFactory(ReferenceFactory):
    class Meta:
        model = DetailPrestation

    code = factory.Sequence(lambda n: f"detail-{n}")
    label = factory.LazyAttribute(lambda o: o.code.capitalize())
    type_prestation = factory.SubFactory(TypePrestationFactory)


class FormeJuridiqueFactory(ReferenceFactory):
    class Meta:
        model = FormeJuridique

    code = factory.Sequence(lambda n: f"forme-{n}")
    label = factory.LazyAttribute(lambda o: o.code.capitalize())


# --- Organisations and people ---------------------------------------------------------------------------------------


class OrganisationFactory(DjangoModelFactory):
    """A DLA of one département unless a trait says otherwise (``c2ra=True``, ``cnar=True``, ``avise=True``).

    ``departements=[…]`` sets the départements covered; a DLA without it covers one of its région.
    """

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    kind = OrganisationKind.DLA
    name = factory.Sequence(lambda n: f"DLA de recette {n}")
    structure_porteuse = factory.Sequence(lambda n: f"Association porteuse {n}")
    region = factory.SubFactory(RegionFactory, centre=True)
    email = factory.Sequence(lambda n: f"organisation{n}@example.org")

    class Params:
        dla = factory.Trait(kind=OrganisationKind.DLA)
        c2ra = factory.Trait(
            kind=OrganisationKind.C2RA, name=factory.Sequence(lambda n: f"C2RA de recette {n}"), structure_porteuse=""
        )
        cnar = factory.Trait(
            kind=OrganisationKind.CNAR,
            name=factory.Sequence(lambda n: f"CNAR de recette {n}"),
            structure_porteuse="",
            region=None,
            secteur=factory.SubFactory(SecteurFactory, sport=True),
        )
        avise = factory.Trait(
            kind=OrganisationKind.AVISE,
            name=factory.Sequence(lambda n: f"AVISE de recette {n}"),
            structure_porteuse="",
            region=None,
        )

    @factory.post_generation
    def departements(self, create, extracted, **kwargs):
        if not create:
            return
        if extracted is None and self.kind == OrganisationKind.DLA:
            extracted = [DepartementFactory(region=self.region)]
        if extracted:
            self.departements.set(extracted)


class UserFactory(DjangoModelFactory):
    """Somebody with a verified address and the password ``PASSWORD``, who belongs to nothing yet (see ``member``)."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    first_name = factory.Iterator(["Camille", "Dominique", "Claude", "Maxence", "Alix", "Noa"])
    last_name = factory.Sequence(lambda n: f"Recette{n}")
    password = factory.django.Password(PASSWORD)

    class Params:
        administrator = factory.Trait(is_staff=True, is_superuser=True)

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        """allauth asks for a verified address before it lets anybody in; ``verified=False`` leaves it out."""
        if create and extracted is not False:
            from allauth.account.models import EmailAddress

            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class MembershipFactory(DjangoModelFactory):
    """A running membership, a chargé de mission unless told; becomes the active one of its person."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.CHARGE_MISSION

    class Params:
        responsable = factory.Trait(role=Role.RESPONSABLE)
        lecture = factory.Trait(role=Role.LECTURE)

    @factory.post_generation
    def active(self, create, extracted, **kwargs):
        if create and extracted is not False:
            self.user.active_membership = self
            self.user.save(update_fields=["active_membership"])


def member(organisation: Organisation | None = None, role: str = Role.CHARGE_MISSION, **user_fields) -> User:
    """A person who belongs to ``organisation`` (a new DLA when none is given) in ``role``, acting for it."""
    if organisation is None:
        organisation = OrganisationFactory()
    return MembershipFactory(user=UserFactory(**user_fields), organisation=organisation, role=role).user


def actor_of(user: User) -> Actor:
    """``user`` as an actor under the active membership."""
    from accounts.services import actor_for

    return actor_for(user)


def member_actor(organisation: Organisation | None = None, role: str = Role.CHARGE_MISSION, **user_fields) -> Actor:
    """The actor of a new member of ``organisation``."""
    return actor_of(member(organisation, role, **user_fields))


# --- Directories of structures and of partners ------------------------------------------------------------------------


def siret_of(number: int) -> str:
    """A SIRET whose keys are right, different for each ``number`` (below 10**8)."""
    from stdnum import luhn

    siren = f"{number:08d}"
    siren += luhn.calc_check_digit(siren)
    siret = f"{siren}0001"
    return siret + luhn.calc_check_digit(siret)


class StructureFactory(DjangoModelFactory):
    """A structure in the directory of a new DLA; ``siret`` and ``rna`` are empty unless asked (``numbered=True``)."""

    class Meta:
        model = "structures.Structure"

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Structure de recette {n}")
    departement = factory.SubFactory(DepartementFactory, indre_et_loire=True)
    secteur = factory.SubFactory(SecteurFactory, sport=True)

    class Params:
        numbered = factory.Trait(siret=factory.Sequence(lambda n: siret_of(30_000_000 + n)))


class PartenaireFactory(DjangoModelFactory):
    """A partner in the directory of a new DLA."""

    class Meta:
        model = "directory.Partenaire"

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Partenaire de recette {n}")
    famille = "financeurs"


# --- Ingénieries ----------------------------------------------------------------------------------------------------


def ingenierie_of(pilote: Organisation | None = None, **values):
    """An ingénierie opened by its service, at « Identifier », with its checklist.

    ``associes``, ``departements``, ``secteurs``, ``themes`` are lists; other values are fields of the model.
    """
    from projects.ouverture import services

    pilote = pilote or OrganisationFactory()
    many = {name: values.pop(name, ()) for name in ("associes", "departements", "secteurs", "themes")}
    values.setdefault("titre", f"Ingénierie de recette de {pilote}")
    values.setdefault("charge_mission", None)
    return services.create_ingenierie(actor=Actor.system("recette"), values={"pilote": pilote, **values}, **many)


def individuelle_of(pilote: Organisation | None = None, structure=None, **values):
    """An ingénierie individuelle opened by its service for ``structure`` (a new one of the pilot's directory)."""
    from projects.ouverture import services

    pilote = pilote or OrganisationFactory()
    structure = structure or StructureFactory(organisation=pilote)
    opened = {"titre": values.pop("titre", ""), "themes": values.pop("themes", ())}
    fields = {"pilote": pilote, "charge_mission": None, **values}
    return services.open_individuelle(structure, actor=Actor.system("recette"), values=fields, **opened)


def identified(ingenierie):
    """Fill what the gate of « Identifier » asks, by the services; returns the ingénierie reloaded."""
    from projects.identification import services
    from projects.ingenierie.models import Ingenierie

    system = Actor.system("recette")
    for section, values in {
        "problematique": {"contexte": "Un contexte.", "besoins": "Des besoins.", "origines": ["diagnostics"]},
        "ciblage": {"territoire": "Le département.", "secteur": "Le sport."},
        "role_dla": {"legitimite": ["mission"], "idee": "Une idée.", "coherence": "Avec les plans."},
    }.items():
        services.update_section(ingenierie, section, actor=system, expected_version=None, values=values)
    return Ingenierie.objects.get(pk=ingenierie.pk)


def engaged(pilote: Organisation | None = None, **values):
    """An ingénierie that passed the gate of « Identifier »."""
    from projects.cycle import services

    ingenierie = identified(ingenierie_of(pilote, **values))
    return services.perform_action(
        ingenierie, "engager", actor=Actor.system("recette"), expected_state="identifier", version=ingenierie.version
    )


# --- Engager --------------------------------------------------------------------------------------------------------


def fulfil_engager(ingenierie, amount: str = "15000.00"):
    """Fill what the gate of « Engager » asks, by the services; the budget is of ``amount`` euros."""
    from core.clock import today
    from engagement.budget.services.lignes import add_charge, add_ressource
    from engagement.dla import expected_organisations, expected_porteurs
    from engagement.objectifs.services import set_objectifs
    from engagement.partenaires.services import add_partenaire
    from engagement.validation.services import record_avis, record_validation

    system = Actor.system("recette")
    add_partenaire(ingenierie, PartenaireFactory(organisation=ingenierie.pilote), actor=system)
    set_objectifs(
        ingenierie,
        actor=system,
        strategiques=["consolider"],
        operationnels=["innovation"],
        objet="La démarche entière.",
        raisons="Savoir si les objectifs sont atteints.",
    )
    for organisation in expected_organisations(ingenierie):
        record_avis(
            ingenierie, organisation, {"date": today(), "sens": "favorable"}, actor=system, expected_version=None
        )
    for organisation in expected_porteurs(ingenierie):
        record_validation(ingenierie, organisation, {"validee": True, "date": today()}, actor=system)
    add_charge(ingenierie, {"libelle": "Prestations", "montant": amount}, actor=system)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": amount}, actor=system)
    return type(ingenierie).objects.get(pk=ingenierie.pk)


# --- Portfolio of prestataires --------------------------------------------------------------------------------------


def prestataire_of(
    user: User | None = None, *, region: Region | None = None, name: str = "", number: int | None = None
):
    """A prestataire inscribed by its service, with its first draft; ``user`` (a new person) is its référent."""
    from partners.portfolio.fiche.services.inscription import create_prestataire
    from partners.portfolio.prestataire.models import Prestataire

    number = number or 40_000_000 + Prestataire.objects.count()
    return create_prestataire(
        actor=actor_of(user or UserFactory()),
        siret=siret_of(number),
        name=name or f"Cabinet de recette {number - 40_000_000}",
        region=region or RegionFactory(centre=True),
        kind="cabinet",
    )


def fill_fiche(fiche, **values):
    """Complete a fiche by the services, as the application; returns it fresh. ``values`` replace those of the trait."""
    import datetime as dt

    from core.clock import today
    from partners.portfolio.fiche.rubriques import RUBRIQUES
    from partners.portfolio.fiche.services.blocs import add_intervenant, add_piece, add_reference
    from partners.portfolio.fiche.services.versions import update_rubrique
    from referentiels.models import Domaine, ThemeAccompagnement, TypeIntervention
    from tests.core.upload_files import uploaded

    system = Actor.system("recette")
    theme = ThemeAccompagnement.objects.order_by("pk").first()
    typed = {
        "raison_sociale": fiche.raison_sociale, "forme_juridique": FormeJuridiqueFactory(code="sarl", label="SARL"),
        "address": "1 rue du Test", "code_postal": "37000", "commune": "Tours", "contact_name": "Une Personne",
        "contact_email": "contact@example.org", "contact_phone": "0200000000", "kind": "cabinet",
        "annee_creation": 2010, "effectif": 3, "tva": "assujetti", "assureur": "Une assurance",
        "departements": [DepartementFactory(indre_et_loire=True)], "presentation": "Nous accompagnons.",
        "individuel": True, "collectif": True, "secteurs": [SecteurFactory(sport=True)], "themes": [theme],
        "domaines": [Domaine.objects.order_by("pk").first()],
        "types": [TypeIntervention.objects.order_by("pk").first()],
        "prix_min": 600, "prix_max": 900, "charte": True, **values,
    }  # fmt: skip
    for rubrique in RUBRIQUES:
        mine = {name: typed[name] for name in (*rubrique.fields, *rubrique.many) if name in typed}
        if mine:
            fiche = update_rubrique(fiche, rubrique.code, mine, actor=system)
    if not fiche.references.exists():
        add_reference(
            fiche, {"annee": 2020, "client": "Un DLA", "objet": "Projet associatif", "theme": theme}, actor=system
        )
    if not fiche.intervenants.exists():
        intervenant = add_intervenant(fiche, {"nom": "Une Intervenante"}, actor=system)
        add_piece(fiche, "cv", uploaded("cv.pdf"), actor=system, intervenant=intervenant)
    add_piece(fiche, "statuts", uploaded("kbis.pdf"), actor=system)
    until = today() + dt.timedelta(days=200)
    add_piece(fiche, "assurance", uploaded("assurance.pdf"), actor=system, expire_le=until)
    return type(fiche).objects.get(pk=fiche.pk)


def submitted_fiche(prestataire, **values):
    """The version under way of ``prestataire``, complete and sent to the C2RA."""
    from partners.portfolio.fiche.services.versions import start_version, submit

    system = Actor.system("recette")
    fiche = fill_fiche(start_version(prestataire, actor=system), **values)
    return submit(fiche, actor=system, expected_state=fiche.state)


def published_prestataire(user: User | None = None, *, region: Region | None = None, name: str = "", **values):
    """A prestataire whose fiche is published in its home région today (and offered to ``regions``)."""
    from partners.portfolio.relecture.services import publish

    prestataire = prestataire_of(user, region=region, name=name)
    publish(submitted_fiche(prestataire, **values), actor=Actor.system("recette"), expected_state="soumise")
    prestataire.refresh_from_db()
    return prestataire


# --- Diagnostics and plans ------------------------------------------------------------------------------------------


def diagnostic_of(structure=None, *, shared: bool = False, needs=(), **values):
    """A diagnostic written by its services, with a need for each theme of ``needs`` (one when there is none).

    ``shared`` shares it with the structure: its needs then count at the radar.
    """
    from structures.diagnostics import services

    system = Actor.system("recette")
    structure = structure or StructureFactory()
    values = {"forces": "Une équipe soudée.", "problemes": "Un modèle économique fragile.", **values}
    diagnostic = services.create_diagnostic(structure, actor=system, values=values)
    for theme in needs or [TypePrestationFactory()]:
        need = {"type_prestation": theme, "texte": f"Être aidée : {theme}.", "exprime": True}
        services.add_besoin(diagnostic, need, actor=system)
    if shared:
        diagnostic = services.perform_action(diagnostic, "partager", actor=system, expected_state="brouillon")
    return diagnostic


def plan_of(structure=None, *, lignes=1, actor=None, **values):
    """A plan opened by its service, with ``lignes`` rows (a number, or the values of each)."""
    from structures.plans import services

    system = Actor.system("recette")
    plan = services.open_plan(structure or StructureFactory(), actor=actor or system)
    rows = [{"difficulte": f"Difficulté {n}"} for n in range(1, lignes + 1)] if isinstance(lignes, int) else lignes
    for row in rows:
        services.add_ligne(plan, {"difficulte": "Une difficulté", **row, **values}, actor=system)
    return plan


def shown_prestataire(*, name: str, region: Region | None = None):
    """A prestataire published in its région since today, by its rows alone: for what only reads that it is so."""
    from core.clock import months_after, now, today
    from partners.portfolio.fiche.models.fiche import FicheVersion
    from partners.portfolio.prestataire.models import Prestataire
    from partners.portfolio.publication.models import Periode, Publication

    number = 50_000_000 + Prestataire.objects.count()
    region = region or RegionFactory(centre=True)
    prestataire = Prestataire.objects.create(siret=siret_of(number), name=name, region=region, kind="cabinet")
    fiche = FicheVersion.objects.create(
        prestataire=prestataire, numero=1, state="figee", raison_sociale=name, submitted_at=now(), decided_at=now()
    )
    until = months_after(today(), 12)
    publication = Publication.objects.create(
        prestataire=prestataire, region=region, state="publiee", fiche=fiche, publiee_le=today(), a_actualiser_le=until
    )
    Periode.objects.create(publication=publication, fiche=fiche, du=today(), a_actualiser_le=until)
    return prestataire
