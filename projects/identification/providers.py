"""What « Identifier » gives to the dossier: its tab, conditions and evidence."""

from __future__ import annotations

from django.db.models import F
from django.urls import reverse

from core.formats import format_date, plural
from projects import facts
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat, ReponseExistant
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from projects.identification import existant
from projects.identification.models import ExamenExistant
from projects.structures_ciblees.facts import kept
from projects.tabs import TABS, Tab


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
    return {"cb_territoire": F("ciblage__territoire"), "cb_secteur": F("ciblage__secteur"), **kept()}


def _ciblage_described(values) -> bool:
    return bool((values["cb_territoire"] or "").strip() and (values["cb_secteur"] or "").strip())


def _read_ciblage(values, ingenierie) -> Answer:
    count = values["n_structures"]
    if _ciblage_described(values):
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


def _existant() -> dict:
    rows = ExamenExistant.objects.all()
    return {"ex_reponse": facts.first_of(rows, "reponse"), "ex_at": facts.first_of(rows, "at")}


def _existant_evidence(values, ingenierie):
    if not values["ex_reponse"]:
        return None
    return Evidence(
        f"Existant examiné le {format_date(values['ex_at'])} : {ReponseExistant(values['ex_reponse']).label}",
        reverse("projects:existant", args=[ingenierie.pk]),
    )


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    TABS.register("presentation", Tab("Présentation", "projects:detail"), order=10)
    for order, (code, tab) in enumerate(
        {
            "problematique": Tab(
                "Problématique",
                "projects:salle_problematique",
                _problematique,
                lambda i: "écrite" if _read_problematique(vars(i), None).ok else "",
                individuelle="Demande et besoins",
                step=Etat.IDENTIFIER,
            ),
            "ciblage": Tab(
                "Ciblage",
                "projects:salle_ciblage",
                _ciblage,
                lambda i: "décrit" if _ciblage_described(vars(i)) else "",
                individuelle=None,
                step=Etat.IDENTIFIER,
            ),
            "role_dla": Tab(
                "Rôle du DLA",
                "projects:salle_role_dla",
                _role,
                lambda i: "posé" if _read_role(vars(i), None).ok else "",
                individuelle=None,
                step=Etat.IDENTIFIER,
            ),
        }.items(),
        start=25,
    ):
        TABS.register(code, tab, order=order)

    for code, provider in {
        "problematique": ConditionProvider(
            _read_problematique, _to("projects:problematique"), "Écrire la problématique", _problematique
        ),
        "ciblage": ConditionProvider(_read_ciblage, _to("projects:ciblage"), "Décrire le ciblage", _ciblage),
        "role_dla": ConditionProvider(_read_role, _to("projects:role_dla"), "Poser le rôle du DLA", _role),
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
    existant.register()
