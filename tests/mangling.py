"""What may happen to a log between the service that writes it and whoever reads it, as Hypothesis draws it."""

from __future__ import annotations

import gzip
import json

from hypothesis import strategies as st

# What may stand in the place of a value after an accident, or by somebody's ill will: huge and endless numbers, lone
# surrogates, NUL bytes, bytes that are no text, deep nesting that ends or does not.
VALUES = st.sampled_from(
    [b"1" * 400, b"-" + b"9" * 30, b"1e999", b"NaN", b"null", b"true", b'"\\ud800"', b'"\\u0000"', b'"\x00"', b'"\xff"',
     b"[" * 3000, b"[" * 300 + b"]" * 300, b'{"a":' * 200 + b"1" + b"}" * 200, b"", b'"', b'{"EXP": "C"}', b"-0.0"]
)  # fmt: skip
ENDS = st.sampled_from([b"\n", b"\r\n"])


@st.composite
def mangled(draw: st.DrawFn, line: bytes) -> bytes:
    """Return one line: cut, with bytes in its midst, with another value for a field, or with a field twice."""
    kind = draw(st.sampled_from(["cut", "bytes", "value", "twice"]))
    if kind == "cut":
        return line[: draw(st.integers(0, len(line)))]
    if kind == "bytes":
        at = draw(st.integers(0, len(line)))
        return (line[:at] + draw(st.binary(max_size=6)) + line[at:]).replace(b"\n", b" ").replace(b"\r", b" ")
    row = json.loads(line)
    field = json.dumps(draw(st.sampled_from(sorted(row)))).encode()
    if kind == "twice":
        return b"{" + field + b": " + draw(VALUES) + b", " + line[1:]
    values = {json.dumps(name).encode(): json.dumps(value).encode() for name, value in row.items()}
    values[field] = draw(VALUES)
    return b"{" + b", ".join(name + b": " + value for name, value in values.items()) + b"}"


@st.composite
def in_a_file(draw: st.DrawFn, lines: list[bytes]) -> bytes:
    """Return lines as a file whose line ends are mixed; the last one may be missing."""
    ended = b"".join(line + draw(ENDS) for line in lines)
    return ended if draw(st.booleans()) else ended.rstrip(b"\r\n")


@st.composite
def packed(draw: st.DrawFn, content: bytes) -> bytes:
    """Return a gzip file that ends too early, or in which a bit flipped, or both."""
    whole = bytearray(gzip.compress(content, mtime=0))
    part = whole[: round(draw(st.floats(0, 1)) * len(whole))]
    flipped = draw(st.none() | st.floats(0, 0.999))
    if flipped is not None and part:
        part[int(flipped * len(part))] ^= 0x10
    return bytes(part)
