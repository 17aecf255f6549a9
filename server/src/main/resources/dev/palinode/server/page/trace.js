import {element} from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const BAR = 8;
const HEIGHT = 44;
const DECADES = 4; // the scale is logarithmic, from 0.0001 to 1

/** The figure of P(reset) under an answer. */
export class Trace {
  #svg = document.createElementNS(SVG, "svg");
  #paths = ["remaining", "withdrawn", "undo"].map(name => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", name);
    return path;
  });
  #caption = element("figcaption");
  element = element("figure", {className: "trace", hidden: true});

  constructor() {
    this.#svg.setAttribute("role", "img");
    this.#svg.setAttribute("preserveAspectRatio", "none");
    this.#svg.setAttribute("height", HEIGHT);
    this.#svg.append(...this.#paths);
    const scale = element("span", {className: "scale", "aria-hidden": "true"},
        ...["1", "0.01", "0.0001"].map(text => element("span", {textContent: text})));
    this.element.append(scale, this.#svg, this.#caption);
  }

  /** Draws the steps of a {@link Transcript}. */
  show(steps) {
    if (steps.length === 0) {
      return;
    }
    const [remaining, withdrawn, undo] = this.#paths;
    const bars = isWithdrawn => steps.map((step, i) =>
        step.probability === undefined || step.withdrawn !== isWithdrawn ? "" : bar(i, step)).join("");
    remaining.setAttribute("d", bars(false));
    withdrawn.setAttribute("d", bars(true));
    undo.setAttribute("d", steps.map((step, i) =>
        step.undo ? `M${(i + 1) * BAR} 0V${HEIGHT}` : "").join(""));
    const width = Math.max(steps.length, 12) * BAR;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#svg.setAttribute("width", width);
    this.#svg.setAttribute("aria-label", description(steps));
    this.#caption.textContent = caption(steps);
    this.element.hidden = false;
  }
}

function bar(i, {probability}) {
  const part = 1 + Math.log10(Math.max(probability, 10 ** -DECADES)) / DECADES;
  const top = HEIGHT - 1 - part * (HEIGHT - 2);
  return `M${i * BAR + 1} ${HEIGHT}V${top.toFixed(1)}h${BAR - 2}V${HEIGHT}Z`;
}

function caption(steps) {
  const {probability, number} = highest(steps);
  return `P(reset) at each token: highest ${rounded(probability)}, at token ${number}`;
}

/** The figure in words. */
function description(steps) {
  const {probability, number} = highest(steps);
  const undos = steps.flatMap((step, i) => (step.undo ? [tokens(steps, i)] : []));
  return `P(reset) of ${tokens(steps, steps.length)} tokens on a logarithmic scale: highest `
      + `${rounded(probability)} at token ${number}`
      + (undos.length > 0 ? `; text was withdrawn at token ${undos.join(", ")}.` : ".");
}

function highest(steps) {
  const probability = Math.max(...steps.map(step => step.probability ?? 0));
  const step = steps.findIndex(each => each.probability === probability);
  return {probability, number: tokens(steps, step)};
}

/** How many tokens there are up to a step: an undo by a guard is none. */
function tokens(steps, last) {
  return steps.slice(0, last + 1).filter(step => step.probability !== undefined).length;
}

function rounded(probability) {
  return probability < 0.0001 ? "below 0.0001" : String(Number(probability.toPrecision(2)));
}
