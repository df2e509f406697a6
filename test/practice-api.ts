/** The practice exchange's JSON interface, as `practice/README.md` documents it. */

/** Rejects with the interface's own code and words. `command` as in the README's table, without a slash before it. */
export async function practiceCall<T>(practice: string, command: string, input: object = {}): Promise<T> {
  const reply = await fetch(`${practice}/practice/api/${command}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Practice-Control': '1' },
    body: JSON.stringify(input),
  });
  const answer = (await reply.json()) as
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };
  if (!answer.ok) throw new Error(`${command}: ${answer.error.code} ${answer.error.message}`);
  return answer.value;
}

export type PracticeKey = { readonly apiKey: string; readonly secret: string };

/** A key that may read both wallets, read and place orders, and nothing else: what the guide asks for. */
export const SAFE_GROUPS = ['trade-read', 'wallet-read', 'orders'] as const;

/** An account of its own with some money in both wallets. */
export async function practiceAccount(practice: string, email: string): Promise<void> {
  await practiceCall(practice, 'accounts/create', { email, password: 'practice-password', twoFactor: true });
  await practiceCall(practice, 'wallets/set', { email, wallet: 'trade', ticker: 'USDT', available: '1250.75' });
  await practiceCall(practice, 'wallets/set', { email, wallet: 'main', ticker: 'BTC', available: '0.5' });
}

export async function practiceKey(
  practice: string,
  email: string,
  groups: readonly string[] = SAFE_GROUPS,
): Promise<PracticeKey> {
  const { apiKey, secret } = await practiceCall<PracticeKey>(practice, 'keys/create', { email, groups });
  return { apiKey, secret };
}

/** More than market makers ever bid for above a price near theirs. */
const SWEEP_BTC = '60';

/** Somebody sells whatever stands in the book down to this price. A maker may bid more than us between two calls, and would take a smaller sale. */
export async function sellDownTo(practice: string, email: string, price: string): Promise<void> {
  await practiceCall(practice, 'wallets/set', { email, wallet: 'trade', ticker: 'BTC', available: SWEEP_BTC });
  await practiceCall(practice, 'orders/place', {
    ...{ email, market: 'BTC_USDT', side: 'sell', amount: SWEEP_BTC, price, ioc: true },
  });
}
