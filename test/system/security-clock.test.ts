/** What a clock that is put right must not do to those who guard, and to those who are let in. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRig, PASSWORD, type Rig } from '../../src/server/desk.testing.ts';

let rig: Rig;
let owner: string;
beforeEach(async () => {
  rig = await createRig();
  owner = await rig.claim();
});
afterEach(() => rig.end());

const login = (password: string) => rig.ask('login.password', { body: { name: 'Ann', password } });

describe('a clock that was hours ahead and is put right', () => {
  test('makes nobody wait for the wrong hour to come again', async () => {
    for (let tries = 0; tries < 6; tries += 1) await login('not the password');
    expect((await login(PASSWORD)).statusCode).toBe(429);
    rig.clock.setBack(5 * 3_600_000);
    expect((await login(PASSWORD)).statusCode).toBe(200);
  });

  test('does not stretch a step-up over those hours', async () => {
    const invite = () => rig.ask('users.invite', { cookie: owner, body: {} });
    expect((await invite()).statusCode).toBe(200);
    rig.clock.setBack(5 * 3_600_000);
    expect((await invite()).json()).toMatchObject({ error: { code: 'step_up_required' } });
  });
});
