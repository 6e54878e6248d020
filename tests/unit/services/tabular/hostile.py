"""Makes odd and hostile files: what people upload by mistake, and what some upload on purpose."""

import base64
import gzip
import io
import random
import zipfile
from collections.abc import Iterator

HEADER = "UTC;Netzlast [kW];Temperatur [°C]\n"


def good(rows: int = 60) -> str:
    """Return a file that reads."""
    lines = [
        f"2024-01-{1 + i // 24:02d} {i % 24:02d}:00:00;{100 + i * 7 % 13}.5;{i % 9}.25"
        for i in range(rows)
    ]
    return HEADER + "\n".join(lines) + "\n"


def corpus() -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of each file."""
    yield from _cut()
    yield from _random_bytes()
    yield from _other_kinds()
    yield from _bent_quotes()
    yield from _encodings()
    yield from _shapes()
    yield from _cells()
    yield from _times()
    yield from _flips()


def _cut() -> Iterator[tuple[str, bytes]]:
    data = good(12).encode()
    for place in (1, 2, 5, 10, 20, 34, 35, 36, 40, 50, 55, 57, 60, 70, 71, 75, 80, 90, 99):
        yield f"cut at byte {place}", data[:place]


def _random_bytes() -> Iterator[tuple[str, bytes]]:
    for seed in range(8):
        yield f"random bytes {seed}", random.Random(seed).randbytes(3000)
    for seed in range(6):
        signs = ";,\t|\"'\n\r0123456789.-: abc"
        source = random.Random(seed)
        yield f"random signs {seed}", "".join(source.choices(signs, k=2000)).encode()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", good())
    return buffer.getvalue()


def _other_kinds() -> Iterator[tuple[str, bytes]]:
    yield "zip", _zip()
    yield "gzip", gzip.compress(good().encode())
    yield "pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256))
    yield "old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "png", b"\x89PNG\r\n\x1a\n" + bytes(100)
    yield "parquet", b"PAR1" + bytes(50) + b"PAR1"
    yield "sqlite", b"SQLite format 3\x00" + bytes(100)
    yield "json", b'{"time": "2024-01-01", "value": 3}'
    yield "json list", b'[{"time": "2024-01-01", "value": 3}]'
    yield "json lines", b'{"t": 1}\n{"t": 2}\n'
    yield "xml", b"<?xml version='1.0'?><a><b/></a>"
    yield "html fragment", b"<table><tr><td>2024-01-01</td></tr></table>"
    yield "sql", b"INSERT INTO a VALUES ('2024-01-01 00:00', 1.5);\n" * 5
    yield "ini", b"[section]\nkey=value\nother=3\n"
    yield "log", b"2024-01-01 00:00:00 INFO started\n2024-01-01 00:00:01 WARN slow, very slow\n"
    yield "markdown", b"| time | kW |\n|---|---|\n| 2024-01-01 | 3 |\n"
    yield "python", b"import os\nfor a in range(3):\n    print(a, ';')\n"
    yield "pem", b"-----BEGIN X-----\n" + base64.b64encode(bytes(200)) + b"\n-----END X-----\n"
    yield "prose", b"Sehr geehrte Damen und Herren,\nanbei; wie besprochen, die Daten.\n"
    yield "pickle", b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94."


def _bent_quotes() -> Iterator[tuple[str, bytes]]:
    text = good()
    for place in (0, 3, 20, 33, 34, 36, 60, 62, 200, len(text) - 2):
        yield f"a quote at {place}", (text[:place] + '"' + text[place:]).encode()
    yield "a quote opened in each cell", text.replace(";", ';"').encode()
    yield "quotes alone", b'"' * 999
    yield "quotes and separators", b'";"' * 500
    yield "a cell of 3000 lines", ('UTC;kW\n2024-01-01;"' + "1\n" * 3000 + '"\n').encode()
    yield "two stray quotes", text.replace("102.5", '"102.5').encode()
    yield "a quote in the last cell", (text + '2024-01-09 00:00:00;1;"2').encode()


def _encodings() -> Iterator[tuple[str, bytes]]:
    text = good()
    yield "utf-8 then latin-1", text.encode() + "2024-02-01 00:00:00;1;2;für\n".encode("latin-1")
    yield "latin-1 then utf-8", text.encode("latin-1") + "2024-02-01 00:00:00;1;2;ü€\n".encode()
    yield "half a utf-16 unit", b"\xff\xfe" + text.encode("utf-16-le")[:-1]
    yield "utf-16 mark on utf-8", b"\xff\xfe" + text.encode()
    yield "utf-8 mark on utf-16", b"\xef\xbb\xbf" + text.encode("utf-16-le")
    yield "utf-16 without mark", text.encode("utf-16-be")
    yield "utf-32", text.encode("utf-32")
    yield "two marks", b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode()
    yield "a mark alone", b"\xef\xbb\xbf"
    yield "ebcdic", text.encode("cp500")
    yield "shift-jis", "時刻,値\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n".encode("shift-jis")
    yield "surrogates", text.encode() + b"\xed\xa0\x80;\xed\xb0\x80\n"
    yield "overlong", text.encode() + b"\xc0\xaf;\xc0\x80\n"
    yield "nul in numbers", text.replace("100.5", "10\x000.5").encode()
    yield "nuls alone", bytes(500)
    yield "nul in the time", text.replace("2024-01-02 03", "2024-01-02\x0003").encode()
    yield "control signs", (text + "\x01\x02\x03\x04;\x05\n").encode()
    yield "right to left", text.replace("Netzlast", "\u202etsalzteN").encode()
    yield "emoji", text.replace("Netzlast", "⚡" * 200).encode()


def _shapes() -> Iterator[tuple[str, bytes]]:
    yield "no byte", b""
    yield "one line feed", b"\n"
    yield "blank lines", b"\n \n\t\n" * 50
    yield "separators alone", b";;;;\n" * 50
    yield "one sign", b"x"
    yield "header alone", HEADER.encode()
    yield "units alone", b"UTC;kW\n;[kW]\n"
    yield "comments alone", b"# a\n# b\n" * 20
    yield "a separator line alone", b"sep=;\n"
    yield "a foreign separator line", b"sep=x\n" + good().encode()
    yield "100000 columns", _wide(100_000)
    yield "100000 columns without a header", _wide(100_000).split(b"\n", 1)[1]
    yield "3000 columns of text", b"UTC;" + b";".join([b"x"] * 3000) + b"\n" + _wide(3000)
    yield "one line of a megabyte", b"1" * 1_000_000
    yield "one line of a megabyte of separators", b";" * 1_000_000
    yield "a cell of a megabyte", good().replace("100.5", "1" * 1_000_000).encode()
    yield "a name of a megabyte", good().replace("Netzlast", "N" * 1_000_000).encode()
    yield "each row wider", b"".join(b"2024-01-01;" + b"1;" * n + b"\n" for n in range(1, 90))
    yield "each row of another width", _uneven()
    yield "the header below the data", "".join(reversed(good().splitlines(keepends=True))).encode()
    yield "the header 300 times", (HEADER * 300 + good()).encode()
    yield "a thousand lines before the data", (b"about; the file\n" * 1000) + good().encode()
    yield "two tables", (good(12) + "\nA;B;C;D\n1;2;3;4\n").encode()
    yield "two tables of one kind", (good(12) + "\n" + good(12)).encode()
    yield "separators change each row", _changing()
    yield "spaces part columns", good().replace(";", "   ").encode()
    yield "colons part columns", good().replace(";", ":").encode()
    yield "lone carriage returns", good().replace("\n", "\r").encode()
    yield "two carriage returns", good().replace("\n", "\r\r\n").encode()
    yield "line separators", good().replace("\n", "\u2028").encode()
    yield "form feeds", good().replace("\n", "\f\n").encode()
    yield "a thousand footers", (good() + "Summe;1;2\n" * 1000).encode()


def _wide(columns: int) -> bytes:
    names = ";".join(f"c{n}" for n in range(columns))
    rows = "".join(f"2024-01-01 0{h}:00:00" + ";1.5" * columns + "\n" for h in range(2))
    return f"UTC;{names}\n{rows}".encode()


def _uneven() -> bytes:
    source = random.Random(7)
    rows = (";".join(["2024-01-01 00:00:00"] + ["1.5"] * source.randint(0, 9)) for _ in range(80))
    return "\n".join(rows).encode()


def _changing() -> bytes:
    lines = good().splitlines()
    return "\n".join(line.replace(";", ";,|\t"[n % 4]) for n, line in enumerate(lines)).encode()


def _cells() -> Iterator[tuple[str, bytes]]:
    cells = {
        "a formula": "=1+1",
        "a command": "=cmd|' /C calc'!A0",
        "an at sign": "@SUM(A1)",
        "many decimals": "0." + "1" * 5000,
        "many digits": "9" * 5000,
        "a huge power": "1e999",
        "a tiny power": "1e-999",
        "infinite": "inf",
        "not a number": "NaN",
        "hex": "0x1F",
        "underscores": "1_000",
        "arabic digits": "١٢٣",
        "full width digits": "１２３",
        "two points": "1.2.3",
        "two commas": "1,2,3",
        "points and commas": "1,2.3,4",
        "signs": "+-+-1",
        "a minus": "-",
        "a plus": "+",
        "an exponent alone": "e5",
        "a percentage": "12 %",
        "a currency": "€ 12",
        "a fraction": "1/2",
        "a range": "1-2",
        "markup": "<script>alert(1)</script>",
        "a path": "../../etc/passwd",
        "a template": "{{7*7}}",
        "a format": "%s%n%x",
        "a regular expression": "(a+)+$",
        "a blank": "\u00a0",
        "a tab": "\t",
    }
    for name, cell in cells.items():
        yield f"{name} in one cell", good().replace("100.5", cell).encode()
        text = "UTC;kW\n" + "".join(f"2024-01-01 {h:02d}:00;{cell}\n" for h in range(24))
        yield f"{name} in each cell", text.encode()


def _times() -> Iterator[tuple[str, bytes]]:
    times = (
        "9999-12-31 23:59:59",
        "0000-00-00 00:00:00",
        "0001-01-01 00:00",
        "2024-13-01 00:00",
        "2024-02-30 00:00",
        "2024-01-01 25:00",
        "2024-01-01 23:60",
        "2024-01-01T00:00:00+99:00",
        "2024-01-01T00:00:00.123456789123Z",
        "99999999999999999999",
        "-1",
        "1e18",
        "1704067200",
        "45292.5",
        "24-01-01",
        "01/02/03",
        "1. Januar 2024",
        "Jan 1, 2024",
        "heute",
        "now()",
        "2024-W03",
        "2024-001",
        "20240101",
        "20240101000000",
        "00:00",
        "12:00 AM",
        "24:00",
        "2024",
    )
    for time in times:
        yield f"the time {time}", f"t;v\n{time};1.5\n".encode()
        yield f"the time {time} again and again", ("t;v\n" + f"{time};1.5\n" * 30).encode()
    yield "a bad time in the middle", good().replace("2024-01-02 03", "2024-01-02 99").encode()
    yield "a word for a time", good().replace("2024-01-02 03:00:00", "gestern").encode()
    yield "an empty time", good().replace("2024-01-02 03:00:00", "").encode()


def _flips() -> Iterator[tuple[str, bytes]]:
    """A good file in which single bytes are others."""
    data = good(40).encode()
    for seed in range(25):
        source, bent = random.Random(seed), bytearray(data)
        for _ in range(1 + seed % 5):
            bent[source.randrange(len(bent))] = source.randrange(256)
        yield f"flipped bytes {seed}", bytes(bent)
