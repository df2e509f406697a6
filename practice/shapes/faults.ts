import type { z } from 'zod';

/** What is wrong with a value, a line each; empty when it has the shape. */
export function faultsOf(shape: z.ZodType, value: unknown): readonly string[] {
  const parsed = shape.safeParse(value);
  return parsed.success ? [] : linesOf(parsed.error.issues, []);
}

type Issue = z.core.$ZodIssue;

function linesOf(issues: readonly Issue[], above: readonly PropertyKey[]): string[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path];
    if (issue.code !== 'invalid_union') return [`${path.map(String).join('.') || '(all)'}: ${issue.message}`];
    return linesOf(nearest(issue.errors), path);
  });
}

/** Of several shapes that a value could have had, the one that it came closest to says most. */
function nearest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map(({ path }) => path.length));
  const [best] = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  return best ?? [];
}
