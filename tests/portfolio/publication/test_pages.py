"""What a région publishes: its list, who reads a fiche, the yearly reminders."""

import datetime as dt

import pytest

from core.models import JournalEntry, OutboxMail
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.blocs import add_piece
from partners.portfolio.fiche.services.versions import start_version
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication import tasks
from partners.portfolio.publication.actualisation import confirm_unchanged
from partners.portfolio.publication.models import Publication
from tests.core.upload_files import uploaded
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    member,
    prestataire_of,
    published_prestataire,
    siret_of,
)
from tests.portfolio.pages import page, text

pytestmark = pytest.mark.django_db


def test_the_region_keeps_its_list_and_withdraws_with_a_reason(client_for, user, reviewer):
    prestataire = published_prestataire(user, name="À retirer")
    publication = Publication.objects.get()
    client = client_for(reviewer)
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


def test_the_lists_ask_as_many_questions_for_one_as_for_many(client_for, user, reviewer, count_queries):
    published_prestataire(user)
    client = client_for(reviewer)
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


def test_a_competitor_finds_nothing_of_anothers(client_for, user, reviewer):
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
    for visitor in (far, client_for(reviewer), client_for(member())):
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
    # Nobody's data are in the statuts.
    assert client_for(reader).get(page("piece", fiche.pk, fiche.pieces.get(nature="statuts").pk)).status_code == 200
    entry = JournalEntry.objects.get(verb="portfolio.cv_lu")
    assert entry.actor_user_id == reader.pk and entry.scope_id == prestataire.pk


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
