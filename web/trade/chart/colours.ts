/** The page's tokens, read once a theme: a canvas does not follow style sheets by itself. */

const TOKENS = {
  surface: '--surface',
  raised: '--raised',
  ink: '--ink',
  dim: '--dim',
  line: '--line',
  edge: '--edge',
  up: '--up',
  down: '--down',
  blue: '--blue',
  amber: '--amber',
  grid: '--chart-grid',
} as const;

/** Lines of indicators, told apart from what rises and falls; see `trade-chart.css`. */
export const LINE_TOKENS = ['--chart-1', '--chart-2', '--chart-3', '--chart-4', '--chart-5'] as const;

export type Colours = Readonly<Record<keyof typeof TOKENS, string>> & {
  readonly lines: readonly string[];
  readonly font: string;
};

export function readColours(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (token: string): string => style.getPropertyValue(token).trim();
  const tokens = Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)]));
  return { ...(tokens as Record<keyof typeof TOKENS, string>), lines: LINE_TOKENS.map(read), font: style.fontFamily };
}

/** Calls when the theme, or the meaning of red and green, was switched. Returns how to stop. */
export function onThemeChange(run: () => void): () => void {
  const observer = new MutationObserver(run);
  observer.observe(document.documentElement, { attributes: true });
  return () => observer.disconnect();
}
