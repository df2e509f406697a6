import { afterEach, beforeEach, expect, test } from 'vitest';
import { CATALOGUE } from '../faults/catalogue.ts';
import { NOT_OURS } from '../faults/not-ours.ts';
import { Person, type SiteFixture, startSite } from './fixture.ts';

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
  expect(person.text).toContain('How often: a whole number, such as 3.');
  expect(person.html).toContain('value="BTC_USDT"');
  await person.open('/faults/F54');
  await person.send('/faults/F54', { way: 'halted' });
  expect(person.text).toContain('This switch needs market.');
  expect(site.armory.armed()).toEqual([]);
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
