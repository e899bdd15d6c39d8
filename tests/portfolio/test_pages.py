"""The pages of the portfolio: the home, writing the fiche, the C2RA's queue, who is told of what."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.urls import reverse

from core.actor import Actor
from core.models import JournalEntry, OutboxMail
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.blocs import add_piece
from partners.portfolio.fiche.services.versions import confirm_unchanged, start_version, under_way, update_rubrique
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.services import join
from partners.portfolio.publication import tasks
from partners.portfolio.publication.models import Publication
from partners.portfolio.relecture.services import add_remark, send_back
from tests.core.upload_files import EXE, uploaded
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    fill_fiche,
    member,
    prestataire_of,
    published_prestataire,
    siret_of,
    submitted_fiche,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


@pytest.fixture
def user():
    return UserFactory(first_name="Claude", last_name="Consultant")


@pytest.fixture
def prestataire(user):
    return prestataire_of(user, name="Cabinet Test")


@pytest.fixture
def fiche(prestataire):
    return under_way(prestataire)


@pytest.fixture
def c2ra():
    return member(OrganisationFactory(c2ra=True, region=RegionFactory(centre=True)))


def page(name, *args):
    return reverse(f"portfolio:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


# --- Home -------------------------------------------------------------------------------------------------------------


def test_the_home_of_a_consultant_is_the_space(client_for, user, prestataire):
    answer = client_for(user).get("/", follow=True)
    assert answer.redirect_chain[-1][0] == page("espace_prestataire", prestataire.pk)
    assert "Cabinet Test" in text(answer)


# --- Writing ----------------------------------------------------------------------------------------------------------


def rubric(client, prestataire, code):
    found = client.get(page("rubrique", prestataire.pk, code))
    version = re.search(r'id="version-fiche" value="(\d+)"', text(found)).group(1)
    return text(found), version


@pytest.mark.parametrize("code", ["identite", "caracteristiques", "experiences", "ressources", "autres"])
def test_each_rubric_has_its_page_with_what_is_missing(client_for, user, prestataire, code):
    assert "Ce qui manque encore" in text(client_for(user).get(page("rubrique", prestataire.pk, code)))


def test_a_rubric_is_saved_by_its_button_and_a_wrong_field_keeps_what_was_typed(client_for, user, prestataire):
    client = client_for(user)
    _, version = rubric(client, prestataire, "identite")
    typed = {"raison_sociale": "Cabinet Test", "sigle": "SIG", "ape": "faux", "version": version}
    refused = client.post(page("rubrique", prestataire.pk, "identite"), typed)
    assert refused.status_code == 422 and 'value="SIG"' in text(refused) and "quatre chiffres" in text(refused)
    saved = client.post(page("rubrique", prestataire.pk, "identite"), {**typed, "ape": "70.22z", "suite": "rubrique"})
    assert saved["Location"] == page("rubrique", prestataire.pk, "caracteristiques")
    assert FicheVersion.objects.get().ape == "7022Z"


def test_a_field_is_saved_as_one_leaves_it_with_the_ring(client_for, user, prestataire):
    client = client_for(user)
    _, version = rubric(client, prestataire, "caracteristiques")
    address = page("champ", prestataire.pk, "caracteristiques", "effectif")
    answer = client.post(address, {"effectif": "4", "version": version}, headers={"HX-Request": "true"})
    assert "Enregistré" in text(answer) and 'hx-swap-oob="true"' in text(answer)
    assert FicheVersion.objects.get().effectif == 4
    wrong = client.post(address, {"effectif": "beaucoup", "version": version}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422 and FicheVersion.objects.get().effectif == 4
    # A field of another rubric, or of nothing, is not there.
    assert client.post(page("champ", prestataire.pk, "identite", "effectif"), {}).status_code == 404
    assert client.post(page("champ", prestataire.pk, "identite", "state"), {}).status_code == 404


def test_the_second_colleague_in_a_field_is_told_and_loses_nothing(client_for, user, prestataire):
    colleague = UserFactory(first_name="Noa", last_name="Collègue")
    join(prestataire, colleague, actor=SYSTEM)
    one, two = client_for(user), client_for(colleague)
    _, version = rubric(one, prestataire, "experiences")
    field = page("champ", prestataire.pk, "experiences", "methode")
    two.post(field, {"methode": "La sienne", "version": version}, headers={"HX-Request": "true"})
    told = one.post(field, {"methode": "La mienne", "version": version}, headers={"HX-Request": "true"})
    assert told.status_code == 409 and "Noa Collègue" in text(told)
    # By the button: the same page, both texts.
    whole = one.post(page("rubrique", prestataire.pk, "experiences"), {"methode": "La mienne", "version": version})
    assert whole.status_code == 409 and "La mienne" in text(whole) and "La sienne" in text(whole)
    # Another rubric meets nobody.
    autres = one.post(page("rubrique", prestataire.pk, "autres"), {"frais": "Au réel", "version": version})
    assert autres.status_code == 302


@pytest.mark.parametrize("htmx", [True, False])
def test_a_session_that_expires_in_a_rubric_loses_nothing(client_for, user, prestataire, htmx):
    client = client_for(user)
    html, version = rubric(client, prestataire, "experiences")
    mark = re.search(r'name="auteur" value="([^"]+)"', html).group(1)
    client.logout()
    here = page("rubrique", prestataire.pk, "experiences")
    typed = {"presentation": "Une heure de rédaction", "version": version, "auteur": mark}
    if htmx:
        answer = client.post(
            page("champ", prestataire.pk, "experiences", "presentation"),
            {**typed, "champ": "presentation"},
            headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}"},
        )
        assert answer["HX-Redirect"].endswith(f"next={here}".replace("/", "%2F").replace("next%3D", "next="))
    else:
        assert client.post(here, typed).status_code == 302
    client.force_login(user, backend="accounts.backends.AuthenticationBackend")
    back = text(client.get(here))
    assert "Une heure de rédaction" in back and "session avait expiré" in back
    assert FicheVersion.objects.get().presentation == ""
    # Once only, and never to somebody else.
    assert "Une heure" not in text(client.get(here))


def test_what_was_typed_is_never_shown_to_somebody_else(client_for, user, prestataire):
    colleague = UserFactory()
    join(prestataire, colleague, actor=SYSTEM)
    client = client_for(user)
    html, version = rubric(client, prestataire, "experiences")
    mark = re.search(r'name="auteur" value="([^"]+)"', html).group(1)
    client.logout()
    here = page("rubrique", prestataire.pk, "experiences")
    client.post(here, {"presentation": "À moi", "version": version, "auteur": mark})
    client.force_login(colleague, backend="accounts.backends.AuthenticationBackend")
    assert "À moi" not in text(client.get(here))


def test_references_are_added_duplicated_changed_and_taken_off(client_for, user, prestataire, fiche):
    client = client_for(user)
    typed = {"annee": "2024", "client": "Un DLA", "objet": "Un <b>objet</b>", "jours": "2,5", "dla": "on"}
    assert client.post(page("reference_nouvelle", prestataire.pk), {**typed, "annee": "2999"}).status_code == 422
    client.post(page("reference_nouvelle", prestataire.pk), typed)
    reference = fiche.references.get()
    copied = client.post(page("reference_dupliquer", prestataire.pk, reference.pk))
    copy = fiche.references.exclude(pk=reference.pk).get()
    assert copied["Location"] == page("reference", prestataire.pk, copy.pk) and copy.objet == reference.objet
    client.post(page("reference", prestataire.pk, copy.pk), {**typed, "client": "Une Région", "version": "1"})
    listed = text(client.get(page("rubrique", prestataire.pk, "experiences")))
    assert "Une Région" in listed and "&lt;b&gt;" in listed
    client.post(page("reference_retirer", prestataire.pk, copy.pk))
    assert fiche.references.get() == reference


def test_an_intervenant_comes_with_a_cv_and_leaves_with_it(client_for, user, prestataire, fiche):
    client = client_for(user)
    client.post(page("intervenant_nouveau", prestataire.pk), {"nom": "Une Personne"})
    someone = fiche.intervenants.get()
    refused = client.post(page("cv_ajouter", prestataire.pk, someone.pk), {"fichier": uploaded("cv.pdf", EXE)})
    assert refused.status_code == 422
    client.post(page("cv_ajouter", prestataire.pk, someone.pk), {"fichier": uploaded("cv.pdf")})
    assert "cv.pdf" in text(client.get(page("intervenant", prestataire.pk, someone.pk)))
    client.post(page("intervenant_retirer", prestataire.pk, someone.pk))
    assert not fiche.intervenants.exists() and not fiche.pieces.exists()


def test_the_insurance_asks_until_when(client_for, user, prestataire, fiche):
    client = client_for(user)
    address = page("piece_ajouter", prestataire.pk, "assurance")
    assert client.get(address).status_code == 200
    assert client.post(address, {"fichier": uploaded("a.pdf")}).status_code == 422
    client.post(address, {"fichier": uploaded("a.pdf"), "expire_le": "2099-12-31"})
    piece = fiche.pieces.get()
    assert "31" in text(client.get(page("rubrique", prestataire.pk, "caracteristiques")))
    assert client.get(page("piece_retirer", prestataire.pk, piece.pk)).status_code == 200
    client.post(page("piece_retirer", prestataire.pk, piece.pk))
    assert not fiche.pieces.exists()


def test_an_incomplete_fiche_says_what_is_missing_when_it_is_sent(client_for, user, prestataire, fiche):
    data = {"action": "soumettre", "expected_state": "brouillon", "version": fiche.version}
    refused = client_for(user).post(page("action", prestataire.pk), data)
    assert refused.status_code == 409 and "un intervenant au moins" in text(refused)


# --- The C2RA ---------------------------------------------------------------------------------------------------------


def test_the_queue_shows_the_oldest_first_and_the_reviewer_publishes(client_for, c2ra, clock_at, run_jobs):
    clock_at("2026-11-02 10:00")
    late = submitted_fiche(prestataire_of(name="Premier arrivé"))
    clock_at("2026-11-20 10:00")
    submitted_fiche(prestataire_of(name="Dernier arrivé"))
    client = client_for(c2ra)
    queue = text(client.get(page("file")))
    assert queue.index("Premier arrivé") < queue.index("Dernier arrivé") and "deux semaines" in queue
    assert "Premier arrivé" in text(client.get("/"))
    assert "Première fiche" in text(client.get(page("relire", late.pk)))
    decision = {"expected_state": "soumise", "version": late.version}
    assert client.post(page("decider", late.pk), {**decision, "action": "renvoyer"}).status_code == 409
    client.post(page("relire", late.pk), {"rubrique": "autres", "champ": "prix_min", "texte": "Le prix ?"})
    client.post(page("decider", late.pk), {**decision, "action": "renvoyer"})
    late.refresh_from_db()
    assert late.state == "a_completer"
    run_jobs()
    assert any("Le prix ?" in m.body for m in mail.outbox)


def test_the_remarks_stand_beside_their_field_for_the_prestataire(client_for, user, c2ra):
    fiche = submitted_fiche(prestataire_of(user))
    actor = actor_of(c2ra)
    add_remark(fiche, "autres", "prix_min", "Quel prix ?", actor=actor)
    send_back(fiche, actor=actor, expected_state="soumise")
    client = client_for(user)
    assert "Quel prix ?" in text(client.get(page("espace_prestataire", fiche.prestataire_id)))
    html = text(client.get(page("rubrique", fiche.prestataire_id, "autres")))
    assert html.index('id="champ-prix_min"') < html.index("Quel prix ?") < html.index('id="champ-prix_max"')


def test_the_reviewer_reads_what_changed_since_the_publication(client_for, user, c2ra):
    prestataire = published_prestataire(user)
    fiche = start_version(prestataire, actor=actor_of(user))
    update_rubrique(fiche, "experiences", {"presentation": "Nous formons aussi."}, actor=actor_of(user))
    fiche = confirm_unchanged(prestataire, actor=actor_of(user))
    html = text(client_for(c2ra).get(page("relire", fiche.pk)))
    assert "1\u00a0différence" in html and "Nous formons aussi." in html
    client_for(c2ra).post(
        page("decider", fiche.pk),
        {"action": "publier", "expected_state": "soumise", "version": fiche.version},
    )
    assert Publication.objects.get().fiche_id == fiche.pk


def test_the_region_keeps_its_list_and_withdraws_with_a_reason(client_for, user, c2ra):
    prestataire = published_prestataire(user, name="À retirer")
    publication = Publication.objects.get()
    client = client_for(c2ra)
    assert "À retirer" in text(client.get(page("publications"), {"q": "retir", "etat": "publiee"}))
    assert "À retirer" not in text(client.get(page("publications"), {"etat": "a_actualiser"}))
    assert client.get(page("publications"), {"export": "csv"}).status_code == 200
    address = page("publication", publication.pk)
    data = {"action": "desactiver", "expected_state": "publiee", "version": publication.version}
    assert client.post(address, {**data, "reason": ""}).status_code == 422
    client.post(address, {**data, "reason": "Plainte."})
    publication.refresh_from_db()
    assert publication.state == "inactive"
    assert "Plainte." in text(client_for(user).get(page("espace_prestataire", prestataire.pk)))


def test_the_lists_ask_as_many_questions_for_one_as_for_many(client_for, user, c2ra, count_queries):
    published_prestataire(user)
    client = client_for(c2ra)
    client.get(page("publications"))
    one = count_queries(lambda: client.get(page("publications")))
    old = Publication.objects.get()
    for number in range(24):
        other = Prestataire.objects.create(siret=siret_of(90_000 + number), name=f"N{number}", region=old.region)
        Publication.objects.create(
            prestataire=other, region=old.region, fiche=old.fiche, publiee_le=old.publiee_le, state="publiee",
            a_actualiser_le=old.a_actualiser_le,
        )  # fmt: skip
    assert count_queries(lambda: client.get(page("publications"))) == one


# --- Who reads what ---------------------------------------------------------------------------------------------------


def test_a_competitor_finds_nothing_of_anothers(client_for, user, c2ra):
    prestataire = published_prestataire(user)
    published = FicheVersion.objects.get()
    draft = start_version(prestataire, actor=actor_of(user))
    someone, reference = draft.intervenants.get(), draft.references.get()
    cv, old_cv = draft.pieces.get(nature="cv"), published.pieces.get(nature="cv")
    rival = UserFactory()
    prestataire_of(rival, number=48)
    pk = prestataire.pk
    client = client_for(rival)
    for address in (
        page("espace_prestataire", pk), page("rubrique", pk, "identite"), page("equipe", pk),
        page("reference", pk, reference.pk), page("intervenant", pk, someone.pk), page("fiche", draft.pk),
        page("fiche", published.pk), page("piece", draft.pk, cv.pk), page("piece", published.pk, old_cv.pk),
        page("prestataire", pk), page("relire", draft.pk), page("file"), page("publications"),
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    before = JournalEntry.objects.count()
    for address in (
        page("rubrique", pk, "identite"), page("champ", pk, "identite", "sigle"), page("action", pk),
        page("reference_retirer", pk, reference.pk), page("cv_ajouter", pk, someone.pk),
        page("piece_retirer", pk, cv.pk), page("decider", draft.pk), page("equipe", pk),
    ):  # fmt: skip
        assert client.post(address, {"sigle": "PRIS", "version": "1"}).status_code == 404, address
    assert JournalEntry.objects.count() == before
    # Nor does he reach another's block through his own space.
    own = Prestataire.objects.get(membres__user=rival)
    assert client.get(page("reference", own.pk, reference.pk)).status_code == 404
    assert client.post(page("piece_retirer", own.pk, cv.pk)).status_code == 404
    # The draft is for nobody else; another région's C2RA reads what is published, decides of nothing.
    far = client_for(member(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True))))
    for visitor in (far, client_for(c2ra), client_for(member())):
        assert visitor.get(page("fiche", draft.pk)).status_code == 404
        assert visitor.get(page("piece", draft.pk, cv.pk)).status_code == 404
        assert visitor.get(page("fiche", published.pk)).status_code == 200
    assert far.get(page("relire", published.pk)).status_code == 404
    assert far.get(page("publication", Publication.objects.get().pk)).status_code == 404


def test_opening_a_cv_is_told_in_the_journal(client_for, user):
    prestataire = published_prestataire(user)
    fiche = FicheVersion.objects.get()
    cv = fiche.pieces.get(nature="cv")
    reader = member()
    assert client_for(reader).get(page("piece", fiche.pk, cv.pk))["Content-Disposition"].startswith("attachment")
    client_for(user).get(page("piece", fiche.pk, cv.pk))
    entry = JournalEntry.objects.get(verb="portfolio.cv_lu")
    assert entry.actor_user_id == reader.pk and entry.scope_id == prestataire.pk


# --- Once a year ------------------------------------------------------------------------------------------------------


def reminders() -> list[int]:
    return sorted(m.context["mois"] for m in OutboxMail.objects.filter(template="portfolio/rappel"))


def test_reminders_leave_at_eleven_twelve_and_thirteen_months_and_stop_when_done(user, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    for day, expected in (
        ("2027-02-09", []), ("2027-02-10", [11]), ("2027-02-11", [11]), ("2027-03-10", [11, 12]),
        ("2027-03-30", [11, 12]),
    ):  # fmt: skip
        clock_at(f"{day} 06:00")
        tasks.remind()
        assert reminders() == expected, day
    # Done in between: the thirteenth month says nothing, and what was owed has lost its object.
    fiche = start_version(prestataire, actor=actor_of(user))
    until = dt.date(2028, 3, 30)
    add_piece(fiche, "assurance", uploaded("neuve.pdf"), actor=actor_of(user), expire_le=until)
    confirm_unchanged(prestataire, actor=actor_of(user))
    clock_at("2027-04-10 06:00")
    assert tasks.remind() == 0 and reminders() == [11, 12]
    from core.outbox import compose

    assert all(compose(m) is None for m in OutboxMail.objects.filter(template="portfolio/rappel"))


def test_a_reminder_missed_by_a_sleeping_worker_is_the_next_one_only(user, clock_at):
    clock_at("2026-03-10 10:00")
    published_prestataire(user)
    clock_at("2027-04-20 06:00")
    assert tasks.remind(dry_run=True) == 1 and reminders() == []
    assert tasks.remind() == 1 and reminders() == [13]
    clock_at("2028-03-11 06:00")
    assert tasks.remind() == 0


def test_one_click_confirms_and_the_published_fiche_stays_readable(client_for, user):
    prestataire = published_prestataire(user)
    client = client_for(user)
    client.post(page("action", prestataire.pk), {"action": "confirmer"})
    fiche = under_way(prestataire)
    assert fiche.state == "soumise" and fiche.numero == 2
    assert client_for(member()).get(page("prestataire", prestataire.pk))["Location"] != page("fiche", fiche.pk)
    data = {"action": "reprendre", "expected_state": "soumise", "version": fiche.version}
    client.post(page("action", prestataire.pk), data)
    fill_fiche(under_way(prestataire))
