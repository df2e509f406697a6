import { expect, test } from 'vitest';
import { reasonOf } from './reason.ts';

const ticket: Parameters<typeof reasonOf>[0] = {
  read: { errors: {}, missing: null },
  told: { state: 'asking' },
  problems: [],
  form: { confirmations: [] },
};

test('the button was green beside "The desk does not answer"', () => {
  expect(reasonOf(ticket)).toBe('');
  expect(reasonOf({ ...ticket, told: { state: 'failed', error: null } })).toContain('until this can be said');
});

test('what is missing comes before what cannot be said', () => {
  const read = { errors: {}, missing: 'amount' } as const;
  expect(reasonOf({ ...ticket, read, told: { state: 'failed', error: null } })).toBe('Enter an amount.');
});

test('a box is offered only where ticking it is enough', () => {
  const far = { confirm: 'far-from-market' } as const;
  expect(reasonOf({ ...ticket, problems: [far] })).toContain('Tick the box');
  expect(reasonOf({ ...ticket, problems: [far, { confirm: null }] })).toContain('Mend');
});
