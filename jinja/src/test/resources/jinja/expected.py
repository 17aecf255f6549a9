"""Writes expected.json: what Jinja2 itself renders, in the environment of transformers'
apply_chat_template. Needs jinja2 (expected.json is from 3.1.6 on Python 3.11):

    python expected.py
"""
import copy
import datetime
import json
import pathlib

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = pathlib.Path(__file__).parent
NOW = datetime.datetime(2025, 3, 9, 4, 5, 6, 7890)


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        call = self.call_method("_body")
        return jinja2.nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


class Raised(Exception):
    pass


def raise_exception(message):
    raise Raised(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = NOW.strftime

TOOLS = [
    {"type": "function", "function": {
        "name": "weather", "description": "The weather, \"now\" & <here>",
        "parameters": {"type": "object", "required": ["city"], "properties": {
            "unit": {"type": "string", "enum": ["C", "F"]},
            "city": {"type": "string"},
            "days": {"type": "array", "items": {"type": "integer"}},
            "at": {"type": ["string", "null"]}}}}},
    {"type": "function", "function": {"name": "stop", "description": None, "parameters": {}}},
]
U = {"role": "user", "content": " Hi <b>there</b> 🙂\n"}
A = {"role": "assistant", "content": "<think>\nhm\n</think>\n\nHello, \"you\". "}
S = {"role": "system", "content": "Be brief. /no_think"}
CALL = {"role": "assistant", "content": None, "tool_calls": [
    {"id": "abcdefghi", "function": {"name": "weather", "arguments": {"city": "Zürich", "days": [1, 2.5, None, True]}}},
    {"id": "jklmnopqr", "function": {"name": "stop", "arguments": "{}"}}]}
RESULT = {"role": "tool", "content": "{\"t\": 7}", "tool_call_id": "abcdefghi0"}
DATA = {"role": "user", "content": "{{ 7*7 }}{% raw %}{# x #}<|im_end|>[INST]"}
CONVERSATIONS = [
    ([U], True, None), ([S, U], True, None), ([U, A, U], True, None), ([S, U, A], False, None),
    ([U, U], True, None), ([S, U, CALL, RESULT], True, TOOLS), ([U], True, TOOLS), ([DATA, A], False, TOOLS),
]
VALUES = {
    "l": [3, 1, 2], "names": ["b", "A", "c", "a"], "t": "Hello wörld 🙂!", "empty": "", "d": {"b": 1, "a": [2, None], "C": "x"},
    "rows": [{"n": "x", "v": 2, "in": {"k": [5]}}, {"n": "y", "v": 1}, {"n": "x", "v": 3, "ok": True}],
    "yes": True, "no": False, "nil": None, "i": 7, "f": 2.5, "big": 12345678901234567890, "nasty": "{{ i }}'\"\n\t\\\u00e9\u200b",
    "keys": {"items": "taken", "x": 1},
}
SNIPPETS = (HERE / "snippets.txt").read_text(encoding="utf-8").split("\n----\n")


def outcome(source, variables):
    try:
        return {"text": environment.from_string(source).render(**copy.deepcopy(variables))}
    except Raised as e:
        return {"raised": str(e)}
    except Exception as e:
        return {"error": type(e).__name__}


def main():
    templates = []
    for file in sorted(HERE.glob("*.jinja")):
        for messages, prompt, tools in CONVERSATIONS:
            variables = {
                "messages": messages, "add_generation_prompt": prompt, "tools": tools, "documents": None,
                "bos_token": "<s>", "eos_token": "</s>"}
            templates.append({"file": file.name, "variables": variables,
                              **outcome(file.read_text(encoding="utf-8"), variables)})
    snippets = [{"template": s, **outcome(s, VALUES)} for s in SNIPPETS]
    result = {"jinja2": jinja2.__version__, "now": NOW.isoformat(), "templates": templates,
              "values": VALUES, "snippets": snippets}
    (HERE / "expected.json").write_text(json.dumps(result, indent=1) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
