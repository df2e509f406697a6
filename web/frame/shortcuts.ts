/** Keys for people who do not reach for the mouse. Never while typing, never under a dialog. */

import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { commandReader, isUnderDialog } from './single-keys.ts';
import { slash } from './slash.ts';

export const SHORTCUTS: readonly { readonly keys: readonly string[]; readonly what: string }[] = [
  { keys: ['/'], what: 'Search pages, exchanges, actions; on Trade: markets' },
  { keys: ['Ctrl', 'k'], what: 'Search pages, markets, actions' },
  { keys: ['?'], what: 'This list' },
  { keys: ['g', 'o'], what: 'Overview' },
  { keys: ['g', 'e'], what: 'My Exchanges' },
  { keys: ['g', 't'], what: 'Trade' },
  { keys: ['g', 's'], what: 'Security' },
  { keys: ['g', ','], what: 'Settings' },
  { keys: ['n'], what: 'Add new exchange' },
  { keys: ['Shift', 'h'], what: 'Halt trading' },
  { keys: ['b'], what: 'Trade: buy, and type the price, or the amount where a price stands' },
  { keys: ['s'], what: 'Trade: sell, and type the price, or the amount where a price stands' },
  { keys: ['m'], what: 'Trade: next kind of order' },
  { keys: ['p'], what: 'Trade: type the price' },
  { keys: ['a'], what: 'Trade: type the amount' },
  { keys: ['↑', '↓'], what: 'In a price: one tick, with Shift ten' },
  { keys: ['Enter'], what: 'In the ticket: send. In the book: take the price, with Shift the amount too' },
  { keys: ['Del'], what: 'On an open order, twice: cancel it. Enter: move it' },
  { keys: ['e'], what: 'Trade: export the table' },
  { keys: ['+', '-'], what: 'On the chart: closer, further away' },
  { keys: ['←', '→'], what: 'On the chart: back and on in time' },
  { keys: ['↑', '↓'], what: 'On the chart: stretch and squeeze the prices' },
  { keys: ['Home', 'End'], what: 'On the chart: the oldest candle, back to now' },
  { keys: ['i'], what: 'On the chart: indicators' },
  { keys: ['Esc'], what: 'Close what is open' },
];

type Opens = { readonly search: () => void; readonly help: () => void; readonly halt: () => void };

export function useShortcuts(open: Opens): void {
  const navigate = useNavigate();
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    const commandOf = commandReader();
    const pressed = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'k' && !isUnderDialog()) {
        latest.current.search();
        event.preventDefault();
        return;
      }
      const command = commandOf(event);
      if (command === null) return;
      if (command.afterGo ? pair(command.key) : single(command.key)) event.preventDefault();
    };
    const pair = (key: string): boolean => {
      const to = { o: '/overview', e: '/exchanges', t: '/trade', s: '/security', ',': '/settings' } as const;
      if (!(key in to)) return false;
      void navigate({ to: to[key as keyof typeof to] });
      return true;
    };
    const single = (key: string): boolean => {
      if (key === '/') (slash() ?? latest.current.search)();
      else if (key === 'H') latest.current.halt();
      else if (key === '?') latest.current.help();
      else if (key === 'n') void navigate({ to: '/exchanges/add' });
      else return false;
      return true;
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [navigate]);
}
