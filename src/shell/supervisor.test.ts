import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type ChildEvent, type ChildPlan, StartFailure, Supervisor } from './supervisor.ts';

const events: ChildEvent[] = [];
let supervisor = new Supervisor((event) => events.push(event));
afterEach(async () => {
  await supervisor.stop();
  events.length = 0;
  supervisor = new Supervisor((event) => events.push(event));
});

function plan(script: string, bootLine: string | null = null, readyWithinMs = 10_000): ChildPlan {
  return {
    name: 'child',
    command: process.execPath,
    args: ['-e', script],
    env: { ...process.env },
    bootLine,
    stdout: 'ignore',
    readyWithinMs,
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += 20) {
    if (waitedMs > 10_000) throw new Error('waited in vain');
    await sleep(20);
  }
}

describe('a child', () => {
  test('gets its boot line on standard input, not as an argument', async () => {
    const script = `process.stdin.once('data', (d) => process.send({ type: 'ready', line: String(d).trim(), args: process.argv.length }));`;
    expect(await supervisor.start(plan(script, '{"token":"t"}'))).toMatchObject({ line: '{"token":"t"}', args: 1 });
  });

  test('that is killed runs again', async () => {
    await supervisor.start(plan(`process.send({ type: 'ready' }); setInterval(() => {}, 1000);`));
    const first = supervisor.pid('child');
    process.kill(first ?? 0, 'SIGKILL');
    await until(() => events.some((event) => event.kind === 'ready-again'));
    expect(events[0]).toMatchObject({ kind: 'restarting', how: 'SIGKILL' });
    expect(supervisor.pid('child')).not.toBe(first);
  });

  test('that was killed comes back on the port that the system had picked for it', async () => {
    const script = `process.send({ type: 'ready', port: 4000 + process.argv.length }); setInterval(() => {}, 1000);`;
    await supervisor.start({ ...plan(script), again: (ready) => ['-e', script, String(ready.port), 'on the same'] });
    process.kill(supervisor.pid('child') ?? 0, 'SIGKILL');
    await until(() => events.some((event) => event.kind === 'ready-again'));
    expect(events.at(-1)).toMatchObject({ kind: 'ready-again', ready: { port: 4003 } });
  });

  test('that cannot start tells why in its own words and is not tried again', async () => {
    const failure = await supervisor
      .start(plan(`console.error('the disk is full; make room'); process.exit(3);`))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartFailure);
    expect((failure as StartFailure).words).toContain('the disk is full; make room');
    await sleep(300);
    expect(events).toEqual([]);
  });

  test('that says nothing is given up', async () => {
    const failure = await supervisor
      .start(plan('setInterval(() => {}, 1000);', null, 400))
      .catch((error: unknown) => error);
    expect((failure as StartFailure).words).toContain('no sign of life within 0.4 s');
  });

  test('stops when asked, and that is no crash', async () => {
    await supervisor.start(
      plan(
        `process.on('SIGTERM', () => process.exit(0)); process.send({ type: 'ready' }); setInterval(() => {}, 1000);`,
      ),
    );
    await supervisor.stop();
    expect(supervisor.pid('child')).toBeNull();
    expect(events).toEqual([]);
  });
});
