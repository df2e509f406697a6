import type { PermissionGroup } from '../ports.ts';

/**
 * The switches of **Endpoint access restrictions** and the endpoints behind each. Titles are the page's, word for word.
 * Endpoints with evidence in documents or other people's guides are marked; the others are grouped by inference.
 */
export type EndpointGroup = {
  readonly group: PermissionGroup;
  readonly title: string;
  readonly endpoints: readonly string[];
};

const V4 = '/api/v4/';

function group(name: PermissionGroup, title: string, endpoints: readonly string[]): EndpointGroup {
  return { group: name, title, endpoints: endpoints.map((endpoint) => V4 + endpoint) };
}

export const ENDPOINT_GROUPS: readonly EndpointGroup[] = [
  group('trade-read', 'Trade balance and order history', [
    // Evidence: the two balances; the rest is inferred.
    'trade-account/balance',
    'collateral-account/balance',
    'collateral-account/balance-summary',
    'collateral-account/summary',
    'collateral-account/hedge-mode',
    'collateral-account/adl-quantile',
    'collateral-account/funding-history',
    'collateral-account/positions/open',
    'collateral-account/positions/history',
    'collateral-account/positions/closed-pnl',
    'orders',
    'oco-orders',
    'conditional-orders',
    'order/kill-switch/status',
    'trade-account/executed-history',
    'trade-account/order',
    'trade-account/order/history',
    'trade-account/order/history/query',
  ]),
  group('wallet-read', 'Wallet balance and history', [
    // Evidence for all of these.
    'main-account/balance',
    'main-account/history',
    'main-account/fee',
    'market/fee',
    'market/fee/single',
  ]),
  group('orders', 'Order management', [
    // Evidence: order/collateral/limit has a switch of its own; the rest is inferred.
    'order/new',
    'order/bulk',
    'order/market',
    'order/stock_market',
    'order/stop_limit',
    'order/stop_market',
    'order/modify',
    'order/cancel',
    'order/cancel/all',
    'order/cancel/bulk',
    'order/kill-switch',
    'order/collateral/limit',
    'order/collateral/bulk',
    'order/collateral/market',
    'order/collateral/stop-limit',
    'order/collateral/trigger-market',
    'order/collateral/oco',
    'order/oco-cancel',
    'order/oto-cancel',
    'order/conditional-cancel',
    'collateral-account/position/close',
    'collateral-account/leverage',
    'collateral-account/hedge-mode/update',
  ]),
  group('deposit', 'Deposit', [
    // Evidence: main-account/address.
    'main-account/address',
    'main-account/create-new-address',
    'main-account/fiat-deposit-url',
  ]),
  group('withdraw', 'Withdrawal', [
    // Evidence: main-account/withdraw.
    'main-account/withdraw',
    'main-account/withdraw-pay',
  ]),
  group('transfer', 'Balance transfer', ['main-account/transfer']),
  group('codes', 'Codes', [
    // Evidence for all but codes/my.
    'main-account/codes',
    'main-account/codes/apply',
    'main-account/codes/my',
    'main-account/codes/history',
  ]),
  group('convert', 'Convert', ['convert/estimate', 'convert/confirm', 'convert/history']),
  group('sub-accounts', 'Sub-Accounts', [
    'sub-account/create',
    'sub-account/delete',
    'sub-account/edit',
    'sub-account/list',
    'sub-account/transfer',
    'sub-account/transfer/history',
    'sub-account/block',
    'sub-account/unblock',
    'sub-account/balances',
    'sub-account/api-key/create',
    'sub-account/api-key/edit',
    'sub-account/api-key/delete',
    'sub-account/api-key/list',
    'sub-account/api-key/reset',
    'sub-account/api-key/ip-address/list',
    'sub-account/api-key/ip-address/create',
    'sub-account/api-key/ip-address/delete',
  ]),
  group('refund', 'Refund', ['main-account/refund-deposit']),
  // No source lists the paths of these two: one switch stands for the whole family.
  group('mining', 'Mining', ['mining/*']),
  group('credit-line', 'Credit Line', ['credit-line/*']),
];

export const SWITCHABLE_ENDPOINTS: ReadonlySet<string> = new Set(ENDPOINT_GROUPS.flatMap(({ endpoints }) => endpoints));

export function endpointsOf(groups: readonly PermissionGroup[]): readonly string[] {
  return ENDPOINT_GROUPS.filter(({ group: name }) => groups.includes(name)).flatMap(({ endpoints }) => endpoints);
}

/**
 * Endpoints without a switch. Inferred: a key that may read trades or manage orders may take a WebSocket token, and any
 * key that is on may take a JWT or knock at the lending doors, which answer business accounts only.
 */
const TOKEN_PATH = `${V4}profile/websocket_token`;
const TOKEN_GROUPS: readonly string[] = endpointsOf(['trade-read', 'orders']);
const UNSWITCHED = new Set([`${V4}jwt`, `${V4}main-account/smart/*`, `${V4}main-account/smart-flex/*`]);

/** `endpoint` is a path, or a family as the tables spell it (`/api/v4/mining/*`). */
export function mayCall(enabled: ReadonlySet<string>, endpoint: string): boolean {
  if (endpoint === TOKEN_PATH) return TOKEN_GROUPS.some((path) => enabled.has(path));
  return UNSWITCHED.has(endpoint) || enabled.has(endpoint);
}
