"""Every page that axe looks at: who reads it, and how its address is found in the demonstration data.

Add a line with each new page: a test refuses a route that is neither here nor in ``NOT_PAGES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from consultations.sections import SECTIONS
from partners.portfolio.rubriques import RUBRIQUES
from projects.enums import OPEN_STATES
from tests.browser import portfolio

ANONYME = "anonyme"
#: The chargé de mission of the ingénierie that the address names (``pk``).
PILOTE = "pilote"

OPEN = {"ingenierie__state__in": OPEN_STATES}
CONFIRMER = {"ingenierie__state": "confirmer"}


@dataclass(frozen=True)
class Visit:
    """One page to visit as ``role``. ``kwargs`` gets the world (tests/browser/world.py) and returns the parts of the
    address."""

    role: str
    route: str
    kwargs: Callable[[Any], dict] = field(default=lambda world: {})
    query: str = ""
    label: str = ""

    def __str__(self) -> str:
        return f"{self.role}-{self.route}{self.query}{self.label and '-' + self.label}"

    def path(self, world: Any) -> str:
        return reverse(self.route, kwargs=self.kwargs(world)) + self.query


def _project(world: Any) -> dict:
    return {"pk": world.project.pk}


def _one(label: str, role: str = "charge_mission") -> Callable[[Any], dict]:
    """The first object of a model that this person may see."""
    return lambda world: {"pk": world.first(label, role).pk}


def _own(label: str) -> Callable[[Any], dict]:
    """The first object of a model that the chargé de mission's own organisation keeps."""
    return lambda world: {"pk": world.first(label, organisation=world.project.pilote).pk}


def _draft(**parts: str) -> Callable[[Any], dict]:
    """A diagnostic being written by the chargé de mission's own organisation."""
    return lambda world: {**_own_in(world, "structures.Diagnostic", state="brouillon"), **parts}


def _shared(world: Any) -> dict:
    """A diagnostic that a structure has to answer."""
    return _own_in(world, "structures.Diagnostic", state="partage")


def _need(world: Any) -> dict:
    """A need of a diagnostic being written."""
    return _own_in(world, "structures.Besoin", diagnostic__state="brouillon")


def _plan(world: Any) -> dict:
    """A plan in hand of the chargé de mission's own organisation."""
    return _own_in(world, "structures.PlanAccompagnement", state="en_cours")


def _actualised(world: Any) -> dict:
    """A plan that changed since it was settled."""
    return _own_in(world, "structures.PlanAccompagnement", numero__gte=2)


def _row(world: Any) -> dict:
    return _own_in(world, "structures.LignePlan", plan__state="en_cours", etat="en_cours")


def _mission(world: Any) -> dict:
    pilote = world.project.pilote
    return {"pk": world.first("structures.MissionPreconisee", plan__organisation=pilote, plan__state="en_cours").pk}


def _own_in(world: Any, label: str, **filters: Any) -> dict:
    return {"pk": world.first(label, organisation=world.project.pilote, **filters).pk}


def _neighbour(world: Any) -> dict:
    """An ingénierie of another DLA of the région: its summary only."""
    from projects.models import Ingenierie

    actor = world.actor("charge_mission")
    hidden = Ingenierie.objects.visible_to(actor).values("pk")
    return {"pk": Ingenierie.objects.listed_for(actor).exclude(pk__in=hidden).order_by("pk").first().pk}


def _section(code: str) -> Callable[[Any], dict]:
    """A section of a cahier des charges still being written."""
    return lambda world: {
        "pk": world.in_any_project("consultations.CahierDesCharges", state="brouillon").ingenierie_id,
        "code": code,
    }


def _version(world: Any) -> dict:
    version = world.first("consultations.VersionDiffusee", "c2ra")
    return {"pk": version.cahier.ingenierie_id, "numero": version.numero}


def _budget_version(world: Any) -> dict:
    """The budget as a comité d'appui saw it."""
    version = world.in_any_project("engagement.VersionBudget")
    return {"pk": version.ingenierie_id, "numero": version.numero}


def _own_organisation(role: str) -> Callable[[Any], dict]:
    return lambda world: {"pk": world.user(role).active_membership.organisation_id}


def _in_project(name: str, label: str, **filters: Any) -> Callable[[Any], dict]:
    """An ingénierie and one of its objects, under ``name`` in the address."""

    def find(world: Any) -> dict:
        found = world.in_any_project(label, **filters)
        return {"pk": found.ingenierie_id, name: found.pk}

    return find


def _answer(world: Any) -> dict:
    """The answer of a partner, in an ingénierie that is still open."""
    row = world.in_any_project("engagement.PartenaireProjet", reponses__sent_at__isnull=False, **OPEN)
    return {"pk": row.ingenierie_id, "partenaire": row.pk, "reponse": row.reponses.received().first().pk}


def _questionnaire(world: Any) -> dict:
    return {"code": "questionnaire-partenaire", "object_id": world.project.partenaires_projet.order_by("pk").first().pk}


def _link(**filters: Any) -> Callable[[Any], dict]:
    """A link on something of an ingénierie that is still open."""

    def find(world: Any) -> dict:
        from accounts.models import Grant
        from accounts.services import link_token
        from core import clock
        from engagement.models import PartenaireProjet

        rows = PartenaireProjet.objects.filter(**OPEN).values("pk")
        waiting = Grant.objects.filter(object_id__in=rows, expires_at__gt=clock.now(), **filters)
        return {"token": link_token(waiting.order_by("pk").first())}

    return find


def _seance(state: str, *parts: str) -> Callable[[Any], dict]:
    """A session of the comité d'appui of the chargé de mission's DLA, and one of its members, of its points."""

    def find(world: Any) -> dict:
        seance = world.first("engagement.SeanceComite", state=state)
        found = {"pk": seance.pk}
        if "membre" in parts:
            found["membre"] = seance.membres.first().pk
        if "point" in parts:
            found["point"] = seance.points.first().pk
        return found

    return find


def _diagnostic_link(world: Any) -> dict:
    """The personal link of a structure that has a diagnostic to read."""
    from accounts.models import Grant
    from accounts.services import link_token

    return {"token": link_token(Grant.objects.filter(purpose="validation-diagnostic").order_by("pk").first())}


def _avis_link(world: Any) -> dict:
    """The personal link of a member of a session to come."""
    from accounts.models import Grant
    from accounts.services import link_token

    membre = world.first("engagement.SeanceComite", state="convoquee").membres.first()
    return {"token": link_token(Grant.objects.get(purpose="avis-comite", object_id=membre.pk))}


def _pair(world: Any) -> dict:
    """Two sheets of the chargé de mission's directory that the list of duplicates signals."""
    from structures.merging import likely_pairs

    pair = likely_pairs(world.actor("charge_mission"))[0]
    return {"pk": pair.one.pk, "autre": pair.other.pk}


CHOIX = "consultations.ChoixPrestataire"
CHOSEN = {"retire_at": None, "ingenierie__state__in": ("confirmer", "finaliser")}


def _chosen(world: Any) -> dict:
    """An ingénierie whose prestataire is retained and that is still open."""
    return {"pk": world.in_any_project(CHOIX, **CHOSEN).ingenierie_id}


def _published(world: Any) -> dict:
    """A fiche that a région shows."""
    return {"pk": world.first("portfolio.Publication", state="publiee").pk}


def _chosen_prestataire(world: Any) -> dict:
    choix = world.in_any_project(CHOIX, **CHOSEN)
    return {"pk": choix.ingenierie_id, "prestataire_pk": choix.prestataire_id}


PAGES: list[Visit] = [
    # --- Everybody
    Visit(ANONYME, "account_login"),
    Visit(ANONYME, "account_request_login_code"),
    Visit(ANONYME, "account_reset_password"),
    Visit(ANONYME, "account_reset_password_done"),
    Visit(ANONYME, "account_reset_password_from_key_done"),
    Visit(ANONYME, "account_reset_password_from_key", lambda world: {"uidb36": "1", "key": "perime-x"}),
    Visit(ANONYME, "account_inactive"),
    Visit(ANONYME, "account_signup"),
    Visit(ANONYME, "core:mentions_legales"),
    Visit(ANONYME, "core:donnees_personnelles"),
    Visit(ANONYME, "core:accessibilite"),
    # --- The person
    Visit("charge_mission", "accounts:profil"),
    Visit("charge_mission", "accounts:organisations"),
    Visit("charge_mission", "account_logout"),
    Visit("charge_mission", "account_email"),
    Visit("charge_mission", "account_change_password"),
    Visit("charge_mission", "mfa_index"),
    Visit("charge_mission", "mfa_list_webauthn"),
    # --- The organisation
    Visit("charge_mission", "accounts:organisation", _own_organisation("charge_mission")),
    Visit("responsable", "accounts:organisation", _own_organisation("responsable")),
    Visit("responsable", "accounts:organisation_update", _own_organisation("responsable")),
    Visit("responsable", "accounts:organisation_journal", _own_organisation("responsable")),
    Visit("responsable", "accounts:invite", _own_organisation("responsable")),
    # --- The operator
    Visit("administrateur", "core:exploitation"),
    Visit("administrateur", "core:exploitation", query="?vue=courriers&etat=envoye"),
    # --- Accueil, per role
    Visit("charge_mission", "portal:accueil"),
    Visit("responsable", "portal:accueil"),
    Visit("lecture", "portal:accueil"),
    Visit("c2ra", "portal:accueil"),
    Visit("cnar", "portal:accueil"),
    Visit("avise", "portal:accueil"),
    Visit("nouveau", "portal:accueil"),
    Visit("sans_organisation", "portal:accueil"),
    # --- Échéancier
    Visit(PILOTE, "portal:echeancier_ingenierie", _project),
    Visit("charge_mission", "portal:echeancier"),
    Visit("charge_mission", "portal:echeancier", query="?vue=mois", label="mois"),
    Visit("nouveau", "portal:echeancier"),
    Visit("charge_mission", "portal:agenda"),
    # --- Structures, partners
    Visit("charge_mission", "recherche:recherche"),
    Visit("charge_mission", "recherche:recherche", query="?q=introuvable&theme=x", label="rien"),
    Visit("charge_mission", "recherche:comparer"),
    Visit("charge_mission", "recherche:fiche", _published),
    Visit("charge_mission", "structures:liste"),
    Visit("nouveau", "structures:liste"),
    Visit("charge_mission", "structures:nouvelle"),
    Visit("charge_mission", "structures:detail", _one("structures.Structure")),
    Visit("charge_mission", "structures:modifier", _own("structures.Structure")),
    Visit("charge_mission", "structures:retirer", _own("structures.Structure")),
    Visit("charge_mission", "structures:journal", _one("structures.Structure")),
    Visit("charge_mission", "structures:doublons"),
    Visit("charge_mission", "structures:reunir_choisir", _own("structures.Structure")),
    Visit("charge_mission", "structures:reunir", _pair),
    Visit("charge_mission", "core:import_new", lambda world: {"code": "structures"}),
    Visit("charge_mission", "core:import_detail", _one("core.Import")),
    Visit("charge_mission", "structures:diagnostic", _own("structures.Diagnostic")),
    Visit("c2ra", "structures:diagnostic", _one("structures.Diagnostic", "c2ra")),
    Visit("charge_mission", "structures:diagnostic_rubrique", _draft(code="forces")),
    Visit("charge_mission", "structures:besoin_nouveau", _draft()),
    Visit("charge_mission", "structures:besoin", _need),
    Visit("charge_mission", "structures:diagnostic_reponse", _shared),
    Visit("charge_mission", "structures:diagnostic_version", lambda world: {**_shared(world), "numero": 1}),
    Visit("charge_mission", "structures:diagnostic_journal", _own("structures.Diagnostic")),
    Visit("charge_mission", "structures:echeances"),
    Visit("c2ra", "structures:echeances"),
    Visit("nouveau", "structures:echeances"),
    Visit("charge_mission", "structures:plan", _plan),
    Visit("c2ra", "structures:plan", _one("structures.PlanAccompagnement", "c2ra")),
    Visit("charge_mission", "structures:plan_modifier", _plan),
    Visit("charge_mission", "structures:ligne_nouvelle", _plan),
    Visit("charge_mission", "structures:ligne", _row),
    Visit("charge_mission", "structures:ligne_modifier", _row),
    Visit("charge_mission", "structures:mission_nouvelle", _plan),
    Visit("charge_mission", "structures:mission", _mission),
    Visit("charge_mission", "structures:plan_actualiser", _plan),
    Visit("charge_mission", "structures:plan_actualisation", lambda world: {**_actualised(world), "numero": 2}),
    Visit("charge_mission", "structures:plan_journal", _plan),
    Visit("charge_mission", "directory:liste"),
    Visit("nouveau", "directory:liste"),
    Visit("charge_mission", "directory:nouveau"),
    Visit("charge_mission", "directory:detail", _one("directory.Partenaire")),
    Visit("charge_mission", "directory:modifier", _own("directory.Partenaire")),
    Visit("charge_mission", "directory:retirer", _own("directory.Partenaire")),
    Visit("charge_mission", "directory:journal", _one("directory.Partenaire")),
    # --- Needs
    Visit("charge_mission", "besoins:radar"),
    Visit("c2ra", "besoins:radar", query="?axe=dla&periode=tout"),
    Visit("nouveau", "besoins:radar"),
    Visit("charge_mission", "besoins:structures", query="?periode=tout"),
    Visit("c2ra", "besoins:structures", query="?periode=tout"),
    Visit("charge_mission", "besoins:mutualisations"),
    Visit("c2ra", "besoins:mutualisation", lambda world: {"pk": world.first("projects.Mutualisation", "c2ra").pk}),
    Visit(
        "charge_mission",
        "besoins:mutualisation",
        lambda world: {"pk": world.first("projects.Mutualisation", "charge_mission").pk},
    ),
    # --- Ingénieries
    Visit("charge_mission", "projects:list"),
    Visit("c2ra", "projects:list"),
    Visit("nouveau", "projects:list"),
    Visit("charge_mission", "projects:kanban"),
    Visit("charge_mission", "projects:create"),
    Visit("charge_mission", "projects:ligne_ouvrir", lambda world: {"ligne": _row(world)["pk"]}),
    Visit("charge_mission", "projects:ligne_ouvrir_individuelle", lambda world: {"ligne": _row(world)["pk"]}),
    Visit("charge_mission", "projects:ligne_rattacher", lambda world: {"ligne": _row(world)["pk"]}),
    Visit("charge_mission", "projects:create_individuelle"),
    Visit(
        "charge_mission",
        "projects:open_individuelle",
        lambda world: {"structure": world.first("structures.Structure", organisation=world.project.pilote).pk},
    ),
    Visit("charge_mission", "projects:detail", _project),
    Visit("c2ra", "projects:detail", lambda world: {"pk": world.first("projects.Ingenierie", "c2ra").pk}),
    Visit("charge_mission", "projects:resume", _neighbour),
    Visit("charge_mission", "projects:fiche", lambda world: {"code": "FP1"}),
    Visit("charge_mission", "projects:identite", _project),
    Visit("charge_mission", "projects:problematique", _project),
    Visit("charge_mission", "projects:existant", _project),
    Visit("charge_mission", "projects:ciblage", _project),
    Visit("charge_mission", "projects:role_dla", _project),
    Visit("charge_mission", "projects:type", _project),
    Visit("charge_mission", "projects:demarche", _project),
    Visit(PILOTE, "projects:item", _in_project("item", "projects.ChecklistItem", **OPEN)),
    Visit("charge_mission", "projects:structures", _project),
    Visit("c2ra", "projects:structures", lambda world: {"pk": world.first("projects.Ingenierie", "c2ra").pk}),
    Visit("charge_mission", "projects:structures_add", _project),
    Visit("charge_mission", "projects:structures_new", _project),
    Visit(PILOTE, "projects:structure", _in_project("ciblee", "projects.StructureCiblee", **OPEN)),
    Visit(PILOTE, "projects:structure_edit", _in_project("ciblee", "projects.StructureCiblee", **OPEN)),
    Visit("charge_mission", "projects:etape", _project),
    Visit(
        "c2ra",
        "projects:avis_c2ra",
        lambda world: {"pk": world.first("projects.Ingenierie", "c2ra", state="engager").pk},
    ),
    Visit("charge_mission", "projects:attester", lambda world: {"pk": world.project.pk, "condition": "convention"}),
    Visit("charge_mission", "projects:documents", _project),
    Visit("charge_mission", "projects:journal", _project),
    Visit(
        "charge_mission",
        "core:piece_add",
        lambda world: {"object_type": "projects.ingenierie", "object_id": world.project.pk},
    ),
    # --- Engager
    Visit("charge_mission", "engagement:partenaires", _project),
    Visit("charge_mission", "engagement:partenaire_ajouter", _project),
    Visit("charge_mission", "engagement:partenaire_nouveau", _project),
    Visit(PILOTE, "engagement:partenaire", _in_project("partenaire", "engagement.PartenaireProjet", **OPEN)),
    Visit(PILOTE, "engagement:reponse", _answer),
    Visit("charge_mission", "accounts:lien_envoyer", _questionnaire),
    Visit(ANONYME, "lien", _diagnostic_link, label="diagnostic"),
    Visit(ANONYME, "lien", _link(used_at__isnull=True), label="questionnaire"),
    Visit(ANONYME, "lien", _link(used_at__isnull=False), label="repondu"),
    Visit("charge_mission", "engagement:objectifs", _project),
    Visit("charge_mission", "engagement:objectifs_modifier", _project),
    Visit(PILOTE, "engagement:resultat", _in_project("resultat", "engagement.ResultatAttendu", fixe=False, **OPEN)),
    Visit("charge_mission", "engagement:validation", _project),
    Visit("charge_mission", "engagement:porteur", _project),
    Visit(
        "charge_mission",
        "engagement:avis",
        lambda world: {"pk": world.project.pk, "organisation": world.project.pilote_id},
    ),
    Visit("charge_mission", "engagement:fiche_presentation", _project),
    Visit("charge_mission", "engagement:action", _project),
    Visit("charge_mission", "engagement:budget", _project),
    Visit("charge_mission", "engagement:budget_cadre", _project),
    # --- Comité d'appui
    Visit("charge_mission", "comite:liste"),
    Visit("nouveau", "comite:liste"),
    Visit("charge_mission", "comite:nouvelle"),
    Visit("charge_mission", "comite:seance", _seance("close"), label="close"),
    Visit("charge_mission", "comite:seance", _seance("convoquee"), label="convoquee"),
    Visit("charge_mission", "comite:modifier", _seance("convoquee")),
    Visit("charge_mission", "comite:synthese", _seance("convoquee")),
    Visit("charge_mission", "comite:journal", _seance("close")),
    Visit("charge_mission", "comite:membre_ajouter", _seance("convoquee")),
    Visit("charge_mission", "comite:membre", _seance("convoquee", "membre")),
    Visit("charge_mission", "comite:point_ajouter", _seance("convoquee")),
    Visit("charge_mission", "comite:avis_membre", _seance("convoquee", "membre", "point")),
    Visit(ANONYME, "lien", _avis_link, label="comite"),
    Visit("charge_mission", "engagement:budget_scenarios", _project),
    Visit("charge_mission", "engagement:budget_scenario_ajouter", _project),
    Visit(PILOTE, "engagement:budget_scenario", _in_project("scenario", "engagement.ScenarioBudget", **OPEN)),
    Visit(PILOTE, "engagement:budget_version", _budget_version),
    Visit("charge_mission", "engagement:convention_ajouter", _project),
    Visit(PILOTE, "engagement:convention", _in_project("convention", "engagement.ConventionCofinancement", **OPEN)),
    # --- Confirmer
    Visit("charge_mission", "mobilisation:projet", _project),
    Visit("charge_mission", "mobilisation:objectifs", _project),
    Visit("charge_mission", "mobilisation:intervention", _project),
    Visit("charge_mission", "mobilisation:accroche", _project),
    Visit("charge_mission", "mobilisation:cadre", _project),
    Visit("charge_mission", "mobilisation:scenario_nouveau", _project),
    Visit(PILOTE, "mobilisation:scenario", _in_project("scenario", "mobilisation.Scenario", **CONFIRMER)),
    Visit("charge_mission", "mobilisation:groupes", _project),
    Visit("charge_mission", "mobilisation:groupe_nouveau", _project),
    Visit(PILOTE, "mobilisation:groupe", _in_project("groupe", "mobilisation.Groupe", **CONFIRMER)),
    # --- Cahier des charges
    Visit("charge_mission", "consultations:cahier", _project),
    *(Visit(PILOTE, "consultations:section", _section(section.code), label=section.code) for section in SECTIONS),
    Visit("c2ra", "consultations:version", _version),
    # --- Portfolio
    Visit(ANONYME, "portfolio:demande"),
    Visit("c2ra", "portfolio:file"),
    Visit("c2ra", "portfolio:relire", portfolio.to_review),
    Visit("c2ra", "portfolio:publications"),
    Visit("c2ra", "portfolio:publication", portfolio.published),
    Visit("c2ra", "portfolio:invitations"),
    Visit("charge_mission", "portfolio:fiche", portfolio.fiche_publiee),
    Visit("sans_organisation", "portfolio:espace"),
    Visit("sans_organisation", "portfolio:nouveau"),
    Visit("prestataire", "portfolio:espace_prestataire", portfolio.espace),
    Visit("prestataire", "portfolio:equipe", portfolio.espace),
    *(Visit("prestataire", "portfolio:rubrique", portfolio.rubrique(r.code), label=r.code) for r in RUBRIQUES),
    Visit("prestataire", "portfolio:reference_nouvelle", portfolio.espace),
    Visit("prestataire", "portfolio:reference", portfolio.bloc("references", "bloc_pk")),
    Visit("prestataire", "portfolio:intervenant_nouveau", portfolio.espace),
    Visit("prestataire", "portfolio:intervenant", portfolio.bloc("intervenants", "bloc_pk")),
    Visit("prestataire", "portfolio:piece_ajouter", lambda world: {**portfolio.espace(world), "nature": "assurance"}),
    Visit("prestataire", "portfolio:piece_retirer", portfolio.bloc("pieces", "piece_pk")),
    Visit("charge_mission", "consultations:prestataire", _project),
    Visit(PILOTE, "consultations:prestataire", _chosen),
    Visit(PILOTE, "consultations:prestataire_choisir", _chosen),
    Visit(PILOTE, "consultations:prestataire_retenir", _chosen_prestataire),
    Visit(PILOTE, "consultations:prestataire_retirer", _in_project("choix_pk", CHOIX, **CHOSEN)),
]

#: Routes that have no page of their own to look at, and why.
NOT_PAGES: dict[str, str] = {
    "accounts:invitation": "the link of an invitation, in each of its states: tests of accounts",
    "agenda_flux": "the file itself",
    "lien_page": "a purpose with several pages: tests of links",
    "accounts:member_handover": "a leaver: tests of accounts",
    "core:document": "the file itself",
    "core:piece": "the file itself",
    "core:piece_remove": "asks once for an attached file: tests of uploads",
    "projects:structure_remove": "only takes what is posted",
    "projects:ligne_detacher": "asks once for a row that is attached: tests of projects",
    "besoins:ouvrir": "with structures ticked in the list: tests of the radar",
    "besoins:mutualisation_nouvelle": "from a cell of the radar: tests of pooling",
    "consultations:action": "posted, or sends back to the cahier",
    "consultations:reprise": "when two people write the same section: tests of the cahier",
    "consultations:version_pdf": "the file itself",
    "portfolio:rejoindre": "the link of an invitation, in each of its states: tests of the portfolio",
    "portfolio:prestataire": "sends to the fiche published",
    "portfolio:piece": "the file itself",
    "portfolio:cv_ajouter": "the page of a document, as that of the insurance",
    "consultations:docx": "the file itself",
    "consultations:version_docx": "the file itself",
    "engagement:fiche_docx": "the file itself",
    "comite:action": "posted",
    "comite:avis": "while a session was held and not closed: the walk of the comité d'appui",
    "healthz": "JSON",
    "readyz": "JSON",
    "core:job_detail": "a job waits, runs, ends: tests of operations",
    "structures:distinctes": "only takes what is posted",
    "core:import_template": "the file itself",
    "core:import_errors": "the file itself",
    "core:mail_detail": "a mail that failed: tests of operations",
    "mfa_download_recovery_codes": "a text file",
    "account_confirm_login_code": "after a code was asked for: tests of signing in",
    "openid_connect_login": "only with a provider: tests of OpenID Connect",
    "openid_connect_callback": "only with a provider: tests of OpenID Connect",
    "account_email_verification_sent": "after an address was given: tests of signing in",
    "account_reauthenticate": "only after a while: tests of signing in",
    "account_set_password": "only for who has no password: tests of signing in",
    "mfa_authenticate": "between password and session: tests of signing in",
    "mfa_reauthenticate": "only after a while: tests of signing in",
    "mfa_add_webauthn": "asks for the password again first: tests of signing in",
    "mfa_edit_webauthn": "with a passkey: tests of signing in",
    "mfa_remove_webauthn": "with a passkey: tests of signing in",
    "mfa_reauthenticate_webauthn": "with a passkey: tests of signing in",
    "mfa_activate_totp": "asks for the password again first: tests of signing in",
    "mfa_deactivate_totp": "with an active second factor: tests of signing in",
    "mfa_view_recovery_codes": "with an active second factor: tests of signing in",
    "mfa_generate_recovery_codes": "with an active second factor: tests of signing in",
}
