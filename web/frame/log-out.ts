import { call } from '../api/client.ts';
import { queryClient } from '../api/queries.ts';
import { say } from '../parts/said.tsx';

/** Ends the session here and at the desk; what was read is forgotten by the gate. */
export async function logOut(): Promise<void> {
  try {
    await call('logout');
  } catch {
    say('The desk did not answer, so you may still be logged in. Try again.', 'red');
  }
  await queryClient.invalidateQueries({ queryKey: ['session.read'] });
}
