import { createHmac } from 'node:crypto';

/** A client's side of the signature, written apart from the server's on purpose: tests compare the two. */
export function sign(secret: string, body: string): { payload: string; signature: string } {
  const payload = Buffer.from(body, 'utf8').toString('base64');
  return { payload, signature: createHmac('sha512', secret).update(payload).digest('hex') };
}
