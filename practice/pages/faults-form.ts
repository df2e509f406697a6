import { done, refuse } from '../accounts/outcome.ts';
import type { FaultSwitch, Way } from '../faults/fault-switch.ts';
import { PARAMETER_WORDS, PARAMETERS, type ParameterName } from '../faults/parameters.ts';
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
  const asked = new Set(fault.ways.flatMap(({ needs }) => needs ?? []));
  const first = names.filter((name) => asked.has(name) || !NARROWING.has(name));
  const others = names.filter((name) => !first.includes(name));
  const fields = (list: readonly ParameterName[]): readonly Html[] =>
    list.map((name) => inputOf(visit, fault, name, form));
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
<p class="aside">By JSON: ${fault.ways.map((way) => html`<br><code data-order>${orderLine(visit, fault, way)}</code>`)}</p>`;
  const title = `${fault.id} · ${fault.title}`;
  return page(layout(visit, { title, section: 'faults', body }), found === null ? 200 : 422);
}

function wayChoice({ ways }: FaultSwitch, { name, effect }: Way, form: URLSearchParams): Html {
  const chosen = form.get('way') ?? ways[0].name;
  return html`<label class="way"><input type="radio" name="way" value="${name}"${name === chosen && html` checked`}> <span><strong>${name}</strong><br><span class="muted">${effect}</span></span></label>`;
}

function inputOf(visit: Visit, { ways }: FaultSwitch, name: ParameterName, form: URLSearchParams): Html {
  const { label, hint, kind } = PARAMETER_WORDS[name];
  const listening = ways.filter(({ takes }) => takes.includes(name));
  const needing = ways.filter(({ needs }) => needs?.includes(name));
  const words = [
    kind === 'yes-no' && 'yes or no.',
    hint,
    emptyWords(name, listening, needing),
    listening.length < ways.length && `For: ${namesOf(listening)}.`,
  ].filter((text) => text !== false);
  return field(
    'fault',
    {
      name,
      label,
      value: form.get(name) ?? presetOf(visit, name, needing),
      hint: words.join(' '),
      optional: needing.length < ways.length,
      ...(needing.length > 0 ? { optionalWord: `needed for ${namesOf(needing)}` } : {}),
      autocomplete: 'off',
      ...(kind === 'whole' ? { inputmode: 'numeric' as const } : {}),
    },
    null,
  );
}

function namesOf(ways: readonly Way[]): string {
  return ways.map(({ name }) => name).join(', ');
}

/** What leaving it out means to those ways that can do without it. */
function emptyWords(name: ParameterName, listening: readonly Way[], needing: readonly Way[]): string | false {
  const free = listening.filter((way) => !needing.includes(way));
  if (free.length === 0) return false;
  const values = new Set(free.map(({ defaults }) => defaults?.[name]).filter((value) => value !== undefined));
  const meant = values.size > 0 ? [...values].map(shownDefault).join(' or ') : PARAMETER_WORDS[name].empty;
  return meant !== undefined && `Empty${needing.length > 0 ? ` for ${namesOf(free)}` : ''}: ${meant}.`;
}

/** Where an account is needed, it is most likely the one that is logged in. */
function presetOf({ account }: Visit, name: ParameterName, needing: readonly Way[]): string {
  return name === 'email' && needing.length > 0 ? (account?.email ?? '') : '';
}

/** Complete: what the way needs is said, with the account and a key of whoever looks. */
function orderLine(visit: Visit, { id }: FaultSwitch, { name, needs = [] }: Way): string {
  const said = Object.fromEntries(needs.map((need) => [need, exampleOf(visit, need)]));
  return `faults/arm ${JSON.stringify({ id, way: name, ...said })}`;
}

function exampleOf({ account, site }: Visit, name: ParameterName): string {
  switch (name) {
    case 'email':
      return account?.email ?? site.demo?.email ?? 'you@example.com';
    case 'apiKey':
      return (account === null ? undefined : site.accounts.keys(account.id)[0]?.publicKey) ?? 'your API key';
    case 'market':
      return 'BTC_USDT';
    case 'ticker':
      return 'USDT';
    case 'price':
      return '50000';
    default:
      return '';
  }
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
    if (!PARAMETERS[name].safeParse(value).success) {
      const { label, wanted } = PARAMETER_WORDS[name];
      return refuse('input-invalid', `${label}: ${wanted}.`);
    }
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
