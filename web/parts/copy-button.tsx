import { useState } from 'react';

const SAID_FOR_MS = 1600;

/** Copies `text` and says so in its own place, without moving anything. */
export function CopyButton(props: { readonly text: string; readonly label?: string; readonly what: string }) {
  const [said, setSaid] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.text);
      setSaid('copied');
    } catch {
      setSaid('failed');
    }
    setTimeout(() => setSaid('idle'), SAID_FOR_MS);
  };
  const label = props.label ?? 'Copy';
  return (
    <button type="button" className="quiet" onClick={() => void copy()} aria-label={`${label} ${props.what}`}>
      <span aria-live="polite">{said === 'idle' ? label : said === 'copied' ? 'Copied' : 'Select and copy'}</span>
    </button>
  );
}
