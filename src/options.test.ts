import { describe, expect, test } from 'vitest';
import { isLoopback, OptionError, readOptions } from './options.ts';

describe('options', () => {
  test('are the safe ones when nothing is said', () => {
    expect(readOptions([])).toEqual({
      port: 4440,
      host: '127.0.0.1',
      practice: { port: 4400 },
      data: undefined,
      tls: null,
      proxy: null,
      whitebit: 'https://whitebit.com',
    });
  });

  test('W-02 another address than loopback needs TLS or a declared proxy', () => {
    expect(() => readOptions(['--host', '0.0.0.0'])).toThrow(/without TLS.*--tls-cert/s);
    expect(() => readOptions(['--host', '::'])).toThrow(OptionError);
    expect(readOptions(['--host', '0.0.0.0', '--tls-cert', 'c.pem', '--tls-key', 'k.pem'])).toMatchObject({
      host: '0.0.0.0',
      tls: { cert: 'c.pem', key: 'k.pem' },
    });
    expect(
      readOptions(['--host', '10.0.0.2', '--proxy', '10.0.0.1', '--public-origin', 'https://desk.example.net']),
    ).toMatchObject({ proxy: { address: '10.0.0.1', publicOrigin: 'https://desk.example.net' } });
  });

  test.each([
    [['--port', 'x'], /--port takes a number/],
    [['--port', '70000'], /0 to 65535/],
    [['--prot', '1'], /--prot/],
    [['--tls-cert', 'c.pem'], /go together; --tls-key is missing/],
    [['--proxy', '10.0.0.1'], /--public-origin is missing/],
    [['--proxy', '10.0.0.1', '--public-origin', 'http://desk.example.net'], /https/],
    [['--host', 'desk.example.net'], /IP address/],
    [['--host', '127.0.0.2'], /localhost.*Leave --host out/],
    [['--whitebit', 'https://whitebit.example'], /practice exchange on this machine/],
    [['--whitebit', 'http://10.1.1.1:4400'], /practice exchange on this machine/],
    [['--whitebit', 'http://127.0.0.1:4400/x'], /practice exchange on this machine/],
  ])('%j is refused in one sentence with its cure', (args, words) => {
    expect(() => readOptions(args)).toThrow(words);
    expect(() => readOptions(args)).toThrow(OptionError);
  });

  test('WhiteBIT can be pointed at a practice exchange on this machine only', () => {
    expect(readOptions(['--whitebit', 'http://127.0.0.1:4400'])).toMatchObject({ whitebit: 'http://127.0.0.1:4400' });
  });

  test('loopback is told from what only looks like it', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['127.0.0.1.example.net', '10.0.0.1', '0.0.0.0', 'localhost.example.net'].some(isLoopback)).toBe(false);
  });
});
