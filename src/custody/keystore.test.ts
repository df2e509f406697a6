import { createSecretKey } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHEAP, newConnection, newOwner } from './desk.testing.ts';
import { Keystore, KeystoreError } from './keystore.ts';
import { type KeyRecord, Records } from './records.ts';
import { systemRandom } from './seams.ts';
import { Store, StoreError } from './store.ts';

let folder: string;
let opened: Store[];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gapless-keystore-'));
  opened = [];
});
afterEach(() => {
  for (const store of opened) store.close();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => path.join(folder, 'data');
const file = () => path.join(data(), 'keystore.sqlite');

function open(keys = 'keys'): Keystore {
  for (const store of opened.splice(0)) store.close();
  const store = new Store(data());
  opened.push(store);
  return new Keystore({ store, keyDir: path.join(folder, keys), random: systemRandom, argon2: CHEAP });
}

/** Edits the file as a thief with the data folder would. */
function edit(sql: string): void {
  for (const store of opened.splice(0)) store.close();
  const db = new DatabaseSync(file());
  db.exec(sql);
  db.close();
}

const SECRET = 'c0ffee11c0ffee22c0ffee33c0ffee44';

function record(change: Partial<KeyRecord> = {}): KeyRecord {
  return {
    connection: newConnection(),
    owner: newOwner(),
    venue: 'practice',
    label: 'Main',
    purpose: 'trade',
    keyHint: 'abcd…wxyz',
    version: 1,
    addedAtMs: 1,
    replacedAtMs: null,
    stoppedBecause: null,
    confirmedCannotWithdraw: false,
    keyMark: 'mark',
    accountMarks: [],
    balancesMark: null,
    ...change,
  };
}

function put(records: Records, one: KeyRecord, publicKey = 'public'): void {
  records.store(one, { publicKey, secret: createSecretKey(Buffer.from(SECRET)), keyMark: one.keyMark });
}

describe('with a key file', () => {
  test('is made once, outside the data folder, for the owner alone, and opens after a restart', () => {
    const first = open();
    expect(first.unlockWithKeyFile()).toBe(true);
    expect(path.dirname(first.keyFile)).toBe(path.join(folder, 'keys'));
    if (process.platform !== 'win32') {
      expect(statSync(first.keyFile).mode & 0o777).toBe(0o600);
      expect(statSync(file()).mode & 0o777).toBe(0o600);
    }
    const sealing = first.sealing?.publicKey;
    const again = open();
    expect(again.unlockWithKeyFile()).toBe(true);
    expect(again.sealing?.publicKey).toBe(sealing);
    expect(again.state()).toMatchObject({ epoch: 1 });
  });

  test('without its file it stays locked, makes no new one, and opens when it is put back', () => {
    const { keyFile } = open();
    renameSync(keyFile, `${keyFile}.away`);
    const without = open();
    expect(without.unlockWithKeyFile()).toBe(false);
    expect(without.sealing).toBeNull();
    expect(existsSync(keyFile)).toBe(false);
    renameSync(`${keyFile}.away`, keyFile);
    expect(without.unlockWithKeyFile()).toBe(true);
    expect(without.sealing).not.toBeNull();
  });

  test('with the file of another keystore it says so', () => {
    const { keyFile } = open();
    const bytes = readFileSync(keyFile);
    rmSync(data(), { recursive: true });
    const other = open('other');
    writeFileSync(other.keyFile, bytes);
    expect(() => open('other')).toThrow(KeystoreError);
  });

  test('a torn key file opens nothing', () => {
    const { keyFile } = open();
    writeFileSync(keyFile, readFileSync(keyFile).subarray(0, 40));
    expect(open().unlockWithKeyFile()).toBe(false);
  });
});

describe('with a passphrase', () => {
  test('opens with it and the key file, not with either alone', async () => {
    const first = open();
    first.unlockWithKeyFile();
    await first.switchToPassphrase(Buffer.from('correct horse'));
    const { keyFile } = first;
    const second = open();
    expect(second.mode).toBe('passphrase');
    expect(second.unlockWithKeyFile()).toBe(false);
    expect(await second.unlockWithPassphrase(Buffer.from('correct horsf'))).toBe(false);
    expect(await second.unlockWithPassphrase(Buffer.from('correct horse'))).toBe(true);
    rmSync(keyFile);
    expect(await open().unlockWithPassphrase(Buffer.from('correct horse'))).toBe(false);
  });

  test('switching there and back leaves every record readable', async () => {
    const keystore = open();
    keystore.unlockWithKeyFile();
    const one = record();
    put(new Records(keystore, systemRandom), one);
    await keystore.switchToPassphrase(Buffer.from('correct horse'));
    keystore.switchToKeyFile();
    const again = open();
    expect(again.unlockWithKeyFile()).toBe(true);
    expect(new Records(again, systemRandom).credential(one.connection).secret.export().toString()).toBe(SECRET);
  });
});

describe('changed by somebody else', () => {
  test('a header with other costs, mode or salt does not open', () => {
    for (const change of ['"salt":"AAAAAAAAAAAAAAAAAAAAAA"', '"mode":"passphrase"']) {
      open();
      const name = change.split(':')[0]?.replaceAll('"', '') ?? '';
      edit(
        `UPDATE meta SET value = json_set(value, '$.${name}', ${change.split(':')[1]?.replaceAll('"', "'")}) WHERE name = 'header'`,
      );
      expect(open().unlockWithKeyFile()).toBe(false);
      for (const store of opened.splice(0)) store.close();
      rmSync(data(), { recursive: true });
    }
  });

  test('costs that would eat the machine are refused unread', async () => {
    const keystore = open();
    keystore.unlockWithKeyFile();
    await keystore.switchToPassphrase(Buffer.from('correct horse'));
    edit(`UPDATE meta SET value = json_set(value, '$.kdf.memoryKiB', 99999999) WHERE name = 'header'`);
    expect(() => open()).toThrow(KeystoreError);
  });

  test('the state is not believed', () => {
    open();
    edit(`UPDATE meta SET value = replace(value, '"epoch":1', '"epoch":0') WHERE name = 'state'`);
    const keystore = open();
    keystore.unlockWithKeyFile();
    expect(() => keystore.state()).toThrow(KeystoreError);
  });

  test('a record is named, whatever was changed in it', () => {
    const keystore = open();
    keystore.unlockWithKeyFile();
    const records = new Records(keystore, systemRandom);
    const good = record();
    const bad = record({ stoppedBecause: 'can-withdraw' });
    put(records, good);
    put(records, bad);
    expect(records.verify()).toEqual([]);
    edit(`UPDATE keys SET record = replace(record, '"can-withdraw"', 'null') WHERE connection = '${bad.connection}'`);
    const again = open();
    again.unlockWithKeyFile();
    expect(new Records(again, systemRandom).verify()).toEqual([bad.connection]);
  });

  test('a key that was given to somebody else opens for them alone', () => {
    const keystore = open();
    keystore.unlockWithKeyFile();
    const records = new Records(keystore, systemRandom);
    const [old, fresh] = [newOwner(), newOwner()];
    const one = record({ owner: old, stoppedBecause: 'can-withdraw', version: 3 });
    put(records, one);
    const rowOf = () => keystore.store.records()[0]?.record ?? '';
    const before = rowOf();
    records.giveTo(one.connection, fresh);
    expect(records.verify()).toEqual([]);
    const again = new Records(keystore, systemRandom);
    expect(again.find(one.connection)).toEqual({ ...one, owner: fresh });
    expect(again.credential(one.connection).secret.export().toString()).toBe(SECRET);
    // The name alone makes nobody an owner: the boxes say whose they are, whichever way round.
    for (const row of [rowOf().replace(fresh, old), before.replace(old, fresh)]) {
      keystore.store.putRecord(one.connection, row);
      const forged = new Records(keystore, systemRandom);
      expect(forged.verify()).toEqual([one.connection]);
      expect(() => forged.credential(one.connection)).toThrow(KeystoreError);
      expect(() => forged.giveTo(one.connection, newOwner())).toThrow(KeystoreError);
    }
  });

  test('two records that changed places are named', () => {
    const keystore = open();
    keystore.unlockWithKeyFile();
    const records = new Records(keystore, systemRandom);
    const [a, b] = [record(), record()];
    put(records, a);
    put(records, b);
    edit(`UPDATE keys SET connection = 'x' WHERE connection = '${a.connection}';
          UPDATE keys SET connection = '${a.connection}' WHERE connection = '${b.connection}';
          UPDATE keys SET connection = '${b.connection}' WHERE connection = 'x'`);
    const again = open();
    again.unlockWithKeyFile();
    expect(new Records(again, systemRandom).verify()).toHaveLength(2);
  });
});

test('the secret is nowhere on the disk, in any form', () => {
  const keystore = open();
  keystore.unlockWithKeyFile();
  put(new Records(keystore, systemRandom), record(), 'deadbeef'.repeat(4));
  for (const store of opened.splice(0)) store.close();
  const forms = [
    SECRET,
    Buffer.from(SECRET).toString('base64').slice(0, 40),
    Buffer.from(SECRET).toString('hex'),
    Buffer.from(SECRET, 'hex').toString('latin1'),
  ];
  for (const name of readdirSync(data())) {
    const bytes = readFileSync(path.join(data(), name), 'latin1');
    for (const form of [...forms, 'deadbeefdeadbeef']) expect(bytes.includes(form)).toBe(false);
  }
});

test('a dropped record leaves no trace in the file', () => {
  const keystore = open();
  keystore.unlockWithKeyFile();
  const records = new Records(keystore, systemRandom);
  const one = record({ label: 'Label that must go' });
  put(records, one);
  records.drop(one.connection);
  for (const store of opened.splice(0)) store.close();
  expect(readFileSync(file(), 'latin1')).not.toContain('Label that must go');
});

test('a process that died between a state and its seal opens again, with the state of before', () => {
  const keystore = open();
  keystore.unlockWithKeyFile();
  keystore.setState({ epoch: 5 });
  const { setMeta } = keystore.store;
  keystore.store.setMeta = function dying(name, value) {
    if (name === 'state-mac') throw new Error('killed');
    setMeta.call(this, name, value);
  };
  expect(() => keystore.setState({ epoch: 6 })).toThrow('killed');
  const again = open();
  again.unlockWithKeyFile();
  expect(again.state().epoch).toBe(5);
});

test('a second process does not get the same keystore', () => {
  open();
  expect(() => new Store(data())).toThrow(StoreError);
});

test('a file of a newer version is left alone', () => {
  open();
  edit('PRAGMA user_version = 99');
  expect(() => new Store(data())).toThrow(/version 99/);
});
