"""What the cycle itself answers: tabs, conditions, menu, what a leaver holds."""

from __future__ import annotations

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.enums import OrganisationKind
from accounts.handover import HOLDINGS, Holding
from core import journal
from core.formats import format_date, plural
from core.menu import MENU, MenuEntry
from core.uploads import ATTACHMENT_RIGHTS
from projects import dashboard, documents, echeances, existant, facts, permissions, plan_conditions
from projects.enums import EtatItem, EtatMobilisation, ReponseExistant
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from projects.gates import CONDITIONS, ConditionProvider
from projects.tabs import TABS, Tab

SETTLED = [EtatItem.FAIT, EtatItem.SANS_OBJET]


def _items(**filters):
    from projects.models import ChecklistItem

    rows = (
        ChecklistItem.objects.filter(ingenierie=OuterRef("pk"), optional=False, **filters)
        .order_by()
        .values("ingenierie")
    )
    return rows


def _checklist_counts() -> dict:
    counted = _items().annotate(n=Count("pk", filter=Q(state__in=SETTLED))).values("n")
    total = _items().annotate(n=Count("pk")).values("n")
    return {
        "n_items_done": Subquery(counted, output_field=IntegerField()),
        "n_items": Subquery(total, output_field=IntegerField()),
    }


def _step_remaining() -> dict:
    rows = _items(step=OuterRef("state")).annotate(n=Count("pk", filter=~Q(state__in=SETTLED))).values("n")
    return {"n_step_remaining": Subquery(rows, output_field=IntegerField())}


def _structures() -> dict:
    from projects.models import StructureCiblee

    kept = StructureCiblee.objects.exclude(state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE])
    return {"n_structures": facts.count_of(kept)}


def _problematique() -> dict:
    return {f"pb_{name}": F(f"problematique__{name}") for name in ("contexte", "besoins", "origines")}


def _read_problematique(values, ingenierie) -> Answer:
    missing = [
        label
        for key, label in (("pb_contexte", "le contexte"), ("pb_besoins", "les besoins"), ("pb_origines", "l’origine"))
        if not (values[key].strip() if isinstance(values[key], str) else values[key])
    ]
    return Answer(not missing, f"il manque {', '.join(missing)}" if missing else "")


def _ciblage() -> dict:
    return {"cb_territoire": F("ciblage__territoire"), "cb_secteur": F("ciblage__secteur"), **_structures()}


def _read_ciblage(values, ingenierie) -> Answer:
    described = bool((values["cb_territoire"] or "").strip() and (values["cb_secteur"] or "").strip())
    count = values["n_structures"]
    if described:
        return Answer(True, "profil décrit")
    return Answer(count >= 2, plural(count, "structure repérée", "structures repérées"))


def _role() -> dict:
    return {f"role_{name}": F(f"role_dla__{name}") for name in ("legitimite", "idee", "coherence")}


def _read_role(values, ingenierie) -> Answer:
    missing = [
        label
        for key, label in (
            ("role_legitimite", "la légitimité"),
            ("role_idee", "l’idée"),
            ("role_coherence", "la cohérence"),
        )
        if not (values[key].strip() if isinstance(values[key], str) else values[key])
    ]
    return Answer(not missing, f"il manque {', '.join(missing)}" if missing else "")


def _read_checklist(values, ingenierie) -> Answer:
    remaining = values["n_step_remaining"] or 0
    return Answer(remaining == 0, plural(remaining, "action à régler", "actions à régler") if remaining else "")


def _avis() -> dict:
    from projects.models import AvisC2RA

    return {
        "pilote_kind": F("pilote__kind"),
        "n_avis_c2ra": facts.count_of(AvisC2RA.objects.filter(step=OuterRef("state"))),
    }


def _read_avis(values, ingenierie) -> Answer:
    if values["pilote_kind"] == OrganisationKind.C2RA:
        return Answer(True, "le C2RA pilote l’ingénierie")
    return Answer(values["n_avis_c2ra"] > 0)


def _to(route: str):
    return lambda pk: reverse(route, args=[pk])


def _ciblage_texts() -> dict:
    names = ("territoire", "secteur", "projet", "poids", "competences")
    return {f"cb_{name}": F(f"ciblage__{name}") for name in names}


def _text(key: str, text: str, route: str):
    """Evidence that a text (or a list) is filled."""

    def read(values, ingenierie):
        value = values[key]
        filled = value.strip() if isinstance(value, str) else value
        return Evidence(text, reverse(route, args=[ingenierie.pk])) if filled else None

    return read


def _origin(code: str, text: str):
    def read(values, ingenierie):
        if code in (values["pb_origines"] or []):
            return Evidence(text, reverse("projects:problematique", args=[ingenierie.pk]))
        return None

    return read


def _structures_contacted() -> dict:
    from projects.models import StructureCiblee

    kept = StructureCiblee.objects.exclude(state=EtatMobilisation.REPEREE)
    return {"n_structures_contacted": facts.count_of(kept)}


def _contacted_evidence(values, ingenierie):
    count = values["n_structures_contacted"]
    if not count:
        return None
    return Evidence(
        plural(count, "structure contactée", "structures contactées"),
        reverse("projects:structures", args=[ingenierie.pk]),
    )


def _existant() -> dict:
    from projects.models import ExamenExistant

    rows = ExamenExistant.objects.all()
    return {"ex_reponse": facts.first_of(rows, "reponse"), "ex_at": facts.first_of(rows, "at")}


def _existant_evidence(values, ingenierie):
    if not values["ex_reponse"]:
        return None
    return Evidence(
        f"Existant examiné le {format_date(values['ex_at'])} : {ReponseExistant(values['ex_reponse']).label}",
        reverse("projects:existant", args=[ingenierie.pk]),
    )


def _held(user, organisation):
    """The ingénieries a person carries in an organisation, handed over when she leaves."""
    from projects.models import Ingenierie

    carrying = Q(pilote=organisation) | Q(referent=organisation) | Q(associes=organisation)
    return Ingenierie.objects.filter(carrying, charge_mission=user).distinct()


def _count_held(user, organisation) -> int:
    return _held(user, organisation).count()


def _transfer(from_user, to_user, organisation, actor) -> int:
    from core.editing import apply_changes

    moved = 0
    for ingenierie in _held(from_user, organisation).order_by("pk"):
        apply_changes(
            ingenierie, {"charge_mission": to_user}, actor=actor, verb="projects.confiee", expected_version=None
        )
        moved += 1
    return moved


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    journal.register_verbs({"projects.confiee": "a confié l’ingénierie à une autre personne"})
    MENU.register(
        "ingenieries",
        MenuEntry("Ingénieries", "diagram-3", "projects:list", lambda actor: actor.organisation is not None),
        order=20,
    )
    MENU.register("besoins", MenuEntry("Besoins", "grid-3x3", "besoins:radar", permissions.can_read_needs), order=25)
    TABS.register("presentation", Tab("Présentation", "projects:detail"), order=10)
    TABS.register(
        "demarche",
        Tab("Démarche", "projects:demarche", _checklist_counts, lambda i: f"{i.n_items_done or 0}/{i.n_items or 0}"),
        order=20,
    )
    TABS.register(
        "structures",
        Tab(
            "Structures",
            "projects:structures",
            _structures,
            lambda i: str(i.n_structures),
            individuelle="Structure",
        ),
        order=30,
    )
    TABS.register("etape", Tab("Passage d’étape", "projects:etape"), order=88)
    TABS.register("documents", Tab("Documents", "projects:documents"), order=90)
    TABS.register("journal", Tab("Journal", "projects:journal"), order=95)

    for code, provider in {
        "problematique": ConditionProvider(
            _read_problematique, _to("projects:problematique"), "Écrire la problématique", _problematique
        ),
        "ciblage": ConditionProvider(_read_ciblage, _to("projects:ciblage"), "Décrire le ciblage", _ciblage),
        "role_dla": ConditionProvider(_read_role, _to("projects:role_dla"), "Poser le rôle du DLA", _role),
        "checklist": ConditionProvider(_read_checklist, _to("projects:demarche"), "Voir la démarche", _step_remaining),
        "avis_c2ra": ConditionProvider(_read_avis, _to("projects:etape"), "Voir les avis", _avis),
        "type_ingenierie": ConditionProvider(
            lambda values, ingenierie: Answer(
                bool(ingenierie.type_ingenierie), ingenierie.type_court if ingenierie.type_ingenierie else ""
            ),
            _to("projects:type"),
            "Choisir le type",
        ),
    }.items():
        CONDITIONS.register(code, provider)

    cited = "Cité parmi les origines de la problématique"
    for action, origin in {
        "diagnostics": "diagnostics",
        "experience": "experience",
        "sollicitations": "sollicitation",
        "sources": "documentaire",
        "prestataires": "prestataires",
        "expression": "structures",
    }.items():
        EVIDENCE.register(
            f"identifier.problematique.{action}", EvidenceProvider(_origin(origin, cited), _problematique)
        )
    for action, key, text in (
        ("territoire", "cb_territoire", "Territoire décrit dans le ciblage"),
        ("secteur", "cb_secteur", "Secteur décrit dans le ciblage"),
        ("projets", "cb_projet", "Projet des structures décrit dans le ciblage"),
        ("poids", "cb_poids", "Poids des structures décrit dans le ciblage"),
        ("competences", "cb_competences", "Compétences décrites dans le ciblage"),
    ):
        EVIDENCE.register(
            f"identifier.structures.{action}", EvidenceProvider(_text(key, text, "projects:ciblage"), _ciblage_texts)
        )
    for action, key, text in (
        ("legitimite", "role_legitimite", "Légitimité posée dans le rôle du DLA"),
        ("conception", "role_idee", "Idée posée dans le rôle du DLA"),
        ("coherence", "role_coherence", "Cohérence posée dans le rôle du DLA"),
    ):
        EVIDENCE.register(f"identifier.role.{action}", EvidenceProvider(_text(key, text, "projects:role_dla"), _role))
    EVIDENCE.register("engager.partenariat.interet+existant", EvidenceProvider(_existant_evidence, _existant))
    EVIDENCE.register("confirmer.mobilisation.contact", EvidenceProvider(_contacted_evidence, _structures_contacted))
    HOLDINGS.register("ingenieries", Holding("Ingénieries portées", _count_held, _transfer))
    ATTACHMENT_RIGHTS.register("projects.ingenierie", documents.INGENIERIE_FILES)
    ATTACHMENT_RIGHTS.register("projects.checklistitem", documents.ITEM_FILES)
    existant.register()
    plan_conditions.register()
    dashboard.register()
    echeances.register()
