import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { deskClient } from '../cli/desk-client.ts';
import { askedUser, CliDoor, type DoorActions } from './cli-door.ts';
import { CUSTODY_CHANGED_PATH, cliSocketPath, PEOPLE_PATH, SETUP_CODE_PATH } from './cli-words.ts';

const TOKEN = 'a'.repeat(43);

let folder: string;
let socketPath: string;
let door: CliDoor;
/** What reached the desk's routes: path and for whom. */
let routed: { url: string | undefined; user: string | null; admitted: boolean }[];
let changes: number;

const actions: DoorActions = {
  renewSetupCode: async () => ({ code: 'ABCD', expiresAtMs: 5 }),
  custodyChanged: async () => {
    changes += 1;
  },
  people: async () => ['one', 'two'],
};

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-door-'));
  socketPath = cliSocketPath(folder, process.platform);
  routed = [];
  changes = 0;
  door = new CliDoor({ token: TOKEN, socketPath });
  await open(door, actions);
});

afterEach(async () => {
  await door.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(which: CliDoor, how: DoorActions): Promise<void> {
  return which.open(
    (asked, response) => {
      routed.push({ url: asked.url, user: askedUser(asked), admitted: which.admitted(asked) });
      response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
    },
    how,
    (asked, socket) => {
      routed.push({ url: asked.url, user: askedUser(asked), admitted: which.admitted(asked) });
      new WebSocketServer({ noServer: true }).handleUpgrade(asked, socket, Buffer.alloc(0), (line) => {
        line.on('message', (text) => line.send(String(text)));
      });
    },
  );
}

function ask(
  headers: Record<string, string>,
  at = '/api/connections',
  method = 'GET',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: at, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

const authorization = `Bearer ${TOKEN}`;

describe('the door', () => {
  test('lets in who has the token, for the owner or for the person named', async () => {
    expect((await ask({ authorization })).status).toBe(200);
    expect((await ask({ authorization, 'x-gapless-user': encodeURIComponent('Zoë & 主') })).status).toBe(200);
    expect(routed).toEqual([
      { url: '/api/connections', user: null, admitted: true },
      { url: '/api/connections', user: 'Zoë & 主', admitted: true },
    ]);
  });

  test.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['another token', { authorization: `Bearer ${'b'.repeat(43)}` }],
    ['a longer token', { authorization: `${authorization}a` }],
    ['half a token', { authorization: authorization.slice(0, -1) }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('keeps out %s', async (_name, headers) => {
    for (const at of ['/api/connections', SETUP_CODE_PATH, CUSTODY_CHANGED_PATH, PEOPLE_PATH]) {
      const refused = await ask(headers, at, 'POST');
      expect(refused.status).toBe(401);
      expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'not_signed_in' } });
    }
    expect([routed, changes]).toEqual([[], 0]);
  });

  test.each([
    ['an Origin', { origin: 'http://localhost:4440' }],
    ['an empty Origin', { origin: '' }],
    ['a Cookie', { cookie: 'gapless_4440=x' }],
    ['fetch metadata', { 'sec-fetch-site': 'same-origin' }],
  ])('keeps out whatever brings %s, the right token or not', async (_name, headers) => {
    expect((await ask({ authorization, ...headers })).status).toBe(403);
    expect(routed).toEqual([]);
  });

  test('is a socket that only its owner may open, and takes over from one that was killed', async () => {
    if (process.platform !== 'win32') expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    await door.close();
    writeFileSync(socketPath, '');
    await open(door, actions);
    expect((await ask({ authorization })).status).toBe(200);
  });

  test('answers its own three questions by itself, and only to POST', async () => {
    expect(JSON.parse((await ask({ authorization }, SETUP_CODE_PATH, 'POST')).text)).toEqual({
      code: 'ABCD',
      expiresAtMs: 5,
    });
    expect((await ask({ authorization }, CUSTODY_CHANGED_PATH, 'POST')).status).toBe(200);
    expect(changes).toBe(1);
    expect(JSON.parse((await ask({ authorization }, PEOPLE_PATH, 'POST')).text)).toEqual({ people: ['one', 'two'] });
    expect((await ask({ authorization }, PEOPLE_PATH)).status).toBe(404);
    expect((await ask({ authorization }, SETUP_CODE_PATH)).status).toBe(404);
    expect((await ask({ authorization }, CUSTODY_CHANGED_PATH)).status).toBe(404);
    expect([routed, changes]).toEqual([[], 1]);
  });

  test('gives no setup code for a desk with an owner, and no details of its own faults', async () => {
    await door.close();
    await open(door, {
      renewSetupCode: async () => null,
      custodyChanged: async () => {
        throw new Error('a detail');
      },
      people: async () => [],
    });
    expect((await ask({ authorization }, SETUP_CODE_PATH, 'POST')).status).toBe(409);
    const fault = await ask({ authorization }, CUSTODY_CHANGED_PATH, 'POST');
    expect(fault.status).toBe(500);
    expect(fault.text).not.toContain('a detail');
  });
});

describe('the client of the door', () => {
  const client = (token: string) => deskClient({ socketPath, address: 'http://localhost:4440', token, user: 'alex' });

  test('comes in, and hands on a refusal with its cause and cure', async () => {
    const good = client(TOKEN);
    expect(await good.call('connections.list')).toEqual([]);
    expect(routed).toMatchObject([{ user: 'alex' }]);
    expect(await good.custodyChanged()).toBe(true);
    good.close();
    const bad = client('c'.repeat(43));
    await expect(bad.call('connections.list')).rejects.toMatchObject({ code: 'not_signed_in', exit: 1 });
    expect(await bad.custodyChanged()).toBe(false);
    bad.close();
  });

  test('opens the live line, hears on it what was said, and learns that the desk has gone', async () => {
    const good = client(TOKEN);
    const heard: unknown[] = [];
    const line = await good.live((message) => heard.push(message));
    line.watch({ type: 'watch', tickers: [], markets: [] });
    await expect.poll(() => heard).toEqual([{ type: 'watch', tickers: [], markets: [] }]);
    expect(routed).toEqual([{ url: '/api/live', user: 'alex', admitted: true }]);
    await door.close();
    expect(await line.ended).not.toBe('');
    good.close();
  });

  test('does not let a stranger onto the live line', async () => {
    await expect(client('c'.repeat(43)).live(() => {})).rejects.toMatchObject({ code: 'desk_unreachable' });
    expect(routed).toEqual([]);
  });

  test('says that nobody answers', async () => {
    await door.close();
    const alone = client(TOKEN);
    await expect(alone.call('connections.list')).rejects.toMatchObject({ code: 'desk_unreachable', exit: 3 });
    alone.close();
  });
});
