import { z } from 'zod';

/** Refusals before an endpoint looks at what was asked. Bodies are whole: code, message and what else stands there. */

type AuthRefusal = {
  readonly statuses: readonly number[];
  readonly code: number;
  readonly message: string;
  readonly errors?: true;
};

/** Where no source pairs text with code and status, both possible ones stand here. */
const UNKNOWN_STATUS = [400, 401];

const REFUSALS: readonly AuthRefusal[] = [
  { statuses: [400], code: 9, message: 'Invalid payload.' },
  { statuses: [401], code: 10, message: 'Unauthorized request.' },
  { statuses: [401], code: 0, message: 'Invalid API key, signature, or nonce' },
  { statuses: [401, 403], code: 2, message: 'This action is unauthorized. Enable your key in API settings' },
  { statuses: [401, 403], code: 0, message: 'This action is unauthorized.', errors: true },
  { statuses: [401], code: 4, message: 'This API Key is not authorized to perform this action.' },
  {
    statuses: [403],
    code: 0,
    message: "You don't have permission to use this endpoint. Please contact support for more details",
  },
  { statuses: [429], code: 0, message: 'Too many requests.', errors: true },
  { statuses: [429], code: 0, message: 'Too Many Attempts.' },
  { statuses: [412], code: 1, message: 'This action is unauthorized. Please, enable Two-Factor authentication.' },
];

/** Texts are documented; which code they come with is not. */
const WITHOUT_CODE: readonly string[] = [
  'Payload not provided.',
  'Nonce not provided.',
  'Invalid nonceWindow.',
  'Request not provided.',
  'Your nonce is more than 5 seconds lesser than the current nonce.',
];

const anyErrors = z.strictObject({}).optional();

export function authRefusal(status: number): z.ZodType {
  const exact = REFUSALS.filter(({ statuses }) => statuses.includes(status)).map(({ code, message, errors }) =>
    z.strictObject({
      code: z.literal(code),
      message: z.literal(message),
      ...(errors === undefined ? {} : { errors: z.strictObject({}) }),
    }),
  );
  const loose = z.strictObject({ code: z.int(), message: z.enum(WITHOUT_CODE), errors: anyErrors });
  const shapes: readonly z.ZodType[] = UNKNOWN_STATUS.includes(status) ? [...exact, loose] : exact;
  return shapes.length === 0 ? z.never() : z.union(shapes);
}
