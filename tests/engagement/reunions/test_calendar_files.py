"""The file of a meeting in other programs; one mail for each address, however it is written."""

from __future__ import annotations

import ics
import pytest
import vobject
from django.core.exceptions import ValidationError

from core.errors import InvalidInput
from engagement.reunions.mails import MAILS
from engagement.reunions.services.participants import add_other

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fuseau", ["Europe/Paris", "America/Guadeloupe", "Pacific/Noumea"])
def test_two_other_programs_read_the_same_meeting_wherever_it_is(convened, fuseau):
    reunion = convened
    participant = reunion.participants.first()
    participant.reunion = reunion
    reunion.fuseau = fuseau
    reunion.save()
    _, content, _ = MAILS.file_for(participant, cancelled=False, sequence=3)
    (event,) = ics.Calendar(content.decode()).events
    assert (event.begin.datetime, event.end.datetime) == (reunion.debut, reunion.fin)
    event = vobject.readOne(content.decode()).vevent
    assert (event.dtstart.value, event.dtend.value) == (reunion.debut, reunion.fin)


def test_the_same_address_in_other_letters_is_the_same_participant(reunion, actor):
    values = {"organisme": "Un", "personne": "", "fonction": "", "email": "zed@exemple.fr"}
    add_other(reunion, values, actor=actor)
    with pytest.raises((InvalidInput, ValidationError), match="Cette adresse est déjà celle d’un participant"):
        add_other(reunion, {**values, "organisme": "Deux", "email": "ZED@exemple.fr"}, actor=actor)
    assert reunion.participants.count() == 1
