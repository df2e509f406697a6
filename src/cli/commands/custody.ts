/** `custody`, `custody lock | unlock | use-passphrase | use-key-file`: straight to the process that holds the keys. */

import type { Command } from 'commander';
import type { CustodyStatus } from '../../custody/protocol.ts';
import { EXIT, type ExitCode } from '../cli-error.ts';
import { sealingKeyOf } from '../custody-link.ts';
import type { Act } from '../program.ts';
import { askPassphrase, chooseTwice, PASSPHRASE_BYTES_MIN, sealPassphrase } from '../secrets.ts';
import { facts } from '../table.ts';
import type { Workplace } from '../workplace.ts';

export function addCustodyCommands(program: Command, act: Act): void {
  const custody = program
    .command('custody')
    .description('the process that holds the keys: its state and the fingerprint to compare with the page')
    .action(act((work) => show(work)));
  custody
    .command('lock')
    .description('forget the opened keys; nothing is read or signed until they are unlocked')
    .action(act(async (work) => changed(work, await work.custody.request('lock', {}))));
  custody
    .command('unlock')
    .description('open the keys with the passphrase, or with the key file where that is in force')
    .action(act((work) => unlock(work)));
  custody
    .command('use-passphrase')
    .description('from now on only a passphrase opens the keys; after each start somebody must type it')
    .action(act((work) => usePassphrase(work)));
  custody
    .command('use-key-file')
    .description('from now on a key file outside the data folder opens the keys, so that a restart needs nobody')
    .action(act(async (work) => changed(work, await work.custody.request('use-key-file', {}))));
}

async function show(work: Workplace): Promise<ExitCode> {
  const status = await work.custody.request('status', {});
  tell(work, status);
  return status.state === 'halted' ? EXIT.problem : EXIT.ok;
}

async function unlock(work: Workplace): Promise<void> {
  const before = await work.custody.request('status', {});
  if (before.state === 'open') {
    if (!work.json) work.terminal.note('The keys are open already.');
    return tell(work, before);
  }
  const { key } = sealingKeyOf(before);
  // With a key file custody opens itself from it; what is sealed is then not looked at.
  const typed = before.unlockMode === 'passphrase' ? await askPassphrase(work.terminal) : Buffer.alloc(0);
  await changed(work, await work.custody.request('unlock', { sealed: sealPassphrase(key, typed) }));
}

async function usePassphrase(work: Workplace): Promise<void> {
  const { key } = sealingKeyOf(await work.custody.request('status', {}));
  const chosen = await chooseTwice(work.terminal, 'New passphrase', PASSPHRASE_BYTES_MIN);
  await changed(work, await work.custody.request('use-passphrase', { sealed: sealPassphrase(key, chosen) }));
  if (!work.json) work.terminal.note('Nobody can restore this passphrase. Without it the keys stay closed for ever.');
}

/** The desk is told as well, so that open pages show it at once. */
async function changed(work: Workplace, status: CustodyStatus): Promise<void> {
  await work.desk.custodyChanged();
  tell(work, status);
}

const STATES: Readonly<Record<CustodyStatus['state'], string>> = {
  open: 'open: keys can be used',
  locked: 'locked: no key can be used until it is unlocked',
  halted: 'halted: nothing is signed',
};
const LEVELS: Readonly<Record<CustodyStatus['level'], string>> = {
  L1: 'L1: a process of its own, under the same user of this machine as the desk',
  L2: 'L2: a process and a user of its own',
};

function tell(work: Workplace, status: CustodyStatus): void {
  if (work.json) work.terminal.json(custodyJson(status));
  else work.terminal.lines(described(status));
}

function described(status: CustodyStatus): string[] {
  return facts([
    ['State', STATES[status.state]],
    ['Reason', status.reason],
    ['Level', LEVELS[status.level]],
    ['Opened by', status.unlockMode === 'passphrase' ? 'a passphrase' : `the key file ${status.keyFile ?? ''}`],
    ['Fingerprint', status.fingerprint ?? 'none before it was first opened'],
    ['Keys', String(status.keys)],
    ['Hardening', status.hardening.join(', ')],
    ['Audit trail', `${status.auditHead.seq} entries`],
    ...status.venues.map(({ venue, address }) => [`Reaches ${venue}`, address] as const),
  ]);
}

/** The stable shape of `--json` for all of these. */
function custodyJson(status: CustodyStatus): Record<string, unknown> {
  const { state, reason, level, unlockMode, keyFile, fingerprint, keys, hardening, auditHead, venues } = status;
  return { state, reason, level, unlockMode, keyFile, fingerprint, keys, hardening, auditHead, venues };
}
