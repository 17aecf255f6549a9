import {element} from "./dom.js";
import {PieceView} from "./piece-view.js";
import {Trace} from "./trace.js";

const FOLD_AFTER_MS = 1500;

const ENDS = {
  length: "Cut off: no more tokens were allowed.",
  refused: "Refused.",
  content_filter: "Refused.",
  deadline: "Cut off: the server's time was up.",
  cancelled: "The server ended this answer early.",
  stopped: "You stopped this answer.",
};

/** One answer on the page. What models and servers write goes in as text, never as markup. */
export class AnswerView {
  #text = element("div", {className: "text"});
  #note = element("p", {className: "note", hidden: true});
  #trace = new Trace();
  #usage = element("dl", {className: "usage"});
  #copy = element("button", {type: "button", textContent: "Copy", hidden: true});
  #pieces = new Map(); // piece of the transcript -> its view
  #isOver = false;

  /**
   * @param {string} letter A or B where two answers stand side by side, else empty
   * @param {(view: AnswerView) => void} copied called when the reader wants the text
   */
  constructor(letter, title, copied) {
    this.#copy.addEventListener("click", copied);
    this.element = element("article",
        {className: "answer", "aria-label": `Answer ${letter}`.trim(), "aria-busy": "true"},
        element("p", {className: "head"},
            ...(letter ? [element("b", {textContent: letter}), " "] : []), title),
        this.#text, this.#note, this.#trace.element,
        element("div", {className: "foot"}, this.#usage, this.#copy));
  }

  /** Brings the page to the state of a transcript. */
  show(transcript) {
    let isFirst = true;
    transcript.pieces.forEach((piece, i) => {
      const view = this.#pieces.get(piece) ?? new PieceView();
      this.#pieces.set(piece, view);
      if (this.#text.children[i] !== view.element) {
        this.#text.insertBefore(view.element, this.#text.children[i] ?? null);
      }
      view.show(piece, isFirst);
      isFirst &&= piece.retraction !== null;
    });
    this.#trace.show(transcript.trace);
    if (transcript.isOver && !this.#isOver) {
      this.#end(transcript);
    }
  }

  #end({error, finish, detail, usage, text}) {
    this.#isOver = true;
    this.element.setAttribute("aria-busy", "false");
    this.element.classList.toggle("failed", error !== null);
    this.#note.textContent = error ?? [ENDS[finish], detail].filter(Boolean).join(" ");
    this.#note.hidden = this.#note.textContent === "";
    this.#usage.replaceChildren(...numbers(usage ?? {}));
    this.#copy.hidden = text === "";
    setTimeout(() => this.#pieces.forEach(view => view.fold()), FOLD_AFTER_MS);
  }
}

function numbers(usage) {
  return [
    ["sampled", usage.sampled_tokens],
    ["visible", usage.visible_tokens],
    ["discarded", usage.discarded_tokens],
    ["resets", usage.resets],
    ["guard undos", usage.guard_undos || undefined],
    ["first effective token", milliseconds(usage.time_to_first_effective_token_ms)],
  ].filter(([, value]) => value !== undefined)
      .map(([name, value]) => element("div", {},
          element("dt", {textContent: name}), element("dd", {textContent: value})));
}

function milliseconds(time) {
  return time === undefined || time === null ? undefined
      : time < 1000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`;
}
