/** The practice exchange's JSON interface, as `practice/README.md` documents it. */

export type PracticeKey = { readonly apiKey: string; readonly apiSecret: string; readonly id: string };

export async function practiceCall<T>(practice: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(`${practice}/practice/api${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Practice-Control': '1' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${text}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}
