"""Who belongs to a prestataire: inscribing, asking, being let in, leaving."""

import pytest
from django.core.exceptions import ValidationError

from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.inscription import SiretKnown, create_prestataire
from partners.portfolio.fiche.services.versions import (
    under_way,
)
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.prestataire.permissions import NOT_MEMBER, NOT_REFERENT, why_not_lead, why_not_write
from partners.portfolio.prestataire.services import answer_request, ask_to_join, end, join, set_role
from tests.factories import (
    UserFactory,
    actor_of,
    prestataire_of,
    siret_of,
)

pytestmark = pytest.mark.django_db


def draft(prestataire) -> FicheVersion:
    return under_way(prestataire)


def test_who_inscribes_a_prestataire_is_its_referent_and_has_a_draft(centre, actor):
    prestataire = create_prestataire(actor=actor, siret=f" {siret_of(41)} ", name="Cabinet", region=centre)
    assert Membre.objects.get().is_referent
    assert draft(prestataire).raison_sociale == "Cabinet"


def test_a_wrong_siret_is_refused_and_a_known_one_leads_to_asking_its_referent(centre, actor):
    with pytest.raises(ValidationError, match="clé de contrôle"):
        create_prestataire(actor=actor, siret="12345678901234", name="X", region=centre)
    there = prestataire_of()
    with pytest.raises(SiretKnown) as refused:
        create_prestataire(actor=actor, siret=there.siret, name="Le même", region=centre)
    assert refused.value.prestataire == there
    asked = ask_to_join(there, actor=actor)
    assert ask_to_join(there, actor=actor) == asked
    # Until the référent answers, nothing opens.
    assert not FicheVersion.objects.visible_to(actor).exists()


def test_the_referent_answers_who_asks_to_join_and_nobody_else_does(user, actor):
    there = prestataire_of(user)
    newcomer, stranger = UserFactory(), actor_of(UserFactory())
    asked = ask_to_join(there, actor=actor_of(newcomer))
    prestataire_of(stranger.user, number=49)
    with pytest.raises(NotAllowed):
        answer_request(asked, True, actor=stranger)
    answer_request(asked, True, actor=actor)
    assert why_not_write(actor_of(newcomer), there) is None
    assert why_not_lead(actor_of(newcomer), there) == NOT_REFERENT
    with pytest.raises(StaleState):
        answer_request(asked, False, actor=actor)


def test_the_last_referent_stays_one_until_there_is_another_and_who_left_has_no_role(user, actor):
    there = prestataire_of(user)
    with pytest.raises(ConditionsNotMet, match="autre référent"):
        set_role(Membre.objects.get(user=user), "consultant", actor=actor)
    colleague = join(there, UserFactory(), actor=actor)
    with pytest.raises(NotAllowed):
        set_role(Membre.objects.get(user=user), "consultant", actor=actor_of(colleague.user))
    with pytest.raises(NotAllowed):
        end(Membre.objects.get(user=user), actor=actor_of(colleague.user))
    end(colleague, actor=actor)
    for write in (lambda: set_role(colleague, "referent", actor=actor), lambda: end(colleague, actor=actor)):
        with pytest.raises(StaleState, match="plus"):
            write()
    with pytest.raises(InvalidInput, match="n’existe pas"):
        set_role(colleague, "directeur", actor=actor)


def test_the_last_referent_names_another_before_leaving(user, actor):
    there = prestataire_of(user)
    mine = Membre.objects.get(user=user)
    colleague = join(there, UserFactory(), actor=actor)
    with pytest.raises(ConditionsNotMet, match="autre référent"):
        end(mine, actor=actor)
    set_role(colleague, "referent", actor=actor)
    end(mine, actor=actor)
    assert why_not_write(actor_of(user), there) == NOT_MEMBER
    assert not Prestataire.objects.visible_to(actor_of(user)).exists()
