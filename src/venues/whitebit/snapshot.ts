/**
 * The whole account at one moment, though it can only be read piece by piece: trades are read before and after the
 * balances, and both again when anything traded in between.
 */

import { fillKey } from '../../core/fill.ts';
import type { Snapshot, TradeReport } from '../../core/report.ts';
import type { Answer } from '../venue.ts';
import type { TradeCall } from './call.ts';
import { ask, readClosedOrders, readOpenOrders, readTrades, spansOf } from './reading.ts';
import { readBalances } from './reports.ts';
import { tradeBalancesRequest } from './requests.ts';

/** Where the first snapshot of an account begins: nothing of ours is older than the first command. */
const FIRST_LOOK_SEC = 86_400;
/**
 * What was read before is read again for this long, and as long ahead: this machine's date may be five minutes off on
 * either side, lists are whole seconds, and something may show up late in them.
 */
const OVERLAP_SEC = 600;
/** An account that trades without pause between two quick requests, ten times in a row, is asked again later. */
const TRIES_MAX = 10;
const CURSOR = /^w1:([1-9]\d{0,10})$/;

export async function readSnapshot(
  call: TradeCall,
  clock: { nowMs(): number },
  cursor: string | null,
): Promise<Answer<Snapshot>> {
  const askedAtMs = clock.nowMs();
  const nowSec = Math.floor(askedAtMs / 1_000);
  const sinceSec = secondOf(cursor) ?? nowSec - FIRST_LOOK_SEC;
  const untilSec = (): number => Math.ceil(clock.nowMs() / 1_000) + OVERLAP_SEC;
  const openOrders = await readOpenOrders(call);
  if (!openOrders.ok) return openOrders;
  const closedOrders = await readClosedOrders(call, spansOf(sinceSec, untilSec()));
  if (!closedOrders.ok) return closedOrders;
  let trades = await readTrades(call, null, spansOf(sinceSec, untilSec()));
  if (!trades.ok) return trades;
  const known = new Map<string, TradeReport>(trades.value.map((trade) => [fillKey(trade), trade]));
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const balanceAskedAtMs = clock.nowMs();
    const balances = await ask(call, tradeBalancesRequest(), readBalances);
    if (!balances.ok) return balances;
    const asOfMs = clock.nowMs();
    // Only what is new can have moved the balances; the first reading has all before.
    trades = await readTrades(call, null, spansOf(nowSec - OVERLAP_SEC, untilSec()));
    if (!trades.ok) return trades;
    const moved = trades.value.filter((trade) => !known.has(fillKey(trade)));
    for (const trade of moved) known.set(fillKey(trade), trade);
    if (moved.length > 0) continue;
    return {
      ok: true,
      value: {
        askedAtMs,
        asOfMs,
        openOrders: openOrders.value,
        closedOrders: closedOrders.value,
        trades: [...known.values()].toSorted((a, b) => a.atMs - b.atMs),
        balances: { asOfMs: balanceAskedAtMs, complete: true, balances: balances.value },
        cursor: `w1:${nowSec - OVERLAP_SEC}`,
      },
    };
  }
  const raw = 'the account trades without pause; its balances and trades could not be read together';
  return { ok: false, fault: { code: 'not-understood', status: null, raw } };
}

/** Null for none, and for one that this version did not write: then it is read from further back. */
function secondOf(cursor: string | null): number | null {
  const match = CURSOR.exec(cursor ?? '');
  return match === null ? null : Number(match[1]);
}
