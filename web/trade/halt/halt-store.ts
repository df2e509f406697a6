import { openable } from '../../parts/openable.ts';

/** The button, a key and the bar above the tables open the same one. */
export const haltDialog = openable();
