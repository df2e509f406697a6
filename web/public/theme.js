// Runs before the first paint so that a dark desk never flashes white. A file of its own, because the page's content
// security policy allows no inline script. The key is the one that web/frame/theme.ts writes.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('gapless-theme');
  } catch {
    // Storage may be switched off; the system's setting decides then.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
