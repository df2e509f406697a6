/** What can be said to `npm start`. Anything that cannot be done is one sentence with its cure. */

import { isIP } from 'node:net';
import { parseArgs } from 'node:util';

export const DEFAULT_PORT = 4440;
export const DEFAULT_PRACTICE_PORT = 4400;

export type StartOptions = {
  readonly port: number;
  readonly host: string;
  readonly practice: { readonly port: number } | null;
  readonly data: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly proxy: { readonly address: string; readonly publicOrigin: string } | null;
  /** Where the venue "WhiteBIT" is reached: the exchange itself, or a practice exchange on this machine. */
  readonly whitebit: string;
};

/** The person's mistake in one sentence that says cause and cure. */
export class OptionError extends Error {
  override name = 'OptionError';
}

export const HELP = `Usage: npm start -- [options]

  --port N              where the desk listens (default ${DEFAULT_PORT})
  --practice-port N     where the practice exchange listens (default ${DEFAULT_PRACTICE_PORT})
  --no-practice         do not start the practice exchange
  --data DIR            where everything is kept (default: the platform's data folder)
  --host ADDRESS        listen on another address than this machine's own; needs --tls-* or --proxy
  --tls-cert FILE       certificate chain, PEM         } the desk speaks TLS itself
  --tls-key FILE        private key, PEM               }
  --proxy ADDRESS       the one address whose forwarded headers are believed   } a proxy speaks TLS
  --public-origin URL   the address people open, https://desk.example.net      } before the desk
  --whitebit URL        reach WhiteBIT at a practice exchange on this machine (http://127.0.0.1:PORT);
                        the page marks every such connection as practice
  --help                this text`;

export function readOptions(args: readonly string[]): StartOptions | 'help' {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new OptionError(
      `${error instanceof Error ? error.message : error}. \`npm start -- --help\` lists the options.`,
    );
  }
  if (values.help === true) return 'help';
  const host = values.host ?? '127.0.0.1';
  if (isIP(host) === 0 && host !== 'localhost') {
    throw new OptionError(`--host takes an IP address, not "${host}". Use 127.0.0.1, or the address of this machine.`);
  }
  if (isLoopback(host) && !['127.0.0.1', '::1', 'localhost'].includes(host)) {
    throw new OptionError(
      `The desk's address on this machine is localhost, which does not lead to ${host}. Leave --host out, or use 127.0.0.1.`,
    );
  }
  const tls = pair(values['tls-cert'], values['tls-key'], '--tls-cert', '--tls-key');
  const proxied = pair(values.proxy, values['public-origin'], '--proxy', '--public-origin');
  if (!isLoopback(host) && tls === null && proxied === null) {
    throw new OptionError(
      `Listening on ${host} without TLS would send passwords in the clear. Give --tls-cert and --tls-key, or --proxy and --public-origin, or leave --host out.`,
    );
  }
  return {
    port: port(values.port, DEFAULT_PORT, '--port'),
    host,
    practice:
      values['no-practice'] === true
        ? null
        : { port: port(values['practice-port'], DEFAULT_PRACTICE_PORT, '--practice-port') },
    data: values.data,
    tls: tls === null ? null : { cert: tls[0], key: tls[1] },
    proxy: proxied === null ? null : { address: proxied[0], publicOrigin: publicOrigin(proxied[1]) },
    whitebit: whitebit(values.whitebit),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      'practice-port': { type: 'string' },
      'no-practice': { type: 'boolean' },
      data: { type: 'string' },
      host: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      proxy: { type: 'string' },
      'public-origin': { type: 'string' },
      whitebit: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: true,
    allowPositionals: false,
  }).values;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function port(text: string | undefined, standard: number, name: string): number {
  if (text === undefined) return standard;
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) {
    throw new OptionError(`${name} takes a number from 0 to 65535, not "${text}". With 0 the system picks a free one.`);
  }
  return value;
}

function pair(
  first: string | undefined,
  second: string | undefined,
  firstName: string,
  secondName: string,
): [string, string] | null {
  if (first === undefined && second === undefined) return null;
  if (first === undefined || second === undefined) {
    throw new OptionError(
      `${firstName} and ${secondName} go together; ${first === undefined ? firstName : secondName} is missing.`,
    );
  }
  return [first, second];
}

function publicOrigin(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.pathname !== '/') {
    throw new OptionError(`--public-origin takes an address like https://desk.example.net, not "${text}".`);
  }
  return url.origin;
}

function whitebit(text: string | undefined): string {
  if (text === undefined) return 'https://whitebit.com';
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'http:' || !isLoopback(url.hostname) || url.pathname !== '/') {
    throw new OptionError(
      `--whitebit takes the address of a practice exchange on this machine, like http://127.0.0.1:4400, not "${text}". Leave it out to reach WhiteBIT itself.`,
    );
  }
  return url.origin;
}
