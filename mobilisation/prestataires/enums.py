"""When a prestataire-partenaire is asked, and what (001, II.B.2)."""

from django.db import models


class Moment(models.TextChoices):
    """The step of the cycle at which it is asked."""

    IDENTIFIER = "identifier", "Identifier : ses impressions"
    ENGAGER = "engager", "Engager : son aide dans le réseau"
    CONFIRMER = "confirmer", "Confirmer : les scénarios d’intervention"


#: What is asked at each, proposed and freely reworded.
QUESTIONS = {
    Moment.IDENTIFIER: "Que savez-vous de cette question, dans ce secteur et sur ce territoire ? Des structures "
    "concernées ? Quels travaux déjà menés, par vous ou par d’autres, nous conseillez-vous de lire ?",
    Moment.ENGAGER: "Qui faut-il associer à cette action ? Auprès de quels réseaux pouvez-vous nous aider, et pour "
    "quoi faire ? La démarche vous paraît-elle répondre au sujet ?",
    Moment.CONFIRMER: "Quel rythme, quelle durée, quelle période conviendraient ? Quel lieu, au regard d’où viennent "
    "les participants ? Que faut-il prévoir en logistique ?",
}
