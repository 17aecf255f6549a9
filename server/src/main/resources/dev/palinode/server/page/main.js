import {AnswerView} from "./answer-view.js";
import * as client from "./client.js";
import {element} from "./dom.js";
import {EXAMPLES, PAUSE_MS} from "./examples.js";
import * as store from "./settings.js";
import {showSettings} from "./settings-form.js";
import {Transcript} from "./transcript.js";

const part = id => document.getElementById(id);
const question = part("question");

let settings = store.load();
let served = [];
let turns = []; // {question, answers: [Transcript], element}
let running = null; // AbortController of the answers on their way
let triedKey = null; // with which the models were asked for

async function loadModels() {
  triedKey = settings.key;
  try {
    served = await client.models(settings.key);
    store.chooseModels(settings, served);
    notice(served.length === 0 ? "The server serves no model." : "");
  } catch (e) {
    notice(e.message);
    if (e.isUnauthorized) {
      openSettings("#key");
    }
  }
  showState();
}

function notice(message) {
  part("notice").textContent = message;
  part("notice").hidden = message === "";
}

/** Brings everything but the answers to the present state. */
function showState() {
  const examples = EXAMPLES.get(settings.sides[0].model) ?? [];
  part("welcome").hidden = turns.length > 0;
  part("examples-note").hidden = examples.length === 0;
  part("examples").replaceChildren(...examples.map(text => {
    const button = element("button", {type: "button", textContent: text});
    button.addEventListener("click", () => ask(text));
    return element("li", {}, button);
  }));
  part("compare").setAttribute("aria-pressed", settings.compare);
  part("send").hidden = running !== null;
  part("stop").hidden = running === null;
  document.body.classList.toggle("wide", settings.compare);
  document.querySelectorAll(".again").forEach((button, i) => {
    button.hidden = running !== null || i < turns.length - 1;
  });
}

async function ask(text) {
  const titles = store.titles(settings);
  const answers = titles.map(() => new Transcript());
  const views = titles.map((title, i) =>
      new AnswerView(titles.length > 1 ? "AB"[i] : "", title, () => copy(answers[i].text)));
  const turn = {question: text, answers, element: turnElement(text, views)};
  // With one seed, two answers differ only where the settings make them.
  const seed = settings.compare ? Math.floor(Math.random() * 2 ** 31) : undefined;
  const bodies = answers.map((answer, i) => requestBody(i, text, seed));
  turns.push(turn);
  part("conversation").append(turn.element);
  running = new AbortController();
  showState();
  scrollTo(0, document.body.scrollHeight);
  say("Answering.");
  await Promise.all(bodies.map((body, i) => follow(body, answers[i], views[i])));
  running = null;
  showState();
  say(answers.map((answer, i) => `${views[i].element.ariaLabel}: ${answer.error ?? answer.text}`).join(" "));
}

function requestBody(i, text, seed) {
  const side = settings.sides[i];
  const model = served.find(each => each.id === side.model) ?? {};
  const conversation = turns.flatMap(turn => {
    const {text: said, error} = turn.answers[i] ?? turn.answers[0];
    return said === "" || error !== null ? [] : [
      {role: "user", content: turn.question},
      {role: "assistant", content: said},
    ];
  });
  conversation.push({role: "user", content: text});
  return store.requestBody(settings, side, conversation, model, seed);
}

/** Shows an answer as it arrives. It never throws: what goes wrong is written under the answer. */
async function follow(body, transcript, view) {
  const {signal} = running;
  try {
    for await (const chunk of client.answer(body, settings.key, signal)) {
      transcript.apply(chunk);
      if (chunk.palinode?.retraction) {
        say(`${view.element.ariaLabel}: text was withdrawn.`);
      }
      keepAtEnd(() => view.show(transcript));
      if (EXAMPLES.has(body.model)) {
        await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
      }
    }
    transcript.end("stop");
  } catch (e) {
    if (signal.aborted) {
      transcript.end("stopped");
    } else {
      transcript.fail(e.message, e.isWithdrawn);
    }
  }
  keepAtEnd(() => view.show(transcript));
}

function turnElement(text, views) {
  const again = element("button", {type: "button", className: "again", textContent: "Ask again"});
  again.addEventListener("click", () => {
    turns.pop().element.remove();
    question.focus();
    ask(text);
  });
  return element("section", {className: "turn", "aria-label": "Question and answer"},
      element("div", {className: "question"}, element("p", {textContent: text}), again),
      element("div", {className: "answers"}, ...views.map(view => view.element)));
}

/** Scrolls on with growing text, unless the reader has scrolled away from the end. */
function keepAtEnd(change) {
  const page = document.documentElement;
  const isAtEnd = page.scrollTop + page.clientHeight >= page.scrollHeight - 60;
  change();
  if (isAtEnd) {
    page.scrollTop = page.scrollHeight;
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    notice("The browser does not let this page copy: select the text instead.");
  }
}

/** Tells people who listen to a screen reader what others see. */
function say(text) {
  part("status").textContent = text;
}

function startAnew() {
  running?.abort();
  turns = [];
  part("conversation").replaceChildren();
  notice("");
  showState();
  question.focus();
}

function openSettings(focus) {
  const changed = () => {
    store.save(settings);
    showState();
  };
  showSettings({shared: part("shared"), sides: part("sides")}, settings, served, changed);
  if (!part("settings").open) {
    part("settings").showModal();
  }
  part("settings").querySelector(focus).focus();
}

function restoreDefaults() {
  settings = {...store.defaults(), key: settings.key, compare: settings.compare};
  store.chooseModels(settings, served);
  store.save(settings);
  openSettings("#restore");
}

function fitQuestion() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + question.offsetHeight - question.clientHeight}px`;
}

part("composer").addEventListener("submit", async event => {
  event.preventDefault();
  if (served.length === 0) {
    await loadModels();
  }
  const text = question.value;
  if (!running && text.trim() !== "" && served.length > 0) {
    question.value = "";
    fitQuestion();
    ask(text);
  }
});
question.addEventListener("input", fitQuestion);
question.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    part("composer").requestSubmit();
  }
});
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && !part("settings").open) {
    running?.abort();
  }
});
part("stop").addEventListener("click", () => {
  running?.abort();
  question.focus();
});
part("new").addEventListener("click", startAnew);
part("compare").addEventListener("click", () => {
  settings.compare = !settings.compare;
  store.save(settings);
  showState();
});
part("open-settings").addEventListener("click", () => openSettings("[name=model]"));
part("restore").addEventListener("click", restoreDefaults);
part("settings").addEventListener("close", () => {
  if (served.length === 0 && settings.key !== triedKey) {
    loadModels();
  }
});
part("settings").querySelector("form").addEventListener("submit", event => {
  event.preventDefault();
  part("settings").close();
});

if (!matchMedia("(pointer: coarse)").matches) {
  question.focus(); // on a phone this would raise its keyboard
}
await loadModels();
