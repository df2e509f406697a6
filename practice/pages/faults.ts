import type { Fault } from '../control/faults.ts';
import type { ArmedFault } from '../faults/armory.ts';
import { CATALOGUE, GROUPS } from '../faults/catalogue.ts';
import type { FaultSwitch } from '../faults/fault-switch.ts';
import { NOT_OURS } from '../faults/not-ours.ts';
import { armOrder, faultPage } from './faults-form.ts';
import { problem } from './form.ts';
import { counted } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import { page, type Reply, redirect } from './http.ts';
import { layout } from './layout.ts';
import type { Route, Visit } from './visit.ts';

/** The page of switches. No real exchange has one, so it needs no login: it is this machine's owner at work. */

function armedOf(visit: Visit, id: string): readonly ArmedFault[] {
  return visit.site.faultRoom.armory.armed().filter((fault) => fault.id === id);
}

/** Told the same way everywhere: "struck 3 times". */
function struckText(struck: number): string {
  return struck === 0 ? 'not struck yet' : `struck ${counted(struck, 'time')}`;
}

function termsText({ terms }: ArmedFault): string {
  return Object.entries(terms)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(' · ');
}

function offForm(visit: Visit, armed: number): Html {
  return html`<form method="post" action="/faults/off"><input type="hidden" name="form_token" value="${visit.formToken}"><input type="hidden" name="armed" value="${armed}"><button type="submit" class="button small plain">Switch off</button></form>`;
}

/** What the list says of one that is armed; the script of the page puts newer words in their place. */
type ArmedWords = { readonly key: string; readonly words: string; readonly problem: string };

function wordsOf(fault: ArmedFault): ArmedWords {
  const { armed, struck, left, problem } = fault;
  const words = [struckText(struck), left === null ? '' : `${left} to come`, termsText(fault)];
  return {
    key: String(armed),
    words: words.filter((text) => text !== '').join(' · '),
    problem: problem === null ? '' : `It came to nothing: ${problem}`,
  };
}

function plainWordsOf({ kind, path, count }: Fault): ArmedWords {
  return { key: `${kind} ${path}`, words: `path ${path}${count === null ? '' : ` · ${count} to come`}`, problem: '' };
}

function told({ words, problem }: ArmedWords): Html {
  return html`<p class="muted" data-armed-words>${words}</p>
<p class="reason" data-armed-problem${problem === '' && html` hidden`}>${problem}</p>`;
}

function armedRow(visit: Visit, fault: ArmedFault): Html {
  const known = CATALOGUE.find(({ id }) => id === fault.id);
  const words = wordsOf(fault);
  return html`<li class="armed-row" data-armed-key="${words.key}">
<div><strong><a href="/faults/${fault.id}"><span class="fault-id">${fault.id}</span> ${known?.title}</a></strong> <span class="chip">${fault.way}</span>
${told(words)}</div>
${offForm(visit, fault.armed)}
</li>`;
}

function plainRow(fault: Fault): Html {
  const words = plainWordsOf(fault);
  return html`<li class="armed-row" data-armed-key="${words.key}"><div><strong>${fault.kind}</strong> <span class="chip">faults/set</span>${told(words)}</div></li>`;
}

function armedPanel(visit: Visit): Html {
  const { armory, plain } = visit.site.faultRoom;
  const rows = [...armory.armed().map((fault) => armedRow(visit, fault)), ...plain.list().map(plainRow)];
  // Other windows and scripts switch too.
  const changed = html`<p data-armed-changed role="status" hidden>What is switched on has changed. <a href="/faults">Load the list again</a></p>`;
  if (rows.length === 0)
    return html`<section id="armed" data-armed-list="/faults.json">${changed}<p class="empty">Nothing is switched on. The exchange behaves.</p></section>`;
  return html`<section class="panel" id="armed" aria-labelledby="armed-title" data-armed-list="/faults.json">
<div class="key-head"><h2 id="armed-title">Switched on <span class="muted">as of <span data-armed-as-of>${timeOfDay(visit.nowMs)}</span></span></h2>${clearForm(visit)}</div>
${changed}
<ul class="armed">${rows}</ul>
</section>`;
}

function timeOfDay(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`;
}

function armedJson({ site, nowMs }: Visit): Reply {
  const { armory, plain } = site.faultRoom;
  const armed = [...armory.armed().map(wordsOf), ...plain.list().map(plainWordsOf)];
  return { kind: 'json', status: 200, body: { asOf: timeOfDay(nowMs), armed } };
}

function clearForm(visit: Visit): Html {
  return html`<form method="post" action="/faults/clear"><input type="hidden" name="form_token" value="${visit.formToken}"><button type="submit" class="button small danger">Clear all</button></form>`;
}

/** One press where the switch needs nothing to be said; else its own page. */
function rowAction(visit: Visit, fault: FaultSwitch): Part {
  const [way] = fault.ways;
  const on = armedOf(visit, fault.id).at(-1);
  if (on !== undefined) return offForm(visit, on.armed);
  const setUp = html`<a class="button small plain" href="/faults/${fault.id}">Set up</a>`;
  if ((way.needs ?? []).length > 0) return setUp;
  return [
    setUp,
    html`<form method="post" action="/faults/${fault.id}"><input type="hidden" name="form_token" value="${visit.formToken}"><input type="hidden" name="way" value="${way.name}"><button type="submit" class="button small plain" aria-label="Switch ${fault.id} on">Switch on</button></form>`,
  ];
}

function faultRow(visit: Visit, fault: FaultSwitch): Html {
  const armed = armedOf(visit, fault.id);
  return html`<li class="fault${armed.length > 0 && ' is-on'}" id="${fault.id}">
<span class="fault-id">${fault.id}</span>
<div class="fault-words"><h3><a href="/faults/${fault.id}">${fault.title}</a>${armed.length > 0 && html` <span class="pill warn">on</span>`}</h3>
<p class="muted">${fault.ways[0].effect}${
    fault.ways.length > 1 &&
    html` <span class="more-ways">Also: ${fault.ways
      .slice(1)
      .map(({ name }) => name)
      .join(', ')}.</span>`
  }</p></div>
<div class="fault-actions">${rowAction(visit, fault)}</div>
</li>`;
}

function listPage(visit: Visit): Reply {
  const body = html`${armedPanel(visit)}
<nav class="fault-groups" aria-label="Groups">${GROUPS.map(({ group, title }) => html`<a href="#group-${group}"><strong>${group}</strong> ${title}</a>`)}</nav>
${GROUPS.map(
  ({
    group,
    title,
  }) => html`<section aria-labelledby="group-${group}"><h2 class="fault-group" id="group-${group}"><span class="fault-id">${group}</span> ${title}</h2>
<ul class="faults panel">${CATALOGUE.filter((fault) => fault.group === group).map((fault) => faultRow(visit, fault))}</ul></section>`,
)}
<details class="fold"><summary>What no exchange can cause</summary>
<ul class="faults panel">${NOT_OURS.map(
    ({ id, title, reason }) =>
      html`<li class="fault"><span class="fault-id">${id}</span><div class="fault-words"><h3>${title}</h3><p class="muted">${reason}</p></div></li>`,
  )}</ul></details>`;
  return page(
    layout(visit, {
      title: 'Faults',
      section: 'faults',
      lead: html`Switches that make this exchange fail, so that what you build can be seen to bear it. No real exchange has this page. Scripts have the same by JSON: <code>faults/arm</code>.`,
      body,
    }),
  );
}

function findFault(visit: Visit): FaultSwitch | null {
  return CATALOGUE.find(({ id }) => id === visit.params.id) ?? null;
}

function onePage(visit: Visit): Reply {
  const fault = findFault(visit);
  return fault === null ? redirect('/faults') : faultPage(visit, fault, new URLSearchParams(), null);
}

async function arm(visit: Visit): Promise<Reply> {
  const fault = findFault(visit);
  if (fault === null) return redirect('/faults');
  const order = armOrder(fault, visit.form);
  const outcome = order.ok ? await visit.site.faultRoom.armory.arm(order.value) : order;
  return outcome.ok ? redirect('/faults#armed') : faultPage(visit, fault, visit.form, problem(null, outcome.message));
}

async function off(visit: Visit): Promise<Reply> {
  // One that is off already is what was wanted.
  await visit.site.faultRoom.armory.disarm(Number(visit.form.get('armed')));
  return redirect('/faults#armed');
}

async function clear(visit: Visit): Promise<Reply> {
  const { armory, plain } = visit.site.faultRoom;
  await armory.disarmAll();
  plain.clear(null);
  return redirect('/faults');
}

export const faultRoutes: readonly Route[] = [
  { method: 'GET', path: '/faults', access: 'anyone', handle: listPage },
  { method: 'GET', path: '/faults.json', access: 'anyone', handle: armedJson },
  { method: 'POST', path: '/faults/off', access: 'anyone', handle: off },
  { method: 'POST', path: '/faults/clear', access: 'anyone', handle: clear },
  { method: 'GET', path: '/faults/:id', access: 'anyone', handle: onePage },
  { method: 'POST', path: '/faults/:id', access: 'anyone', handle: arm },
];
