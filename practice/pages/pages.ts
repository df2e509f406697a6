import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DurableExchange } from '../exchange/durable-exchange.ts';
import type { Account, Accounts, Clock, Market } from '../ports.ts';
import { apiAccessRoutes } from './api-access.ts';
import { apiKeySettingsRoutes } from './api-key-settings.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { LOGIN_COOKIE, readCookie, SESSION_COOKIE, setCookie, VISIT_COOKIE } from './cookies.ts';
import { entranceRoutes, logInAddress, staleFormPage } from './entrance.ts';
import { faultRoutes } from './faults.ts';
import { cameFrom, formToken, isFormToken, isLoopbackHost, isOwnOrigin } from './guard.ts';
import { html } from './html.ts';
import { page, type Reply, readForm, redirect, send } from './http.ts';
import { layout } from './layout.ts';
import { marketRoutes } from './markets.ts';
import { ShortMemory } from './memory.ts';
import { orderRoutes } from './orders.ts';
import { orderCancelRoutes } from './orders-cancel.ts';
import { orderExportRoutes } from './orders-export.ts';
import { orderHistoryRoutes } from './orders-history.ts';
import { securityRoutes } from './security.ts';
import { tradeWalletRoutes } from './trade-wallet.ts';
import type { AssetAddresses, EndpointGroup, FaultRoom, Route, Site, SiteMemory, Visit } from './visit.ts';
import { walletRoutes } from './wallet.ts';
import { walletChainRoutes } from './wallet-chain.ts';
import { walletCodeRoutes } from './wallet-codes.ts';
import { walletMoveRoutes } from './wallet-moves.ts';

export type PagesOptions = {
  readonly accounts: Accounts;
  readonly market: Market;
  readonly exchange: DurableExchange;
  readonly clock: Clock;
  readonly endpointGroups: readonly EndpointGroup[];
  readonly faultRoom: FaultRoom;
  /** Named on the login page while an account of this email exists. */
  readonly demo?: { readonly email: string; readonly password: string };
  /** Hears of every failure of ours; the person gets a page that says so. */
  readonly onError?: (error: unknown) => void;
};

const ROUTES: readonly Route[] = [
  ...marketRoutes,
  ...entranceRoutes,
  ...securityRoutes,
  ...apiKeyRoutes,
  ...apiAccessRoutes,
  ...apiKeySettingsRoutes,
  ...walletRoutes,
  ...walletMoveRoutes,
  ...walletChainRoutes,
  ...walletCodeRoutes,
  ...orderRoutes,
  ...faultRoutes,
  ...orderCancelRoutes,
  ...orderHistoryRoutes,
  ...orderExportRoutes,
  ...tradeWalletRoutes,
];

const MINUTE_MS = 60_000;

function createMemory(clock: Clock): SiteMemory {
  return {
    logins: new ShortMemory(clock, 5 * MINUTE_MS),
    enrolments: new ShortMemory(clock, 30 * MINUTE_MS),
    newSecrets: new ShortMemory(clock, 5 * MINUTE_MS),
    wrongPasswords: new ShortMemory(clock, 10 * MINUTE_MS),
  };
}

type Files = { readonly addresses: AssetAddresses; readonly byPath: ReadonlyMap<string, Reply> };

/** In this order: what is narrow overrides what is wide. */
const STYLES = [
  'frame.css',
  'pieces.css',
  'forms.css',
  'keys.css',
  'tables.css',
  'narrow.css',
  'orders.css',
  'faults.css',
] as const;

/** The files of the site under names that carry their fingerprint, so that browsers may keep them for good. */
function loadFiles(): Files {
  const byPath = new Map<string, Reply>();
  const load = (name: string, contentType: string): string => {
    const body = readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
    const fingerprint = createHash('sha256').update(body).digest('hex').slice(0, 12);
    const path = `/assets/${fingerprint}/${name}`;
    byPath.set(path, { kind: 'file', contentType, body, forever: true });
    return path;
  };
  const addresses = {
    styles: STYLES.map((name) => load(name, 'text/css; charset=utf-8')),
    script: load('site.js', 'text/javascript; charset=utf-8'),
    icon: load('icon.svg', 'image/svg+xml'),
  };
  const icon = byPath.get(addresses.icon);
  // Asked for by browsers whatever the page says.
  if (icon !== undefined && icon.kind === 'file') byPath.set('/favicon.ico', { ...icon, forever: false });
  return { addresses, byPath };
}

type Match = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

/** Named parts (`:key`) take one segment of plain characters; anything else is no such page. */
function matchPath(pattern: string, path: string): Record<string, string> | null {
  const expected = pattern.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const segment = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== segment) return null;
    } else {
      if (!/^[\w-]{1,100}$/.test(segment)) return null;
      params[part.slice(1)] = segment;
    }
  }
  return params;
}

function findRoute(method: string, path: string): Match | 'no-method' | null {
  let other = false;
  for (const route of ROUTES) {
    const params = matchPath(route.path, path);
    if (params === null) continue;
    if (route.method === method) return { route, params };
    other = true;
  }
  return other ? 'no-method' : null;
}

function failurePage(visit: Visit, status: number, title: string, sentence: string): Reply {
  const body = html`<div class="empty"><p>${sentence}</p><p><a class="button primary" href="/">Go to the markets</a></p></div>`;
  return page(layout(visit, { title, section: 'none', body }), status);
}

const WRONG_HOST: Reply = {
  kind: 'text',
  status: 421,
  body: 'This site answers to 127.0.0.1 and localhost only. Open it under one of these names.\n',
};

class Pages {
  readonly #site: Site;
  readonly #files: Files;
  readonly #onError: (error: unknown) => void;

  constructor(options: PagesOptions) {
    this.#site = {
      accounts: options.accounts,
      market: options.market,
      exchange: options.exchange,
      clock: options.clock,
      endpointGroups: options.endpointGroups,
      demo: options.demo ?? null,
      memory: createMemory(options.clock),
      faultRoom: options.faultRoom,
    };
    this.#files = loadFiles();
    this.#onError = options.onError ?? (() => {});
  }

  /** Answers every request it is given: what it does not know is a 404 page. */
  async handle(req: IncomingMessage, res: ServerResponse, url: URL): Promise<boolean> {
    const method = req.method === 'HEAD' ? 'GET' : (req.method ?? 'GET');
    const withBody = req.method !== 'HEAD';
    if (!isLoopbackHost(req.headers.host)) {
      send(res, WRONG_HOST, withBody);
      return true;
    }
    const file = this.#files.byPath.get(url.pathname);
    if (file !== undefined && method === 'GET') {
      send(res, file, withBody);
      return true;
    }
    const visitToken = readCookie(req, VISIT_COOKIE) || randomBytes(24).toString('base64url');
    const visit = this.#visit(req, url, visitToken);
    let reply: Reply;
    try {
      reply = await this.#answer(req, method, visit, visitToken);
    } catch (error) {
      this.#onError(error);
      reply = failurePage(
        visit,
        500,
        'Our fault',
        'Something in the practice exchange went wrong. Nothing you entered is to blame. Try again.',
      );
    }
    const isNewVisitor = visit.account === null && readCookie(req, VISIT_COOKIE) === '';
    if (reply.kind === 'page' && isNewVisitor) {
      reply = { ...reply, cookies: [...(reply.cookies ?? []), setCookie(VISIT_COOKIE, visitToken)] };
    }
    send(res, reply, withBody);
    return true;
  }

  #visit(req: IncomingMessage, url: URL, visitToken: string): Visit {
    const { accounts, clock } = this.#site;
    const sessionToken = readCookie(req, SESSION_COOKIE);
    const id = sessionToken === '' ? null : accounts.session(sessionToken);
    const account: Account | null = id === null ? null : accounts.account(id);
    return {
      site: this.#site,
      url,
      nowMs: clock.nowMs(),
      params: {},
      form: new URLSearchParams(),
      formToken: formToken(account === null ? visitToken : sessionToken),
      sessionToken: account === null ? '' : sessionToken,
      loginToken: readCookie(req, LOGIN_COOKIE),
      account,
      assets: this.#files.addresses,
    };
  }

  async #answer(req: IncomingMessage, method: string, visit: Visit, visitToken: string): Promise<Reply> {
    const found = findRoute(method, visit.url.pathname);
    if (found === null) return failurePage(visit, 404, 'Not found', 'There is no page at this address.');
    if (found === 'no-method') {
      return failurePage(visit, 405, 'Not possible', 'This address cannot be asked in this way. Start from its page.');
    }
    let form = visit.form;
    if (method === 'POST') {
      // The origin first: a form of another site is not even read.
      if (!isOwnOrigin(req)) {
        return failurePage(
          visit,
          403,
          'Refused',
          'This request came from another site, so nothing was changed. Send it from a page of this exchange.',
        );
      }
      const read = await readForm(req);
      if (!read.ok) {
        return failurePage(
          visit,
          read.status,
          'Refused',
          'This is no form of this site, or it is too large. Nothing was changed.',
        );
      }
      form = read.form;
      const bound = visit.account === null ? visitToken : visit.sessionToken;
      if (!isFormToken(bound, form.get('form_token'))) return staleFormPage(visit, pageBefore(req));
    }
    return run(found, { ...visit, form, params: found.params });
  }
}

/** The page that a form stood on; null where a reload would not show it again, as after a refusal. */
function pageBefore(req: IncomingMessage): URL | null {
  const from = cameFrom(req);
  if (from === null) return null;
  const found = findRoute('GET', from.pathname);
  return found === null || found === 'no-method' ? null : from;
}

async function run({ route }: Match, visit: Visit): Promise<Reply> {
  if (route.access === 'anyone') return route.handle(visit);
  if (visit.account === null) {
    return redirect(logInAddress(route.method === 'GET' ? visit.url : null));
  }
  return route.handle({ ...visit, account: visit.account });
}

/** The site a person sees. True: the request was answered, which is always the case. */
export function createPages(
  options: PagesOptions,
): (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<boolean> {
  const pages = new Pages(options);
  return (req, res, url) => pages.handle(req, res, url);
}
