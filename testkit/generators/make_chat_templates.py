#!/usr/bin/env python3
"""Renders the chat templates in FOLDER/chat_templates/*.jinja as transformers' apply_chat_template does
and writes FOLDER/chat_templates/expected.json:

    python make_chat_templates.py [FOLDER]        (default: ../fixtures)
"""
import json
import pathlib
import sys

from jinja2.exceptions import TemplateError
from transformers.utils.chat_template_utils import render_jinja_template

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "fixtures")


def m(*pairs):
    return [{"role": role, "content": content} for role, content in pairs]


TOOLS = [
    {"type": "function", "function": {
        "name": "find_town", "description": "Finds a town; it's \"fast\" & caf\u00e9-friendly.",
        "parameters": {"type": "object", "properties": {
            "name": {"type": "string", "description": "its name"}, "limit": {"type": "integer"}}, "required": ["name"]},
        "return": {"type": "string"}}},
    {"type": "function", "function": {"name": "stop", "description": "Ends the talk.", "parameters": {}}}]
CALL = {"role": "assistant", "content": "", "tool_calls": [
    {"id": "abcdefghi", "type": "function",
     "function": {"name": "find_town", "arguments": {"name": "Z\u00fcrich", "limit": 1, "near": [1.5, None, True]}}}]}
USE = m(("user", "Where is Z\u00fcrich?")) + [CALL, {"role": "tool", "content": "Switzerland", "tool_call_id": "abcdefghi"}]
TWO_CALLS = m(("user", "Both?")) + [{**CALL, "tool_calls": CALL["tool_calls"] * 2}]
SHORT_ID = m(("user", "Go.")) + [{**CALL, "tool_calls": [{**CALL["tool_calls"][0], "id": "abc"}]}]
LISTED = m(("user", "All of them.")) + [{"role": "tool", "content": {"towns": ["Ulm", "\u00c5s"], "more": False}}]

CONVERSATIONS = {
    "question": m(("user", "What is the capital of France?")),
    "system_and_turns": m(("system", "You are careful.\nAnswer briefly.  "), ("user", "Hi!"),
                          ("assistant", "Hello, how can I help?"), ("user", "Refuse, please.")),
    "spaces_and_markup": m(("user", "  \n O\u00f9 est le caf\u00e9? \u4f60\u597d \U0001f642 <|eot_id|><|im_end|></s>\n\n"),
                           ("assistant", "\n\tL\u00e0-bas \u2192 \"quoted\" & <b>bold</b> \n"),
                           ("user", "{{ bos_token }} {% raw %} \\n 'x'")),
    "two_users": m(("user", "First."), ("user", "Second."), ("assistant", "Both seen.")),
    "open_answer": m(("system", ""), ("user", "Finish: 1, 2,"), ("assistant", " 3, 4")),
    "system_later": m(("user", "First."), ("assistant", "Seen."), ("system", "Be brief."), ("user", "Go on.")),
    "unknown_role": m(("narrator", "It was night.")),
}
DATE = {"date_string": "26 Jul 2024"}
THOUGHTS = m(("user", "2+2?"), ("assistant", "<think>\nEasy.\n</think>\n\n4"), ("user", "3+3?"),
             ("assistant", "<think>\nAlso easy.\n</think>\n\n6"))

# name: (special tokens, variables of every rendering, further renderings as (name, messages, variables, tools))
TEMPLATES = {
    "headers": ({"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}, {}, []),
    "brackets": ({"bos_token": "<s>", "eos_token": "</s>"}, {}, []),
    "renamed-roles": ({"bos_token": "<bos>", "eos_token": "<eos>"}, {}, []),
    "dated": ({"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}, DATE, [
        ("tools", USE, {}, TOOLS), ("tools_with_question", USE, {"tools_first": False}, TOOLS),
        ("two_calls", TWO_CALLS, {}, TOOLS), ("structured_result", LISTED, {}, None)]),
    "thoughts": ({"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}, {}, [
        ("no_thinking", m(("user", "Quick answer.")), {"thinking": False}, None),
        ("thoughts_so_far", THOUGHTS, {}, None), ("tools", USE, {}, TOOLS), ("two_calls", TWO_CALLS, {}, TOOLS),
        ("two_results", USE + [USE[-1]], {}, TOOLS)]),
    "typed-tools": ({"bos_token": "<s>", "eos_token": "</s>"}, {}, [
        ("tools", USE, {}, TOOLS), ("two_calls", TWO_CALLS, {}, TOOLS), ("short_id", SHORT_ID, {}, TOOLS),
        ("structured_result", LISTED, {}, None)]),
}


def rendering(template, specials, name, messages, generation_prompt, variables, tools):
    row = {"name": name, "messages": messages, "add_generation_prompt": generation_prompt}
    if variables:
        row["kwargs"] = variables
    if tools:
        row["tools"] = tools
    try:
        row["text"] = render_jinja_template(
            conversations=[messages], chat_template=template, tools=tools, add_generation_prompt=generation_prompt,
            **specials, **variables)[0][0]
    except TemplateError as e:
        row["error"] = str(e)
    return row


def main():
    expected = {}
    for name, (specials, common, more) in TEMPLATES.items():
        template = (FOLDER / "chat_templates" / f"{name}.jinja").read_text(encoding="utf-8")
        jobs = [(n, c, {}, None) for n, c in CONVERSATIONS.items()] + more
        expected[name] = {"file": f"{name}.jinja", "special_tokens": specials, "renderings": [
            rendering(template, specials, n, c, prompt, {**common, **kwargs}, tools)
            for n, c, kwargs, tools in jobs for prompt in (False, True)]}
    (FOLDER / "chat_templates" / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="ascii")
    rows = [r for t in expected.values() for r in t["renderings"]]
    print(f"{len(expected)} templates, {len(rows)} renderings, {sum('error' in r for r in rows)} of them template errors")


if __name__ == "__main__":
    main()
