import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import './style/tokens.css';
import './style/base.css';
import './style/frame.css';
import './style/halt.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/queries.ts';
import { colorScheme, theme } from './frame/theme.ts';
import { copyExact } from './parts/copy-exact.ts';
import { router } from './router.tsx';

document.addEventListener('copy', copyExact);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
// Without Mantine's style elements (variables, global classes) the page needs no style nonce and no `innerHTML`, so it
// runs under `style-src 'self'` and Trusted Types without any policy.
createRoot(root).render(
  <MantineProvider
    theme={theme}
    colorSchemeManager={colorScheme}
    defaultColorScheme="auto"
    withCssVariables={false}
    withGlobalClasses={false}
  >
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);
