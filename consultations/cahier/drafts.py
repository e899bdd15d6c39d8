"""Drafts of a cahier des charges that do not come from the project: what it is usual to ask of a prestataire."""

from __future__ import annotations

from consultations.cahier.sections import COLLECTIVE_ONLY

#: Drafts that do not come from the project (002, « Préciser la commande en terme de contenu attendu »; the criteria are
#: those of 002's « grille de lecture », the collective ones those of 000).
DEFAULTS: dict[str, str] = {
    "contenu_attendu": (
        "Le prestataire remet une note méthodologique précise, qui permet au chargé de mission et aux structures de "
        "comprendre comment il atteindra les objectifs, étape par étape.\n"
        "Pour chaque étape, il indique le contenu et la durée prévisionnelle."
    ),
    "appropriation": (
        "Le prestataire présente les modalités par lesquelles les structures intègrent la démarche : qui y est "
        "associé, à quels moments, ce qui leur permet de continuer seules après la mission."
    ),
    "hors_site": (
        "Si une part du travail se fait hors site et que son financement est demandé, le prestataire en présente le "
        "contenu précis et les productions qui y sont attachées."
    ),
    "productions": (
        "À la fin de la mission, les structures possèdent les documents suivants :\n"
        "- le rapport final de mission, remis aussi au DLA ;"
    ),
    "proposition_attendue": (
        "- compréhension des enjeux et de la problématique ;\n"
        "- étapes de l’intervention : intitulé, objectif, contenu, durée, outils, productions (par qui, avec qui, "
        "comment) ;\n"
        "- prise en compte des spécificités associatives ;\n"
        "- modalités d’appropriation de la démarche par les structures ;\n"
        "- intervenants, expériences sur le même thème et la même filière ;\n"
        "- nombre de journées sur site et hors site, contenu du travail hors site ;\n"
        "- coût et justification de ce coût au regard du projet ;\n"
        "- calendrier."
    ),
    "criteres_conformite": (
        "- respect de l’échéance de réponse\n- possibilité d’intervention dans l’échéancier proposé"
    ),
    "criteres_reponse": (
        "- compréhension des enjeux et de la problématique\n"
        "- cohérence de la démarche proposée avec les objectifs à atteindre : lisibilité des étapes de l’appui, "
        "pertinence des outils proposés, prise en compte des spécificités associatives dans la démarche et les outils\n"
        "- pertinence des modalités d’appropriation de la démarche par les structures\n"
        "- description des productions remises, en cours et en fin de mission ; explicitation des modalités de ces "
        "productions (par qui, avec qui, comment)"
    ),
    "criteres_intervenants": (
        "- expériences du prestataire sur le même thème, la même filière\n"
        "- cohérence entre la prestation demandée et les compétences du consultant"
    ),
    "criteres_couts": "- nombre de journées proposé, sur site et hors site\n- justification des coûts",
    "criteres_collectif": (
        "- qualité des contenus, formes des apports méthodologiques et pratiques\n"
        "- niveau d’engagement demandé aux structures\n"
        "- modalités d’échanges et d’animation : phases de rencontres collectives, individuelles\n"
        "- modalités d’enquête et de recueil d’informations préalables à l’animation"
    ),
}


#: The same for an ingénierie individuelle, where they differ.
DEFAULTS_INDIVIDUELLE: dict[str, str] = {
    "contenu_attendu": (
        "Le prestataire remet une note méthodologique précise, qui permet au chargé de mission et à la structure de "
        "comprendre comment il atteindra les objectifs, étape par étape.\n"
        "Pour chaque étape, il indique le contenu et la durée prévisionnelle."
    ),
    "appropriation": (
        "Le prestataire présente les modalités par lesquelles la structure intègre la démarche : qui y est associé, à "
        "quels moments, ce qui lui permet de continuer seule après la mission."
    ),
    "productions": (
        "À la fin de la mission, la structure possède les documents suivants :\n"
        "- le rapport final de mission, remis aussi au DLA ;"
    ),
    "proposition_attendue": DEFAULTS["proposition_attendue"].replace("par les structures", "par la structure"),
    "criteres_reponse": DEFAULTS["criteres_reponse"].replace("par les structures", "par la structure"),
}


def draft_for(field: str, *, individuelle: bool) -> str | None:
    """The draft of ``field``, ``None`` when it has none."""
    if not individuelle:
        return DEFAULTS.get(field)
    return None if field in COLLECTIVE_ONLY else DEFAULTS_INDIVIDUELLE.get(field, DEFAULTS.get(field))
