import { describe, expect, test } from 'vitest';
import { LINE_BYTES_MAX } from './line-buffer.ts';
import { askCredentials, chooseTwice, trimBytes } from './secrets.ts';
import { type FakeTerminal, fakeTerminal } from './terminal.testing.ts';

/** Waits until the question stands there, as a person would. */
async function press(fake: FakeTerminal, question: string, keys: string | Buffer): Promise<void> {
  await expect.poll(() => fake.err()).toContain(question);
  fake.input.write(keys);
}

describe('a question without echo', () => {
  test('switches echo off before it asks, and on again after the answer', async () => {
    const fake = fakeTerminal({ tty: true });
    const asked = fake.terminal.askHidden('Secret key');
    expect(fake.isRaw()).toBe(true);
    await press(fake, 'Secret key: ', 'hunter2\r');
    expect((await asked).toString()).toBe('hunter2');
    expect(fake.rawChanges).toEqual([true, false]);
    expect(fake.listeners()).toBe(0);
    expect(fake.err()).toBe('Secret key: \n');
    expect(fake.out()).toBe('');
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-C after some text', 'secret\u0003'],
    ['Ctrl-D on an empty line', '\u0004'],
    ['Ctrl-C inside an escape sequence', '\u001b[\u0003'],
  ])('is ended by %s, and the terminal is as it was', async (_name, keys) => {
    const fake = fakeTerminal({ tty: true });
    const asked = fake.terminal.askHidden('Secret key');
    await press(fake, 'Secret key', keys);
    await expect(asked).rejects.toMatchObject({ code: 'interrupted', exit: 130 });
    expect(fake.isRaw()).toBe(false);
    expect(fake.err()).not.toContain('secret\u0003');
  });

  test('is ended by a signal, and the terminal is as it was', async () => {
    const fake = fakeTerminal({ tty: true });
    const asked = fake.terminal.askHidden('Secret key');
    await press(fake, 'Secret key', 'half a sec');
    fake.signal();
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' });
    expect(fake.isRaw()).toBe(false);
    expect(fake.listeners()).toBe(0);
  });

  test.each([
    ['backspace takes one character back', 'abx\u007fc\r', 'abc'],
    ['backspace takes a letter of two bytes back', 'aü\u007fb\r', 'ab'],
    ['backspace at the start does nothing', '\u007f\u0008a\r', 'a'],
    ['Ctrl-U begins anew', 'wrong\u0015right\r', 'right'],
    ['arrow keys are no text', 'a\u001b[Db\u001bOC\r', 'ab'],
    ['the marks of a bracketed paste are no text', '\u001b[200~pasted\u001b[201~\r', 'pasted'],
    ['other control keys are no text', 'a\u0001\u0000b\r', 'ab'],
    ['Ctrl-D in the middle is no text', 'a\u0004b\r', 'ab'],
  ])('%s', async (_name, keys, text) => {
    const fake = fakeTerminal({ tty: true });
    const asked = fake.terminal.askHidden('Key');
    await press(fake, 'Key', keys);
    expect((await asked).toString()).toBe(text);
  });

  test.each(['\r', '\n', '\r\n'])('two lines pasted at once answer two questions (%j)', async (end) => {
    const fake = fakeTerminal({ tty: true });
    const asked = askCredentials(fake.terminal);
    await press(fake, 'API key', ` the-key${end}the-secret${end}`);
    const { key, secret } = await asked;
    expect([key.toString(), secret.toString()]).toEqual(['the-key', 'the-secret']);
  });

  test('refuses more than a key can be', async () => {
    const fake = fakeTerminal({ tty: true });
    const asked = fake.terminal.askHidden('Key');
    await press(fake, 'Key', Buffer.alloc(LINE_BYTES_MAX + 1, 0x61));
    await expect(asked).rejects.toMatchObject({ code: 'input_too_long' });
    expect(fake.isRaw()).toBe(false);
  });
});

describe('standard input that is no terminal', () => {
  test('gives a line for each question, byte by byte as it stands there', async () => {
    const fake = fakeTerminal({ tty: false });
    fake.input.end('first\r\nsec\tond\u0015 \nlast');
    const ask = async () => (await fake.terminal.askHidden('Anything')).toString();
    expect([await ask(), await ask(), await ask()]).toEqual(['first', 'sec\tond\u0015 ', 'last']);
    await expect(ask()).rejects.toMatchObject({ code: 'input_missing', exit: 1 });
    expect(fake.err()).toBe('');
    expect(fake.rawChanges).toEqual([]);
  });

  test('cannot be asked to confirm', async () => {
    const fake = fakeTerminal({ tty: false });
    await expect(fake.terminal.confirm('Really?', 'Add --yes.')).rejects.toMatchObject({ exit: 2, cure: 'Add --yes.' });
  });
});

describe('a question of yes or no', () => {
  test.each([
    ['y\n', true],
    ['YES\n', true],
    [' yes \n', true],
    ['n\n', false],
    ['\n', false],
    ['yep\n', false],
  ])('%j is %s', async (keys, answer) => {
    const fake = fakeTerminal({ tty: true });
    const asked = fake.terminal.confirm('Really?', '');
    await press(fake, 'Really? [y/N] ', keys);
    expect(await asked).toBe(answer);
  });

  test('is ended by the end of the input', async () => {
    const fake = fakeTerminal({ tty: true });
    const asked = fake.terminal.confirm('Really?', '');
    fake.input.end();
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('a passphrase that is chosen', () => {
  test('is typed twice alike', async () => {
    const fake = fakeTerminal({ tty: true });
    const asked = chooseTwice(fake.terminal, 'Passphrase', 12);
    await press(fake, 'Passphrase: ', 'correct horse\r');
    await press(fake, 'Passphrase, once more: ', 'correct horse\r');
    expect((await asked).toString()).toBe('correct horse');
  });

  test.each([
    ['another one', 'correct horse\rcorrect house\r', 'not_the_same'],
    ['another length', 'correct horse\rcorrect horses\r', 'not_the_same'],
    ['too short', 'horse\r', 'too_short'],
  ])('%s is refused and not repeated in the refusal', async (_name, keys, code) => {
    const fake = fakeTerminal({ tty: true });
    const asked = chooseTwice(fake.terminal, 'Passphrase', 12);
    await press(fake, 'Passphrase', keys);
    const refused = await asked.catch((error: unknown) => error);
    expect(refused).toMatchObject({ code });
    expect(`${String(refused)} ${fake.err()}`).not.toMatch(/horse|house/);
  });
});

test('pasted text loses blanks and a byte order mark, and nothing else', () => {
  const cases = ['\ufeff key ', '\tkey', 'key\r', 'k e y', '', '   '];
  expect(cases.map((text) => trimBytes(Buffer.from(text)).toString())).toEqual(['key', 'key', 'key', 'k e y', '', '']);
});

test('colours are for terminals whose owner has not declined them', () => {
  const strong = (tty: boolean, env: Record<string, string>) => fakeTerminal({ tty, env }).terminal.strong('x');
  expect(strong(true, {})).toBe('\u001b[1mx\u001b[22m');
  expect([strong(false, {}), strong(true, { NO_COLOR: '1' }), strong(true, { TERM: 'dumb' })]).toEqual(['x', 'x', 'x']);
  expect(strong(true, { NO_COLOR: '' })).not.toBe('x');
});
