"""Importing structures: what each line would do, what is written, twice, halfway, by whom."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from core import clock, jobs
from core.errors import InvalidInput, NotAllowed, StaleState
from core.imports import services as imports
from core.jobs import run_pending
from core.models import Import, ImportLine, ImportState, Job, JournalEntry
from structures.annuaire.models import Structure
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    SecteurFactory,
    StructureFactory,
    actor_of,
    member,
    siret_of,
)
from tests.spreadsheets import csv_file, xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
HEAD = ["Nom", "Département", "Secteur"]
NEW = reverse("core:import_new", args=["structures"])


@pytest.fixture
def user():
    DepartementFactory(indre_et_loire=True), DepartementFactory(loiret=True)
    SecteurFactory(sport=True), SecteurFactory(culture=True)
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


@pytest.fixture
def actor(user):
    return actor_of(user)


def checked(actor, *rows, head=HEAD) -> Import:
    """The import of these lines, once checked."""
    source = imports.start_import("structures", xlsx(head, *rows), actor=actor)
    run_pending()
    source.refresh_from_db()
    return source


def written(actor, *rows, head=HEAD, include_doubtful: bool = False) -> Import:
    """The import of these lines, once written."""
    source = checked(actor, *rows, head=head)
    imports.confirm_import(source, actor=actor, include_doubtful=include_doubtful)
    run_pending()
    source.refresh_from_db()
    return source


def verdicts(source: Import) -> list[str]:
    return list(source.lines.order_by("number").values_list("verdict", flat=True))


def errors(source: Import) -> list[str]:
    return [error for line in source.lines.order_by("number") for error in line.errors]


# --- What is read ---------------------------------------------------------------------------------------------------


def test_a_line_becomes_a_structure_of_the_directory(actor, dla):
    head = [
        *HEAD,
        "Branche",
        "SIRET",
        "Budget (€)",
        "ETP",
        "Année de création",
        "Nature",
        "Code postal",
        "Contact : nom",
    ]
    row = [
        "Les Écureuils",
        "37",
        "sport",
        "Sport-santé",
        siret_of(5),
        "45 000,50 €",
        4.5,
        1998,
        "collectivité",
        37000.0,
        "A",
    ]
    source = written(actor, row, head=head)
    structure = Structure.objects.get()
    assert structure.organisation == dla
    assert (structure.name, structure.departement.code, structure.secteur.code) == ("Les Écureuils", "37", "sport")
    assert (structure.siret, structure.budget, structure.etp) == (siret_of(5), Decimal("45000.50"), Decimal("4.5"))
    assert (structure.nature, structure.code_postal, structure.branche.label) == (
        "collectivite",
        "37000",
        "Sport-santé",
    )
    assert source.state == ImportState.TERMINE
    entry = JournalEntry.objects.get(verb="structures.create")
    assert entry.reason == "Import de « structures.xlsx », ligne 2"
    assert entry.actor_user_id == actor.user_id


def test_an_error_names_its_column_and_says_what_to_do(actor):
    head = [*HEAD, "SIRET", "Budget (€)", "ETP", "Branche", "Année de création"]
    source = checked(
        actor,
        ["", "37", "Sport", "", "", "", "", ""],
        ["A", "Indre-et-Loir", "Sport", "123", "douze", "-1", "Patrimoine", "3026"],
        ["B", "37", "Sport", "", "", "1000000", "Patrimoine", "3026"],
        head=head,
    )
    assert verdicts(source) == ["erreur", "erreur", "erreur"]
    told = "\n".join(errors(source))
    for words in (
        "« Nom » : cette cellule est vide",
        "« Département » : « Indre-et-Loir » n’est pas dans la liste ; vouliez-vous dire « Indre-et-Loire (37) »",
        "« SIRET » : Un numéro SIRET a 14 chiffres ; celui-ci en a 3",
        "« Budget (€) » : ce n’est pas un nombre",
        "« ETP » : ",
        "« Branche » : La branche « Patrimoine » n’est pas du secteur « Sport »",
        "« Année de création » : L’année de création est à venir",
    ):
        assert words in told, told
    assert Structure.objects.count() == 0


def test_the_good_lines_only_are_written_and_the_others_come_back_in_a_file(actor, client_for, user):
    source = written(actor, ["Bonne", "37", "Sport"], ["Mauvaise", "zz", "Sport"], ["", "37", "Sport"])
    assert list(Structure.objects.values_list("name", flat=True)) == ["Bonne"]
    client = client_for(user)
    page = client.get(reverse("core:import_detail", args=[source.pk])).content.decode()
    assert "1 créée, 0 modifiée, 0 inchangée, 2 en erreur" in page
    response = client.get(reverse("core:import_errors", args=[source.pk]), {"format": "xlsx"})
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert rows[0] == (*HEAD, "Erreur")
    assert rows[1][:3] == ("Mauvaise", "zz", "Sport")
    assert "« Département »" in rows[1][3]
    assert len(rows) == 3


def test_the_corrected_file_of_errors_is_imported_as_it_is(actor, client_for, user):
    source = written(actor, ["Mauvaise", "zz", "Sport"], ["Bonne", "37", "Sport"])
    content = client_for(user).get(reverse("core:import_errors", args=[source.pk]), {"format": "csv"}).content
    again = csv_file(content.decode("utf-8-sig").replace("zz", "37"))
    second = imports.start_import("structures", again, actor=actor)
    assert second.ignored == []
    run_pending()
    second.refresh_from_db()
    assert verdicts(second) == ["nouvelle"]


# --- What exists ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "row", "head"),
    [
        ({"siret": siret_of(1)}, ["Autre nom", "45", "Sport", siret_of(1)], [*HEAD, "SIRET"]),
        ({"rna": "W372001234"}, ["Autre nom", "45", "Sport", "W37 200 1234"], [*HEAD, "RNA"]),
        ({"name": "L’Étoile de Saint-Avertin"}, ["etoile", "37", "Sport", "x"], [*HEAD, "Notes"]),
    ],
)
def test_a_structure_is_recognised_by_its_numbers_then_by_its_name(actor, dla, known, row, head):
    structure = StructureFactory(organisation=dla, **known)
    row = ["L’ETOILE DE ST AVERTIN" if row[0] == "etoile" else row[0], *row[1:]]
    written(actor, row, head=head)
    assert Structure.objects.count() == 1
    structure.refresh_from_db()
    assert structure.name == row[0]


def test_a_sheet_that_already_says_the_same_is_unchanged_and_empty_cells_erase_nothing(actor, dla):
    StructureFactory(organisation=dla, name="Connue", etp="2", budget="100", commune="Tours")
    source = checked(actor, ["Connue", "37", "Sport", "2,00", ""], head=[*HEAD, "ETP", "Commune"])
    assert verdicts(source) == ["inchangee"]
    with pytest.raises(InvalidInput, match="Aucune ligne"):
        imports.confirm_import(source, actor=actor)
    source = written(actor, ["Connue", "37", "Sport", "3", ""], head=[*HEAD, "ETP", "Commune"])
    structure = Structure.objects.get()
    assert (structure.etp, structure.commune, structure.budget) == (Decimal(3), "Tours", Decimal(100))
    entry = JournalEntry.objects.get(verb="structures.update")
    assert set(entry.changes) == {"etp"}
    assert source.lines.get().changes == [["ETP", "2", "3"]]


def test_importing_the_same_file_again_creates_nothing(actor, client_for, user):
    text = "Nom;Département;Secteur\nUne;37;Sport\nDeux;45;Culture\n"
    first = imports.start_import("structures", csv_file(text), actor=actor)
    run_pending()
    imports.confirm_import(first, actor=actor)
    run_pending()
    again = imports.start_import("structures", csv_file(text), actor=actor)
    run_pending()
    assert verdicts(again) == ["inchangee", "inchangee"]
    page = client_for(user).get(reverse("core:import_detail", args=[again.pk])).content.decode()
    assert "a déjà été importé" in page and "tout est déjà enregistré" in page
    assert Structure.objects.count() == 2


def test_two_lines_for_one_structure_are_told_whether_it_is_new_or_known(actor, dla):
    StructureFactory(organisation=dla, name="Connue")
    source = checked(
        actor,
        ["Neuve", "37", "Sport"],
        ["NEUVE", "37", "Sport"],
        ["Connue", "37", "Culture"],
        ["connue", "37", "Sport"],
    )
    assert verdicts(source) == ["nouvelle", "erreur", "modifiee", "erreur"]
    assert "la même fiche que la ligne 2" in errors(source)[0]
    assert "la même fiche que la ligne 4" in errors(source)[1]


def test_a_name_that_several_known_structures_bear_asks_for_a_number(actor, dla):
    StructureFactory.create_batch(2, organisation=dla, name="Homonyme")
    assert "plusieurs fiches" in errors(checked(actor, ["Homonyme", "37", "Sport"]))[0].lower()


def test_an_establishment_of_the_same_name_with_another_siret_is_another_structure(actor, dla):
    StructureFactory(organisation=dla, name="Réseau", siret=siret_of(1))
    source = checked(actor, ["Réseau", "37", "Sport", siret_of(2)], head=[*HEAD, "SIRET"])
    assert verdicts(source) == ["nouvelle"]
    assert source.lines.get().doubtful, "mais elle est à vérifier"


def test_a_number_of_a_neighbour_is_not_known(actor):
    StructureFactory(siret=siret_of(1), name="Chez le voisin")
    source = written(actor, ["Chez nous", "37", "Sport", siret_of(1)], head=[*HEAD, "SIRET"])
    assert source.counts["created"] == 1
    assert Structure.objects.count() == 2


def test_a_near_name_is_left_aside_unless_the_person_says_it_is_another(actor, dla):
    StructureFactory(organisation=dla, name="La Fabrique de Saint-Avertin")
    rows = [["Association Fabrique St Avertin", "37", "Sport"], ["Tout autre chose", "37", "Sport"]]
    source = written(actor, *rows)
    line = source.lines.get(number=2)
    assert line.doubts == ["« La Fabrique de Saint-Avertin »"]
    assert (line.issue, source.counts["created"]) == ("", 1)
    source = written(actor, *rows, include_doubtful=True)
    assert source.counts["created"] == 1
    assert Structure.objects.count() == 3


def test_a_known_number_with_a_wrong_sheet_is_refused_before_anything_is_written(actor, dla):
    """What the service would refuse of a structure that exists is told by the preview."""
    StructureFactory(organisation=dla, name="Une", siret=siret_of(1))
    StructureFactory(organisation=dla, name="Deux", rna="W372001234")
    source = checked(actor, ["Une", "37", "Sport", siret_of(1), "W372001234"], head=[*HEAD, "SIRET", "RNA"])
    assert "Ce numéro RNA est déjà celui de « Deux »" in errors(source)[0]


# --- Halfway --------------------------------------------------------------------------------------------------------


def test_a_job_killed_halfway_goes_on_without_writing_twice(actor, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 2)
    source = checked(
        actor, *([f"Structure {name}", "37", "Sport"] for name in ("un", "deux", "trois", "quatre", "cinq"))
    )
    imports.confirm_import(source, actor=actor)
    real, calls = imports._write_some, []

    def dies(*args):
        if len(calls) == 1:
            raise SystemExit("tué")
        calls.append(1)
        return real(*args)

    monkeypatch.setattr(imports, "_write_some", dies)
    run_pending()
    assert Structure.objects.count() == 2
    monkeypatch.setattr(imports, "_write_some", real)
    Job.objects.filter(state="en_attente").update(run_after=clock.now())
    run_pending()
    source.refresh_from_db()
    assert (source.state, source.counts["created"]) == (ImportState.TERMINE, 5)
    assert sorted(s.name for s in Structure.objects.all()) == sorted(
        f"Structure {name}" for name in ("un", "deux", "trois", "quatre", "cinq")
    )
    assert JournalEntry.objects.filter(verb="structures.create").count() == 5


def test_a_line_that_another_worker_settled_is_not_written_again(actor):
    source = checked(actor, ["Une", "37", "Sport"])
    imports.confirm_import(source, actor=actor)
    source.refresh_from_db()
    line = source.lines.get()
    from core.imports.checking import Checker

    finding = Checker(imports.kind_for("structures", actor), actor, source.columns).check_many([line])[0]
    ImportLine.objects.update(issue="creee")
    kind = imports.kind_for("structures", actor)
    assert imports._write_some(kind, actor, source, [(line, finding)]) == 1
    assert Structure.objects.count() == 0


def test_what_was_inscribed_between_the_preview_and_the_import_is_not_inscribed_twice(actor, dla):
    source = checked(actor, ["Une", "37", "Culture"])
    StructureFactory(organisation=dla, name="Une")
    imports.confirm_import(source, actor=actor)
    run_pending()
    assert Structure.objects.get().secteur.code == "culture"
    assert source.lines.get().issue == "mise_a_jour"


def test_a_person_who_left_in_the_meantime_writes_nothing(actor, user):
    source = checked(actor, ["Une", "37", "Sport"])
    imports.confirm_import(source, actor=actor)
    membership = user.active_membership
    membership.ended_at = clock.now()
    membership.save()
    run_pending()
    assert Structure.objects.count() == 0
    assert Job.objects.get(name=imports.WRITE_JOB).state == "echec"


def test_an_import_is_confirmed_once(actor):
    source = checked(actor, ["Une", "37", "Sport"])
    imports.confirm_import(source, actor=actor)
    with pytest.raises(StaleState):
        imports.confirm_import(source, actor=actor)
    with pytest.raises(StaleState):
        imports.cancel_import(source, actor=actor)
    assert Job.objects.filter(name=imports.WRITE_JOB).count() == 1


def test_an_import_given_up_keeps_nothing_of_the_file(actor, client_for, user):
    source = checked(actor, ["Une", "37", "Sport"])
    response = client_for(user).post(reverse("core:import_cancel", args=[source.pk]))
    assert response["Location"] == reverse("structures:liste")
    assert source.lines.count() == 0
    assert (
        "Rien n’a été écrit" in client_for(user).get(reverse("core:import_detail", args=[source.pk])).content.decode()
    )


def test_the_lines_go_after_thirty_days_and_what_was_counted_stays(actor, client_for, user):
    source = written(actor, ["Une", "37", "Sport"])
    Import.objects.update(created_at=clock.now() - dt.timedelta(days=29))
    assert imports.prune_imports() == 0
    Import.objects.update(created_at=clock.now() - dt.timedelta(days=31))
    assert imports.prune_imports() == 1
    assert imports.prune_imports() == 0
    assert source.lines.count() == 0
    page = client_for(user).get(reverse("core:import_detail", args=[source.pk])).content.decode()
    assert "1 créée" in page and "ont été effacées" in page


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_whole_way_from_the_list_to_the_result(client_for, user):
    client = client_for(user)
    assert NEW in client.get(reverse("structures:liste")).content.decode()
    assert client.get(NEW).status_code == 200
    response = client.post(NEW, {"fichier": csv_file("Nom;Département;Secteur\nUne;37;Sport\nDeux;zz;Sport\n")})
    url = response["Location"]
    assert "<progress" in client.get(url).content.decode() or "attend son tour" in client.get(url).content.decode()
    run_pending()
    page = client.get(url).content.decode()
    assert "1\u00a0ligne à importer" in page and "En erreur" in page
    assert "Deux" not in client.get(url, {"voir": "nouvelles"}).content.decode()
    assert client.post(reverse("core:import_start", args=[Import.objects.get().pk]))["Location"] == url
    assert client.get(url).status_code == 200
    run_pending()
    assert "Import terminé" in client.get(url).content.decode()
    assert Structure.objects.get().name == "Une"


def test_the_progress_follows_the_work_and_the_page_changes_when_it_ends(client_for, user, actor):
    source = imports.start_import("structures", xlsx(HEAD, ["Une", "37", "Sport"]), actor=actor)
    client, url = client_for(user), reverse("core:import_detail", args=[source.pk])
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert 'id="tache"' in part and "<html" not in part
    run_pending()
    answer = client.get(url, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_the_template_is_imported_once_its_example_is_replaced(client_for, user, actor, file_format):
    response = client_for(user).get(reverse("core:import_template", args=["structures", file_format]))
    if file_format == "csv":
        file = csv_file(response.content.decode("utf-8-sig") + "Ma structure;;;;;;;;;37;;Sport\r\n")
    else:
        book = load_workbook(io.BytesIO(response.content))
        assert book.active.data_validations.count >= 5
        assert "Indre-et-Loire (37)" in {cell.value for column in book["Listes"].columns for cell in column}
        book.active.cell(4, 1, "Ma structure")
        book.active.cell(4, 10, "Indre-et-Loire (37)")
        book.active.cell(4, 12, "Sport")
        out = io.BytesIO()
        book.save(out)
        file = xlsx([])
        file.file = out
        out.seek(0)
        file.size = len(out.getvalue())
    source = imports.start_import("structures", file, actor=actor)
    run_pending()
    assert verdicts(source) == ["nouvelle"], errors(source)


def test_the_example_of_the_template_is_a_line_that_can_be_imported(actor):
    kind = imports.kind_for("structures", actor)
    source = checked(actor, [*[c.example for c in kind.columns[:-1]], "vrai"], head=[c.heading for c in kind.columns])
    assert verdicts(source) == ["nouvelle"], errors(source)


def test_an_unknown_template_or_kind_is_not_found(client_for, user):
    client = client_for(user)
    assert client.get(reverse("core:import_template", args=["structures", "exe"])).status_code == 422
    assert client.get(reverse("core:import_template", args=["rien", "csv"])).status_code == 404
    assert client.get(reverse("core:import_new", args=["rien"])).status_code == 404


def test_an_import_is_read_by_the_one_who_asked_for_it_only(client_for, user, dla, actor):
    source = checked(actor, ["Une", "37", "Sport"])
    for other in (member(dla), member(OrganisationFactory(region=dla.region), Role.RESPONSABLE)):
        for name in ("import_detail", "import_errors"):
            assert client_for(other).get(reverse(f"core:{name}", args=[source.pk])).status_code == 404
        for name in ("import_start", "import_cancel"):
            assert client_for(other).post(reverse(f"core:{name}", args=[source.pk])).status_code == 404
    source.refresh_from_db()
    assert source.state == ImportState.APERCU


def test_who_may_not_inscribe_may_not_import(dla):
    for actor in (actor_of(member(dla, Role.LECTURE)), actor_of(member(OrganisationFactory(avise=True)))):
        with pytest.raises(NotAllowed):
            imports.start_import("structures", xlsx(HEAD, ["Une", "37", "Sport"]), actor=actor)


def test_the_preview_makes_as_many_queries_for_30_lines_as_for_one(client_for, user, actor, count_queries):
    one = checked(actor, ["Une", "37", "Sport"])
    many = checked(actor, *([f"Numéro {n:03d} {n * 7919}", "37", "Sport"] for n in range(30)))
    client = client_for(user)
    pages = [reverse("core:import_detail", args=[source.pk]) for source in (one, many)]
    client.get(pages[0])
    assert count_queries(lambda: client.get(pages[0])) == count_queries(lambda: client.get(pages[1]))


def test_checking_a_line_costs_no_query_of_its_own(actor, count_queries):
    def cost(*rows) -> int:
        source = imports.start_import("structures", xlsx(HEAD, *rows), actor=actor)
        run = jobs.JobRun(Job.objects.get(pk=source.job_id))
        run.progress = lambda *args: None
        return count_queries(lambda: imports.check_lines(run, source))

    cost(["Une", "37", "Sport"])
    assert cost(["Une", "37", "Sport"]) == cost(*([f"Numéro {n * 7919}", "37", "Sport"] for n in range(9)))
