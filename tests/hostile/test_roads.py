"""There is one way out for each kind of output, and no other road: what may write, serialize or run is listed here by module.

Untrusted text gets to a terminal by ``safe``, to CSV by ``csv_line``, to XML and SVG by ``xml_text``, to JSON and SARIF by
``json_text``, to Markdown by ``markdown``, to a page by a template that escapes; what is written leaves by ``cli/streams``.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import dealcli

PACKAGE = Path(dealcli.__file__).parent
MODULES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}

ROADS: dict[str, tuple[str, dict[str, str]]] = {
    "to the streams": (
        r"print|sys\.(__)?std(out|err)(__)?\.(write|writelines|buffer.*)|os\.(write|writev|sendfile)|(typer|click|sys)\.s?echo|\w*console\.(print|log|out)",
        {
            "cli/streams.py": "the one place that writes to the streams",
            "cli/app.py": "the version, a constant",
            "__main__.py": "the version, a constant",
            "output/as_table.py": "into a text in memory, with markup, emoji and highlighting off",
            "reading/cache.py": "the memory of the next run",
        },
    ),
    "to files": (
        r"(io\.)?open|os\.(open|fdopen|replace|rename|link|symlink|truncate)|tempfile\.\w+|shutil\.(copy\w*|move|rmtree)|.*\.(write_text|write_bytes)",
        {
            "cli/streams.py": "the one place that writes answers",
            "cli/parts.py": "finished parts, a whole line each",
            "cli/batches.py": "shares of a log in a temporary folder",
            "cli/evaluating.py": "standard input that is read twice, in a temporary file",
            "cli/versions.py": "a revision in a temporary folder",
            "cli/gallery.py": "the examples of the rules in a temporary folder",
            "cli/check.py": "the summary of a job, to which one adds",
            "reading/cache.py": "the memory of the next run",
            "reading/files.py": "reads",
            "reading/logs.py": "reads",
            "model/shapes.py": "reads",
            "model/tabulate.py": "tables of the package, made before it is released",
        },
    ),
    "to CSV": (r"csv\.(writer|DictWriter)", {"output/text.py": "csv_line"}),
    "to XML": (r"(ElementTree|ET|etree|minidom|saxutils|xml|html)\..*|quoteattr|tostring|escape", {"output/html_page.py": "escapes a text before it marks its dates"}),
    "to a page": (r"(jinja2\.)?(Environment|Template|Markup)|.*\.from_string|markupsafe.*", {"output/html_page.py": "escapes by itself"}),
    "to a terminal in colour": (r"(rich\.)?(Console|Panel|Syntax)|.*\.from_markup", {"output/as_table.py": "with markup off"}),
    "to another program": (
        r"subprocess\.\w+|os\.(system|popen|exec\w*|spawn\w*|fork\w*|kill)|eval|exec|compile|__import__|pty\.\w+",
        {"cli/versions.py": "git, with no shell", "slotted.py": "the methods of a class, from the names of its fields"},
    ),
    "to the network": (r"(socket|urllib|http|requests|ssl|ftplib|smtplib)\..*|urlopen", {}),
    "from pickles": (
        r"(pickle|marshal|shelve|dill)\.loads?|yaml\.(safe_|full_|unsafe_)?load(_all)?",
        {"cli/batches.py": "from the process that started this one, or that asks a cluster", "cli/sweeps.py": "from the process that started this one"},
    ),
}  # fmt: skip
"""For each road what is called to take it, and the modules that may, each with the reason."""

JSON_AS_IT_IS = {
    "analysis/asking.py", "cli/batches.py", "cli/known_answers.py", "cli/parts.py", "cli/schema.py", "model/schema.py", "model/tabulate.py",
    "output/html_report.py", "output/verification.py", "reading/cache.py", "reading/log_rows.py",
}  # fmt: skip
"""Where JSON is made that is no answer: hashes, memories, schemas of our own, a look for a key, data in a page without a ``<``."""

NUMBERS = {
    "output/graph.py": {"across", "down", "20 + column * (WIDTH + GAP)", "x", "y", "x + 8", "y + 21", "WIDTH", "HEIGHT", "path", "dashed"},
    "output/lane_chart.py": {"LEFT + WIDTH + 20", "height", "span.last", "x", "x + 3", "label", "y + 14", "y + 4", "start", "max(end - start, 3)",
                             "COLOURS.get(stretch.stage, '#ddd')"},
    "output/as_junit.py": set(),
}  # fmt: skip
"""What stands in markup that is made by hand and is no text of others: numbers, dates and words of ours."""
SAFE_IN_MARKUP = ("xml_text(", "_attribute(", "_content(", "_counts(", "case.outcome", "head")


CALLED = {name: {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)} for name, tree in MODULES.items()}
"""What each module calls, by the name that is written."""


@pytest.mark.parametrize("road", ROADS)
def test_no_other_road_exists(road: str) -> None:
    pattern, allowed = ROADS[road]
    taken = {name for name, called in CALLED.items() if any(re.fullmatch(pattern, call) for call in called)}
    assert taken == set(allowed), "a road that is not listed, or one that is listed and no longer taken"


NEW_ROADS = (
    ("to the streams", "print sys.stdout.write sys.stderr.writelines sys.__stdout__.write sys.stdout.buffer.write os.write typer.echo console.print"),
    ("to files", "open io.open os.open os.replace tempfile.mkstemp shutil.copyfile path.write_text Path(name).write_bytes"),
    ("to CSV", "csv.writer csv.DictWriter"),
    ("to XML", "ET.tostring ElementTree.SubElement saxutils.escape xml.dom.minidom.parseString quoteattr html.escape"),
    ("to a page", "Environment jinja2.Template Markup markupsafe.Markup env.from_string"),
    ("to a terminal in colour", "Console rich.Console Text.from_markup Panel"),
    ("to another program", "subprocess.run os.system os.popen os.execv eval exec compile __import__"),
    ("to the network", "socket.socket urllib.request.urlopen urlopen http.client.HTTPSConnection requests.get"),
    ("from pickles", "pickle.loads pickle.load marshal.loads yaml.load yaml.safe_load"),
)


@pytest.mark.parametrize(("road", "calls"), NEW_ROADS)
def test_a_new_road_would_be_seen(road: str, calls: str) -> None:
    assert [call for call in calls.split() if not re.fullmatch(ROADS[road][0], call)] == []


def test_every_json_answer_is_made_safe() -> None:
    for name, tree in MODULES.items():
        safe = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "json_text"
                for inner in ast.walk(node)}  # fmt: skip
        bare = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and re.fullmatch(r"json\.dumps?", ast.unparse(node.func))
                and id(node) not in safe]  # fmt: skip
        assert name in JSON_AS_IT_IS or not bare, (name, bare)


def test_only_our_own_text_is_put_into_a_page_as_it_is() -> None:
    found = [(path.name, one) for path in sorted(PACKAGE.rglob("*.html")) for one in re.findall(r"\{\{[^}]*\|\s*safe\b[^}]*\}\}", path.read_text("utf-8"))]
    assert found == [("head.html", "{{ style | safe }}"), ("macros.html", "{{ shapes | safe }}"), ("report.html", "{{ data | safe }}"), ("report.html", "{{ script | safe }}")]
    texts = [path.read_text("utf-8") for path in PACKAGE.rglob("*.html")]
    shapes = [one for text in texts for one in re.findall(r"\{\{-?\s*key\(([^{}]*)\)", text)]
    assert shapes
    assert all(re.fullmatch(r"[^,]+, '[^']*'( % stage)?", one) for one in shapes), "a shape is written out where it is used"
    assert not [word for text in texts for word in ("autoescape", "|safe", "Markup", "| tojson") if word in text]


def test_templates_escape() -> None:
    made = [ast.unparse(node) for node in ast.walk(MODULES["output/html_page.py"]) if isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("Environment")]  # fmt: skip
    assert made
    assert all("autoescape=True" in one for one in made)


@pytest.mark.parametrize("name", NUMBERS)
def test_text_in_markup_made_by_hand_is_escaped(name: str) -> None:
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.JoinedStr) and any(isinstance(part, ast.Constant) and re.search(r"<[/a-z]", str(part.value)) for part in node.values):
            put = {ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)}
            assert {one for one in put if not one.startswith(SAFE_IN_MARKUP)} <= NUMBERS[name]


def test_only_annotations_begin_like_a_command_of_a_build() -> None:
    begun = {name for name, tree in MODULES.items() for node in ast.walk(tree)
             if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match(r"::(?!:)", node.value)
             and name != "output/text.py"}  # fmt: skip
    assert begun == {"output/as_github.py"}


def test_the_terminal_library_reads_no_markup() -> None:
    tree = MODULES["output/as_table.py"]
    (made,) = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Console"]
    assert all(f"{word}=False" in made for word in ("markup", "emoji", "highlight"))
    put = [ast.unparse(node.args[0]) for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Text"]
    assert put == ["safe(text)"]
