"""Several treatments against one control: the correction for having tried more than once."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return Holm's adjusted p-values, in the order given; an undefined one stays None and is not counted.

    Source: Holm (1979), as implemented by `statsmodels.stats.multitest.multipletests`.
    """
    defined = [p for p in p_values if p is not None]
    if len(defined) < 2:
        return list(p_values)
    # Imported here: it takes longer than the whole report of a two-group test, which does not need it.
    from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

    adjusted = iter(multipletests(defined, method="holm")[1].tolist())
    return [None if p is None else next(adjusted) for p in p_values]
