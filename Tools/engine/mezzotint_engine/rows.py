"""What a request says of each row."""
from .knobs import Knobs
from .messages import MOST_ROWS, Refused


class Row:
    def __init__(self, said):
        try:
            self.timestep = float(said["timestep"])
            self.label = said.get("label")
            self.prompt = said.get("prompt")
            self.knobs = Knobs(dict(said["knobs"]))
            if self.label is not None:
                self.label = int(self.label)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Refused("a row that says not what it needs to") from None


def rows(said):
    if not isinstance(said, list) or not 1 <= len(said) <= MOST_ROWS:
        raise Refused(f"expected 1 to {MOST_ROWS} rows")
    return [Row(row) for row in said]
