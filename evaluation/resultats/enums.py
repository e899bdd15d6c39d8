"""Words of the results and of what is asked again some months later."""

from django.db import models


class Mois(models.IntegerChoices):
    """How long after the end one asks again."""

    SIX = 6, "6 mois après la fin"
    DOUZE = 12, "12 mois après la fin"
    DIX_HUIT = 18, "18 mois après la fin"


#: The codes of the two questionnaires of this room (``evaluation/data``).
RESULTATS, SUIVI = "question_resultats", "suivi"
#: The questions whose answers say a need (fiche pratique 6), and that of the follow-up.
DISENT_UN_BESOIN = ("r6_2", "r7_1", "r7_2", "s_besoins")
