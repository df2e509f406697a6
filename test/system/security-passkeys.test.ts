/** Logging in with a passkey, by an authenticator made of a key pair. */

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRig, ORIGIN, type Rig } from '../../src/server/desk.testing.ts';

let rig: Rig;
let key: KeyObject;
let cose: Buffer;
let cookie: string;
const CREDENTIAL = Buffer.alloc(16, 7).toString('base64url');
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest();

beforeEach(async () => {
  rig = await createRig();
  cookie = await rig.claim();
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  key = pair.privateKey;
  const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
  // COSE: an EC2 key for ES256 on P-256 (RFC 9053).
  cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]);
  const user = await rig.database.selectFrom('users').select('id').executeTakeFirstOrThrow();
  await rig.database
    .insertInto('passkeys')
    .values({
      id: 'p'.repeat(26),
      user_id: user.id,
      credential_id: CREDENTIAL,
      public_key: cose.toString('base64url'),
      counter: 0,
      transports: '[]',
      label: 'Made of a key pair',
      added_at_ms: 0,
      last_used_at_ms: null,
    })
    .execute();
});
afterEach(() => rig.end());

const ask = async (): Promise<string> => {
  const reply = await rig.ask('login.passkey.options', { body: {} });
  return reply.json<{ options: { challenge: string } }>().options.challenge;
};
function answerTo(challenge: string, counter: number, origin = ORIGIN, flags = 0x05) {
  const client = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }));
  const tail = Buffer.alloc(5, flags);
  tail.writeUInt32BE(counter, 1);
  const authenticator = Buffer.concat([sha256('localhost'), tail]);
  const signature = sign('sha256', Buffer.concat([authenticator, sha256(client)]), key);
  const response = {
    clientDataJSON: client.toString('base64url'),
    authenticatorData: authenticator.toString('base64url'),
    signature: signature.toString('base64url'),
  };
  return { id: CREDENTIAL, rawId: CREDENTIAL, type: 'public-key', clientExtensionResults: {}, response };
}
const give = (response: object) => rig.ask('login.passkey', { body: { response } });

describe('a passkey', () => {
  test('opens its account, and each question is answered once', async () => {
    const answer = answerTo(await ask(), 1);
    expect((await give(answer)).json()).toMatchObject({ state: 'signed-in' });
    expect((await give(answer)).json()).toMatchObject({ error: { code: 'wrong_passkey' } });
    const race = answerTo(await ask(), 0x7000);
    const both = await Promise.all([give(race), give(race)]);
    expect(both.map((reply) => reply.statusCode).toSorted()).toEqual([200, 403]);
  });

  test('opens it also while strangers ask for questions without pause', async () => {
    const challenge = await ask();
    for (let asked = 0; asked < 1_200; asked += 1) await ask();
    expect((await give(answerTo(challenge, 1))).json()).toMatchObject({ state: 'signed-in' });
  });

  test('does not open it late, from another site, without a look at the person, or by an older count', async () => {
    const late = await ask();
    await rig.clock.jump(5 * 60_000);
    expect((await give(answerTo(late, 1))).statusCode).toBe(403);
    expect((await give(answerTo(await ask(), 1, 'http://localhost:9999'))).statusCode).toBe(403);
    expect((await give(answerTo(await ask(), 1, ORIGIN, 0x01))).statusCode).toBe(403);
    expect((await give(answerTo(Buffer.alloc(56).toString('base64url'), 1))).statusCode).toBe(403);
    expect((await give(answerTo(await ask(), 5))).statusCode).toBe(200);
    expect((await give(answerTo(await ask(), 5))).statusCode).toBe(403);
  });
});

/** What a browser answers when a passkey is made, with no attestation. */
function made(challenge: string, credentialId: Buffer) {
  const client = Buffer.from(
    JSON.stringify({ type: 'webauthn.create', challenge, origin: ORIGIN, crossOrigin: false }),
  );
  const head = Buffer.concat([sha256('localhost'), Buffer.from([0x45, 0, 0, 0, 0]), Buffer.alloc(16)]);
  const authData = Buffer.concat([head, Buffer.from([0, credentialId.length]), credentialId, cose]);
  // CBOR: { fmt: 'none', attStmt: {}, authData }.
  const object = Buffer.concat([
    Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
    Buffer.from([0x58, authData.length]),
    authData,
  ]);
  const id = credentialId.toString('base64url');
  const response = { clientDataJSON: client.toString('base64url'), attestationObject: object.toString('base64url') };
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
}

const add = async (credentialId: Buffer) => {
  const options = (await rig.ask('factors.passkey.options', { cookie, body: {} })).json<{
    options: { challenge: string };
  }>();
  const body = { label: 'Another', response: made(options.options.challenge, credentialId) };
  return rig.ask('factors.passkey.add', { cookie, body });
};

test('a passkey is added once; the same again is refused and no fault of ours', async () => {
  expect((await add(Buffer.alloc(16, 9))).statusCode).toBe(200);
  const again = await add(Buffer.alloc(16, 9));
  expect(again.statusCode).toBe(409);
  expect(again.json()).toMatchObject({ error: { code: 'conflict', message: 'This passkey is here already.' } });
});
