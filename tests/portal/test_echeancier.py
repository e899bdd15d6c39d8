"""The échéancier: every date in one place, for the person and for the ingénierie; and the feed of one's calendar."""

from __future__ import annotations

import copy
import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts import services as accounts
from accounts.models import Grant
from consultations.cahier import services as cahiers
from core.actor import Actor
from core.echeances import ECHEANCES, Window
from core.errors import StaleState
from core.models import JournalEntry
from engagement.budget.models import LigneRessource
from engagement.budget.services.lignes import add_charge
from engagement.partenaires.services import QUESTIONNAIRE
from portal import echeances, feeds
from projects.ingenierie.models import Ingenierie
from tests.factories import OrganisationFactory, RegionFactory, actor_of, engaged, fulfil_engager, member
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


def _build() -> SimpleNamespace:
    """A chargé de mission who carries one ingénierie with a date of each kind; a neighbour with another."""
    organisation = OrganisationFactory(name="DLA Touraine")
    person = member(organisation)
    dossier = fulfil_engager(
        engaged(
            organisation, titre="Mutualiser la paie", charge_mission=person, date_debut=dt.date(2026, 12, 1),
            date_fin=dt.date(2027, 6, 30),
        )
    )  # fmt: skip
    LigneRessource.objects.update(date_decision=dt.date(2026, 12, 15))
    associe = dossier.partenaires_projet.get()
    accounts.send_link(QUESTIONNAIRE, associe, name="Noa Contact", email="noa@example.org", actor=actor_of(person))
    cahier = cahiers.create_cahier(dossier, SYSTEM)
    type(cahier).objects.filter(pk=cahier.pk).update(date_limite=dt.datetime(2026, 12, 18, 17, 0, tzinfo=dt.UTC))
    neighbour = member(OrganisationFactory(name="DLA Voisin", region=RegionFactory(bretagne=True)))
    engaged(
        neighbour.active_membership.organisation,
        titre="Ailleurs",
        charge_mission=neighbour,
        date_fin=dt.date(2026, 12, 5),
    )
    return SimpleNamespace(person=person, dossier=Ingenierie.objects.get(pk=dossier.pk), neighbour=neighbour)


@pytest.fixture(scope="module")
def _world(shared):
    return shared(_build, at="2026-11-21 10:00")


@pytest.fixture
def world(db, _world):
    """See :func:`_build`."""
    found = copy.deepcopy(_world)
    found.actor = actor_of(found.person)
    return found


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def calendar_of(grant: Grant) -> Calendar:
    answer = StrictClient().get(feeds.feed_path(grant))
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content)


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_every_date_of_what_one_carries_is_in_one_list_in_order(world, client_for):
    page = text(client_for(world.person).get(reverse("portal:echeancier")))
    wanted = (
        "avis favorable", "Début prévu", "Décision de financement", "Date limite de réponse", "Fin du lien envoyé",
        "Fin prévue",
    )  # fmt: skip
    places = [page.index(words) for words in wanted]
    assert places == sorted(places)
    assert "mardi 1er décembre 2026" in page and "18 h 00" in page, "l’heure de Paris"
    assert "Ailleurs" not in page and "6 dates" in page


def test_the_page_of_an_ingenierie_shows_its_own_dates_only(world, client_for):
    other = engaged(world.dossier.pilote, titre="Une autre", charge_mission=world.person, date_fin=dt.date(2026, 12, 2))
    page = text(client_for(world.person).get(reverse("portal:echeancier_ingenierie", args=[world.dossier.pk])))
    assert "Fin prévue" in page and "Une autre" not in page
    page = text(client_for(world.person).get(reverse("portal:echeancier_ingenierie", args=[other.pk])))
    assert "1 date," in page
    assert (
        client_for(world.neighbour).get(reverse("portal:echeancier_ingenierie", args=[world.dossier.pk])).status_code
        == 404
    )


@pytest.mark.parametrize("code", [code for code, _ in ECHEANCES.items()])
def test_each_kind_may_be_asked_alone(world, client_for, code):
    lines = echeances.gather(world.actor, Window(dt.date(2026, 10, 1), dt.date(2027, 12, 31)), code)
    assert {line.kind for line in lines} <= {code}
    answer = client_for(world.person).get(reverse("portal:echeancier"), {"sorte": code})
    assert answer.status_code == 200


def test_a_month_is_a_table_of_weeks_and_one_goes_from_month_to_month(world, client_for):
    client = client_for(world.person)
    page = text(client.get(reverse("portal:echeancier"), {"vue": "mois", "mois": "2026-12"}))
    assert "<caption>Décembre 2026</caption>" in page and page.count('<th scope="col">') == 7
    assert "mois=2026-11" in page and "mois=2027-01" in page
    assert "Début prévu" in page and "Fin prévue" not in page
    for raw in ("2026-13", "x", "", "0001-01", "9999-12"):
        assert "novembre 2026" in text(client.get(reverse("portal:echeancier"), {"vue": "mois", "mois": raw}))


def test_what_is_past_and_not_done_is_told(world, client_for, clock_at):
    clock_at("2026-12-20 10:00")
    lines = {
        line.kind: echeances.shown(line, dt.date(2026, 12, 20))["state"]
        for line in echeances.gather(world.actor, Window(dt.date(2026, 11, 20), dt.date(2026, 12, 20)))
    }
    assert lines["decisions"] == "passée" and lines["avis"] == "fait"


def test_the_list_makes_as_many_queries_for_one_ingenierie_as_for_thirty(world, client_for, count_queries):
    client = client_for(world.person)
    client.get(reverse("portal:echeancier"))
    one = count_queries(lambda: client.get(reverse("portal:echeancier")))
    for number in range(5):
        fulfil_engager(
            engaged(world.dossier.pilote, titre=f"N{number}", charge_mission=world.person, date_fin=dt.date(2027, 1, 2))
        )
    assert count_queries(lambda: client.get(reverse("portal:echeancier"))) == one


# --- The feed -------------------------------------------------------------------------------------------------------


@pytest.fixture
def grant(world):
    return feeds.open_feed(actor=world.actor)


def test_the_address_is_created_copied_renewed_and_revoked_from_its_page(world, client_for):
    client = client_for(world.person)
    page = reverse("portal:agenda")
    assert "Créer mon adresse" in text(client.get(page))
    for _ in range(2):
        assert client.post(reverse("portal:agenda_action", args=["creer"])).status_code == 302
    grant = Grant.objects.get(purpose="agenda")
    former = feeds.feed_path(grant)
    assert former in text(client.get(page))
    assert StrictClient().get(former).status_code == 200
    client.post(reverse("portal:agenda_action", args=["renouveler"]), {"version": "1"})
    assert StrictClient().get(former).status_code == 404
    grant.refresh_from_db()
    assert StrictClient().get(feeds.feed_path(grant)).status_code == 200
    assert client.post(reverse("portal:agenda_action", args=["revoquer"]), {"version": "1"}).status_code == 409
    client.post(reverse("portal:agenda_action", args=["revoquer"]), {"version": "2"})
    assert StrictClient().get(feeds.feed_path(grant)).status_code == 404
    client.post(reverse("portal:agenda_action", args=["creer"]))
    assert StrictClient().get(feeds.feed_path(grant)).status_code == 404, "l’ancienne adresse ne revit pas"
    assert client.post(reverse("portal:agenda_action", args=["autre"])).status_code == 404


def test_a_calendar_program_reads_titles_days_and_instants(grant, settings):
    settings.SITE_URL = "https://dla.example"
    events = {str(e["summary"]).split(" · ")[0]: e for e in calendar_of(grant).walk("VEVENT")}
    start = events["Début prévu"]
    assert start.decoded("dtstart") == dt.date(2026, 12, 1) and start.decoded("dtend") == dt.date(2026, 12, 2)
    deadline = events["Date limite de réponse au cahier des charges"]
    assert deadline.decoded("dtstart") == dt.datetime(2026, 12, 18, 17, 0, tzinfo=dt.UTC)
    assert str(deadline["url"]).startswith("https://dla.example/ingenieries/")


def test_the_feed_names_no_person(grant):
    body = StrictClient().get(feeds.feed_path(grant)).content.decode()
    assert "Noa" not in body and "example.org" not in body and grant.recipient_name not in body


def test_the_same_event_keeps_its_name_when_its_date_moves(grant, world):
    def names() -> set[str]:
        return {str(event["uid"]) for event in calendar_of(grant).walk("VEVENT")}

    before = names()
    Ingenierie.objects.filter(pk=world.dossier.pk).update(date_fin=dt.date(2027, 7, 15))
    assert names() == before and len(before) == 6


def test_an_unchanged_feed_is_not_sent_again(grant, world, clock_at):
    client, path = StrictClient(), feeds.feed_path(grant)
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    clock_at("2026-11-21 11:00")
    add_charge(world.dossier, {"libelle": "Salle", "montant": "10.00"}, actor=SYSTEM)
    Ingenierie.objects.filter(pk=world.dossier.pk).update(date_fin=dt.date(2027, 7, 15))
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200 and again["ETag"] != first["ETag"]


def test_the_feed_is_that_of_its_person_and_follows_her_rights(grant, world):
    mine = feeds.open_feed(actor=actor_of(world.neighbour))
    titles = [str(event["summary"]) for event in calendar_of(mine).walk("VEVENT")]
    assert titles == ["Fin prévue · Ailleurs"]
    membership = world.neighbour.memberships.get()
    type(membership).objects.filter(pk=membership.pk).update(ended_at=dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    assert calendar_of(mine).walk("VEVENT") == []
    type(world.neighbour).objects.filter(pk=world.neighbour.pk).update(is_active=False)
    assert StrictClient().get(feeds.feed_path(mine)).status_code == 404


def test_reading_the_feed_writes_nothing_but_a_counter(grant):
    before = JournalEntry.objects.count()
    calendar_of(grant)
    grant.refresh_from_db()
    assert (grant.opened_count, grant.version, JournalEntry.objects.count()) == (1, 1, before)


def test_a_made_up_address_or_the_link_of_something_else_is_not_found(grant, world):
    link = Grant.objects.exclude(purpose="agenda").get()
    for token in ("x", accounts.link_token(link), accounts.link_token(grant)[:-1]):
        assert StrictClient().get(reverse("agenda_flux", args=[token])).status_code == 404
    assert StrictClient().get(reverse("lien", args=[accounts.link_token(grant)])).status_code == 404


def test_nobody_renews_the_address_of_somebody_else(grant, world):
    with pytest.raises(StaleState):
        feeds.renew_feed(actor=actor_of(world.neighbour), expected_version=1)
