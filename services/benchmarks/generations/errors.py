"""What the use cases of attribute generations refuse."""

from app.errors import Conflict, NotFound


class GenerationNotFound(NotFound):
    """There is no such attribute generation, or it is not the actor's to see."""

    code = "attrgen_not_found"


class GenerationNotOver(Conflict):
    """The generation is still waiting or running."""

    code = "attrgen_not_over"


class GenerationInUse(Conflict):
    """The prompts of a benchmark show the texts."""

    code = "attrgen_in_use"


class GenerationUnusable(Conflict):
    """The texts are not complete, or of other personas than those of the benchmark."""

    code = "attrgen_unusable"
