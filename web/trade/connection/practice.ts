/** Whether money that stands here is practice money, so that nobody takes one for the other. */

import { useQuery } from '@tanstack/react-query';
import type { Connection } from '../../../src/contract/exchanges.ts';
import { connectionsQuery } from '../../api/queries.ts';
import { type Place, usePlace } from '../data/place.ts';

export const PRACTICE_WORDS = 'Practice money: nothing here is real';

/** Where there is room for a text only. A name that says it already is not made longer: the end would be cut off. */
export function nameWithPractice(name: string, practice: boolean): string {
  return practice && !/practice/i.test(name) ? `Practice · ${name}` : name;
}

type Known = Pick<Connection, 'id' | 'venue' | 'practice'>;

/** The venue's name does not tell: the desk may have been started with the name of a real one pointed at practice. */
export function isPractice(connections: readonly Known[], place: Pick<Place, 'connection' | 'venue'>): boolean {
  const here = connections.find(({ id }) => id === place.connection);
  if (here !== undefined) return here.practice;
  return place.venue === 'practice' || connections.some(({ venue, practice }) => venue === place.venue && practice);
}

export function usePractice(): boolean {
  const place = usePlace();
  const { data: connections } = useQuery(connectionsQuery);
  return isPractice(connections ?? [], place);
}
