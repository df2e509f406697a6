import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UserId } from '../../src/core/ids.ts';
import { sealingContext } from '../../src/custody/protocol.ts';
import { makeSealingPair, open, type SealingPair } from '../../src/custody/seal.ts';
import { sealingFingerprint } from '../../src/custody/sealing.ts';
import { encodeFields, fingerprintOf, fromBase64url, seal, toBase64url } from './seal.ts';

const OWNER = 'aaaaaaaaaaaaaaaaaaaaaaaaaa' as UserId;
const USE = { for: 'credentials', owner: OWNER, venue: 'whitebit' } as const;

function pair(): SealingPair {
  const { scalar, publicKey } = makeSealingPair();
  return { secret: createSecretKey(scalar), publicKey };
}

const textsOf = (fields: readonly Buffer[] | null): readonly string[] | null =>
  fields === null ? null : fields.map((field) => field.toString('utf8'));

describe('what the page seals', () => {
  test('custody opens, whatever the text', async () => {
    const custody = pair();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.string({ maxLength: 200 }),
        async (key, secret) => {
          const sealed = await seal([key, secret], USE, custody.publicKey);
          expect(textsOf(open(custody, sealed, sealingContext(USE), 2))).toEqual([key, secret]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('opens for no other owner, venue or use', async () => {
    const custody = pair();
    const sealed = await seal(['key', 'secret'], USE, custody.publicKey);
    const other = 'bbbbbbbbbbbbbbbbbbbbbbbbbb' as UserId;
    for (const use of [
      { ...USE, owner: other },
      { ...USE, venue: 'practice' as const },
      { for: 'passphrase' as const },
    ])
      expect(open(custody, sealed, sealingContext(use), 2)).toBeNull();
    expect(open(pair(), sealed, sealingContext(USE), 2)).toBeNull();
  });

  test('never reads the same twice, and shows nothing of what it holds', async () => {
    const custody = pair();
    const [first, second] = await Promise.all(
      [0, 1].map(() => seal(['same key', 'same secret'], USE, custody.publicKey)),
    );
    expect(first?.epk).not.toBe(second?.epk);
    expect(first?.ct).not.toBe(second?.ct);
    const wire = Buffer.from(fromBase64url(first?.ct ?? '')).toString('latin1');
    expect(wire).not.toContain('same secret');
  });

  test('holds a passphrase too', async () => {
    const custody = pair();
    const sealed = await seal(['korrekt häst batteri'], { for: 'passphrase' }, custody.publicKey);
    expect(textsOf(open(custody, sealed, sealingContext({ for: 'passphrase' }), 1))).toEqual(['korrekt häst batteri']);
  });

  test('is the fixed bytes for fixed chance', async () => {
    const curve = { name: 'ECDH', namedCurve: 'P-256' } as const;
    // The private keys of RFC 5903, section 8.1: anybody can repeat this vector.
    const ephemeral = await known(
      'C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433',
      'DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180',
      '5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3',
      curve,
    );
    const recipient = `04${'D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63'}${'56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB'}`;
    const sealed = await seal(['k', 's'], { for: 'passphrase' }, toBase64url(Buffer.from(recipient, 'hex')), {
      ephemeral,
      iv: new Uint8Array(12),
    });
    expect(sealed).toMatchInlineSnapshot(`
      {
        "ct": "QVlkqaRo9iZ3agiTk64m6K8cQRACrA",
        "epk": "BNrQtlOUIhz5sFHh_spXh9CY3-Y3_JC575RdDDdyWBGAUnGgRhzbglLWHxxFb6PlmrH0WzOsz19YOJ4Fd7iZC7M",
        "iv": "AAAAAAAAAAAAAAAA",
        "v": 1,
      }
    `);
  });
});

type Curve = { readonly name: 'ECDH'; readonly namedCurve: 'P-256' };
async function known(d: string, x: string, y: string, curve: Curve): Promise<CryptoKeyPair> {
  const part = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
  const shared = { kty: 'EC', crv: 'P-256', x: part(x), y: part(y), ext: true };
  return {
    publicKey: await crypto.subtle.importKey('jwk', shared, curve, true, []),
    privateKey: await crypto.subtle.importKey('jwk', { ...shared, d: part(d) }, curve, false, ['deriveBits']),
  };
}

describe('what is refused', () => {
  test('a key that is no P-256 point', async () => {
    await expect(seal(['k', 's'], USE, 'AAAA')).rejects.toThrow(RangeError);
    const { publicKey } = generateKeyPairSync('x25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64url');
    await expect(seal(['k', 's'], USE, raw)).rejects.toThrow(RangeError);
  });

  test('a field too long for its length', () => {
    expect(() => encodeFields(['x'.repeat(65_536)])).toThrow(RangeError);
  });
});

test('the fingerprint is the one custody prints', async () => {
  const { publicKey } = pair();
  expect(await fingerprintOf(publicKey)).toBe(sealingFingerprint(publicKey));
});

test('base64url and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = toBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(Buffer.from(fromBase64url(text))).toEqual(Buffer.from(bytes));
    }),
  );
});
