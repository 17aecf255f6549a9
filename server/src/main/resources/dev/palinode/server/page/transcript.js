/** What is known of one answer while its chunks arrive. Offsets count Unicode code points. */
export class Transcript {
  /**
   * {text, retraction}: what arrived, in order; `retraction` is set once the text is withdrawn. What
   * was withdrawn before it was sent comes first, if the server tells it.
   */
  pieces = [];
  /** {probability, at, withdrawn, undo}: P(reset) of each chunk that had it. */
  trace = [];
  usage = null;
  finish = null;
  detail = null;
  error = null;
  /** Whether nothing more comes. */
  isOver = false;

  /** The text that was not withdrawn. */
  get text() {
    return this.pieces.filter(piece => !piece.retraction).map(piece => piece.text).join("");
  }

  /**
   * Takes in one chunk of the stream.
   *
   * @throws {Error} if the chunk withdraws what is not at the end of the text; `isWithdrawn`, as
   *     the final text is unknown
   */
  apply(chunk) {
    const choice = chunk.choices?.[0];
    const own = chunk.palinode ?? choice?.palinode ?? {};
    this.#record(own);
    if (choice?.delta?.content) {
      this.#append(choice.delta.content);
    }
    if (own.retraction) {
      this.#retract(own.retraction);
    }
    if (choice?.finish_reason) {
      this.finish ??= choice.finish_reason;
    }
    this.finish = own.finish ?? this.finish;
    this.detail = own.detail ?? this.detail;
    this.usage = own.usage ?? this.usage;
    if (own.withdrawn && !this.pieces.some(piece => piece.retraction)) {
      this.pieces.unshift(...own.withdrawn.map(({text, ...why}) =>
          ({text, retraction: {...why, isUnseen: true}})));
    }
  }

  /** Ends the answer; `finish` if the server gave no reason. */
  end(finish) {
    this.finish ??= finish;
    this.isOver = true;
  }

  /** Ends the answer with an error; `isWithdrawn` if all that was shown is withdrawn. */
  fail(message, isWithdrawn = false) {
    this.error = message;
    this.isOver = true;
    if (isWithdrawn && this.text) {
      this.#retract({from: 0, text: this.text, cause: "error"});
    }
  }

  #record({reset_probability: probability, retraction}) {
    if (probability !== undefined || (retraction && this.trace.length > 0)) {
      const at = codePoints(this.text).length;
      this.trace.push({probability, at, withdrawn: false, undo: Boolean(retraction)});
    }
  }

  #append(text) {
    const last = this.pieces.at(-1);
    if (last && !last.retraction) {
      last.text += text;
    } else {
      this.pieces.push({text, retraction: null});
    }
  }

  #retract(retraction) {
    const kept = codePoints(this.text).slice(0, retraction.from).join("");
    if (kept + retraction.text !== this.text) {
      throw Object.assign(
          new Error("The server withdrew text that is not the end of this answer."),
          {isWithdrawn: true});
    }
    let remaining = 0; // in UTF-16 units, the length of what remains before a piece
    this.pieces = this.pieces.flatMap(piece => {
      if (piece.retraction) {
        return [piece];
      }
      const cut = Math.max(0, kept.length - remaining);
      remaining += piece.text.length;
      if (cut >= piece.text.length) {
        return [piece];
      }
      if (cut === 0) {
        piece.retraction = retraction;
        return [piece];
      }
      const tail = {text: piece.text.slice(cut), retraction};
      piece.text = piece.text.slice(0, cut);
      return [piece, tail];
    });
    for (const step of this.trace) {
      step.withdrawn ||= step.at >= retraction.from;
    }
  }
}

function codePoints(text) {
  return Array.from(text);
}
