import { done, refuse } from '../accounts/outcome.ts';
import type { FaultSwitch, Way } from '../faults/fault-switch.ts';
import { PARAMETER_WORDS, type ParameterName } from '../faults/parameters.ts';
import type { Outcome } from '../ports.ts';
import { field, type Problem, postForm, submit } from './form.ts';
import { type Html, html } from './html.ts';
import { page, type Reply } from './http.ts';
import { layout } from './layout.ts';
import type { Visit } from './visit.ts';

/** One switch: in which way, for whom, how often. */

/** These say what is struck; the others how. */
const NARROWING: ReadonlySet<ParameterName> = new Set([
  'email',
  'apiKey',
  'path',
  'channel',
  'market',
  'probability',
  'count',
  'seed',
]);

export function faultPage(visit: Visit, fault: FaultSwitch, form: URLSearchParams, found: Problem | null): Reply {
  const names = [...new Set(fault.ways.flatMap(({ takes }) => takes))];
  const needed = new Set(names.filter((name) => fault.ways.every(({ needs }) => needs?.includes(name))));
  const asked = new Set(fault.ways.flatMap(({ needs }) => needs ?? []));
  const first = names.filter((name) => asked.has(name) || !NARROWING.has(name));
  const others = names.filter((name) => !first.includes(name));
  const fields = (list: readonly ParameterName[]): readonly Html[] =>
    list.map((name) => inputOf(fault, name, form, needed));
  const body = html`<div class="panel fault-form">${postForm(visit, {
    action: `/faults/${fault.id}`,
    name: `${fault.id} ${fault.title}`,
    found,
    body: [
      html`<fieldset class="ways"><legend>${fault.ways.length > 1 ? 'In which way' : 'What happens'}</legend>${fault.ways.map((way) => wayChoice(fault, way, form))}</fieldset>`,
      first.length > 0 && html`<div class="fault-fields">${fields(first)}</div>`,
      others.length > 0 &&
        html`<details class="fold"${others.some((name) => (form.get(name) ?? '') !== '') && html` open`}><summary>Only some of it, only sometimes</summary><div class="fault-fields">${fields(others)}</div></details>`,
      html`<div class="actions">${submit('Switch on')}<a class="button plain" href="/faults#${fault.id}">Back</a></div>`,
    ],
  })}</div>
<p class="aside">By JSON: <code>faults/arm {"id":"${fault.id}","way":"${fault.ways[0].name}"}</code></p>`;
  const title = `${fault.id} · ${fault.title}`;
  return page(layout(visit, { title, section: 'faults', body }), found === null ? 200 : 422);
}

function wayChoice({ ways }: FaultSwitch, { name, effect }: Way, form: URLSearchParams): Html {
  const chosen = form.get('way') ?? ways[0].name;
  return html`<label class="way"><input type="radio" name="way" value="${name}"${name === chosen && html` checked`}> <span><strong>${name}</strong><br><span class="muted">${effect}</span></span></label>`;
}

function inputOf(
  { ways }: FaultSwitch,
  name: ParameterName,
  form: URLSearchParams,
  needed: ReadonlySet<ParameterName>,
): Html {
  const { label, hint, empty, kind } = PARAMETER_WORDS[name];
  const listening = ways.filter(({ takes }) => takes.includes(name));
  const standard = [
    ...new Set(listening.map(({ defaults }) => defaults?.[name]).filter((value) => value !== undefined)),
  ];
  const words = [
    kind === 'yes-no' && 'yes or no.',
    hint,
    standard.length > 0
      ? `Empty: ${standard.map(shownDefault).join(' or ')}.`
      : empty !== undefined && !needed.has(name) && `Empty: ${empty}.`,
    listening.length < ways.length && `For: ${listening.map((way) => way.name).join(', ')}.`,
  ].filter((text) => text !== false);
  return field(
    'fault',
    {
      name,
      label,
      value: form.get(name) ?? '',
      hint: words.join(' '),
      optional: !needed.has(name),
      autocomplete: 'off',
      ...(kind === 'whole' ? { inputmode: 'numeric' as const } : {}),
    },
    null,
  );
}

function shownDefault(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** What the form says, as the JSON interface would have been told it. Fields of other ways are left out. */
export function armOrder({ id, ways }: FaultSwitch, form: URLSearchParams): Outcome<Record<string, unknown>> {
  const way = ways.find(({ name }) => name === form.get('way'));
  if (way === undefined) return refuse('way-unknown', 'Choose in which way it should happen.');
  const order: Record<string, unknown> = { id, way: way.name };
  for (const name of way.takes) {
    const text = (form.get(name) ?? '').trim();
    if (text === '') continue;
    const value = typedValue(name, text);
    if (value === null) return refuse('input-invalid', `${PARAMETER_WORDS[name].label}: ${wanted(name)}.`);
    order[name] = value;
  }
  return done(order);
}

function typedValue(name: ParameterName, text: string): string | number | boolean | null {
  switch (PARAMETER_WORDS[name].kind ?? 'text') {
    case 'text':
      return text;
    case 'whole':
      return /^-?\d{1,12}$/.test(text) ? Number(text) : null;
    case 'number':
      return /^\d{1,3}(\.\d{1,12})?$/.test(text) ? Number(text) : null;
    case 'yes-no':
      return text === 'yes' ? true : text === 'no' ? false : null;
  }
}

function wanted(name: ParameterName): string {
  switch (PARAMETER_WORDS[name].kind ?? 'text') {
    case 'text':
      return 'something to read';
    case 'whole':
      return 'a whole number, such as 3';
    case 'number':
      return 'a number between 0 and 1, such as 0.25';
    case 'yes-no':
      return 'yes or no';
  }
}
