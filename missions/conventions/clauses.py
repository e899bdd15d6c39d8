"""The clauses a convention starts with: to be read again and adapted, they bind nobody before they are signed."""

from __future__ import annotations

PROPRIETE = (
    "Les productions remises pendant la mission appartiennent aux structures bénéficiaires, qui les utilisent et les "
    "adaptent librement.\n\n"
    "Le DLA peut les conserver, les citer et les faire connaître pour les besoins du dispositif, avec l’accord des "
    "structures et en nommant le prestataire. Le prestataire garde ses méthodes et ses outils ; il ne diffuse rien de "
    "ce qui concerne une structure sans son accord écrit."
)
DONNEES = (
    "Le prestataire tient confidentiel ce qu’il apprend des structures et des personnes. Il ne recueille de données "
    "personnelles que celles dont la mission a besoin, n’en fait aucun autre usage, les protège, et les efface ou "
    "les rend à la fin de la mission."
)
EVALUATION = (
    "Le prestataire prend part à l’évaluation de la mission : il rend compte à la fin de chaque étape, remet un "
    "rapport final, fait remplir ce qui lui est demandé par les participants et commente leurs réponses sans les "
    "modifier."
)
MODIFICATIONS = (
    "Une fiche de suivi est remise au prestataire avec la convention, étape par étape ; il la renvoie complétée à la "
    "fin de chaque étape.\n\n"
    "Avant tout changement de la problématique traitée ou de la date de fin de mission, le prestataire prend contact "
    "de lui-même avec le DLA, par téléphone ou en rendez-vous ; il ne change rien avant d’avoir son accord. Tout "
    "changement de date, de contenu ou de restitution est négocié, accepté par le DLA avec la structure, et noté dans "
    "un avenant à la présente convention."
)
