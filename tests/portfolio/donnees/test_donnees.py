"""People in the fiches: what they may see, have corrected, have erased; how long all is kept, on a moving clock."""

import io
import json
import zipfile

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Grant, User
from accounts.services import erasure
from consultations.choix import services as choix
from consultations.choix.models import ChoixPrestataire
from core import clock
from core.actor import Actor
from core.errors import ConditionsNotMet, NotAllowed
from core.models import Attachment, GeneratedDocument, JournalEntry
from partners.portfolio.donnees import conservation, effacement
from partners.portfolio.donnees.effacement import erase_fiche, erase_intervenant
from partners.portfolio.fiche.models.blocs import REMOVED, Intervenant, Piece
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.blocs import add_intervenant, add_piece, note_reading
from partners.portfolio.fiche.services.versions import start_version, under_way, update_rubrique
from partners.portfolio.invitations.services import invite, invite_colleague
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.prestataire.services import answer_request, ask_to_join, join, set_role
from partners.portfolio.publication.models import Publication
from partners.portfolio.vitrine.models import MessagePublic
from partners.portfolio.vitrine.services import JOURS_GARDES, write_to
from partners.recherche.models import Entree
from projects.cycle.services import perform_action
from tests.core.upload_files import small_pdf, uploaded
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    engaged,
    fulfil_engager,
    member,
    prestataire_of,
    published_prestataire,
    submitted_fiche,
)
from tests.portfolio.pages import page, text

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


@pytest.fixture
def referent():
    return UserFactory(first_name="Rita", last_name="Référente", email="rita@example.org")


@pytest.fixture
def prestataire(referent):
    """Published, with a next version under way: « Une Intervenante » is in both, with the same CV."""
    made = published_prestataire(referent, name="Cabinet Test")
    start_version(made, actor=SYSTEM)
    return made


@pytest.fixture
def consultant(prestataire):
    user = UserFactory(first_name="Colin", last_name="Consultant")
    join(prestataire, user, actor=SYSTEM)
    return user


def named(nom="Une Intervenante"):
    return Intervenant.objects.filter(nom=nom)


def opened(response) -> tuple[dict, zipfile.ZipFile]:
    found = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    return json.loads(found.read("donnees.json")), found


def rubric(data, title) -> dict:
    return next(part for part in data["rubriques"] if part["titre"].startswith(title))


def mission(prestataire):
    """An ingénierie at « Confirmer » that retained the prestataire today."""
    dla = OrganisationFactory()
    found = fulfil_engager(engaged(dla))
    found = perform_action(found, "confirmer", actor=SYSTEM, expected_state="engager", version=found.version)
    return choix.retain(
        found,
        prestataire,
        {"date": clock.today(), "mode": "hors_application", "justification": "Seul du métier.", "choisi_par": "avec",
         "decideurs": "Comité", "motifs": "La meilleure démarche."},
        actor=SYSTEM,
    )  # fmt: skip


# --- Notice ---------------------------------------------------------------------------------------------------------


def test_what_is_done_with_the_data_is_said_where_they_are_entered(client_for, client, referent, prestataire):
    inside = client_for(referent)
    section = reverse("core:donnees_personnelles") + "#prestataires"
    for url in (
        page("rubrique", prestataire.pk, "identite"),
        page("rubrique", prestataire.pk, "ressources"),
        page("intervenant_nouveau", prestataire.pk),
        page("equipe", prestataire.pk),
        page("donnees", prestataire.pk),
    ):
        assert section in text(inside.get(url)), url
    assert section in text(client.get(page("demande")))
    assert section not in text(inside.get(page("rubrique", prestataire.pk, "autres")))


def test_the_legal_page_says_how_long_from_the_setting(client, settings):
    settings.PERSONAL_DATA_MONTHS = 41
    told = text(client.get(reverse("core:donnees_personnelles")))
    assert 'id="prestataires"' in told and told.count("41 mois") == 2
    assert f"<td>{JOURS_GARDES} jours</td>" in told  # the messages of visitors


# --- Access ---------------------------------------------------------------------------------------------------------


def test_the_referent_has_the_data_of_an_intervenant_without_account_gathered(
    client_for, referent, prestataire, reviewer, run_jobs
):
    client_for(reviewer).get(page("piece", *Piece.objects.filter(nature="cv").values_list("fiche_id", "pk").first()))
    client = client_for(referent)
    assert client.post(page("intervenant_donnees", prestataire.pk, named().first().pk)).status_code == 302
    run_jobs()
    kept = GeneratedDocument.objects.get()
    data, archive = opened(client.get(page("donnees_fichier", prestataire.pk, kept.pk)))
    assert data["personne"] == "Une Intervenante"
    assert {row["version"] for row in rubric(data, "Intervenant")["lignes"]} == {1, 2}
    (cv,) = rubric(data, "CV")["documents"]
    assert archive.read(cv).startswith(b"%PDF")
    assert [row["qui"] for row in rubric(data, "Journal")["lignes"] if row["action"] == "a ouvert le CV"] == [
        str(reviewer)
    ]
    # A colleague, a competitor and the C2RA have nothing of it.
    other = UserFactory()
    join(prestataire, other, actor=SYSTEM)
    assert client_for(other).get(page("donnees_fichier", prestataire.pk, kept.pk)).status_code == 403
    set_role(Membre.objects.get(user=other), "referent", actor=SYSTEM)
    assert client_for(other).get(page("donnees_fichier", prestataire.pk, kept.pk)).status_code == 404
    competitor = UserFactory()
    rival = prestataire_of(competitor)
    for url in (page("donnees_fichier", prestataire.pk, kept.pk), page("donnees_fichier", rival.pk, kept.pk)):
        assert client_for(competitor).get(url).status_code == 404
    assert client_for(reviewer).get(page("donnees_fichier", prestataire.pk, kept.pk)).status_code == 404


def test_who_has_an_account_asks_for_her_own_data(client_for, referent, prestataire, consultant):
    fiche = under_way(prestataire)
    add_intervenant(fiche, {"nom": "Colin CONSULTANT"}, actor=SYSTEM)
    row = named("Colin CONSULTANT").get()
    refused = client_for(referent).post(page("intervenant_donnees", prestataire.pk, row.pk))
    assert refused.status_code == 403 and "a un compte" in text(refused)
    assert client_for(consultant).post(page("intervenant_donnees", prestataire.pk, row.pk)).status_code == 403


def test_a_person_downloads_all_that_is_held_on_her_and_nobody_else_does(
    client_for, prestataire, consultant, reviewer, run_jobs
):
    fiche = under_way(prestataire)
    mine = add_intervenant(fiche, {"nom": "Colin Consultant", "expertises": "Gouvernance"}, actor=SYSTEM)
    add_piece(fiche, "cv", uploaded("cv-colin.pdf", small_pdf(b"/Colin true")), actor=SYSTEM, intervenant=mine)
    invite(consultant.email, actor=actor_of(reviewer))
    client = client_for(consultant)
    assert reverse("accounts:donnees") in text(client.get(reverse("accounts:profil")))
    client.post(reverse("accounts:donnees"), {"action": "preparer"})
    run_jobs()
    shown = text(client.get(reverse("accounts:donnees")))
    kept = GeneratedDocument.objects.get()
    url = reverse("accounts:donnees_fichier", args=[kept.pk])
    assert url in shown
    data, archive = opened(client.get(url))
    assert rubric(data, "Compte")["lignes"][0]["adresse électronique"] == consultant.email
    assert rubric(data, "Appartenances à des prestataires")["lignes"][0]["prestataire"] == "Cabinet Test"
    assert rubric(data, "Intervenant")["lignes"][0]["expertises"] == "Gouvernance"
    assert len(rubric(data, "CV")["documents"]) == 1 and b"Colin" in archive.read(rubric(data, "CV")["documents"][0])
    held = rubric(data, "Là où figure")["lignes"]
    assert "lien personnel" in {row["où"] for row in held}
    assert "Une Intervenante" not in archive.read("donnees.json").decode()
    assert "password" not in archive.read("donnees.json").decode() and consultant.password not in str(data)
    assert client_for(UserFactory()).get(url).status_code == 404
    assert client_for(UserFactory(administrator=True)).get(url).status_code == 404


# --- Taking out -----------------------------------------------------------------------------------------------------


def test_the_referent_takes_somebody_out_of_every_version_at_any_time(
    client_for, referent, prestataire, django_capture_on_commit_callbacks
):
    key = Piece.objects.filter(nature="cv").first().fichier.storage_key
    named().update(public=True)
    url = page("intervenant_effacer", prestataire.pk, named().first().pk)
    client = client_for(referent)
    assert "2\xa0versions" in text(client.get(url)) and named().count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url).status_code == 302
    assert not named().exists()
    published, draft = FicheVersion.objects.order_by("numero")
    assert [(i.nom, i.public) for i in published.intervenants.all()] == [(REMOVED, False)]
    assert not draft.intervenants.exists()
    assert not Piece.objects.filter(nature="cv").exists() and not default_storage.exists(key)
    stored = Attachment.objects.get(storage_key=key)
    assert stored.purged_at and stored.original_name == "document effacé"
    # The rest of the fiche stays published, and the search no longer finds the person.
    assert Publication.objects.get().state == "publiee" and published.pieces.filter(nature="statuts").exists()
    assert "intervenante" not in Entree.objects.get().texts["equipe"]
    assert "Intervenante" not in str(list(JournalEntry.objects.values_list("changes", "object_label", "reason")))
    assert client.get(url).status_code == 404


def test_taking_out_one_person_leaves_the_others_and_a_shared_file(referent, prestataire):
    fiche = under_way(prestataire)
    other = add_intervenant(fiche, {"nom": "Une Autre"}, actor=SYSTEM)
    add_piece(fiche, "cv", uploaded("autre.pdf"), actor=SYSTEM, intervenant=other)
    erase_intervenant(named().first(), actor=actor_of(referent))
    assert [p.intervenant.nom for p in Piece.objects.filter(nature="cv")] == ["Une Autre"]


def test_only_the_referent_takes_somebody_out(client_for, prestataire, consultant, reviewer):
    row = named().first()
    url = page("intervenant_effacer", prestataire.pk, row.pk)
    competitor = UserFactory()
    rival = prestataire_of(competitor)
    for who, status in ((consultant, 403), (reviewer, 404), (competitor, 404)):
        assert client_for(who).post(url).status_code == status
        with pytest.raises(NotAllowed):
            erase_intervenant(row, actor=actor_of(who))
    # Nor under one's own prestataire.
    assert client_for(competitor).post(page("intervenant_effacer", rival.pk, row.pk)).status_code == 404
    assert named().count() == 2


# --- Who read the CVs -----------------------------------------------------------------------------------------------


def test_each_download_of_a_cv_is_told_to_the_referent(client_for, referent, prestataire, consultant, reviewer):
    dla = member(OrganisationFactory(name="DLA Lecteur"))
    cv = Piece.objects.filter(nature="cv", fiche__numero=1).get()
    url = page("piece", cv.fiche_id, cv.pk)
    reader = client_for(dla)
    for _ in range(2):
        assert reader.get(url).status_code == 200
    reader.head(url)
    client_for(reviewer).get(url)
    client_for(referent).get(url)  # one's own people read theirs without a trace
    assert JournalEntry.objects.filter(verb="portfolio.cv_lu").count() == 3
    told = text(client_for(referent).get(page("donnees", prestataire.pk)))
    assert told.count("DLA Lecteur") == 2 and str(reviewer) in told and told.count("Une Intervenante") >= 3
    assert page("donnees", prestataire.pk) in text(client_for(referent).get(page("espace_prestataire", prestataire.pk)))
    assert "DLA Lecteur" not in text(client_for(consultant).get(page("donnees", prestataire.pk)))
    assert client_for(dla).get(page("donnees", prestataire.pk)).status_code == 404


# --- Erasing the fiche ----------------------------------------------------------------------------------------------


def test_the_referent_erases_the_fiche_and_what_was_decided_stays(
    client_for, referent, consultant, prestataire, django_capture_on_commit_callbacks
):
    choix = mission(prestataire)
    ChoixPrestataire.objects.filter(pk=choix.pk).update(retire_at=clock.now(), retire_motif="Changement")
    keys = list(Attachment.objects.values_list("storage_key", flat=True))
    invite_colleague(prestataire, "collegue@example.org", actor=actor_of(referent))
    write_to(prestataire, nom="Une Visiteuse", email="visiteuse@example.org", texte="Bonjour")
    client, url = client_for(referent), page("effacer", prestataire.pk)
    assert "Ce qui reste" in text(client.get(url))
    assert client.post(url).status_code == 422  # nothing without having understood
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {"confirme": "on"}).status_code == 302
    prestataire.refresh_from_db()
    assert prestataire.efface_le and prestataire.name == "Cabinet Test"
    assert not Membre.objects.active().exists()
    assert Publication.objects.get().state == "inactive" and not Entree.objects.get().shown
    kept = FicheVersion.objects.get()
    assert (kept.state, kept.contact_name, kept.contact_email, kept.contact_phone) == ("figee", "", "", "")
    assert kept.presentation and [i.nom for i in kept.intervenants.all()] == [REMOVED]
    assert not Piece.objects.exists() and not any(default_storage.exists(key) for key in keys)
    invitation = Grant.objects.get()
    assert invitation.revoked_at and "collegue" not in invitation.recipient_email
    assert not MessagePublic.objects.exists()
    choix.refresh_from_db()
    assert choix.prestataire == prestataire and choix.periode.au == clock.today()
    assert JournalEntry.objects.filter(verb="portfolio.effacement").get().actor_label == "Rita Référente"
    assert client.get(page("espace_prestataire", prestataire.pk)).status_code == 404


def test_the_fiche_is_not_erased_while_a_mission_runs_and_says_why(client_for, referent, prestataire):
    choix = mission(prestataire)
    client, url = client_for(referent), page("effacer", prestataire.pk)
    refused = client.post(url, {"confirme": "on"})
    assert refused.status_code == 409 and "mission est en cours" in text(refused)
    # A choice that the DLA has not announced yet is not told here.
    assert choix.ingenierie.titre not in text(refused)
    assert "mission est en cours" in text(client.get(page("donnees", prestataire.pk)))
    prestataire.refresh_from_db()
    assert prestataire.efface_le is None and Piece.objects.exists() and Membre.objects.active().exists()


def test_an_erasure_that_fails_writes_nothing(referent, prestataire, monkeypatch):
    before = [list(model.objects.order_by("pk").values()) for model in (FicheVersion, Intervenant, Piece, Membre)]
    keys = list(Attachment.objects.values_list("storage_key", flat=True))

    def fail(*args):
        raise ConditionsNotMet("Au dernier moment.")

    monkeypatch.setattr(effacement, "_forget_addresses", fail)
    with pytest.raises(ConditionsNotMet):
        erase_fiche(prestataire, actor=actor_of(referent))
    after = [list(model.objects.order_by("pk").values()) for model in (FicheVersion, Intervenant, Piece, Membre)]
    assert after == before and Publication.objects.get().state == "publiee"
    assert all(default_storage.exists(key) for key in keys)
    assert not JournalEntry.objects.filter(verb="portfolio.effacement").exists()


def test_a_fiche_under_review_and_offered_elsewhere_is_erased_too(referent, reviewer):
    made = published_prestataire(referent, regions=[RegionFactory(bretagne=True)])
    submitted_fiche(made)
    erase_fiche(made, actor=actor_of(referent))
    assert {p.state for p in Publication.objects.all()} == {"inactive", "refusee"}
    assert not Publication.objects.filter(candidate__isnull=False).exists()
    assert list(FicheVersion.objects.values_list("state", flat=True)) == ["figee"]


def test_only_the_referent_erases_the_fiche(client_for, prestataire, consultant, reviewer):
    for who, status in ((consultant, 403), (reviewer, 404), (UserFactory(), 404)):
        assert client_for(who).post(page("effacer", prestataire.pk), {"confirme": "on"}).status_code == status
        with pytest.raises(NotAllowed):
            erase_fiche(prestataire, actor=actor_of(who))


# --- Time -----------------------------------------------------------------------------------------------------------


def due_on(prestataire):
    return conservation.terms([prestataire])[prestataire.pk].due


def test_a_fiche_is_erased_three_years_after_it_became_inactive_a_month_after_the_warning(
    referent, prestataire, clock_at, run_jobs
):
    # Published on 20 November 2026: to update in 2027, inactive in 2028, erased in 2031.
    assert due_on(prestataire).isoformat() == "2031-11-20"
    clock_at("2031-10-19 08:00")
    assert (conservation.warn_fiches(), conservation.erase_due()) == (0, 0)
    clock_at("2031-10-20 08:00")
    assert conservation.warn_fiches(dry_run=True) == 1
    assert (conservation.warn_fiches(), conservation.warn_fiches()) == (1, 0)
    run_jobs()
    letter = next(m for m in mail.outbox if "sera effacée" in m.subject)
    assert letter.to == ["rita@example.org"] and "20\xa0novembre\xa02031" in letter.subject
    clock_at("2031-11-19 08:00")
    assert conservation.erase_due() == 0
    clock_at("2031-11-20 08:00")
    assert conservation.erase_due(dry_run=True) == 1 and Piece.objects.exists()
    assert conservation.erase_due() == 1
    assert not Piece.objects.exists() and not named().exists() and not Membre.objects.active().exists()
    assert FicheVersion.objects.get().state == "figee"
    # Once.
    assert conservation.erase_due() == 0 and conservation.warn_fiches() == 0
    clock_at("2036-01-01 08:00")
    assert (conservation.erase_due(), conservation.warn_fiches()) == (0, 0)


def test_nobody_is_erased_without_a_month_of_warning_even_if_the_worker_slept(prestataire, clock_at):
    clock_at("2033-01-10 08:00")
    assert conservation.erase_due() == 0
    assert conservation.warn_fiches() == 1
    clock_at("2033-02-09 08:00")
    assert conservation.erase_due() == 0
    clock_at("2033-02-10 08:00")
    assert conservation.erase_due() == 1


def test_using_the_fiche_after_the_warning_keeps_it(referent, prestataire, clock_at, run_jobs):
    clock_at("2031-10-20 08:00")
    conservation.warn_fiches()
    update_rubrique(under_way(prestataire), "identite", {"sigle": "CT"}, actor=actor_of(referent), only=True)
    run_jobs()
    assert not [m for m in mail.outbox if "effacée" in m.subject]
    clock_at("2031-11-21 08:00")
    assert conservation.erase_due() == 0
    # Three more years, and another warning.
    clock_at("2034-09-20 08:00")
    assert conservation.warn_fiches() == 1


def test_reading_a_cv_does_not_keep_it(prestataire, reviewer, clock_at):
    clock_at("2031-10-01 08:00")
    note_reading(Piece.objects.filter(nature="cv").first(), actor=actor_of(reviewer))
    assert due_on(prestataire).isoformat() == "2031-11-20"


def test_a_draft_never_sent_goes_three_years_after_its_last_word(referent, clock_at):
    made = prestataire_of(referent)
    assert due_on(made).isoformat() == "2029-11-20"
    clock_at("2029-11-01 08:00")
    conservation.warn_fiches()
    clock_at("2029-12-01 08:00")
    assert conservation.erase_due() == 1
    assert not FicheVersion.objects.exists() and Prestataire.objects.get().efface_le


def test_a_mission_keeps_the_fiche_as_long_as_it_runs_and_three_years_more(prestataire, clock_at):
    choix = mission(prestataire)
    clock_at("2033-01-10 08:00")
    assert (conservation.warn_fiches(), conservation.erase_due()) == (0, 0)
    ingenierie = choix.ingenierie
    perform_action(
        ingenierie, "abandonner", actor=SYSTEM, expected_state="confirmer", version=ingenierie.version, reason="Fin"
    )
    assert due_on(prestataire).isoformat() == "2036-01-10"
    clock_at("2035-12-10 08:00")
    assert conservation.warn_fiches() == 1
    clock_at("2036-01-10 08:00")
    assert conservation.erase_due() == 1
    choix.refresh_from_db()
    assert choix.prestataire == prestataire


def test_a_fiche_erased_then_held_again_starts_another_term(referent, prestataire, reviewer, clock_at):
    erase_fiche(prestataire, actor=actor_of(referent))
    asked = ask_to_join(prestataire, actor=actor_of(UserFactory()))
    answer_request(asked, True, actor=actor_of(reviewer))
    again = start_version(prestataire, actor=SYSTEM)
    assert again.numero == 2 and not again.contact_email
    clock_at("2029-11-25 08:00")
    assert conservation.warn_fiches() == 1


def test_the_setting_says_how_long(prestataire, settings):
    settings.PERSONAL_DATA_MONTHS = 12
    assert due_on(prestataire).isoformat() == "2029-11-20"


def test_the_terms_of_many_cost_what_the_term_of_one_costs(prestataire, count_queries):
    one = count_queries(lambda: conservation.terms([prestataire]))
    for _ in range(6):
        prestataire_of()
    assert count_queries(lambda: conservation.terms(list(Prestataire.objects.all()))) == one + 1


def test_the_command_counts_without_writing(prestataire, clock_at, capsys):
    clock_at("2033-01-10 08:00")
    call_command("conservation", "--dry-run")
    told = capsys.readouterr().out
    assert "fiches à prévenir : 1" in told and "comptes à prévenir : 0" in told
    prestataire.refresh_from_db()
    assert prestataire.prevenu_le is None and not mail.outbox


def test_the_people_of_an_erased_fiche_are_forgotten_in_their_turn(referent, prestataire, clock_at):
    """The account lives on its own term: it goes when its person belongs to nothing and has not signed in."""
    clock_at("2031-10-20 08:00")
    conservation.warn_fiches()
    assert erasure.warn_accounts() == 0  # she belongs to the prestataire
    clock_at("2031-11-20 08:00")
    conservation.erase_due()
    assert erasure.warn_accounts() >= 1
    clock_at("2031-12-20 08:00")
    erasure.erase_accounts()
    assert str(User.objects.get(pk=referent.pk)) == "Compte effacé"
