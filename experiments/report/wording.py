"""How figures are written for people."""

NONE = "–"  # noqa: RUF001  an en dash, as tables have it
_MINUS = "−"  # noqa: RUF001  a true minus sign, as wide as the plus


def percent_text(value: float | None, digits: int = 1) -> str:
    """Return a signed percentage, or a dash where there is none."""
    if value is None:
        return NONE
    rounded = round(value, digits)
    sign = "+" if rounded > 0 else _MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{digits}f} %"


def interval_text(interval: tuple[float, float] | None) -> str:
    """Return an interval of percentages in words, or a dash where there is none."""
    if interval is None:
        return NONE
    return f"{percent_text(interval[0]).removesuffix(' %')} to {percent_text(interval[1])}"


def p_text(p_value: float | None) -> str:
    """Return a p-value as people write it, or a dash where there is none."""
    if p_value is None:
        return NONE
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def number_text(value: float, digits: int) -> str:
    """Return a figure with its thousands set apart."""
    return f"{value:,.{digits}f}"
