/** The settings of one side; an empty text is the server's default. */
const SIDE = {
  model: "",
  streamMode: "retractable",
  resetBias: "",
  maxResets: "",
  temperature: "0", // as in `palinode chat`; OpenAI's default is 1
  maxTokens: "",
  seed: "",
  negative: "",
  scale: "2",
  form: "log",
  without: [], // names of guards that are left out
};

const STORE = "palinode.settings";

/** Side B begins as the plainest comparison: the same model, which may not reset. */
export function defaults() {
  return {
    key: "",
    system: "",
    compare: false,
    sides: [structuredClone(SIDE), {...structuredClone(SIDE), maxResets: "0"}],
  };
}

/** Kept in this tab only, and gone with it: an API key is among them. */
export function save(settings) {
  sessionStorage.setItem(STORE, JSON.stringify(settings));
}

export function load() {
  return {...defaults(), ...JSON.parse(sessionStorage.getItem(STORE) ?? "{}")};
}

/** Chooses a served model where none, or one that is not served, is chosen. */
export function chooseModels(settings, served) {
  for (const side of settings.sides) {
    if (!served.some(model => model.id === side.model)) {
      side.model = served[0]?.id ?? "";
    }
  }
}

/**
 * The request for one side: OpenAI's fields, and Palinode's in `palinode`.
 *
 * @param seed where the settings have none; if undefined, the server draws one
 */
export function requestBody(settings, side, conversation, served, seed) {
  const {
    reset_token: resets,
    reset_probability: tells,
    stream_modes: modes = [],
    guards = [],
    guards_mandatory: areMandatory,
  } = served.palinode ?? {};
  const system = settings.system.trim() ? [{role: "system", content: settings.system}] : [];
  const checking = guards.filter(guard => areMandatory || !side.without.includes(guard));
  return {
    model: side.model,
    messages: [...system, ...conversation],
    stream: true,
    stream_options: {include_usage: true},
    temperature: number(side.temperature),
    max_tokens: number(side.maxTokens),
    seed: number(side.seed) ?? seed,
    palinode: {
      stream_mode: modes.includes(side.streamMode) ? side.streamMode : undefined,
      reset_probability: tells ? true : undefined,
      reset_bias: resets ? number(side.resetBias) : undefined,
      max_resets: resets ? number(side.maxResets) : undefined,
      guidance: side.negative.trim()
          ? {negative: side.negative, scale: number(side.scale), form: side.form}
          : undefined,
      guards: checking.length < guards.length ? checking : undefined,
    },
  };
}

/** What the two sides are called: their models, and the settings in which they differ. */
export function titles({compare, sides: [a, b]}) {
  if (!compare) {
    return [a.model];
  }
  return [[a, b], [b, a]].map(([side, other]) =>
      [side.model, ...Object.entries(DIFFERENCES)
          .filter(([name]) => String(side[name]) !== String(other[name]) && String(side[name]) !== "")
          .map(([name, words]) => words(side[name]))].join(", "));
}

const DIFFERENCES = {
  streamMode: value => value.replace("_", " "),
  resetBias: value => `reset bias ${value}`,
  maxResets: value => (value === "0" ? "resets forbidden" : `at most ${value} resets`),
  temperature: value => `temperature ${value}`,
  maxTokens: value => `${value} tokens`,
  seed: value => `seed ${value}`,
  negative: () => "guidance",
  scale: value => `scale ${value}`,
  form: value => `${value} form`,
  without: value => `without ${value.join(", ")}`,
};

function number(text) {
  return text === "" ? undefined : Number(text);
}
