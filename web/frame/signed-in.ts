/** Who is signed in, for every page behind the door. */

import { createContext, useContext } from 'react';
import type { SignedIn } from '../api/queries.ts';

export const SignedInContext = createContext<SignedIn | null>(null);

export function useSignedIn(): SignedIn {
  const session = useContext(SignedInContext);
  if (session === null) throw new Error('This view stands behind the door');
  return session;
}
