/** The machine half of accessibility: what axe can find by itself. Keyboard and reading order have tests of their own. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Finding = {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
};

/**
 * Serious and critical findings of the page as it stands, one line each. The content security policy of the desk
 * forbids a script element of another source, so axe goes in through the debugger, where no policy reaches.
 */
export async function seriousFindings(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('Runtime.evaluate', { expression: SOURCE });
    const options = JSON.stringify({ runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] });
    const reply = await session.send('Runtime.evaluate', {
      expression: `axe.run(document, ${options}).then(({ violations }) => JSON.stringify(violations))`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (reply.exceptionDetails !== undefined) throw new Error(`axe failed: ${JSON.stringify(reply.exceptionDetails)}`);
    const findings = JSON.parse(String(reply.result.value)) as readonly Finding[];
    return findings
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, help, nodes }) =>
          `${page.url()} ${id}: ${help} · ${nodes.map((node) => `${node.target.join(' ')} (${(node.failureSummary ?? '').replaceAll(/\s+/g, ' ').slice(0, 200)})`).join('; ')}`,
      );
  } finally {
    await session.detach();
  }
}
