/** Hand-made, 20 units, one stroke weight. Always beside a word, so hidden from screen readers. */

const PATHS = {
  overview: 'M3 16.5h14M5 13.5v-4M9 13.5V5M13 13.5V8M17 13.5v-3',
  exchanges: 'M3 7h11M11 4l3 3-3 3M17 13H6M9 10l-3 3 3 3',
  trade: 'M6 3v2.5M6 13v3.5M3.8 5.5h4.4V13H3.8zM14 3.5V7M14 14.5V17M11.8 7h4.4v7.5h-4.4z',
  security: 'M10 2.8l6 2.3v4.4c0 3.6-2.4 6.3-6 7.7-3.6-1.4-6-4.1-6-7.7V5.1zM7.5 10l1.8 1.8 3.4-3.6',
  settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  search: 'M8.7 14.4a5.7 5.7 0 100-11.4 5.7 5.7 0 000 11.4zM13 13l4 4',
  close: 'M5 5l10 10M15 5L5 15',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  check: 'M4 10.5l4 4 8-9',
  cross: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  warn: 'M10 3.5L17.5 16h-15zM10 8.5v3.5M10 14h.01',
  dash: 'M5 10h10',
  plus: 'M10 4v12M4 10h12',
  out: 'M8 4H4v12h4M12 6.5l3.5 3.5L12 13.5M15 10H7.5',
  open: 'M8 5H4.5v10.5H15V12M11 4h5v5M16 4l-7 7',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { readonly name: IconName; readonly size?: number }) {
  const size = props.size ?? 18;
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[props.name]} />
    </svg>
  );
}

/** The mark: a line that climbs and never breaks. */
export function Mark(props: { readonly size: number }) {
  return (
    <svg className="mark" width={props.size} height={props.size} viewBox="0 0 24 24" aria-hidden="true">
      <path className="mark-line" d="M2 15.5h6.2v-5.2h6.6V5H22" />
      <path className="mark-base" d="M2 20.5h20" />
    </svg>
  );
}
