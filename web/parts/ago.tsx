import { ago, duration, exactTime } from '../format/time.ts';
import { useNowText } from './now.ts';

/** A relative time that keeps itself right; the exact one on hover. */
export function Ago(props: { readonly atMs: number; readonly prefix?: string }) {
  const text = useNowText((nowMs) => ago(props.atMs, nowMs));
  return (
    <time dateTime={new Date(props.atMs).toISOString()} title={exactTime(props.atMs)}>
      {props.prefix === undefined ? text : `${props.prefix} ${text}`}
    </time>
  );
}

/** How long something has lasted: `for 3 h`. */
export function For(props: { readonly atMs: number }) {
  const text = useNowText((nowMs) => duration(nowMs - props.atMs));
  return (
    <time dateTime={new Date(props.atMs).toISOString()} title={`Since ${exactTime(props.atMs)}`}>
      for {text}
    </time>
  );
}
