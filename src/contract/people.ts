/** Who is there: setup, logging in, factors, sessions, people. */

import { z } from 'zod';
import { atMs, currency, id, nothing } from './words.ts';

export const userName = z
  .string()
  .trim()
  .min(1, 'needs at least one character')
  .max(60, 'at most 60 characters')
  .regex(/^[^\p{C}]*$/u, 'no invisible characters');
/** Any characters, none cut off; 15 and more are suggested on the page. */
export const password = z.string().min(8, 'at least 8 characters').max(128, 'at most 128 characters');
export const totpCode = z.string().regex(/^\d{6}$/, 'six digits');

const person = z.strictObject({ id, name: z.string(), role: z.enum(['owner', 'member']), createdAtMs: atMs });
export type Person = z.infer<typeof person>;

export const sessionState = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('unclaimed'), version: z.string() }),
  z.strictObject({ state: z.literal('signed-out'), version: z.string(), passkeys: z.boolean() }),
  z.strictObject({
    state: z.literal('second-factor'),
    version: z.string(),
    methods: z.array(z.enum(['totp', 'passkey', 'recovery'])),
  }),
  z.strictObject({
    state: z.literal('signed-in'),
    version: z.string(),
    user: person,
    /** Step-up is proven until then; in the past when it has to be proven anew. */
    stepUpUntilMs: atMs,
    settings: z.strictObject({ currency, swapUpDown: z.boolean(), theme: z.enum(['system', 'dark', 'light']) }),
  }),
]);
export type SessionState = z.infer<typeof sessionState>;

/** Answers of the WebAuthn browser API, passed through as they are and checked by the library. */
const webauthn = z.record(z.string(), z.unknown());
const webauthnOptions = z.strictObject({ options: webauthn });

export const people = {
  'session.read': { reply: sessionState },
  'setup.claim': { body: z.strictObject({ code: z.string().max(64), name: userName, password }), reply: sessionState },
  'login.password': {
    body: z.strictObject({ name: z.string().max(60), password: z.string().max(128) }),
    reply: sessionState,
  },
  'login.factor': {
    body: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('totp'), code: totpCode }),
      z.strictObject({ kind: z.literal('recovery'), code: z.string().max(32) }),
    ]),
    reply: sessionState,
  },
  'login.passkey.options': { body: nothing, reply: webauthnOptions },
  'login.passkey': { body: z.strictObject({ response: webauthn }), reply: sessionState },
  'invite.accept': {
    body: z.strictObject({ code: z.string().max(64), name: userName, password }),
    reply: sessionState,
  },
  logout: { body: nothing, reply: nothing },
  'stepUp.prove': {
    body: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('password'), password: z.string().max(128) }),
      z.strictObject({ kind: z.literal('totp'), code: totpCode }),
    ]),
    reply: z.strictObject({ stepUpUntilMs: atMs }),
  },
  'stepUp.passkey.options': { body: nothing, reply: webauthnOptions },
  'stepUp.passkey': { body: z.strictObject({ response: webauthn }), reply: z.strictObject({ stepUpUntilMs: atMs }) },

  'sessions.list': {
    reply: z.array(
      z.strictObject({
        id,
        current: z.boolean(),
        createdAtMs: atMs,
        lastSeenAtMs: atMs,
        address: z.string(),
        /** "Chrome on Linux", read from the user agent, cut short. */
        device: z.string(),
      }),
    ),
  },
  'sessions.revoke': { params: z.strictObject({ id }), reply: nothing },
  'sessions.revokeOthers': { body: nothing, reply: z.strictObject({ revoked: z.int() }) },
  'factors.read': {
    reply: z.strictObject({
      /** What a step-up may be proven with: the totp once there is one (a password alone no longer does), and passkeys. */
      stepUpWith: z.array(z.enum(['password', 'totp', 'passkey'])),
      totp: z.boolean(),
      recoveryCodesLeft: z.int(),
      passwordChangedAtMs: atMs,
      passkeys: z.array(z.strictObject({ id, label: z.string(), addedAtMs: atMs, lastUsedAtMs: atMs.nullable() })),
    }),
  },
  'factors.password': { body: z.strictObject({ password }), reply: nothing },
  'factors.totp.start': {
    body: nothing,
    reply: z.strictObject({ secret: z.string(), uri: z.string(), qrSvg: z.string() }),
  },
  'factors.totp.confirm': {
    body: z.strictObject({ code: totpCode }),
    reply: z.strictObject({ recoveryCodes: z.array(z.string()) }),
  },
  'factors.totp.remove': { reply: nothing },
  'factors.recovery.renew': { body: nothing, reply: z.strictObject({ recoveryCodes: z.array(z.string()) }) },
  'factors.passkey.options': { body: nothing, reply: webauthnOptions },
  'factors.passkey.add': {
    body: z.strictObject({ label: userName, response: webauthn }),
    reply: z.strictObject({ id }),
  },
  'factors.passkey.remove': { params: z.strictObject({ id }), reply: nothing },
  'security.events': {
    reply: z.array(
      z.strictObject({ id, atMs, kind: z.string(), text: z.string(), address: z.string(), device: z.string() }),
    ),
  },

  'users.list': {
    reply: z.strictObject({
      users: z.array(person),
      invitations: z.array(z.strictObject({ id, createdAtMs: atMs, expiresAtMs: atMs })),
    }),
  },
  /** The code is shown once and works once, for 24 hours. */
  'users.invite': { body: nothing, reply: z.strictObject({ code: z.string(), expiresAtMs: atMs }) },
  'users.remove': { params: z.strictObject({ id }), reply: nothing },

  'settings.read': {
    reply: z.strictObject({ currency, swapUpDown: z.boolean(), theme: z.enum(['system', 'dark', 'light']) }),
  },
  'settings.write': {
    body: z.strictObject({
      currency: currency.optional(),
      swapUpDown: z.boolean().optional(),
      theme: z.enum(['system', 'dark', 'light']).optional(),
    }),
    reply: z.strictObject({ currency, swapUpDown: z.boolean(), theme: z.enum(['system', 'dark', 'light']) }),
  },
};
