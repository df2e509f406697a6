import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Html } from './html.ts';

/** The largest form is the one of endpoint access, about 120 paths of 50 characters; ten times that is plenty. */
const FORM_BYTES_MAX = 64 * 1024;

/** What a handler answers with. Cookies are whole `Set-Cookie` values, made by `cookies.ts`. */
export type Reply =
  | { readonly kind: 'page'; readonly status: number; readonly body: Html; readonly cookies?: readonly string[] }
  | { readonly kind: 'redirect'; readonly location: string; readonly cookies?: readonly string[] }
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'text'; readonly status: number; readonly body: string }
  /** Saved by the browser under this name, never shown as a page. */
  | { readonly kind: 'download'; readonly fileName: string; readonly contentType: string; readonly body: string }
  | { readonly kind: 'file'; readonly contentType: string; readonly body: string; readonly forever: boolean };

export function page(body: Html, status = 200): Reply {
  return { kind: 'page', status, body };
}

export function redirect(location: string, cookies: readonly string[] = []): Reply {
  return { kind: 'redirect', location, cookies };
}

/**
 * `same-origin` and not `no-referrer`: under the latter browsers send `Origin: null` with a form, and the origin check
 * would refuse our own pages.
 */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

export function send(res: ServerResponse, reply: Reply, withBody: boolean): void {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
  // Pages hold keys, balances and codes; only the fingerprinted files may be kept.
  res.setHeader(
    'Cache-Control',
    reply.kind === 'file' && reply.forever ? 'public, max-age=31536000, immutable' : 'no-store',
  );
  switch (reply.kind) {
    case 'page':
      if (reply.cookies !== undefined && reply.cookies.length > 0) res.setHeader('Set-Cookie', [...reply.cookies]);
      write(res, reply.status, 'text/html; charset=utf-8', reply.body.text, withBody);
      return;
    case 'redirect':
      if (reply.cookies !== undefined && reply.cookies.length > 0) res.setHeader('Set-Cookie', [...reply.cookies]);
      // 303: the browser asks with GET, and a reload does not send the form again.
      res.setHeader('Location', reply.location);
      write(res, 303, 'text/plain; charset=utf-8', '', withBody);
      return;
    case 'json':
      write(res, reply.status, 'application/json; charset=utf-8', JSON.stringify(reply.body), withBody);
      return;
    case 'text':
      write(res, reply.status, 'text/plain; charset=utf-8', reply.body, withBody);
      return;
    case 'download':
      res.setHeader('Content-Disposition', `attachment; filename="${reply.fileName}"`);
      write(res, 200, reply.contentType, reply.body, withBody);
      return;
    case 'file':
      write(res, 200, reply.contentType, reply.body, withBody);
      return;
  }
}

function write(res: ServerResponse, status: number, contentType: string, body: string, withBody: boolean): void {
  res.statusCode = status;
  res.setHeader('Content-Type', contentType);
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(withBody ? body : undefined);
}

export type FormResult =
  | { readonly ok: true; readonly form: URLSearchParams }
  | { readonly ok: false; readonly status: 413 | 415 };

/** The fields of a posted form. Anything but a plain form is refused before it is read. */
export async function readForm(req: IncomingMessage): Promise<FormResult> {
  const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return { ok: false, status: 415 };
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += buffer.length;
    if (bytes > FORM_BYTES_MAX) return { ok: false, status: 413 };
    chunks.push(buffer);
  }
  return { ok: true, form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')) };
}
