import { expect, test } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { ALICE, d, OPENING } from '../engine/world.testing.ts';
import { boot } from './boot.ts';
import { createCommandLog } from './command-log.ts';
import { createDiskSync, diskOf } from './disk-sync.ts';
import { START_MS } from './exchange.testing.ts';
import { openExchangeFile } from './exchange-file.ts';
import { createHistory } from './history.ts';
import { createOrderEvents } from './order-events.ts';
import { createTape } from './tape.ts';
import { createTransferStore } from './transfers.ts';
import type { UntimedCommand, Writer } from './writer.ts';
import { createWriter } from './writer.ts';

const CREDIT: UntimedCommand = { kind: 'credit', account: ALICE, ticker: 'USDT', amount: d('1') };
const TOO_LONG: UntimedCommand = {
  kind: 'cancel-bulk',
  account: ALICE,
  orders: Array.from({ length: 101 }, () => ({ market: 'BTC_USDT', orderId: 1 })),
};

/** A writer over an empty file; `faulty` stands between it and the engine. */
function writerWith(faulty: (engine: Engine) => Engine['apply']): {
  readonly writer: Writer;
  readonly written: () => number;
} {
  const database = openExchangeFile(':memory:');
  const log = createCommandLog(database);
  const booted = boot(log, OPENING);
  const noMarket = () => {
    throw new RangeError('No market is asked for here');
  };
  const history = createHistory(database, noMarket);
  const engine: Engine = { ...booted.engine, apply: faulty(booted.engine) };
  const transfers = createTransferStore(database);
  const tape = createTape(database, booted.lastUs);
  const orderEvents = createOrderEvents(database, noMarket);
  const parts = {
    database,
    diskSync: createDiskSync(database, diskOf(':memory:')),
    log,
    history,
    tape,
    orderEvents,
    transfers,
    clock: { nowMs: () => START_MS },
    snapshotEvery: 100,
  };
  return { writer: createWriter({ ...parts, booted: { ...booted, engine } }), written: () => log.head().sequence };
}

test('an impossible command is told apart and leaves the others of its commit alone', () => {
  const { writer, written } = writerWith((engine) => engine.apply);
  const kinds = writer.commit([CREDIT, TOO_LONG, CREDIT]).map(({ kind }) => kind);
  expect(kinds).toEqual(['done', 'impossible', 'done']);
  expect(written()).toBe(2);
});

test('a RangeError out of the middle of a command is a fault: nothing of the commit is written', () => {
  const { writer, written } = writerWith((engine) => (command) => {
    const result = engine.apply(command);
    if (command.kind === 'tick') throw new RangeError('Maximum call stack size exceeded');
    return result;
  });
  writer.commit([CREDIT]);
  expect(() => writer.commit([CREDIT, { kind: 'tick' }])).toThrow('Maximum call stack size exceeded');
  expect(written()).toBe(1);
});
