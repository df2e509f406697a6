/** Mantine's words for our choices. Its variables stand in `style/tokens.css`; nothing is generated at run time. */

import { createTheme, localStorageColorSchemeManager } from '@mantine/core';
import type { SignedIn } from '../api/queries.ts';

export const theme = createTheme({
  primaryColor: 'blue',
  defaultRadius: 'sm',
  respectReducedMotion: true,
  cursorType: 'pointer',
});

/** The key that `public/theme.js` reads before the first paint. */
export const colorScheme = localStorageColorSchemeManager({ key: 'gapless-theme' });

type Theme = SignedIn['settings']['theme'];
export const schemeOf = (chosen: Theme): 'auto' | 'dark' | 'light' => (chosen === 'system' ? 'auto' : chosen);
