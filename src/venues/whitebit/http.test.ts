import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX } from './call.ts';
import { createPinnedHttp, type PinnedHttp, type PinnedHttpOptions } from './http.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function listen(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const serve = (listener: RequestListener) => listen(createServer(listener));

function client(origin: string, options: Partial<PinnedHttpOptions> = {}): PinnedHttp {
  const http = createPinnedHttp({ origin, timeouts: { connectMs: 5_000, totalMs: 8_000 }, ...options });
  cleanups.push(() => http.close());
  return http;
}
const get = { method: 'GET', path: '/x', headers: {} } as const;
const post = { method: 'POST', path: '/x', headers: {}, body: '{"a":1}' } as const;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Of nobody and for nothing but the test below: a certificate that signed itself. */
const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgznnuOPe/oiWVgLDs
KjdjOe40f51BUwVDXrBBx/9luMKhRANCAASOWppCRs4Wdh9ecgWXSET1ber1k9sR
On+hjcenzLxjO27VQR5xXq+C11VQnK/XKkWe6bTnGSEKHGD8BNHy7tHR
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUDns7VKbPcjyCiMBoxYetZI9uqbEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAxNTMzN1oYDzIxMjYxMDMw
MDE1MzM3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASOWppCRs4Wdh9ecgWXSET1ber1k9sROn+hjcenzLxjO27VQR5xXq+C
11VQnK/XKkWe6bTnGSEKHGD8BNHy7tHRo28wbTAdBgNVHQ4EFgQU7+zPV3lVxu70
0WUp+CLRzKAn2GAwHwYDVR0jBBgwFoAU7+zPV3lVxu700WUp+CLRzKAn2GAwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgE7EpFcIjiRtEV5F391lIB1k1ltXh1Sno8NBQlO8UGXMCIFY/
akYNs4l9E1KoPCDbRd6bFUStboy1J6oNxkcI/JxT
-----END CERTIFICATE-----`,
};

describe('an answer', () => {
  test('comes with status, body, type and time; the request arrives as it was given', async () => {
    const origin = await serve(async (request, response) => {
      const echo = { method: request.method, url: request.url, headers: request.headers, body: await bodyOf(request) };
      response.writeHead(201, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(echo));
    });
    let now = 0;
    const http = client(origin, { monotonicMs: () => (now += 7) });
    const reply = await http.send({
      method: 'POST',
      path: '/api/v4/orders?q=1',
      headers: { 'X-TXC-APIKEY': 'k' },
      body: '{"ä":"/"}',
    });
    if (reply.kind !== 'reply') throw new Error(reply.reason);
    expect(reply).toMatchObject({
      status: 201,
      contentType: 'application/json; charset=utf-8',
      retryAfterMs: null,
      tookMs: 7,
    });
    const echo = JSON.parse(reply.body);
    expect(echo).toMatchObject({ method: 'POST', url: '/api/v4/orders?q=1', body: '{"ä":"/"}' });
    expect(echo.headers).toMatchObject({
      'x-txc-apikey': 'k',
      'content-length': '10',
      'accept-encoding': 'identity',
      host: new URL(origin).host,
    });
  });

  test('connections are kept and used again', async () => {
    let connections = 0;
    const server = createServer((_request, response) => void response.end('{}'));
    server.on('connection', () => {
      connections += 1;
    });
    const http = client(await listen(server));
    for (let i = 0; i < 5; i += 1) expect((await http.send(get)).kind).toBe('reply');
    expect(connections).toBe(1);
  });

  test('localhost is this machine, whatever a resolver says', async () => {
    const origin = await serve((request, response) => void response.end(request.headers.host));
    const port = new URL(origin).port;
    expect(await client(`http://localhost:${port}`).send(get)).toMatchObject({
      status: 200,
      body: `localhost:${port}`,
    });
  });

  test('a redirect is an answer like any other and is never followed', async () => {
    let asked = 0;
    const elsewhere = await serve((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    const origin = await serve(
      (_request, response) => void response.writeHead(302, { location: `${elsewhere}/x` }).end(),
    );
    expect(await client(origin).send(get)).toMatchObject({ kind: 'reply', status: 302 });
    expect(asked).toBe(0);
  });

  test.each([
    ['3', undefined, 3_000],
    ['Wed, 21 Oct 2026 07:28:10 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT', 10_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT', 0],
    ['999999999', undefined, 3_600_000],
    ['soon', undefined, null],
  ])('Retry-After %s', async (value, date, expected) => {
    const origin = await serve((_request, response) => {
      response.sendDate = false;
      response.setHeader('retry-after', value);
      if (date !== undefined) response.setHeader('date', date);
      response.writeHead(429).end();
    });
    expect(await client(origin).send(get)).toMatchObject({ retryAfterMs: expected });
  });
});

describe('no answer', () => {
  test('nobody listens: nothing was sent', async () => {
    const server = createServer();
    const origin = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await client(origin).send(post)).toMatchObject({ kind: 'no-reply', sent: false, reason: 'ECONNREFUSED' });
  });

  test('silence ends at the total time, and may have been sent', async () => {
    const origin = await serve(() => undefined);
    const http = client(origin, { timeouts: { connectMs: 5_000, totalMs: 300 } });
    expect(await http.send(post)).toMatchObject({ kind: 'no-reply', sent: true, reason: 'timeout' });
  });

  test('a TLS handshake that never ends is a connection that never opened: nothing was sent', async () => {
    const origin = await listen(createTcpServer(() => undefined));
    const http = client(origin.replace('http:', 'https:'), { timeouts: { connectMs: 200, totalMs: 8_000 } });
    expect(await http.send(post)).toMatchObject({ kind: 'no-reply', sent: false, reason: 'connect-timeout' });
  });

  test.each([
    ['a certificate that nobody vouches for', {}, /^DEPTH_ZERO_SELF_SIGNED_CERT$/],
    // Whichever side hangs up first names the reason; it must not be the certificate.
    [
      'TLS older than 1.2',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const,
      /SSL|EPROTO|ECONNRESET/,
    ],
  ])('%s: nothing was sent', async (_name, tls, reason) => {
    let asked = 0;
    const server = createTlsServer({ ...SELF_SIGNED, ...tls }, (_request, response) => {
      asked += 1;
      response.end('{}');
    });
    const origin = await listen(server);
    const reply = await client(origin.replace('http:', 'https:')).send(post);
    expect(reply).toMatchObject({ kind: 'no-reply', sent: false, reason: expect.stringMatching(reason) });
    expect(asked).toBe(0);
  });

  const hostile: readonly (readonly [string, string, (response: ServerResponse) => void])[] = [
    [
      'declared too long',
      'answer-too-long',
      (response) => void response.writeHead(200, { 'content-length': BODY_BYTES_MAX + 1 }).write('x'),
    ],
    [
      'too long without saying so',
      'answer-too-long',
      (response) => {
        response.write(Buffer.alloc(BODY_BYTES_MAX, 120));
        response.end('x');
      },
    ],
    [
      'shorter than declared',
      'answer-broken-off',
      (response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"a":');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    [
      'broken off between two chunks',
      'answer-broken-off',
      (response) => {
        response.write('{"a":1}');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    [
      'a header block too long',
      'HPE_HEADER_OVERFLOW',
      (response) => void response.writeHead(200, { x: 'y'.repeat(20_000) }).end(),
    ],
  ];
  test.each(hostile)('%s', async (_name, reason, answer) => {
    const origin = await serve((_request, response) => answer(response));
    expect(await client(origin).send(get)).toMatchObject({ kind: 'no-reply', sent: true, reason });
  });

  test('exactly as long as allowed is read', async () => {
    const origin = await serve((_request, response) => void response.end(Buffer.alloc(BODY_BYTES_MAX, 120)));
    expect(await client(origin).send(get)).toMatchObject({ kind: 'reply', status: 200 });
  });

  test('bytes that are no HTTP', async () => {
    const server = createTcpServer((socket) => void socket.end('hello\r\n\r\n'));
    expect(await client(await listen(server)).send(get)).toMatchObject({ kind: 'no-reply', sent: true });
  });

  test('after close nothing is sent any more', async () => {
    let asked = 0;
    const origin = await serve((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    const http = client(origin);
    http.close();
    expect(await http.send(get)).toMatchObject({ kind: 'no-reply', sent: false, reason: 'closed' });
    expect(asked).toBe(0);
  });
});

describe('a kept connection that died unseen', () => {
  /** Answers the first request of each connection and resets the connection on the second. */
  async function forgetful(): Promise<{ origin: string; requests: string[] }> {
    const requests: string[] = [];
    const server = createTcpServer((socket) => {
      let seen = 0;
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        requests.push(chunk.toString('latin1').split(' ', 1)[0] ?? '');
        seen += 1;
        if (seen === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
        else socket.resetAndDestroy();
      });
    });
    return { origin: await listen(server), requests };
  }

  test('a GET is sent once more, on a fresh connection', async () => {
    const { origin, requests } = await forgetful();
    const http = client(origin);
    expect(await http.send(get)).toMatchObject({ kind: 'reply' });
    expect(await http.send(get)).toMatchObject({ kind: 'reply', status: 200 });
    expect(requests).toEqual(['GET', 'GET', 'GET']);
  });

  test('a POST never is', async () => {
    const { origin, requests } = await forgetful();
    const http = client(origin);
    expect(await http.send(post)).toMatchObject({ kind: 'reply' });
    expect(await http.send(post)).toMatchObject({ kind: 'no-reply', sent: true, reason: 'ECONNRESET' });
    expect(requests).toEqual(['POST', 'POST']);
  });

  test('nor is a GET whose first connection is reset', async () => {
    let connections = 0;
    const server = createTcpServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      socket.on('data', () => socket.resetAndDestroy());
    });
    expect(await client(await listen(server)).send(get)).toMatchObject({ kind: 'no-reply', sent: true });
    expect(connections).toBe(1);
  });
});

describe('the pin', () => {
  test.each([
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://user@127.0.0.1',
    'https://user:pw@example.com',
    'https://example.com/path',
    'https://example.com?x',
    'ftp://example.com',
    'example.com',
    '',
  ])('no origin to speak to: %s', (origin) => {
    expect(() => createPinnedHttp({ origin })).toThrow(TypeError);
  });

  test.each([
    'https://whitebit.com',
    'https://whitebit.com/',
    'http://localhost:1',
    'http://[::1]:1',
    'http://127.0.0.1:8080',
  ])('an origin: %s', (origin) => {
    expect(() => client(origin)).not.toThrow();
  });

  test.each(['//evil.example/x', 'http://evil.example/', '/a b', '/a\r\nHost: evil', '', 'x', '/a\\b', '/a#b', '/ä'])(
    'no path: %j',
    async (path) => {
      await expect(client('http://127.0.0.1:1').send({ ...get, path })).rejects.toThrow(TypeError);
    },
  );

  test.each(['Host', 'host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Upgrade', 'Expect'])(
    'a header that is not the caller’s: %s',
    async (name) => {
      await expect(client('http://127.0.0.1:1').send({ ...get, headers: { [name]: 'x' } })).rejects.toThrow(TypeError);
    },
  );
});
