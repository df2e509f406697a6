import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodeFields, encodeFields } from './fields.ts';
import { SEAL_INFO, type Sealed } from './protocol.ts';
import { makeSealingPair, open } from './seal.ts';
import { seal, sealingFingerprint } from './sealing.ts';
import vector from './sealing.vector.json' with { type: 'json' };

function newPair() {
  const { scalar, publicKey } = makeSealingPair();
  return { publicKey, secret: createSecretKey(scalar) };
}

const texts = (fields: readonly Buffer[] | null) => fields?.map((field) => field.toString('utf8')) ?? null;

/** As the page does it. */
async function sealInBrowser(publicKey: string, fields: readonly Uint8Array[], context: string): Promise<Sealed> {
  const { subtle } = globalThis.crypto;
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const ours = Buffer.from(publicKey, 'base64url');
  const theirs = await subtle.importKey('raw', ours, curve, false, []);
  const ephemeral = await subtle.generateKey(curve, true, ['deriveBits']);
  const epk = Buffer.from(await subtle.exportKey('raw', ephemeral.publicKey));
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, ephemeral.privateKey, 256);
  const base = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const salt = Buffer.concat([epk, ours]);
  const info = new TextEncoder().encode(SEAL_INFO);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt, info };
  const key = await subtle.deriveKey(hkdf, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const iv = globalThis.crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(context);
  const ct = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, new Uint8Array(encodeFields(fields)));
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  return { v: 1, epk: text(epk), iv: text(iv), ct: text(new Uint8Array(ct)) };
}

describe('sealed for custody', () => {
  const pair = newPair();
  const fields = ['key', 'geheimnis ß 秘密', ''].map((text) => Buffer.from(text));

  test('by node:crypto, it opens', () => {
    expect(texts(open(pair, seal(pair.publicKey, fields, 'here'), 'here', 3))).toEqual(['key', 'geheimnis ß 秘密', '']);
  });

  test('by WebCrypto, as in the browser, it opens', async () => {
    const sealed = await sealInBrowser(pair.publicKey, fields, 'here');
    expect(texts(open(pair, sealed, 'here', 3))).toEqual(['key', 'geheimnis ß 秘密', '']);
  });

  test('the vector that the page is tested with opens', () => {
    const secret = createSecretKey(Buffer.from(vector.privateKey, 'base64url'));
    const known = { secret, publicKey: vector.publicKey };
    expect(texts(open(known, vector.sealed as Sealed, vector.context, vector.fields.length))).toEqual(vector.fields);
    expect(sealingFingerprint(vector.publicKey)).toBe(vector.fingerprint);
  });

  test('for another use, key or number of fields it does not', () => {
    const sealed = seal(pair.publicKey, fields, 'here');
    expect(open(pair, sealed, 'there', 3)).toBeNull();
    expect(open(newPair(), sealed, 'here', 3)).toBeNull();
    expect(open(pair, sealed, 'here', 2)).toBeNull();
    expect(open(pair, sealed, 'here', 4)).toBeNull();
  });

  test('changed in any place it does not', () => {
    const sealed = seal(pair.publicKey, fields, 'here');
    for (const name of ['epk', 'iv', 'ct'] as const) {
      const bytes = Buffer.from(sealed[name], 'base64url');
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(open(pair, { ...sealed, [name]: changed.toString('base64url') }, 'here', 3)).toBeNull();
      }
    }
  });

  test('to something that is no point, it is refused', () => {
    const off = Buffer.alloc(65, 7);
    off[0] = 4;
    for (const text of ['', 'AAAA', off.toString('base64url')])
      expect(() => seal(text, fields, 'x')).toThrow(TypeError);
  });

  test('never twice the same', () => {
    expect(seal(pair.publicKey, fields, 'x').ct).not.toBe(seal(pair.publicKey, fields, 'x').ct);
  });
});

test('fields that are not whole are none', () => {
  expect(decodeFields(Buffer.from([0, 2, 65]), 1)).toBeNull();
  expect(decodeFields(Buffer.from([0]), 1)).toBeNull();
  expect(decodeFields(Buffer.from([0, 1, 65, 0]), 1)).toBeNull();
  expect(decodeFields(Buffer.from([]), 1)).toBeNull();
});
