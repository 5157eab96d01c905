"""A section of the benchmark as a part gives it."""

from bench.figures import Column, Goal, Section, Spread, Table

SECTION = Section(
    title="Speed",
    how="It was run.",
    tables=(
        Table(
            "Streams",
            (Column("what", ""), Column("fps", "frames/s"), Column("ratio", "ratio", 2)),
            (
                {"what": "a | b", "fps": Spread(12345.6, 1.0, 99999.0, 3), "ratio": 0.456},
                {"what": "none", "fps": Spread(7.0, 7.0, 7.0, 1)},
                {"what": "count", "fps": 1000, "ratio": None},
            ),
        ),
    ),
    goals=(Goal("share", wanted=0.9, measured=0.95), Goal("ms", 5, 7.25, at_least=False)),
    notes=("A note.",),
)
