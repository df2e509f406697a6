import { describe, expect, test } from 'vitest';
import { Intentions } from './intentions.ts';

type Kept = ConstructorParameters<typeof Intentions>[0];

function tab() {
  const held = new Map<string, string>();
  const kept: Kept = { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => void held.set(key, value) };
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `request-${ids}`;
  };
  /** As after a reload: nothing but what the tab kept. */
  const page = (): Intentions => new Intentions(kept, newId);
  return { page, kept };
}
const isAnswer = (error: unknown): boolean => error === 'refused';
const silence = (): Promise<never> => Promise.reject('silence');

describe('an intention', () => {
  test('clicked twice is sent once', async () => {
    const intentions = tab().page();
    const { promise, resolve } = Promise.withResolvers<string>();
    const sent: string[] = [];
    const send = (id: string): Promise<string> => {
      sent.push(id);
      return promise;
    };
    const clicks = [intentions.run('buy', send, isAnswer), intentions.run('buy', send, isAnswer)];
    resolve('order');
    expect(await Promise.all(clicks)).toEqual(['order', 'order']);
    expect(sent).toEqual(['request-1']);
  });

  test('that nobody answered keeps its id, over a reload too', async () => {
    const { page } = tab();
    await expect(page().run('buy', silence, isAnswer)).rejects.toBe('silence');
    expect(await page().run('buy', (id) => Promise.resolve(id), isAnswer)).toBe('request-1');
  });

  test('of a page before is over when the list shows its order; before, the next order was taken for it', async () => {
    const { page } = tab();
    const send = (id: string): Promise<string> => Promise.resolve(id);
    await expect(page().run('buy', silence, isAnswer)).rejects.toBe('silence');
    const after = page();
    after.met([{ requestId: null }, { requestId: 'request-7' }]);
    expect(after.isOpen('buy')).toBe(true);
    after.met([{ requestId: 'request-1' }]);
    expect(after.isOpen('buy')).toBe(false);
    expect(page().isOpen('buy')).toBe(false);
    expect(await after.run('buy', send, isAnswer)).toBe('request-2');
  });

  test('of this page is not over by a list: who presses again has not seen it there', async () => {
    const { page } = tab();
    const here = page();
    await expect(here.run('buy', silence, isAnswer)).rejects.toBe('silence');
    here.met([{ requestId: 'request-1' }]);
    expect(here.isOpen('buy')).toBe(true);
    const after = page();
    await expect(after.run('buy', silence, isAnswer)).rejects.toBe('silence');
    after.met([{ requestId: 'request-1' }]);
    expect(after.isOpen('buy')).toBe(true);
  });

  test('that was answered, well or badly, is over', async () => {
    const intentions = tab().page();
    const send = (id: string): Promise<string> => Promise.resolve(id);
    expect(await intentions.run('buy', send, isAnswer)).toBe('request-1');
    expect(await intentions.run('buy', send, isAnswer)).toBe('request-2');
    await expect(intentions.run('buy', () => Promise.reject('refused'), isAnswer)).rejects.toBe('refused');
    expect(await intentions.run('buy', send, isAnswer)).toBe('request-4');
  });

  test('of another order has another id, whatever is open', async () => {
    const intentions = tab().page();
    await expect(intentions.run('buy 1', silence, isAnswer)).rejects.toBe('silence');
    expect(await intentions.run('buy 2', (id) => Promise.resolve(id), isAnswer)).toBe('request-2');
  });
});

test('a tab that can keep nothing still sends once while the page lives', async () => {
  const kept: Kept = {
    getItem: () => 'not json',
    setItem: () => {
      throw new Error('full');
    },
  };
  let ids = 0;
  const intentions = new Intentions(kept, () => {
    ids += 1;
    return `request-${ids}`;
  });
  await expect(intentions.run('buy', silence, isAnswer)).rejects.toBe('silence');
  expect(await intentions.run('buy', (id) => Promise.resolve(id), isAnswer)).toBe('request-1');
});
