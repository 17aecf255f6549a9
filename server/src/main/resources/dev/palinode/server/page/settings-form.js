import {element} from "./dom.js";

const MODES = {
  retractable: () => "retractable: shows undos",
  held_back: ({hold_back: tokens}) => `held back${tokens ? `: ${tokens} tokens late` : ""}`,
  buffered: () => "buffered: all at the end",
};

/** Each field: of what it is, and what a reader must know. `reset`: only with a reset token. */
const SAMPLING = [
  {name: "maxResets", label: "Max resets", min: 0, step: 1, reset: true, hint: "0 forbids them"},
  {name: "resetBias", label: "Reset bias", min: -100, max: 100, step: "any", reset: true,
    hint: "below 0: rarer"},
  {name: "temperature", label: "Temperature", min: 0, max: 2, step: "any", hint: "0 is greedy"},
  {name: "maxTokens", label: "Max tokens", min: 1, step: 1},
  {name: "seed", label: "Seed", step: 1, hint: "same seed, same answer"},
];

/** Fills the dialog for these settings and models; `changed` is called after each change. */
export function showSettings({shared, sides}, settings, served, changed) {
  const redraw = event => {
    const side = event.target.closest("fieldset").id;
    changed();
    showSettings({shared, sides}, settings, served, changed);
    document.querySelector(`#${side} [name=model]`).focus();
  };
  shared.replaceChildren(
      field("System message", input("textarea", settings, "system", changed, {rows: 2})),
      field("API key", input("input", settings, "key", changed,
          {id: "key", type: "password", autocomplete: "off"}), "kept until this tab is closed"));
  const shown = settings.compare ? settings.sides : settings.sides.slice(0, 1);
  sides.replaceChildren(...shown.map((side, i) => sideFields(side, {
    id: `side-${"ab"[i]}`,
    title: shown.length > 1 ? `Answer ${"AB"[i]}` : "Answer",
  }, served, changed, redraw)));
}

function sideFields(side, {id, title}, served, changed, redraw) {
  const model = served.find(each => each.id === side.model)?.palinode ?? {};
  const set = element("fieldset", {id}, element("legend", {textContent: title}),
      field("Model", choice(side, "model", served.map(each => [each.id, each.id]), redraw)),
      field("Stream", choice(side, "streamMode",
          (model.stream_modes ?? []).map(mode => [mode, MODES[mode]?.(model) ?? mode]), changed)),
      element("div", {className: "row"}, ...SAMPLING.map(({name, label, hint, reset, ...limits}) =>
          field(label, input("input", side, name, changed,
              {type: "number", placeholder: "default", disabled: reset && !model.reset_token, ...limits}),
              reset && !model.reset_token ? "this model has no reset token" : hint))),
      guidance(side, changed));
  if (model.guards?.length > 0) {
    set.append(guards(side, model, changed));
  }
  return set;
}

function guidance(side, changed) {
  return element("details", {open: side.negative !== ""},
      element("summary", {textContent: "Guidance"}),
      field("Negative system message", input("textarea", side, "negative", changed, {rows: 2}),
          "the answer is led away from it; empty: no guidance"),
      element("div", {className: "row"},
          field("Scale", input("input", side, "scale", changed,
              {type: "number", min: 0, step: "any"}), "1 is none"),
          field("Form", choice(side, "form", [["log", "log"], ["probability", "probability"]], changed))));
}

function guards(side, {guards: names, guards_mandatory: areMandatory}, changed) {
  return element("fieldset", {className: "guards", disabled: areMandatory === true},
      element("legend", {textContent: areMandatory ? "Guards (always on here)" : "Guards"}),
      ...names.map(name => {
        const box = element("input", {type: "checkbox", checked: areMandatory || !side.without.includes(name)});
        box.addEventListener("change", () => {
          side.without = names.filter(each => (each === name ? !box.checked : side.without.includes(each)));
          changed();
        });
        return element("label", {className: "check"}, box, name);
      }));
}

function field(label, control, hint = "") {
  return element("label", {}, element("span", {textContent: label}), control,
      ...(hint ? [element("small", {textContent: hint})] : []));
}

function input(kind, values, name, changed, properties) {
  const made = element(kind, {...properties, name, value: values[name]});
  made.addEventListener("input", () => {
    if (made.checkValidity()) {
      values[name] = made.value;
      changed();
    }
  });
  return made;
}

function choice(values, name, options, changed) {
  const made = element("select", {name}, ...options.map(([value, text]) =>
      element("option", {value, textContent: text, selected: value === values[name]})));
  made.addEventListener("change", event => {
    values[name] = made.value;
    changed(event);
  });
  return made;
}
