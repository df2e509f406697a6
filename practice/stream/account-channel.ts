import type { AccountId } from '../ports.ts';
import { BAD_TOKEN, fail, isText, type Method, type Reply, type Session, SUCCESS } from './protocol.ts';

/** Hands out the account behind a token of `profile/websocket_token`, once. */
export interface StreamTokens {
  take(token: string): AccountId | null;
}

/** The private channels whose function comes with margin. They exist, so they ask for the token and then say so. */
const LATER = [
  'balanceMargin',
  'positionsMargin',
  'positionsAccountMargin',
  'borrowsMargin',
  'borrowsAccountMargin',
].flatMap((channel) => [`${channel}_request`, `${channel}_subscribe`, `${channel}_unsubscribe`]);

export function accountMethods(tokens: StreamTokens): Map<string, Method> {
  return new Map<string, Method>([
    ['authorize', { needsAccount: false, run: (params, session) => authorize(tokens, params, session) }],
    ...LATER.map((name): [string, Method] => [name, { needsAccount: true, run: () => fail(3) }]),
  ]);
}

/** The second element is always "public"; nothing is known of another, so another is refused. */
function authorize(tokens: StreamTokens, params: readonly unknown[], session: Session): Reply {
  const [token, scope] = params;
  if (params.length !== 2 || !isText(token) || scope !== 'public') return fail(1);
  const account = tokens.take(token);
  if (account === null) return BAD_TOKEN;
  session.authorize(account);
  return SUCCESS;
}
