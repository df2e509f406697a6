import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket as NetSocket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Socket } from '../streams.ts';
import { createWebSockets } from './websocket.ts';
import { FrameError, FrameReader, frameBytes, Opcode } from './websocket-frames.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(onConnection: (client: WebSocket, net: NetSocket) => void): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (client, request) => onConnection(client, request.socket as NetSocket));
  closing.push(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });
  return listen(server);
}

type Heard = { readonly texts: string[]; readonly closed: string[]; opened: number };

/** Resolves when `until` holds; looks after everything that is heard. */
function connect(
  url: string,
  until: (heard: Heard) => boolean,
): { readonly socket: Socket; readonly heard: Promise<Heard> } {
  const heard: Heard = { texts: [], closed: [], opened: 0 };
  let socket: Socket | undefined;
  const done = new Promise<Heard>((resolve) => {
    const look = () => until(heard) && resolve(heard);
    socket = createWebSockets([url])(`${url}/ws`, {
      opened: () => {
        heard.opened += 1;
        look();
      },
      received: (bytes) => {
        heard.texts.push(Buffer.from(bytes).toString('utf8'));
        look();
      },
      closed: (why) => {
        heard.closed.push(why);
        look();
      },
    });
  });
  if (socket === undefined) throw new Error('nothing was opened');
  const opened = socket;
  closing.push(() => opened.destroy());
  return { socket: opened, heard: done };
}

describe('against another implementation', () => {
  test('texts of every length go both ways', async () => {
    const url = await serve((client) => client.on('message', (data) => client.send(String(data))));
    const texts = [
      '',
      'a',
      'ä€😀',
      'x'.repeat(125),
      'x'.repeat(126),
      'y'.repeat(65_535),
      'y'.repeat(65_536),
      'z'.repeat(900_000),
    ];
    const { socket, heard } = connect(url, ({ opened, texts: got }) => {
      if (opened === 1 && got.length === 0) for (const text of texts) socket.send(text);
      return got.length === texts.length;
    });
    expect((await heard).texts).toEqual(texts);
  });

  test('a ping is answered with what it carried', async () => {
    const pong = new Promise<string>((resolve) => {
      void serve((client) => {
        client.on('pong', (data) => resolve(String(data)));
        client.ping('are you there');
      }).then((url) => connect(url, () => false));
    });
    expect(await pong).toBe('are you there');
  });

  test('a message in several frames is one', async () => {
    const url = await serve((client) => {
      client.send('one ', { fin: false });
      client.send('and ', { fin: false });
      client.send('two', { fin: true });
    });
    expect((await connect(url, ({ texts }) => texts.length === 1).heard).texts).toEqual(['one and two']);
  });

  test.each<[string, (client: WebSocket, net: NetSocket) => void, RegExp]>([
    ['a goodbye', (client) => client.close(1_001), /^closed by the exchange \(1001\)$/],
    ['a cut', (_client, net) => net.destroy(), /^(?:the connection was (?:cut|ended)|ECONNRESET)$/],
    ['bytes instead of text', (client) => client.send(Buffer.from([1, 2])), /^a frame that is no text$/],
    ['a message that is too long', (client) => client.send('x'.repeat(1_100_000)), /^a message that is too long$/],
    ['no frame at all', (_client, net) => net.write('HTTP/1.1 200 OK\r\n\r\n'), /^a /],
  ])('%s ends it, once', async (_name, act, why) => {
    const url = await serve(act);
    const { closed } = await connect(url, (heard) => heard.closed.length > 0).heard;
    expect(closed).toHaveLength(1);
    expect(closed[0]).toMatch(why);
  });

  test('after it was destroyed nothing is heard', async () => {
    let served: WebSocket | undefined;
    const url = await serve((client) => {
      served = client;
    });
    const { socket, heard } = connect(url, ({ opened }) => opened === 1);
    const told = await heard;
    socket.destroy();
    const gone = new Promise((resolve) => served?.on('close', resolve));
    served?.send('too late');
    await gone;
    expect(told).toEqual({ texts: [], closed: [], opened: 1 });
    socket.send('nobody');
  });
});

describe('what is no WebSocket', () => {
  test.each([
    ['an error', 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n', 'HTTP 503'],
    [
      'a redirect is not followed',
      'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n',
      'HTTP 302',
    ],
    [
      'a wrong handshake',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: AAAA\r\n\r\n',
      'no WebSocket at the other end',
    ],
  ])('%s', async (_name, answer, why) => {
    const server = createServer();
    server.on('upgrade', (_request, socket) => socket.end(answer));
    const url = await listen(server);
    const { closed, opened } = await connect(url, (heard) => heard.closed.length > 0).heard;
    expect([closed, opened]).toEqual([[why], 0]);
  });

  test('nobody there', async () => {
    const server = createServer();
    const url = await listen(server);
    server.close();
    const { closed } = await connect(url, (heard) => heard.closed.length > 0).heard;
    expect(closed).toEqual(['ECONNREFUSED']);
  });

  test.each(['ws://example.com', 'http://127.0.0.1', 'wss://user@api.whitebit.com', 'wss://other.example', 'nonsense'])(
    '%s is refused before anything is sent',
    (address) => {
      const open = createWebSockets(['wss://api.whitebit.com']);
      expect(() =>
        open(address, { opened: () => undefined, received: () => undefined, closed: () => undefined }),
      ).toThrow(TypeError);
    },
  );
});

/** As a server writes it: not masked. */
function served(payload: Buffer, opcode: number = Opcode.text, isFinal = true): Buffer {
  const masked = Buffer.from(frameBytes(opcode, payload, Buffer.alloc(4)));
  const head = masked.length - payload.length - 4;
  const frame = Buffer.concat([masked.subarray(0, head), payload]);
  frame[0] = (isFinal ? 0x80 : 0) | opcode;
  frame[1] = (frame[1] ?? 0) & 0x7f;
  return frame;
}

describe('frames', () => {
  test('however they are cut into pieces, the same messages come out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 300 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        fc.boolean(),
        (texts, cuts, inParts) => {
          const frames = texts.flatMap((text) => {
            const bytes = Buffer.from(text);
            if (!inParts || bytes.length < 2) return [served(bytes)];
            const half = bytes.length >> 1;
            return [
              served(bytes.subarray(0, half), Opcode.text, false),
              served(Buffer.from('ping'), Opcode.ping),
              served(bytes.subarray(half), Opcode.continuation, true),
            ];
          });
          const wire = Buffer.concat(frames);
          const got: string[] = [];
          const reader = new FrameReader({
            text: (bytes) => void got.push(Buffer.from(bytes).toString('utf8')),
            ping: () => undefined,
            closed: () => undefined,
          });
          for (let at = 0, cut = 0; at < wire.length; cut += 1) {
            const next = at + (cuts[cut % cuts.length] ?? 1);
            reader.take(wire.subarray(at, next));
            at = next;
          }
          expect(got).toEqual(texts);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('whatever bytes come, they are frames or an error, and nothing is kept without bound', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), (chunks) => {
        const reader = new FrameReader({ text: () => undefined, ping: () => undefined, closed: () => undefined });
        try {
          for (const chunk of chunks) reader.take(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<[string, Buffer]>([
    ['a masked frame', Buffer.from(frameBytes(Opcode.text, Buffer.from('x'), Buffer.alloc(4)))],
    ['a compressed one', Buffer.from([0xc1, 0x00])],
    ['a continuation of nothing', served(Buffer.from('x'), Opcode.continuation)],
    ['a long ping', served(Buffer.alloc(200), Opcode.ping)],
    ['a ping in parts', served(Buffer.alloc(2), Opcode.ping, false)],
    ['a length of 2^60', Buffer.from([0x81, 127, 0x10, 0, 0, 0, 0, 0, 0, 0])],
    ['an opcode of the future', served(Buffer.alloc(2), 0x3)],
  ])('%s is refused', (_name, bytes) => {
    const reader = new FrameReader({ text: () => undefined, ping: () => undefined, closed: () => undefined });
    expect(() => reader.take(bytes)).toThrow(FrameError);
  });

  test('a message of endless parts is refused', () => {
    const reader = new FrameReader({ text: () => undefined, ping: () => undefined, closed: () => undefined });
    reader.take(served(Buffer.from('x'), Opcode.text, false));
    expect(() => {
      for (let part = 0; part < 5_000; part += 1) reader.take(served(Buffer.alloc(0), Opcode.continuation, false));
    }).toThrow(FrameError);
  });
});
