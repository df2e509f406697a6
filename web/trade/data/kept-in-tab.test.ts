import { afterEach, expect, test } from 'vitest';
import { keptInTab } from './kept-in-tab.ts';

const before = Object.getOwnPropertyDescriptor(globalThis, 'sessionStorage');
afterEach(() => {
  if (before === undefined) Reflect.deleteProperty(globalThis, 'sessionStorage');
  else Object.defineProperty(globalThis, 'sessionStorage', before);
});

test('with storage switched off in the browser the ticket was not shown at all', () => {
  Object.defineProperty(globalThis, 'sessionStorage', {
    configurable: true,
    get: () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
  });
  keptInTab().setItem('sent', 'order');
  expect(keptInTab().getItem('sent')).toBe('order');
  keptInTab().removeItem('sent');
  expect(keptInTab().getItem('sent')).toBeNull();
});
