import { openable } from '../../parts/openable.ts';

/** Of the connection that is looked at: the tables and the ticket open it. */
export const limitsDialog = openable();
