/** Two accounts on a practice exchange where nobody else trades, as the trading contract wants them. */

import { startPractice } from '../../practice/server.ts';
import { Decimal } from '../../src/core/decimal.ts';
import { publicCall, signedTradeCall } from '../../src/venues/contract/signed-call.ts';
import type { TradingWorld } from '../../src/venues/contract/trading-world.ts';
import type { OpenSocket } from '../../src/venues/streams.ts';
import { createPinnedHttp } from '../../src/venues/whitebit/http.ts';
import { createWhitebitPublic } from '../../src/venues/whitebit/public.ts';
import { createWhitebitTrading } from '../../src/venues/whitebit/trading.ts';
import { createWebSockets } from '../../src/venues/whitebit/websocket.ts';
import { practiceCall, practiceKey } from '../practice-api.ts';

export type PracticeTradingWorld = TradingWorld & {
  readonly open: OpenSocket;
  readonly streamUrl: string;
};

const MARKET = 'BTC_USDT';
const QUOTE_HELD = '10000000';
const BASE_HELD = '10';

export async function openPracticeTradingWorld(): Promise<PracticeTradingWorld> {
  const practice = await startPractice({ port: 0, dataDir: null, life: false });
  const http = createPinnedHttp({ origin: practice.url });
  const streamUrl = practice.url.replace('http:', 'ws:');
  const clock = { nowMs: () => Date.now() };

  async function trader(email: string) {
    await practiceCall(practice.url, 'accounts/create', {
      email,
      password: 'a password for tests only',
      twoFactor: true,
    });
    for (const [ticker, available] of [
      ['USDT', QUOTE_HELD],
      ['BTC', BASE_HELD],
    ])
      await practiceCall(practice.url, 'wallets/set', { email, wallet: 'trade', ticker, available, freeze: '0' });
    const key = await practiceKey(practice.url, email, ['trade-read', 'orders']);
    return createWhitebitTrading({
      call: signedTradeCall(http, { publicKey: key.apiKey, secret: key.secret }, clock),
      clock,
    });
  }

  const venue = createWhitebitPublic({ call: publicCall(http), clock });
  const [instruments, tickers] = [await venue.instruments(), await venue.tickers()];
  const instrument = instruments.ok ? instruments.value.find(({ symbol }) => symbol === MARKET) : undefined;
  const ticker = tickers.ok ? tickers.value.get(MARKET) : undefined;
  if (instrument === undefined || ticker === undefined) throw new Error('the market is not there');
  return {
    ours: await trader('ours@contract.example'),
    others: await trader('others@contract.example'),
    instrument,
    price: ticker.last,
    quoteHeld: Decimal.parse(QUOTE_HELD),
    baseHeld: Decimal.parse(BASE_HELD),
    nowMs: clock.nowMs,
    open: createWebSockets([streamUrl]),
    streamUrl: `${streamUrl}/ws`,
    async close() {
      http.close();
      await practice.stop();
    },
  };
}
