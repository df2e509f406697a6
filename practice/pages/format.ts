import type { Decimal } from '../../src/core/decimal.ts';
import { type Html, html } from './html.ts';

/** U+2009, the thin space between thousands. */
const THIN_SPACE = '\u2009';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** Thousands apart by a thin space; exactly `places` decimals where given (rounded half to even, for the eye only). */
export function amountText(value: Decimal, places?: number): string {
  const plain = places === undefined ? value.toString() : value.round(places, 'half-even').toFixed(places);
  const [whole = '', fraction] = plain.split('.');
  const sign = whole.startsWith('-') ? '−' : '';
  const grouped = sign + group(whole.replace('-', ''));
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The amount with its exact value as the tooltip. */
export function amount(value: Decimal, places?: number): Html {
  return html`<data class="number" value="${value.toString()}" title="${value.toString()}">${amountText(value, places)}</data>`;
}

/** Widest room for decimals that the style sheet knows (`.fraction.to-18`). */
const FRACTION_MAX = 18;

export function decimalsOf(value: Decimal): number {
  return value.trim().scale;
}

/** As `amount`, with room for `decimals` places after the point, so that the points of a column stand in line. */
export function alignedAmount(value: Decimal, decimals: number): Html {
  const [whole = '', fraction] = amountText(value).split('.');
  const room = Math.min(decimals, FRACTION_MAX);
  return html`<data class="number" value="${value.toString()}" title="${value.toString()}">${whole}${room > 0 && html`<span class="fraction to-${room}">${fraction !== undefined && `.${fraction}`}</span>`}</data>`;
}

/** Turnover at a glance: 412.3 M. The exact value is the tooltip. */
export function turnover(value: Decimal): Html {
  return html`<data class="number" value="${value.toString()}" title="${value.toString()}">${turnoverText(value)}</data>`;
}

const MAGNITUDES = [
  { zeros: 9, letter: 'B' },
  { zeros: 6, letter: 'M' },
  { zeros: 3, letter: 'k' },
] as const;

export function turnoverText(value: Decimal): string {
  const rounded = value.round(0, 'half-even').toString();
  const digits = rounded.replace('-', '').length;
  for (const { zeros, letter } of MAGNITUDES) {
    if (digits > zeros) {
      const shifted = `${rounded.slice(0, -zeros)}.${rounded.slice(-zeros)}`;
      const [whole = '', fraction = ''] = shifted.split('.');
      return `${group(whole)}.${fraction.slice(0, 2)}${THIN_SPACE}${letter}`;
    }
  }
  return group(rounded);
}

/** `3 min ago`; the past only, and coarse: the exact instant is the tooltip. */
export function ageText(atMs: number, nowMs: number): string {
  const ageMs = Math.max(0, nowMs - atMs);
  if (ageMs < 10 * SECOND_MS) return 'just now';
  if (ageMs < MINUTE_MS) return `${Math.floor(ageMs / SECOND_MS)} s ago`;
  if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)} min ago`;
  if (ageMs < DAY_MS) return `${Math.floor(ageMs / HOUR_MS)} h ago`;
  const days = Math.floor(ageMs / DAY_MS);
  return days === 1 ? '1 day ago' : `${days} days ago`;
}

export function age(atMs: number, nowMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}" title="${iso.replace('T', ' ').slice(0, 19)} UTC">${ageText(atMs, nowMs)}</time>`;
}

/** `2026-11-20 09:30:05`: the page has to say that it is UTC. */
export function utc(atMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}" title="${iso.replace('T', ' ').replace('Z', '')} UTC">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** `1 endpoint`, `3 endpoints`. */
export function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
