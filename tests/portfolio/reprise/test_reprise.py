"""The former portfolio taken over: what each line would do, who is invited and when, what the référent checks."""

import io

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Grant, User
from accounts.services import link_token
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState
from core.exports import export_response
from core.imports import services as imports
from core.imports.reading import read_table
from core.jobs import run_pending
from core.models import Import, JournalEntry
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.fiche.services.verification import to_verify
from partners.portfolio.fiche.services.versions import start_version, submit, under_way
from partners.portfolio.invitations.services import invite
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.prestataire.services import answer_request, ask_to_join
from partners.portfolio.publication.exports import HEADER, full_rows
from partners.portfolio.publication.models import Publication
from partners.portfolio.reprise import services
from partners.portfolio.reprise.imports import LATER, NOW, PrestataireImport
from partners.portfolio.reprise.services import change_address, invite_referent
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    RegionFactory,
    SecteurFactory,
    UserFactory,
    actor_of,
    fill_fiche,
    member,
    prestataire_of,
    published_prestataire,
    siret_of,
)
from tests.spreadsheets import csv_file, xlsx
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
HEAD = [
    "Raison sociale",
    "SIRET",
    "E-mail du référent",
    "Type",
    "Secteurs",
    "Départements",
    "Références",
    "Prix par jour",
]
FIRST = siret_of(61_000_001)
SECOND = siret_of(61_000_002)


def row(name="Cabinet Ancien", siret=FIRST, email="referent@example.org", *rest):
    rest = list(rest) or ["Cabinet", "Sport ; Culture", "37;45", "2019 | Un DLA | Projet associatif", "600"]
    return [name, siret, email, *rest]


@pytest.fixture(autouse=True)
def _lists():
    DepartementFactory(indre_et_loire=True)
    DepartementFactory(loiret=True)
    SecteurFactory(sport=True)
    SecteurFactory(culture=True)


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def user(dla):
    return member(dla)


def checked(actor, *rows) -> Import:
    source = imports.start_import("prestataires", xlsx(HEAD, *rows, name="fiches.xlsx"), actor=actor)
    run_pending()
    source.refresh_from_db()
    return source


def written(actor, *rows, choice=LATER) -> Import:
    source = checked(actor, *rows)
    imports.confirm_import(source, actor=actor, include_doubtful=True, choice=choice)
    run_pending()
    source.refresh_from_db()
    return source


def told(source) -> list[tuple[str, str]]:
    return [(line.verdict, " ".join(line.errors)) for line in source.lines.order_by("number")]


# --- The file -------------------------------------------------------------------------------------------------------


def test_a_line_becomes_a_draft_of_the_region_that_nobody_holds(actor, dla):
    written(actor, row())
    made = Prestataire.objects.get()
    fiche = under_way(made)
    assert (made.name, made.region, made.kind) == ("Cabinet Ancien", dla.region, "cabinet")
    assert fiche.state == "brouillon" and fiche.contact_email == "referent@example.org"
    assert {s.code for s in fiche.secteurs.all()} == {"sport", "culture"}
    assert {d.code for d in fiche.departements.all()} == {"37", "45"}
    assert fiche.prix_min == 600
    assert [(r.annee, r.client, r.objet) for r in fiche.references.all()] == [(2019, "Un DLA", "Projet associatif")]
    assert not Membre.objects.exists()
    # What only the prestataire may say of itself is not in a spreadsheet.
    assert (fiche.charte, fiche.public) == (False, False)
    entry = JournalEntry.objects.get(verb="portfolio.creation")
    assert entry.reason == "Import de « fiches.xlsx », ligne 2"
    assert "referent@example.org" not in str(list(JournalEntry.objects.values_list("changes", "object_label")))


def test_the_same_file_twice_creates_nothing_twice_and_says_where_the_fiche_is(actor, client_for, user):
    written(actor, row())
    source = checked(actor, row())
    assert told(source) == [("inchangee", "")]
    page = client_for(user).get(reverse("core:import_detail", args=[source.pk])).content.decode()
    assert "Déjà repris" in page and reverse("portfolio:reprise", args=[Prestataire.objects.get().pk]) in page
    with pytest.raises(InvalidInput):
        imports.confirm_import(source, actor=actor, include_doubtful=True)
    assert Prestataire.objects.count() == 1


def test_a_siret_known_elsewhere_creates_nothing_and_proposes_to_invite_to_join(actor, client_for, user):
    there = prestataire_of(name="Déjà là", region=RegionFactory(bretagne=True))
    source = checked(actor, row("Autre nom", there.siret, "quelquun@example.org"))
    assert told(source) == [("inchangee", "")]
    client = client_for(user)
    page = client.get(reverse("core:import_detail", args=[source.pk])).content.decode()
    assert "SIRET déjà inscrit, par « Déjà là »" in page and "Inviter à le rejoindre" in page
    there.refresh_from_db()
    assert there.name == "Déjà là"
    url = reverse("portfolio:invitations")
    form = client.get(f"{url}?email=quelquun%40example.org&siret={there.siret}").content.decode()
    assert "quelquun@example.org" in form and there.siret in form


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["", FIRST, "a@example.org"], "« Raison sociale »"),
        (["A", "", "a@example.org"], "« SIRET »"),
        (["A", "12345678901234", "a@example.org"], "clé de contrôle"),
        (["A", FIRST, ""], "« Référent : courriel »"),
        (["A", FIRST, "pas une adresse"], "adresse"),
        (["A", FIRST, "a@example.org", "Coach"], "« Type »"),
        (["A", FIRST, "a@example.org", "", "Sport ; Atlantide"], "« Atlantide » n’est pas dans la liste"),
        (["A", FIRST, "a@example.org", "", "", "99"], "« 99 »"),
        (["A", FIRST, "a@example.org", "", "", "", "Un DLA en 2019"], "année | qui a demandé | objet"),
        (["A", FIRST, "a@example.org", "", "", "", "1812 | Un DLA | Une campagne"], "n’est pas une année"),
        (["A", FIRST, "a@example.org", "", "", "", "", "cher"], "nombre"),
    ],
)
def test_a_wrong_line_says_why_and_writes_nothing(actor, cells, said):
    source = checked(actor, cells + [""] * (len(HEAD) - len(cells)))
    ((verdict, errors),) = told(source)
    assert verdict == "erreur" and said in errors
    assert not Prestataire.objects.exists()


def test_two_lines_of_one_siret_are_one_and_a_near_name_is_signalled(actor):
    prestataire_of(name="Atelier du Val de Loire")
    source = checked(actor, row("Ateliers Val de Loire"), row("Bis", FIRST), row("Tout autre", SECOND))
    (one, two, three) = told(source)
    assert two[0] == "erreur" and "ligne 2" in two[1]
    lines = list(source.lines.order_by("number"))
    assert lines[0].doubtful and not lines[2].doubtful and one[0] == three[0] == "nouvelle"


def test_a_fiche_is_written_whole_or_not_at_all(actor, monkeypatch):
    def fail(*args, **kwargs):
        raise InvalidInput("La référence ne s’enregistre pas.")

    monkeypatch.setattr(services, "add_reference", fail)
    source = written(actor, row(), choice=NOW)
    assert told(source)[0][1] == "La référence ne s’enregistre pas."
    assert not Prestataire.objects.exists() and not FicheVersion.objects.exists()
    assert not Grant.objects.exists() and not mail.outbox


def test_only_a_dla_or_a_c2ra_that_writes_imports(dla):
    for who in (member(dla, "lecture"), member(OrganisationFactory(cnar=True)), UserFactory()):
        with pytest.raises(NotAllowed):
            imports.start_import("prestataires", csv_file("Raison sociale;SIRET\n"), actor=actor_of(who))


def test_the_template_holds_the_columns_and_the_lists(client_for, user):
    answer = client_for(user).get(reverse("core:import_template", args=["prestataires", "xlsx"]))
    book = load_workbook(io.BytesIO(answer.content))
    heads = [cell.value for cell in next(book["Prestataires"].iter_rows(max_row=1))]
    assert {"Raison sociale", "SIRET", "Référent : courriel", "Thèmes"} <= set(heads)
    assert "Listes" in book.sheetnames


def test_the_example_of_the_template_is_a_line_that_can_be_imported(actor):
    example = {c.heading: c.example for c in PrestataireImport.columns} | {"SIRET": FIRST}
    file = xlsx(list(example), list(example.values()), name="modele.xlsx")
    source = imports.start_import("prestataires", file, actor=actor)
    run_pending()
    assert told(source) == [("nouvelle", "")]


def test_checking_a_line_costs_no_query_of_its_own(actor, count_queries):
    def asked(*rows):
        source = imports.start_import("prestataires", xlsx(HEAD, *rows), actor=actor)
        return count_queries(lambda: imports.check_now(source, actor))

    asked(row())  # the reference lists are read once for all
    few = asked(row(), row("Second", SECOND))
    many = asked(*(row(f"Cabinet {n}", siret_of(64_000_000 + n), f"r{n}@example.org") for n in range(30)))
    assert many == few


# --- Inviting -------------------------------------------------------------------------------------------------------


def test_invitations_leave_with_the_import_when_it_is_chosen_once_per_prestataire(actor):
    written(actor, row(), row("Second", SECOND, "autre@example.org"), choice=NOW)
    run_pending()
    assert sorted(m.to[0] for m in mail.outbox) == ["autre@example.org", "referent@example.org"]
    assert "ancienne fiche" in mail.outbox[0].body
    written_again = checked(actor, row())
    assert told(written_again) == [("inchangee", "")]
    assert Grant.objects.count() == 2


def test_invitations_may_leave_later_from_the_list_and_never_twice(actor, user, client_for):
    written(actor, row(), row("Second", SECOND, "autre@example.org"), choice=LATER)
    run_pending()
    assert not mail.outbox
    client = client_for(user)
    assert "2 fiches de votre organisation" in client.get(reverse("portfolio:reprises")).content.decode()
    invite_referent(Reprise.objects.get(email="autre@example.org"), actor=actor)
    assert client.post(reverse("portfolio:reprises_inviter")).status_code == 302
    run_pending()
    assert sorted(m.to[0] for m in mail.outbox) == ["autre@example.org", "referent@example.org"]
    assert client.post(reverse("portfolio:reprises_inviter")).status_code == 422
    with pytest.raises(InvalidInput, match="déjà partie"):
        invite_referent(Reprise.objects.first(), actor=actor)


def test_an_unknown_answer_to_the_choice_writes_nothing(actor):
    source = checked(actor, row())
    with pytest.raises(InvalidInput):
        imports.confirm_import(source, actor=actor, choice="hier")
    source.refresh_from_db()
    assert source.state == "apercu"


def test_the_preview_asks_when_to_invite_and_the_list_is_reached_from_the_invitations(actor, user, client_for):
    source = checked(actor, row())
    client = client_for(user)
    page = client.get(reverse("core:import_detail", args=[source.pk])).content.decode()
    assert "Quand inviter les référents" in page
    client.post(reverse("core:import_start", args=[source.pk]), {"choix": LATER})
    run_pending()
    page = client.get(reverse("portfolio:invitations")).content.decode()
    assert reverse("portfolio:reprises") in page and reverse("core:import_new", args=["prestataires"]) in page
    listed = client.get(reverse("portfolio:reprises")).content.decode()
    assert "Cabinet Ancien" in listed and "à inviter" in listed
    assert client.get(reverse("portfolio:reprises") + "?etat=tenue").content.decode().count("Cabinet Ancien") == 0


def test_a_wrong_address_is_corrected_before_the_invitation_leaves(actor, user, client_for):
    written(actor, row())
    made = Prestataire.objects.get()
    url, client = reverse("portfolio:reprise", args=[made.pk]), client_for(user)
    assert client.post(url, {"action": "adresse", "email": "nul"}).status_code == 422
    client.post(url, {"action": "adresse", "email": "Juste@Example.org"})
    client.post(url, {"action": "inviter"})
    run_pending()
    assert mail.outbox[0].to == ["juste@example.org"]
    assert client.post(url, {"action": "adresse", "email": "tard@example.org"}).status_code == 422
    # The journal knows that the address changed, never what it was.
    assert JournalEntry.objects.get(verb="portfolio.reprise_adresse").changes == {"email": None}


def test_a_neighbour_neither_sees_nor_invites_and_the_c2ra_of_the_region_does_both(actor, reviewer, client_for):
    written(actor, row())
    made = Prestataire.objects.get()
    url = reverse("portfolio:reprise", args=[made.pk])
    neighbour = client_for(member(OrganisationFactory()))
    assert neighbour.get(url).status_code == 404 and neighbour.post(url, {"action": "inviter"}).status_code == 404
    assert "Cabinet Ancien" not in neighbour.get(reverse("portfolio:reprises")).content.decode()
    far = client_for(member(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True))))
    assert far.get(url).status_code == 404
    with pytest.raises(NotAllowed):
        invite_referent(Reprise.objects.get(), actor=actor_of(member(OrganisationFactory())))
    assert client_for(reviewer).post(url, {"action": "inviter"}).status_code == 302
    assert Grant.objects.get().organisation == reviewer.active_membership.organisation


# --- The référent ---------------------------------------------------------------------------------------------------


def enter(invitation) -> StrictClient:
    client = StrictClient()
    client.post(
        reverse("lien", args=[link_token(invitation)]),
        {"first_name": "Reine", "last_name": "Référente", "sign_in": "code", "password": ""},
    )
    return client


def test_who_accepts_is_the_referent_and_checks_every_rubric_before_sending(actor):
    written(actor, row(), choice=NOW)
    client = enter(Grant.objects.get())
    made = Prestataire.objects.get()
    assert Membre.objects.get().is_referent and Membre.objects.get().user.email == "referent@example.org"
    home = reverse("portfolio:espace_prestataire", args=[made.pk])
    assert "Reprise de l’ancienne fiche" in client.get(home).content.decode()
    fiche = fill_fiche(under_way(made))
    sent = {"action": "soumettre", "expected_state": fiche.state, "version": fiche.version}
    refused = client.post(reverse("portfolio:action", args=[made.pk]), sent)
    # Saving a rubric is having read it; the others are said to be right.
    page = reverse("portfolio:rubrique", args=[made.pk, "identite"])
    assert refused.status_code == 409
    assert f'<a href="{page}">Identité</a> <span class="muted">(à vérifier)</span>' in refused.content.decode()
    assert "J’ai vérifié cette rubrique" in client.get(page).content.decode()
    form = client.get(page).context["form"]
    data = {n: form[n].value() or "" for n in form.fields} | {"sigle": "CA"}
    assert client.post(page, data).status_code == 302
    assert [r.code for r in to_verify(made.pk)] == ["caracteristiques", "experiences", "ressources", "autres"]
    for code in ("caracteristiques", "experiences", "ressources", "autres"):
        client.post(reverse("portfolio:verifier", args=[made.pk, code]))
    assert "Reprise de l’ancienne fiche" not in client.get(home).content.decode()
    fiche = under_way(made)
    client.post(reverse("portfolio:action", args=[made.pk]), sent | {"version": fiche.version})
    assert under_way(made).state == "soumise"
    assert JournalEntry.objects.filter(verb="portfolio.verifiee").count() == 5


def test_a_field_saved_in_passing_does_not_verify_its_rubric(actor):
    written(actor, row(), choice=NOW)
    client = enter(Grant.objects.get())
    made = Prestataire.objects.get()
    url = reverse("portfolio:champ", args=[made.pk, "identite", "sigle"])
    version = under_way(made).version
    client.post(url, {"sigle": "X", "version": version}, headers={"HX-Request": "true"})
    assert under_way(made).sigle == "X"
    assert len(to_verify(made.pk)) == 5


def test_a_fiche_written_here_has_nothing_to_verify(user):
    made = prestataire_of(user)
    fiche = fill_fiche(under_way(made))
    assert submit(fiche, actor=actor_of(user), expected_state="brouillon").state == "soumise"


def test_a_fiche_that_nobody_holds_is_opened_by_the_staff_to_who_asks(actor, reviewer, client_for, run_jobs):
    written(actor, row())
    made = Prestataire.objects.get()
    asker = UserFactory(email="demandeuse@example.org")
    asked = ask_to_join(made, actor=actor_of(asker))
    run_jobs()
    assert {m.to[0] for m in mail.outbox} == {reviewer.email, actor.user.email}
    assert "Personne ne tient encore cette fiche" in mail.outbox[0].body
    stranger = actor_of(member(OrganisationFactory()))
    with pytest.raises(NotAllowed):
        answer_request(asked, True, actor=stranger)
    url, client = reverse("portfolio:reprise", args=[made.pk]), client_for(reviewer)
    assert "Demandent à tenir la fiche" in client.get(url).content.decode()
    assert "pour Cabinet Ancien" in client.get(reverse("portfolio:reprises")).content.decode()
    client.post(url, {"action": "accepter", "membre": asked.pk})
    assert Membre.objects.get().is_referent
    # From now on its people alone decide.
    other = ask_to_join(made, actor=actor_of(UserFactory()))
    assert permissions.why_not_host(actor_of(reviewer), made)
    with pytest.raises(NotAllowed):
        answer_request(other, True, actor=actor_of(reviewer))


@pytest.mark.parametrize("typed", ["37, 45", 37.45, "37 - Indre-et-Loire, 045", "Indre-et-Loire et Loiret (45)"])
def test_several_departements_and_a_computed_price_are_read_as_people_write_them(actor, typed):
    written(actor, row("Cabinet", FIRST, "r@example.org", "Cabinet", "Sport, Culture", typed, "", 633.3299999999999))
    fiche = FicheVersion.objects.get()
    assert sorted(fiche.departements.values_list("code", flat=True)) == ["37", "45"]
    assert fiche.secteurs.count() == 2 and str(fiche.prix_min) == "633.33"


def test_an_invitation_of_the_staff_no_longer_opens_a_fiche_that_is_held(actor, reviewer):
    written(actor, row(), choice=NOW)
    made = Prestataire.objects.get()
    asked = ask_to_join(made, actor=actor_of(UserFactory()))
    answer_request(asked, True, actor=actor_of(reviewer))
    enter(Grant.objects.get())
    late = Membre.objects.get(user=User.objects.get(email="referent@example.org"))
    assert late.state == "demande"
    with pytest.raises(InvalidInput, match="lui seul accueille"):
        invite("intrus@example.org", actor=actor, prestataire=made)
    with pytest.raises(StaleState):
        change_address(Reprise.objects.get(), "autre@example.org", actor=actor)


def test_the_list_asks_as_many_questions_for_one_as_for_many(actor, user, client_for, count_queries):
    client, url = client_for(user), reverse("portfolio:reprises")
    written(actor, row(), choice=NOW)
    client.get(url)
    one = count_queries(lambda: client.get(url))
    written(actor, *(row(f"Cabinet {n}", siret_of(62_000_000 + n), f"r{n}@example.org") for n in range(12)), choice=NOW)
    assert count_queries(lambda: client.get(url)) == one


# --- Export ---------------------------------------------------------------------------------------------------------


def test_the_fiches_leave_whole_under_the_headings_that_the_import_reads(user, client_for):
    published_prestataire(name="Cabinet publié", autres="=1+1", presentation="Un ; deux")
    answer = client_for(user).get(reverse("recherche:recherche") + "?export=csv&contenu=complet")
    text = answer.content.decode("utf-8-sig")
    assert "Cabinet publié" in text and "'=1+1" in text
    table = read_table(csv_file(text, name="portefeuille.csv"), PrestataireImport())
    assert len(table.columns) == len(PrestataireImport.columns)
    source = imports.start_import("prestataires", csv_file(text, name="portefeuille.csv"), actor=actor_of(user))
    run_pending()
    assert told(source) == [("inchangee", "")]


def test_a_fiche_that_leaves_comes_back_the_same(user):
    made = published_prestataire(name="Cabinet publié", methode="Un ; deux\ntrois")
    was = start_version(made, actor=Actor.system("recette"))
    ((line),) = full_rows([Publication.objects.get().pk])
    cells = dict(zip(HEADER, line, strict=True)) | {"SIRET": SECOND}
    content = export_response("x", list(cells), [list(cells.values())], "xlsx").content
    source = imports.start_import("prestataires", SimpleUploadedFile("x.xlsx", content), actor=actor_of(user))
    run_pending()
    imports.confirm_import(source, actor=actor_of(user), include_doubtful=True, choice=LATER)
    run_pending()
    assert told(source)[0][1] == ""
    now = under_way(Prestataire.objects.get(siret=SECOND))
    for name in ("raison_sociale", "forme_juridique", "ape", "kind", "tva", "effectif", "prix_min", "methode",
                 "individuel", "collectif", "contact_email", "contact_phone"):  # fmt: skip
        assert getattr(now, name) == getattr(was, name), name
    for name in ("departements", "secteurs", "domaines", "themes", "types"):
        assert set(getattr(now, name).all()) == set(getattr(was, name).all()), name
    assert now.references.count() == was.references.count()


def test_the_c2ra_exports_the_fiches_of_its_filtered_list(reviewer, client_for):
    published_prestataire(name="Cabinet Un")
    published_prestataire(name="Cabinet Deux")
    text = (
        client_for(reviewer)
        .get(reverse("portfolio:publications") + "?q=Deux&export=csv&contenu=complet")
        .content.decode()
    )
    assert "Cabinet Deux" in text and "Cabinet Un" not in text


def test_a_consultant_exports_nothing(client_for):
    consultant = UserFactory()
    published_prestataire(consultant)
    assert client_for(consultant).get(reverse("recherche:recherche") + "?export=csv&contenu=complet").status_code == 403
