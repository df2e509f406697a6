import { z } from 'zod';
import { MAIN_ACCOUNT_TEXTS, type Text, TRADE_TEXTS } from './refusal-texts.ts';
import { authRefusal } from './refusals-auth.ts';

/** What a private endpoint says when it does not do as asked. */

/** `code`, `message` and messages by field. Codes mean different things at different fields, so all three are read together. */
const envelope = z.strictObject({
  code: z.int(),
  message: z.string().min(1),
  errors: z.record(z.string(), z.array(z.string().min(1)).min(1)).optional(),
});
type Envelope = z.infer<typeof envelope>;

const VALIDATION = ['Validation failed', 'Inner validation failed'];

/** Statuses at which a body may be a refusal in JSON. */
const REFUSED: readonly number[] = [400, 401, 403, 404, 412, 422, 429, 453];

const infrastructure = z.union([z.strictObject({ error: z.tuple([z.literal('Internal server error.')]) }), envelope]);

/** The shape of a refusal of this path, or null where no refusal has this status. */
export function refusalShape(path: string, status: number): z.ZodType | null {
  if (status === 500) return infrastructure;
  if (!REFUSED.includes(status)) return null;
  const texts =
    path.startsWith('/api/v4/main-account/') || path.startsWith('/api/v4/convert/') ? MAIN_ACCOUNT_TEXTS : TRADE_TEXTS;
  return z.union([authRefusal(status), envelope.check(validationShape(status, texts))]);
}

function validationShape(status: number, texts: readonly Text[]) {
  return z.superRefine<Envelope>((body, context) => {
    const fault = (message: string): void => {
      context.addIssue({ code: 'custom', message });
    };
    if (status === 401 || status === 403 || status === 429) fault(`not an answer of authentication: ${body.message}`);
    if (body.errors === undefined || !VALIDATION.includes(body.message)) {
      if (!texts.some((text) => text.field === null && text.code === body.code && text.pattern.test(body.message)))
        fault(`unknown refusal ${body.code} "${body.message}"`);
      return;
    }
    for (const [field, messages] of Object.entries(body.errors))
      for (const message of messages)
        if (!texts.some((text) => known(text, body.code, field, message)))
          fault(`unknown refusal ${body.code} ${field}: "${message}"`);
  });
}

function known(text: Text, code: number, field: string, message: string): boolean {
  return text.code === code && (text.field === '*' || text.field === field) && text.pattern.test(message);
}
