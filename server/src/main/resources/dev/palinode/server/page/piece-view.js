import {element} from "./dom.js";

const CAUSES = {
  reset: "Withdrawn by a reset",
  guard: "Withdrawn by a guard",
};

/** A piece of an answer's text: first plain, then struck through, at last folded away. */
export class PieceView {
  #body = element("span", {}, "");
  #fold = null;
  #isChosen = false; // the reader folds and unfolds from now on
  element = element("span", {className: "piece"}, this.#body);

  /** @param {boolean} isFirst whether no text remains before this piece */
  show({text, retraction}, isFirst) {
    if (retraction && !this.#fold) {
      this.#withdraw(retraction);
    }
    const node = this.#body.firstChild;
    if (text.startsWith(node.data)) {
      node.appendData(text.slice(node.length)); // keeps what the reader has selected
    } else {
      node.data = text;
    }
    this.element.classList.toggle("whole", isFirst && retraction !== null);
  }

  /** Folds withdrawn text away, unless the reader has said otherwise. */
  fold() {
    if (this.#fold && !this.#isChosen) {
      this.#unfold(false);
    }
  }

  #withdraw({cause, reason, isUnseen}) {
    const body = element("del", {}, "");
    const words = (CAUSES[cause] ?? "Withdrawn")
        + (isUnseen ? ", before it was shown" : "")
        + (reason ? `: ${reason}` : "");
    this.#fold = element("button", {type: "button", className: "fold", textContent: words});
    this.#fold.addEventListener("click", () => {
      this.#isChosen = true;
      this.#unfold(body.hidden);
    });
    this.#body.replaceWith(this.#fold, body);
    this.#body = body;
    this.element.classList.add("withdrawn");
    this.#unfold(!isUnseen);
  }

  #unfold(isOpen) {
    this.#body.hidden = !isOpen;
    this.#fold.setAttribute("aria-expanded", isOpen);
  }
}
