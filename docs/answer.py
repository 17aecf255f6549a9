"""Writes answer.svg: the shipped model answers two questions, and withdraws one of its answers.

    ./palinode serve                               # in another terminal
    python3 docs/answer.py > docs/answer.svg

The texts are what the server streams; only the speed is chosen here. The picture moves by CSS, and
shows its last frame to those who prefer less motion. Python 3.9 or newer, nothing else.
"""

import html
import json
import sys
import urllib.request

SERVER = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
QUESTIONS = ["how do i split the tile ?", "we plan to carry the crackstone . how does it go ?"]

COLUMNS, CHARACTER, LINE, GAP, MARGIN = 76, 9.6, 26, 14, 24  # characters; pixels
TOKEN, PAUSE, STRIKE, HOLD = 0.12, 0.7, 0.7, 4.0  # seconds

STYLE = """
svg { --paper: #ffffff; --edge: #d0d7de; --ink: #1f2328; --soft: #656d76; --undo: #b3261e }
@media (prefers-color-scheme: dark) {
  svg { --paper: #161b22; --edge: #30363d; --ink: #e6edf3; --soft: #8b949e; --undo: #ff8a80 }
}
text { font: 16px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink) }
.card { fill: var(--paper); stroke: var(--edge) }
.question { font-weight: 600 }
.withdrawn text { fill: var(--soft) }
.reset { fill: var(--undo); font-weight: 600 }
.strike { fill: var(--undo); transform-origin: left; transform-box: fill-box }
.scene { animation: end SECONDSs infinite }
@keyframes end { 0%, 97% { opacity: 1 } 100% { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important } }
"""

CHANGES = {
    "appear": ("opacity: 0", "opacity: 1"),
    "fade": ("fill: var(--ink)", "fill: var(--soft)"),
    "strike": ("transform: scaleX(0)", "transform: scaleX(1)"),
}


def answer(question):
    """Yields the texts of an answer's tokens, and (withdrawn text,) for a retraction."""
    body = {
        "model": "safety-world",
        "stream": True,
        "temperature": 0,
        "messages": [{"role": "user", "content": question}],
        "palinode": {"stream_mode": "retractable"},
    }
    headers = {"Content-Type": "application/json"}
    url = SERVER + "/v1/chat/completions"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        for line in response:
            if line.startswith(b"data: {"):
                chunk = json.loads(line[6:])
                if "retraction" in chunk.get("palinode", {}):
                    yield (chunk["palinode"]["retraction"]["text"],)
                elif chunk["choices"][0]["delta"].get("content"):
                    yield chunk["choices"][0]["delta"]["content"].strip()


class Picture:
    """Parts of the picture, each with the second at which it changes."""

    def __init__(self):
        self.now, self.x, self.y = 0.3, MARGIN, GAP
        self.parts, self.changes = [], []

    def change(self, kind):
        self.changes.append((kind, self.now))
        return f"c{len(self.changes) - 1}"

    def line(self):
        self.x, self.y = MARGIN, self.y + LINE

    def text(self, text, style="token"):
        width = len(text) * CHARACTER
        if self.x + width > MARGIN + COLUMNS * CHARACTER:
            self.line()
        self.parts.append(
            f'<g class="{self.change("appear")}"><text class="{style}" x="{self.x:.1f}" y="{self.y}"'
            f' textLength="{width:.1f}">{html.escape(text)}</text></g>'
        )
        self.x += width + CHARACTER

    def exchange(self, question):
        self.line()
        self.text("> " + question, "question")
        self.now += PAUSE
        self.line()
        first = len(self.parts)
        for event in answer(question):
            if isinstance(event, tuple):
                self.withdraw(first, event[0])
            else:
                self.text(event)
                self.now += TOKEN
        self.now += PAUSE
        self.y += GAP

    def withdraw(self, first, text):
        """Strikes out an answer: what is on this line, from part number `first` on."""
        width = len(text) * CHARACTER
        if abs(MARGIN + width + CHARACTER - self.x) > 1:
            sys.exit(f'"{text}" is more than a line: choose another question')
        struck = self.parts[first:]
        self.text("[RESET]", "reset")
        reset = self.parts.pop()
        self.now += PAUSE
        fading = f'<g class="withdrawn {self.change("fade")}">'
        strike = (
            f'<rect class="strike {self.change("strike")}" x="{MARGIN}" y="{self.y - 6}"'
            f' width="{width:.1f}" height="1.5"/>'
        )
        self.parts[first:] = [fading, *struck, "</g>", reset, strike]
        self.now += STRIKE + PAUSE
        self.line()

    def rule(self, number, kind, second, length):
        before, after = CHANGES[kind]
        begin = 100 * second / length
        end = begin + 100 * (STRIKE if kind == "strike" else 0.05) / length
        selector = f".c{number} text" if kind == "fade" else f".c{number}"
        return (
            f"{selector} {{ animation: c{number} {length:.1f}s infinite }}\n@keyframes c{number}"
            f" {{ 0%, {begin:.2f}% {{ {before} }} {end:.2f}%, 100% {{ {after} }} }}\n"
        )

    def svg(self, title):
        length = self.now + HOLD
        width, height = 2 * MARGIN + round(COLUMNS * CHARACTER), self.y + GAP
        rules = "".join(self.rule(i, *change, length) for i, change in enumerate(self.changes))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}"><title>{html.escape(title)}</title>\n<style>'
            f'{rules}{STYLE.replace("SECONDS", f"{length:.1f}")}</style>\n'
            f'<rect class="card" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>\n'
            '<g class="scene">\n' + "\n".join(self.parts) + "\n</g></svg>\n"
        )


picture = Picture()
for each in QUESTIONS:
    picture.exchange(each)
print(picture.svg("A model answers a question, then withdraws an answer that it has begun"), end="")
