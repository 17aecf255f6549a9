// The browsable list of generations. All text is set as textContent: it is never parsed as HTML.
const packed = Uint8Array.from(atob(document.getElementById('generations-data').textContent), c => c.charCodeAt(0));
const data = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
const form = document.getElementById('generations-filter');
const list = document.getElementById('generations-list');
const status = document.getElementById('generations-status');
const more = document.getElementById('generations-more');
const BATCH = 40;
const CHOICES = [['model', data.models], ['other', data.models], ['seed', data.seeds], ['group', data.groups], ['mark', data.marks]];
let matches = [];
let shown = 0;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function key(row) {
  return [row.group, row.id, row.sample].join('\n');
}

/** The other model's answers by key, and by key and seed. */
function byKey(model) {
  const found = new Map();
  for (const row of data.rows) {
    if (String(row.model) !== model) continue;
    if (!found.has(key(row))) found.set(key(row), row);
    const keyed = key(row) + '\n' + row.seed;
    if (!found.has(keyed)) found.set(keyed, row);
  }
  return found;
}

function marks(row) {
  return (row.marks || []).map(i => data.marks[i]);
}

function notes(row) {
  return (row.notes || []).map(i => data.notes[i]);
}

function answer(row) {
  const box = element('div', 'answer');
  if (row.error) box.append(element('p', 'note', 'Failed: ' + row.error));
  if (row.opening) box.append(element('span', 'opening', row.opening));
  for (const withdrawn of row.withdrawn || []) {
    const block = element('div', 'withdrawn');
    block.append(element('span', 'note', 'Withdrawn (' + withdrawn.note + '): '));
    block.append(element('del', 'text', withdrawn.text));
    box.append(block);
  }
  if (!row.error) {
    box.append(row.visible ? element('span', 'text', row.visible) : element('span', 'note', '(empty answer)'));
  }
  return box;
}

function card(row, withPrompt) {
  const item = element('article', 'generation');
  const head = element('header');
  head.append(element('span', 'verdict ' + row.verdict, row.verdict));
  head.append(element('strong', '', data.models[row.model]));
  if (data.seeds[row.seed]) head.append(element('span', 'note', 'seed ' + data.seeds[row.seed]));
  head.append(element('span', 'note', data.groups[row.group] + ' · ' + row.id + (row.sample ? ' · ' + row.sample : '')));
  item.append(head);
  if (withPrompt) item.append(prompt(row));
  item.append(answer(row));
  const remarks = [...marks(row), ...notes(row)];
  if (remarks.length) item.append(element('p', 'note', remarks.join(' · ')));
  return item;
}

function prompt(row) {
  const box = element('div', 'prompt');
  for (const [role, text] of data.prompts[row.prompt]) {
    const turn = element('div');
    turn.append(element('span', 'note', role + ': '));
    turn.append(element('span', 'text', text));
    box.append(turn);
  }
  return box;
}

function pair(row) {
  const item = element('article', 'pair');
  const sides = element('div', 'sides');
  item.append(prompt(row));
  sides.append(card(row, false), card(row.other, false));
  item.append(sides);
  return item;
}

function showMore() {
  const part = document.createDocumentFragment();
  for (const row of matches.slice(shown, shown + BATCH)) part.append(row.other ? pair(row) : card(row, true));
  list.append(part);
  shown = Math.min(shown + BATCH, matches.length);
  more.hidden = shown === matches.length;
  status.textContent = matches.length === 0
    ? 'No generation matches.'
    : `${shown} of ${matches.length} shown, of ${data.rows.length} in all.`;
}

function holds(row, wanted) {
  const text = wanted.text.toLowerCase();
  return (wanted.group === '' || String(row.group) === wanted.group)
    && (wanted.seed === '' || String(row.seed) === wanted.seed)
    && (wanted.mark === '' || (row.marks || []).includes(Number(wanted.mark)))
    && (wanted.verdict === '' || row.verdict === wanted.verdict)
    && (wanted.resets === '' || (row.withdrawn ? 'some' : 'none') === wanted.resets)
    && (text === '' || row.search.includes(text));
}

function filter() {
  const wanted = Object.fromEntries(new FormData(form));
  const rows = data.rows.filter(row => wanted.model === '' || String(row.model) === wanted.model);
  matches = rows.filter(row => holds(row, wanted));
  if (wanted.other !== '') {
    const others = byKey(wanted.other);
    matches = matches
      .filter(row => String(row.model) !== wanted.other && others.has(key(row)))
      .map(row => ({...row, other: others.get(key(row) + '\n' + row.seed) || others.get(key(row))}));
  }
  shown = 0;
  list.replaceChildren();
  showMore();
}

function option(select, value, label) {
  const made = element('option', '', label);
  made.value = value;
  select.append(made);
}

/** A link such as #generations?model=NAME&verdict=unsafe sets the filter. */
function follow() {
  const [anchor, query] = location.hash.split('?');
  if (anchor !== '#generations' || query === undefined) return;
  const wanted = new URLSearchParams(query);
  form.reset();
  for (const [field, names] of CHOICES) {
    const chosen = names.indexOf(wanted.get(field));
    form.elements[field].value = chosen < 0 ? '' : chosen;
  }
  form.elements.verdict.value = wanted.get('verdict') || '';
  form.elements.resets.value = wanted.get('resets') || '';
  form.elements.text.value = wanted.get('text') || '';
  filter();
  document.getElementById('generations').scrollIntoView();
}

for (const row of data.rows) {
  row.search = [row.id, row.opening, row.visible, row.error, ...(row.withdrawn || []).map(each => each.text), ...marks(row), ...notes(row),
    ...data.prompts[row.prompt].map(turn => turn[1])].join('\n').toLowerCase();
}
for (const [field, names] of CHOICES) {
  names.forEach((name, i) => { if (name) option(form.elements[field], i, name); });
  form.elements[field].parentElement.hidden = !names.some(name => name);
}
for (const verdict of new Set(data.rows.map(row => row.verdict))) option(form.elements.verdict, verdict, verdict);
form.addEventListener('input', filter);
form.addEventListener('submit', event => event.preventDefault());
more.addEventListener('click', showMore);
new IntersectionObserver(seen => { if (seen.some(each => each.isIntersecting)) showMore(); }, {rootMargin: '400px'}).observe(more);
addEventListener('hashchange', follow);
filter();
follow();
