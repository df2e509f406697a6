import { describe, expect, test } from 'vitest';
import type { OrderProblem } from '../../contract/trading.ts';
import { CliError, DeskRefusal, EXIT } from '../cli-error.ts';
import { connectionOf, type FakeDesk, fakeDesk, ID, NOW_MS } from './fake-desk.testing.ts';
import { accountOf, FILLED, KEY, orderOf, previewOf, TRADING } from './trading.testing.ts';

const OTHER = 'zyxwvutsrqponmlkjihgfedcba';
const LIMIT = ['order', 'buy', 'btc/usdt', '0.01', '--price', '43000.10'];

const bodies = (desk: FakeDesk, name: string) =>
  desk.asked.filter((one) => one.name === name).map(({ parts }) => parts.body as Record<string, unknown>);
const problem = (over: Partial<OrderProblem> = {}): OrderProblem => ({
  code: 'order_far_from_market',
  field: 'price',
  cause: 'The price is far from the market.',
  cure: 'Look again.',
  mend: null,
  confirm: null,
  ...over,
});
/** What is told at each question in turn; the last for ever. */
function turns(...answers: unknown[]): () => unknown {
  return () => (answers.length > 1 ? answers.shift() : answers[0]);
}

describe('placing', () => {
  test('says first what it would do, asks, and sends nothing on a no', async () => {
    const desk = fakeDesk({ tty: true, desk: TRADING });
    const ended = desk.run(...LIMIT);
    await expect.poll(() => desk.err()).toContain('Buy 0.01 BTC at 43 000.1 at "Main account"? [y/N]');
    expect(desk.err().indexOf('Buy 0.010000 BTC')).toBeLessThan(desk.err().indexOf('[y/N]'));
    desk.input.write('n\n');
    expect(await ended).toBe(0);
    expect(desk.err()).toContain('Nothing was sent.');
    expect(bodies(desk, 'orders.place')).toEqual([]);
  });

  test('sends nothing where nobody can be asked', async () => {
    const desk = fakeDesk({ desk: TRADING });
    expect(await desk.run(...LIMIT)).toBe(2);
    expect(desk.err()).toContain('--yes');
    expect(bodies(desk, 'orders.place')).toEqual([]);
  });

  test('sends exactly the digits that were typed, and waits until it is known', async () => {
    const desk = fakeDesk({
      desk: {
        ...TRADING,
        'orders.place': orderOf({ state: 'submitting' }),
        'orders.read': turns(orderOf({ state: 'submitting' }), orderOf(FILLED)),
      },
    });
    expect(await desk.run(...LIMIT, '--post-only', '--yes', '--request-id', 'again-123')).toBe(0);
    expect(bodies(desk, 'orders.place')).toEqual([
      {
        requestId: 'again-123',
        connection: ID,
        market: 'BTC_USDT',
        draft: {
          side: 'buy',
          terms: { kind: 'limit', price: '43000.10', postOnly: true, ioc: false },
          quantity: { unit: 'base', amount: '0.01' },
        },
        confirmations: [],
      },
    ]);
    expect(desk.out()).toBe(`Filled whole. Traded 0.01 BTC for 430.001 USDT, fee 0.00001 BTC.\nOrder ${KEY}\n`);
  });

  test.each([
    [['10', '--quote'], { kind: 'market' }, 'quote'],
    [['1', '--stop', '40000'], { kind: 'stop-market', activation: '40000' }, 'base'],
    [['1', '--stop', '40000', '--price', '41000'], { kind: 'stop-limit', price: '41000', activation: '40000' }, 'base'],
    [['1', '--price', '1', '--ioc'], { kind: 'limit', price: '1', postOnly: false, ioc: true }, 'base'],
  ])('%j', async (args, terms, unit) => {
    const desk = fakeDesk({ desk: { ...TRADING, 'orders.place': orderOf(FILLED) } });
    expect(await desk.run('order', 'buy', 'BTC_USDT', ...args, '--yes', '--json')).toBe(0);
    expect(bodies(desk, 'orders.place')).toMatchObject([{ draft: { terms, quantity: { unit } } }]);
    expect(JSON.parse(desk.out())).toMatchObject({ known: true, order: { key: KEY }, preview: { value: '430.001' } });
    expect(desk.err()).toBe('');
  });

  test('an order whose answer is lost is called unknown, with what is being done about it', async () => {
    const text = 'No clear answer came. Asking the exchange what became of it.';
    const unknown = orderOf({ state: 'unknown', doing: { text, sinceMs: NOW_MS, nextAtMs: null } });
    const desk = fakeDesk({ desk: { ...TRADING, 'orders.place': unknown, 'orders.read': unknown } });
    expect(await desk.run(...LIMIT, '--yes')).toBe(1);
    expect(desk.out()).toContain(`Not known yet: ${text} \`gapless orders\` shows it.`);
    expect(desk.clock.nowMs() - NOW_MS).toBeGreaterThanOrEqual(15_000);
    expect(desk.clock.nowMs() - NOW_MS).toBeLessThan(16_000);
  });

  test.each(['fault', 'desk_not_understood'])(
    'an order that was answered with %s was told without its request id',
    async (code) => {
      const failing = () => {
        throw new CliError(code, 'Something failed.', 'Try again.');
      };
      const desk = fakeDesk({ desk: { ...TRADING, 'orders.place': failing } });
      expect(await desk.run(...LIMIT, '--yes')).toBe(1);
      const [body] = bodies(desk, 'orders.place');
      expect(desk.err()).toContain('It may have taken the order.');
      expect(desk.err()).toContain(`--request-id ${String(body?.requestId)}`);
      const refusing = () => {
        throw new DeskRefusal('order_halted', 'It is halted.', 'Resume it.');
      };
      const refused = fakeDesk({ desk: { ...TRADING, 'orders.place': refusing } });
      expect(await refused.run(...LIMIT, '--yes')).toBe(1);
      expect(refused.err()).not.toContain('may have');
    },
  );

  test('a desk that goes away while it is told may have the order: the way to ask again is said', async () => {
    const gone = () => {
      throw new CliError('desk_unreachable', 'The desk does not answer (ECONNRESET).', 'Try again.', EXIT.noDesk);
    };
    const desk = fakeDesk({ desk: { ...TRADING, 'orders.place': gone } });
    expect(await desk.run(...LIMIT, '--yes')).toBe(3);
    const [body] = bodies(desk, 'orders.place');
    expect(desk.err()).toContain('It may have taken the order.');
    expect(desk.err()).toContain(`--request-id ${String(body?.requestId)}`);
    const later = fakeDesk({
      desk: { ...TRADING, 'orders.place': orderOf({ state: 'submitting' }), 'orders.read': gone },
    });
    expect(await later.run(...LIMIT, '--yes')).toBe(3);
    expect(later.err()).toContain(`Order ${KEY} was taken`);
  });

  test('what the exchange refuses ends with 1 and its own word', async () => {
    const refused = orderOf({ state: 'closed', ended: 'rejected', detail: 'Insufficient funds' });
    const desk = fakeDesk({ desk: { ...TRADING, 'orders.place': refused } });
    expect(await desk.run(...LIMIT, '--yes')).toBe(1);
    expect(desk.out()).toContain('Refused by the exchange. Insufficient funds.');
  });

  test('what the desk took back by itself is told with the reason, and the name CANCELED is not read out', async () => {
    const said = async (detail: string) => {
      const taken = orderOf({ state: 'closed', ended: 'cancelled', detail });
      const desk = fakeDesk({ desk: { ...TRADING, 'orders.place': taken } });
      await desk.run(...LIMIT, '--yes');
      return desk.out();
    };
    expect(await said('no clear answer came')).toContain('Cancelled; nothing traded. No clear answer came.');
    expect(await said('CANCELED')).not.toContain('CANCELED');
  });

  test('a problem stops it, with the command that would pass', async () => {
    const draft = {
      side: 'buy' as const,
      terms: { kind: 'limit' as const, price: '43000', postOnly: false, ioc: false },
      quantity: { unit: 'base' as const, amount: '0.02' },
    };
    const problems = [problem({ code: 'order_below_notional_min', mend: { label: 'Raise to 0.02 BTC', draft } })];
    const desk = fakeDesk({ desk: { ...TRADING, 'orders.preview': previewOf({ problems }) } });
    expect(await desk.run(...LIMIT, '--yes', '--connection', 'main account')).toBe(1);
    expect(desk.err()).toContain(
      "Raise to 0.02 BTC: gapless order buy BTC_USDT 0.02 --price 43000 --connection 'main account'",
    );
    expect(bodies(desk, 'orders.place')).toEqual([]);
  });

  test('what may be meant is asked for by name, and handed on when it is said', async () => {
    const far = previewOf({ problems: [problem({ confirm: 'far-from-market' })] });
    const desk = fakeDesk({ desk: { ...TRADING, 'orders.preview': far } });
    expect(await desk.run(...LIMIT, '--yes', '--json')).toBe(1);
    expect(JSON.parse(desk.err())).toMatchObject({
      error: { code: 'order_far_from_market', cure: 'If you mean it, add --confirm far-from-market.' },
    });
    expect(JSON.parse(desk.out())).toMatchObject({ order: null });
    const meant = fakeDesk({ desk: { ...TRADING, 'orders.place': orderOf() } });
    expect(await meant.run(...LIMIT, '--yes', '--confirm', 'far-from-market,without-stream')).toBe(0);
    for (const name of ['orders.preview', 'orders.place'])
      expect(bodies(meant, name)).toMatchObject([{ confirmations: ['far-from-market', 'without-stream'] }]);
  });

  test('a request that is repeated by its id goes to the desk whatever another order would meet', async () => {
    const problems = [problem({ code: 'order_not_enough' })];
    const desk = fakeDesk({
      desk: { ...TRADING, 'orders.preview': previewOf({ problems }), 'orders.place': orderOf(FILLED) },
    });
    expect(await desk.run(...LIMIT, '--yes', '--request-id', 'again-123')).toBe(0);
    expect(bodies(desk, 'orders.place')).toMatchObject([{ requestId: 'again-123' }]);
  });

  test('of two exchanges the one that trades this market is meant; of two that do, none', async () => {
    const two = {
      ...TRADING,
      'connections.list': [connectionOf(), connectionOf({ id: OTHER, label: 'Second' })],
      'orders.place': orderOf(),
    };
    const one = fakeDesk({
      desk: { ...two, 'trading.list': [accountOf({ markets: ['ETH_USDT'] }), accountOf({ connection: OTHER })] },
    });
    expect(await one.run(...LIMIT, '--yes')).toBe(0);
    expect(bodies(one, 'orders.place')).toMatchObject([{ connection: OTHER }]);
    const both = fakeDesk({ desk: { ...two, 'trading.list': [accountOf(), accountOf({ connection: OTHER })] } });
    expect(await both.run(...LIMIT, '--yes')).toBe(1);
    expect(both.err()).toContain('Main account, Second');
    expect(bodies(both, 'orders.place')).toEqual([]);
  });

  test.each([
    [['BTC', '1']],
    [['BTC_USDT', '1e3']],
    [['BTC_USDT', '0']],
    [['BTC_USDT', '1,5']],
    [['BTC_USDT', '1', '--price', '0x10']],
    [['BTC_USDT', '1', '--post-only']],
    [['BTC_USDT', '1', '--price', '5', '--stop', '6', '--ioc']],
    [['BTC_USDT', '1', '--request-id', 'short']],
    [['BTC_USDT', '1', '--confirm', 'everything']],
  ])('wrong usage asks the desk nothing: %j', async (args) => {
    const desk = fakeDesk({ desk: TRADING });
    expect(await desk.run('order', 'sell', ...args, '--yes')).toBe(2);
    expect(desk.asked).toEqual([]);
  });
});

describe('changing', () => {
  const open = {
    ...TRADING,
    'orders.list': {
      orders: [orderOf(), orderOf({ key: 'abcd1234-1-m-6', clientId: null, venueId: null })],
      next: null,
    },
  };

  test('cancels by the beginning of an id, and says that the fill was faster', async () => {
    const desk = fakeDesk({
      desk: { ...open, 'orders.cancel': orderOf({ state: 'cancelling' }), 'orders.read': orderOf(FILLED) },
    });
    expect(await desk.run('order', 'cancel', '41802')).toBe(0);
    expect(desk.asked.find(({ name }) => name === 'orders.cancel')?.parts).toEqual({ params: { id: ID, order: KEY } });
    expect(desk.out()).toContain('Filled whole.');
  });

  test('a beginning of two ids cancels neither', async () => {
    const desk = fakeDesk({ desk: open });
    expect(await desk.run('order', 'cancel', 'abcd')).toBe(1);
    expect(desk.err()).toContain(`${KEY}, abcd1234-1-m-6`);
    expect(desk.asked.map(({ name }) => name)).not.toContain('orders.cancel');
  });

  test('a cancellation that is not answered is not called done', async () => {
    const doing = { text: 'The cancellation is in doubt: asking what became of it.', sinceMs: null, nextAtMs: null };
    const doubtful = orderOf({ state: 'cancelling', doing });
    const desk = fakeDesk({ desk: { ...open, 'orders.cancel': doubtful, 'orders.read': doubtful } });
    expect(await desk.run('order', 'cancel', KEY)).toBe(1);
    expect(desk.out()).toContain('Not known yet: The cancellation is in doubt');
  });

  test('cancels all of a market, after asking, and waits until none is left', async () => {
    const orders = [orderOf(), orderOf({ key: 'theirs', owner: 'external' })];
    const desk = fakeDesk({
      tty: true,
      desk: {
        ...TRADING,
        'orders.list': turns({ orders, next: null }, { orders, next: null }, { orders: [orders[1]], next: null }),
        'orders.cancelAll': { asked: 1 },
      },
    });
    const ended = desk.run('order', 'cancel', '--all', '--market', 'btc-usdt');
    await expect.poll(() => desk.err()).toContain('Cancel 1 order (BTC_USDT)?');
    desk.input.write('y\n');
    expect(await ended).toBe(0);
    expect(bodies(desk, 'orders.cancelAll')).toEqual([{ connection: null, market: 'BTC_USDT' }]);
    expect(desk.out()).toBe('1 order asked to be cancelled; none of them is open any more.\n');
  });

  test('a move ends at the order that stands in its place', async () => {
    const desk = fakeDesk({
      desk: {
        ...open,
        'orders.move': orderOf({ state: 'cancelling', moving: true }),
        'orders.read': turns(
          orderOf({ state: 'closed', ended: 'cancelled', replacedBy: 'abcd1234-1-m-9' }),
          orderOf({ key: 'abcd1234-1-m-9', state: 'submitting' }),
          orderOf({ key: 'abcd1234-1-m-9' }),
        ),
      },
    });
    expect(await desk.run('order', 'move', KEY, '--price', '42900', '--yes')).toBe(0);
    expect(bodies(desk, 'orders.move')).toMatchObject([{ price: '42900', activation: null, quantity: null }]);
    expect(desk.out()).toBe('Open at the exchange.\nOrder abcd1234-1-m-9\n');
  });

  test('an order that was moved could not be found by its old key', async () => {
    const moved = (key: string, replacedBy: string) =>
      orderOf({ key, clientId: key, venueId: null, state: 'closed', ended: 'cancelled', replacedBy });
    const ended = [moved('abcd1234-1-m-9', 'abcd1234-1-m-11'), moved('abcd1234-1-m-4', 'abcd1234-1-m-9')];
    const list = ({ query }: Record<string, unknown>) => ({
      orders: (query as { state?: string }).state === 'closed' ? ended : [orderOf({ key: 'abcd1234-1-m-11' })],
      next: null,
    });
    const desk = fakeDesk({ desk: { ...open, 'orders.list': list } });
    expect(await desk.run('order', 'cancel', 'abcd1234-1-m-4')).toBe(1);
    expect(desk.err()).toContain('Order abcd1234-1-m-9 was moved: order abcd1234-1-m-11 stands in its place.');
    expect(desk.asked.map(({ name }) => name)).not.toContain('orders.cancel');
    expect(await desk.run('orders', '--closed')).toBe(0);
    expect(desk.out()).toContain('moved, now abcd1234-1-m-11');
    const stranger = fakeDesk({ desk: { ...open, 'orders.list': list } });
    await stranger.run('order', 'cancel', 'zzz');
    expect(stranger.err()).toContain('No open order is called "zzz".');
  });

  test('a stop that waits was called open', async () => {
    const terms = { kind: 'stop-limit', price: '42000', activation: '43000' } as const;
    const orders = [orderOf({ terms }), orderOf({ key: 'k-2', terms, filledBase: '0.001' })];
    const desk = fakeDesk({ desk: { ...open, 'orders.list': { orders, next: null } } });
    expect(await desk.run('orders')).toBe(0);
    expect(desk.out().match(/waiting for its stop/g)).toHaveLength(1);
  });

  test('only what nothing else can settle may be declared absent', async () => {
    const desk = fakeDesk({ desk: open });
    expect(await desk.run('order', 'declare-absent', KEY, '--yes')).toBe(1);
    expect(desk.asked.map(({ name }) => name)).not.toContain('orders.declareAbsent');
  });
});
