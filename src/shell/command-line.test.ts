import { expect, test } from 'vitest';
import { commandLineOf } from './command-line.ts';

const AROUND = { env: {}, platform: 'linux', home: '/home/ann' } as const;
const resume = (data: string, around: Parameters<typeof commandLineOf>[1] = AROUND) =>
  commandLineOf({ data }, around)('resume');

test('the page told a command that found no desk, because the desk had its data elsewhere', () => {
  expect(resume('/srv/desk')).toBe('npx gapless resume --data /srv/desk');
  expect(resume('/home/ann/.local/share/gapless')).toBe('npx gapless resume');
  expect(resume('/srv/desk', { ...AROUND, env: { XDG_DATA_HOME: '/srv' } })).toBe(
    'npx gapless resume --data /srv/desk',
  );
  expect(resume('/srv/gapless', { ...AROUND, env: { XDG_DATA_HOME: '/srv' } })).toBe('npx gapless resume');
});

test('a folder is one word to the shell, whatever it is called', () => {
  expect(resume('/srv/my desk')).toBe("npx gapless resume --data '/srv/my desk'");
  expect(resume("/srv/ann's $(desk)")).toBe(`npx gapless resume --data '/srv/ann'\\''s $(desk)'`);
  const windows = { env: { LOCALAPPDATA: 'C:\\Users\\Ann\\AppData\\Local' }, platform: 'win32', home: 'C:\\' } as const;
  expect(resume('D:\\my desk', windows)).toBe('npx gapless resume --data "D:\\my desk"');
});
