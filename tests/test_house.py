"""The rules of the house that no reader should have to check by hand."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import models
from django.template.loader import get_template
from django.urls import get_resolver

from tests.routes import Route, routes
from tests.strict import page_faults

ROOT = Path(settings.BASE_DIR)
FLOORS = [
    layer
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    if contract["type"] == "layers" and "containers" not in contract  # not the rooms of one floor
    for layer in contract["layers"]
][::-1]
LONGEST_FILE = 500

#: Routes that answer to somebody who is not signed in, each for a reason.
PUBLIC_ROUTES = {
    "core:mentions_legales": "the law",
    "core:donnees_personnelles": "the law",
    "core:accessibilite": "the law",
    "core:typed_abandon": "giving up what waits in one's own session, on the page of a personal link too",
    "account_login": "signing in",
    "account_request_login_code": "signing in by a code",
    "account_confirm_login_code": "signing in by a code",
    "openid_connect_login": "signing in through the OpenID Connect provider; 404 when there is none",
    "openid_connect_callback": "coming back from the OpenID Connect provider; 404 when there is none",
    "account_logout": "sends back to the sign-in page",
    "account_inactive": "says why one may not sign in",
    "account_signup": "says that one is invited, or how",
    "account_email_verification_sent": "asks for the code sent to a new address",
    "account_reset_password": "a forgotten password",
    "account_reset_password_done": "a forgotten password",
    "account_reset_password_from_key": "a forgotten password, the link of the mail",
    "account_reset_password_from_key_done": "a forgotten password",
    "mfa_authenticate": "the second factor, between password and session",
    "agenda_flux": "the secret address that a calendar program reads",
    "lien": "a personal link: its token is all one needs",
    "lien_page": "another page of a personal link",
    "lien_demander": "asking for another link when that one is dead",
    "portfolio:demande": "a consultant asks for a space",
    "bibliotheque:recherche": "what was opened to everybody, searched",
    "bibliotheque:ressource": "what was opened to everybody; 404 otherwise",
    "bibliotheque:ressource_piece": "a file of what was opened to everybody; 404 otherwise",
    "bibliotheque:donnees": "what was opened to everybody, as data",
    "bibliotheque:donnees_ressource": "what was opened to everybody, as data; 404 otherwise",
    "bibliotheque:tableau": "what was opened to everybody, as data",
    "bibliotheque:flux": "what was opened to everybody, as a feed",
    "bibliotheque:schema": "what the data hold",
    "bibliotheque:plan": "the engines look for the public pages there",
    "bibliotheque:recit_image": "a picture of what was opened to everybody; 404 otherwise",
    "prestataires:liste": "the public part of the portfolio",
    "prestataires:fiche": "what a prestataire agreed to show; 404 otherwise",
    "prestataires:contact": "writing to a prestataire whose fiche is shown",
    "prestataires:donnees": "the public part, as data",
    "prestataires:donnees_fiche": "the public part, as data",
    "prestataires:tableau": "the public part, as data",
    "prestataires:schema": "what the data hold",
    "prestataires:plan": "the engines look for the public pages there",
    "evaluation_salle:repondre": "the secret address that the QR code of a session opens",
    "robots": "the engines learn that the rest is not for them",
}


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in FLOORS]


def floor_of(model: type[models.Model]) -> int:
    return FLOORS.index(model.__module__.split(".")[0])


def versioned(*patterns: str) -> list[Path]:
    """Files of the repository, those not yet added included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    try:
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):  # an archive without its history
        names = [
            str(path.relative_to(ROOT))
            for pattern in patterns
            for path in ROOT.rglob(pattern)
            if path.relative_to(ROOT).parts[0] not in {".venv", "node_modules", "var", "staticfiles"}
        ]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def our_code() -> list[Path]:
    """Python files of the floors, migrations and tests left out."""
    return [p for p in versioned("*.py") if p.relative_to(ROOT).parts[0] in FLOORS and "migrations" not in p.parts]


# --- Locks ----------------------------------------------------------------------------------------------------------

#: Where rows are locked otherwise than by ``core.editing``, each for a reason.
OWN_LOCKS = {
    "core/editing.py": "the one place",
    "core/jobs/execution.py": "skips what another worker holds",
}


def test_rows_are_locked_by_core_editing_only():
    found = {str(path.relative_to(ROOT)) for path in our_code() if "select_for_update" in path.read_text("utf-8")}
    assert not found - set(OWN_LOCKS)


# --- Floors ---------------------------------------------------------------------------------------------------------


def test_no_model_points_to_a_higher_floor():
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in our_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and isinstance(field.related_model, type)
        and field.related_model.__module__.split(".")[0] in FLOORS
        and floor_of(field.related_model) > floor_of(model)
    ]
    assert not wrong


def test_every_app_of_ours_stands_on_a_floor():
    ours = {
        config.name
        for config in apps.get_app_configs()
        if (path := Path(config.path)).is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] != ".venv"
    }
    assert ours
    assert {name for name in ours if name.split(".")[0] not in FLOORS} == set()


# --- Models ---------------------------------------------------------------------------------------------------------


def test_nothing_cascades_from_a_person():
    user = apps.get_model(settings.AUTH_USER_MODEL)
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        if not model._meta.auto_created
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one)
        and not field.auto_created
        and field.related_model is user
        and field.remote_field.on_delete is models.CASCADE
    ]
    assert not wrong, "PROTECT ou SET_NULL : les personnes partent, ce qu’elles ont fait reste"


def _unique_together(model: type[models.Model]) -> list[set[str]]:
    """The sets of fields of which no two rows hold the same values."""
    single = [{field.name} for field in model._meta.fields if field.unique and not field.null]
    several = [
        set(constraint.fields)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None and constraint.fields
    ]
    return [{"pk"}, *single, *several]


def test_every_default_order_is_total():
    wrong = []
    for model in our_models():
        sorted_by = {name.lstrip("-") for name in model._meta.ordering if isinstance(name, str)}
        if model._meta.ordering and not any(fields <= sorted_by for fields in _unique_together(model)):
            wrong.append(f"{model._meta.label} : {model._meta.ordering}")
    assert not wrong, "un tri qui laisse des ex æquo fait sauter des lignes d’une page à l’autre"


def test_every_constraint_speaks_to_people():
    wrong = [
        f"{model._meta.label} : {constraint.name}"
        for model in our_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
        # Django names the fields by itself for a plain unique constraint.
        and not (isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.condition is None)
    ]
    assert not wrong, "violation_error_message, en français"


# --- Routes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", list(routes()), ids=lambda route: route.name)
def test_a_route_asks_to_sign_in_unless_it_is_public(route: Route, db, client):
    view = get_resolver().resolve(route.path).func
    open_to_all = not getattr(view, "login_required", True)
    assert open_to_all == (route.name in PUBLIC_ROUTES)
    if not open_to_all:
        answer = client.get(route.path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/compte/connexion/?next=")


# --- Templates ------------------------------------------------------------------------------------------------------

TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


#: What the content security policy would block, as tests.strict says it.
INLINE = ("gestionnaire", "attribut style", "adresse javascript", "feuille de style", "script")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_is_sound(path: Path):
    """It compiles, and the routes and static files it names exist."""
    if path.suffix not in {".html", ".txt", ".svg", ".xml", ".ics"}:
        pytest.fail(f"{path} n’est pas un gabarit")
    get_template(str(path.relative_to(ROOT / "templates")))
    text = path.read_text("utf-8")
    if path.suffix == ".html" and not {"mail", "email"} & set(path.parts):  # mail programs ignore style sheets
        bare = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", text)
        assert [fault for fault in page_faults(bare) if fault.startswith(INLINE)] == []
    known = {route.name for route in routes()}
    named = {name for name in re.findall(r"""{%\s*url\s+["']([^"']+)["']""", text) if not name.startswith("admin:")}
    assert named <= known
    files = re.findall(r"""{%\s*static\s+["']([^"']+)["']""", text)
    assert [name for name in files if not finders.find(name)] == []


# --- Code -----------------------------------------------------------------------------------------------------------


def test_no_file_is_too_long_to_be_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in versioned("*.py")
        if "migrations" not in path.parts and (lines := path.read_text("utf-8").count("\n")) > LONGEST_FILE
    }
    assert not long, "à découper par agrégat"


def test_the_clock_is_the_only_source_of_time():
    forbidden = {
        "timezone": {"now", "localdate", "localtime"},
        "datetime": {"now", "today", "utcnow"},
        "date": {"today"},
    }
    wrong = []
    for path in our_code():
        if path == ROOT / "core" / "clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                no_argument = not node.args and not node.keywords  # timezone.localtime(x) only converts
                if node.func.attr in forbidden.get(name, ()) and (no_argument or node.func.attr == "now"):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, "core.clock.now() et core.clock.today()"


def test_services_and_models_never_see_a_request():
    wrong = []
    for path in our_code():
        layer = {*path.relative_to(ROOT).with_suffix("").parts}
        if layer & {"services", "models", "lifecycle", "permissions"}:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.arg) and node.arg == "request":
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, "elles prennent un Actor"


def test_one_sentence_says_that_a_page_is_out_of_date():
    found = [str(p.relative_to(ROOT)) for p in our_code() if "Cette page n’est plus à jour" in p.read_text("utf-8")]
    assert found == ["core/forms.py"], "OUT_OF_DATE, que disent posted_version et ActionMixin"


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b|raise NotImpl" r"ementedError")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in versioned("*.py", "*.html", "*.css", "*.js", "*.md")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert not wrong


def _cannot_fail(asserted: ast.expr) -> bool:
    """Is it ``answer.status_code`` alone, or one of several statuses?"""
    if isinstance(asserted, ast.Compare) and isinstance(asserted.ops[0], ast.In):
        asserted = asserted.left
    return isinstance(asserted, ast.Attribute) and asserted.attr == "status_code"


def test_a_test_says_the_status_it_expects():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in versioned("tests/*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assert) and _cannot_fail(node.test)
    ]
    assert not wrong, "assert answer.status_code == 409"


# --- Settings -------------------------------------------------------------------------------------------------------


def test_every_setting_read_from_the_environment_is_documented():
    text = (ROOT / "dla_ingenierie" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"env(?:iron\.Env\(\))?(?:\.\w+)?\(\s*\"([A-Z0-9_]+)\"", text))
    # Those of the web server are read by the line that starts it.
    read |= set(re.findall(r"\$\{(WEB_[A-Z_]+):-", (ROOT / "Procfile").read_text("utf-8")))
    told = set(re.findall(r"^#?\s?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.M))
    assert read - told == set(), ".env.example ne les explique pas"
    assert told - read == set(), ".env.example explique ce que rien ne lit"


def test_the_content_security_policy_allows_nothing_inline(client, db):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
