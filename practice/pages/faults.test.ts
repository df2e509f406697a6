import { afterEach, beforeEach, expect, test } from 'vitest';
import { CATALOGUE } from '../faults/catalogue.ts';
import { NOT_OURS } from '../faults/not-ours.ts';
import { createSteps, EMAIL, Person, type SiteFixture, startSite } from './fixture.ts';

let site: SiteFixture;
let person: Person;
beforeEach(async () => {
  site = await startSite();
  person = await new Person(site.origin).open('/faults');
});
afterEach(() => site.stop());

test('every switch and every reason is on the page, for anybody at this machine', () => {
  expect(person.status).toBe(200);
  for (const { id, title } of [...CATALOGUE, ...NOT_OURS]) {
    expect(person.text).toContain(id);
    expect(person.text).toContain(title);
  }
  expect(person.text).toContain('Nothing is switched on');
});

test('one press switches on, one off, and the band says so on every page', async () => {
  await person.send('/faults/F05', {});
  expect(site.armory.armed()).toMatchObject([{ id: 'F05', way: '502', struck: 0 }]);
  expect((await person.open('/')).text).toContain('Faults · 1 on');
  await person.open('/faults');
  await person.send('/faults/off', { armed: String(site.armory.armed()[0]?.armed) });
  expect(site.armory.armed()).toEqual([]);
  expect(person.text).toContain('Nothing is switched on');
});

test('the page of a switch takes its way and what narrows it down', async () => {
  await person.open('/faults/F39');
  await person.send('/faults/F39', { way: 'nan', market: 'BTC_USDT', probability: '0.25', count: '3', seed: 'one' });
  expect(site.armory.armed()).toMatchObject([
    { id: 'F39', way: 'nan', left: 3, terms: { market: 'BTC_USDT', probability: 0.25, count: 3, seed: 'one' } },
  ]);
});

test('what cannot be is said above the form, which keeps what was typed', async () => {
  await person.open('/faults/F39');
  await person.send('/faults/F39', { way: 'nan', count: 'often', market: 'BTC_USDT' });
  expect(person.status).toBe(422);
  expect(person.text).toContain('How often: a whole number from 1 to 1000000, such as 3.');
  expect(person.html).toContain('value="BTC_USDT"');
  await person.open('/faults/F54');
  await person.send('/faults/F54', { way: 'halted' });
  expect(person.text).toContain('The way halted needs market.');
  expect(site.armory.armed()).toEqual([]);
});

test.each([
  ['probability', '5', 'Probability: a number between 0 and 1, such as 0.25.'],
  ['count', '0', 'How often: a whole number from 1 to 1000000, such as 3.'],
  ['delayMs', '600001', 'Delay (ms): a whole number from 0 to 600000, such as 5000.'],
  ['path', 'order/new', 'Path begins with: a path that begins with a slash, such as /api/v4/order/new.'],
])('a %s out of bounds was refused in the words of the validator', async (name, value, words) => {
  await person.open('/faults/F03');
  await person.send('/faults/F03', { way: 'fixed', [name]: value });
  expect(person.status).toBe(422);
  expect(person.text).toContain(words);
});

test('a market that one way cannot do without was called optional', async () => {
  await person.open('/faults/F54');
  expect(person.text).toContain('Market needed for halted, post-only');
  expect(person.text).toContain('Such as BTC_USDT. Empty for maintenance: every market.');
  await person.open('/faults/F70');
  expect(person.text).toMatch(/Market Such as BTC_USDT\. /);
});

test('the JSON shown with a switch was refused, because what it needs was not in it', async () => {
  const refusals: unknown[] = [];
  for (const { id, ways } of CATALOGUE) {
    await person.open(`/faults/${id}`);
    const lines = [...person.html.matchAll(/<code data-order>faults\/arm (.*?)<\/code>/g)];
    expect(lines).toHaveLength(ways.length);
    for (const [, line = ''] of lines) {
      const outcome = await site.armory.arm(JSON.parse(line.replaceAll('&quot;', '"')));
      if (!outcome.ok) refusals.push(outcome.code);
      await site.armory.disarmAll();
    }
  }
  // Nobody is logged in, so accounts and keys are examples; everything else is there.
  expect([...new Set(refusals)].sort()).toEqual(['account-unknown', 'key-unknown']);
});

test('where an account is needed it is the one that is logged in, until another is typed', async () => {
  const member = await createSteps(site).signedUp();
  await member.open('/faults/F74');
  expect(member.html).toContain(`name="email" type="text" value="${EMAIL}"`);
  await member.send('/faults/F74', { way: 'own-rates', email: 'nobody@x.y' });
  expect(member.text).toContain('There is no account nobody@x.y.');
  expect(member.html).toContain('name="email" type="text" value="nobody@x.y"');
  // Of a switch for everybody it would only narrow it down.
  await member.open('/faults/F01');
  expect(member.html).toContain('name="email" type="text" value=""');
});

test('the page went on saying "not struck yet" after the fault had struck', async () => {
  await person.send('/faults/F05', {});
  expect(person.text).toContain('not struck yet');
  expect(person.text).toContain('as of 09:30:00 UTC');
  const [{ armed = 0 } = {}] = site.armory.armed();
  const event = { account: null, apiKey: null, path: '/api/v4/order/new', channel: null, market: null };
  expect(site.armory.strikes('outer', event)).toHaveLength(1);
  site.clock.advanceMs(2_000);
  const told = JSON.parse((await person.open('/faults.json')).html);
  expect(told).toEqual({
    asOf: '09:30:02 UTC',
    armed: [{ key: String(armed), words: 'struck 1 time · executed true', problem: '' }],
  });
  await person.open('/faults');
  expect(person.html).toContain(`data-armed-key="${armed}"`);
  expect(person.text).toContain(told.armed[0].words);
});

test('clear all ends everything and puts markets back', async () => {
  await person.open('/faults/F54');
  await person.send('/faults/F54', { way: 'halted', market: 'BTC_USDT' });
  await person.send('/faults/F05', {});
  expect(site.exchange.query.market('BTC_USDT')?.status).toBe('halted');
  await person.send('/faults/clear', {});
  expect(site.exchange.query.market('BTC_USDT')?.status).toBe('open');
  expect(site.armory.armed()).toEqual([]);
});

test('a form of another site switches nothing on', async () => {
  const body = new URLSearchParams({ way: '502' });
  await person.request('POST', '/faults/F05', body, { origin: 'http://evil.example' });
  expect(person.status).toBe(403);
  await person.request('POST', '/faults/F05', body);
  expect(person.status).not.toBe(200);
  expect(site.armory.armed()).toEqual([]);
});
