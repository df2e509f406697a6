import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from 'vitest';
import { openDatabase } from './database.ts';
import { suiteOfTradeStore } from './trade-store.suite.testing.ts';

describe('the trade store in memory', () => {
  suiteOfTradeStore(
    () => ({ open: async () => openDatabase(':memory:'), reopen: null, close: async () => {} }),
    [1, 2, 3, 4],
  );
});

describe('the trade store in a file', () => {
  suiteOfTradeStore(() => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gapless-trade-'));
    const open = async () => openDatabase(path.join(folder, 'desk.db'));
    return { open, reopen: open, close: async () => rmSync(folder, { recursive: true, force: true }) };
  }, [1, 2]);
});
