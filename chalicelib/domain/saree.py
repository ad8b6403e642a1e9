"""What a seller can say and show of a saree besides its photo."""

from enum import StrEnum


class Fabric(StrEnum):
    """What the saree is woven of, as sellers name it."""

    SILK = "silk"
    SATIN = "satin"
    COTTON = "cotton"
    LINEN = "linen"
    CREPE = "crepe"
    GEORGETTE = "georgette"
    CHIFFON = "chiffon"
    ORGANZA = "organza"


class DetailPart(StrEnum):
    """A part that may have a photo of its own."""

    PALLU = "pallu"
    BORDER = "border"
    BODY = "body"
