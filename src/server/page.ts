/**
 * The page's files. They are few and small, so they are held in memory: what is not in the list does not exist, and no
 * path of a request ever touches the disk.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../shell/refusal.ts';
import { CSP_PAGE } from './headers.ts';
import type { Site } from './site.ts';

type Encoding = 'br' | 'gzip' | 'identity';
type Asset = { readonly type: string; readonly bodies: ReadonlyMap<Encoding, Buffer>; readonly isHashed: boolean };
type Built = { readonly stamp: string; readonly index: string; readonly assets: ReadonlyMap<string, Asset> };

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};
const ENCODED: Readonly<Record<string, Encoding>> = { '.br': 'br', '.gz': 'gzip' };
/** Vite puts a hash into every name under this folder: what such a name holds never changes. */
const HASHED_FOLDER = '/assets/';

export function registerPage(
  app: FastifyInstance,
  parts: { readonly folder: string; readonly site: () => Site },
): void {
  let built: Built | null = null;
  const current = (): Built | null => {
    const stamp = stampOf(parts.folder);
    if (stamp === null) return null;
    if (built?.stamp !== stamp) built = load(parts.folder, stamp);
    return built;
  };
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const wanted = (request.url.split('?')[0] ?? '/').replace(/^\/+/, '/');
    const page = current();
    const asset = page?.assets.get(wanted);
    if (asset !== undefined) return sendAsset(request, reply, asset);
    if (wanted.startsWith('/api/') || path.posix.extname(wanted) !== '') throw notThere();
    const site = parts.site();
    const host = request.headers.host?.toLowerCase() ?? '';
    if (site.redirected.has(host)) return reply.redirect(`${site.origin}${wanted}`, 302);
    if (page === null) {
      reply.type('text/plain; charset=utf-8').code(503);
      return reply.send('The page is not built. Stop the desk and run: npm start\n');
    }
    reply.header('content-security-policy', CSP_PAGE).type('text/html; charset=utf-8');
    return reply.send(page.index);
  };
  app.route({ method: 'GET', url: '/', schema: { hide: true }, handler: answer });
  app.route({ method: 'GET', url: '/*', schema: { hide: true }, handler: answer });
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = (['br', 'gzip'] as const).find(
    (name) => asset.bodies.has(name) && new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|$))`).test(accepted),
  );
  reply.header('cache-control', asset.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache').type(asset.type);
  reply.header('vary', 'accept-encoding');
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  return reply.send(asset.bodies.get(encoding ?? 'identity'));
}

function stampOf(folder: string): string | null {
  try {
    const { mtimeMs, size } = statSync(path.join(folder, 'index.html'));
    return `${mtimeMs} ${size}`;
  } catch {
    return null;
  }
}

function load(folder: string, stamp: string): Built {
  const assets = new Map<string, { type: string; bodies: Map<Encoding, Buffer>; isHashed: boolean }>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    const encoding = ENCODED[path.extname(name)];
    const plainName = encoding === undefined ? name : name.slice(0, -path.extname(name).length);
    const type = TYPES[path.extname(plainName)];
    // No source maps, no page fragments: only what a page loads has a type here.
    if (type === undefined) continue;
    const asset = assets.get(plainName) ?? { type, bodies: new Map(), isHashed: plainName.startsWith(HASHED_FOLDER) };
    asset.bodies.set(encoding ?? 'identity', readFileSync(file));
    assets.set(plainName, asset);
  }
  return { stamp, index: readFileSync(path.join(folder, 'index.html'), 'utf8'), assets };
}

function notThere(): Refusal {
  return new Refusal(
    'not_found',
    'There is nothing at this address.',
    'The addresses that exist stand in /api/openapi.json.',
  );
}
