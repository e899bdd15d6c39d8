"""« Tout est encore exact »: offered when the year is near, by the page and by the service."""

import datetime as dt

import pytest

from core.errors import ConditionsNotMet, InvalidInput
from partners.portfolio.fiche.services.blocs import add_piece
from partners.portfolio.fiche.services.versions import start_version, under_way
from partners.portfolio.publication.actualisation import confirm_unchanged, confirmable_from
from partners.portfolio.publication.models import Periode, Publication
from partners.portfolio.publication.retenue import may_be_retained
from partners.portfolio.relecture.services import publish
from tests.core.upload_files import uploaded
from tests.factories import member, prestataire_of, published_prestataire
from tests.portfolio.pages import page, text

pytestmark = pytest.mark.django_db


def insured(prestataire, actor):
    """Its next version, insured for another year."""
    fiche = start_version(prestataire, actor=actor)
    add_piece(fiche, "assurance", uploaded("neuve.pdf"), actor=actor, expire_le=dt.date(2028, 3, 30))
    return fiche


def test_saying_that_all_is_still_right_starts_another_year(user, actor, c2ra, centre, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    clock_at("2027-02-01 10:00")
    insured(prestataire, actor)
    fiche = confirm_unchanged(prestataire, actor=actor)
    assert fiche.numero == 2 and fiche.state == "soumise"
    # Meanwhile the former one is what one sees.
    assert may_be_retained(prestataire, centre).periode.fiche.numero == 1
    publish(fiche, actor=c2ra, expected_state="soumise")
    assert Publication.objects.get().a_actualiser_le == dt.date(2028, 2, 1)
    assert may_be_retained(prestataire, centre, dt.date(2027, 1, 31)).periode.fiche.numero == 1
    assert may_be_retained(prestataire, centre, dt.date(2027, 2, 1)).periode.fiche.numero == 2
    assert Periode.objects.filter(au__isnull=True).count() == 1


def test_a_fiche_just_published_is_not_confirmed_again(client_for, user, actor, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    assert confirmable_from(prestataire) == dt.date(2027, 1, 10)
    espace, action = page("espace_prestataire", prestataire.pk), page("action", prestataire.pk)
    for day, offered in (("2026-03-10 10:30", False), ("2027-01-09 10:00", False), ("2027-01-10 10:00", True)):
        clock_at(day)
        client = client_for(user)
        html = text(client.get(espace))
        assert ("Tout est encore exact" in html) is offered, day
        if not offered:
            assert "À partir du 10 janvier 2027" in html.replace("\u00a0", " ") and "Mettre à jour la fiche" in html
            refused = client.post(action, {"action": "confirmer"})
            assert refused.status_code == 422 and "telle quelle" in text(refused)
            assert under_way(prestataire) is None


def test_what_is_published_nowhere_is_not_confirmed(user, actor):
    with pytest.raises(InvalidInput, match="aura été publiée"):
        confirm_unchanged(prestataire_of(user), actor=actor)


def test_an_expired_insurance_stops_the_yearly_confirmation_and_says_where_to_mend_it(
    client_for, user, actor, clock_at
):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    clock_at("2027-02-10 10:00")
    with pytest.raises(ConditionsNotMet, match="plus exact"):
        confirm_unchanged(prestataire, actor=actor)
    # The version begun stays, to be completed.
    assert under_way(prestataire).numero == 2
    refused = text(client_for(user).post(page("action", prestataire.pk), {"action": "confirmer"}))
    assert f'href="{page("rubrique", prestataire.pk, "caracteristiques")}#champ-piece_assurance"' in refused


def test_one_click_confirms_and_the_published_fiche_stays_readable(client_for, user, actor, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    clock_at("2027-02-10 10:00")
    insured(prestataire, actor)
    client = client_for(user)
    confirm_unchanged(prestataire, actor=actor)
    fiche = under_way(prestataire)
    assert fiche.state == "soumise" and fiche.numero == 2
    assert client_for(member()).get(page("prestataire", prestataire.pk))["Location"] != page("fiche", fiche.pk)
    data = {"action": "reprendre", "expected_state": "soumise", "version": fiche.version}
    assert client.post(page("action", prestataire.pk), data).status_code == 302
    assert under_way(prestataire).state == "brouillon"
