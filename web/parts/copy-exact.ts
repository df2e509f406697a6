/**
 * What is copied from the page is exact: shortened amounts become their full digits and narrow spaces go, so that a
 * number pasted into a sheet is the number.
 */
export function copyExact(event: ClipboardEvent): void {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return;
  const active = document.activeElement;
  if (active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement) return;
  const range = selection.getRangeAt(0);
  const text = selection.toString();
  if (!/[\u202f\u2212]/.test(text)) return;
  const around = range.commonAncestorContainer;
  const amount = (around instanceof Element ? around : around.parentElement)?.closest('[data-exact]');
  const whole = amount !== null && amount !== undefined && text === amount.textContent;
  let copied = text;
  if (whole) copied = amount.getAttribute('data-exact') ?? text;
  else {
    for (const part of range.cloneContents().querySelectorAll('[data-exact]')) {
      const shown = part.textContent ?? '';
      if (shown !== '') copied = copied.replace(shown, part.getAttribute('data-exact') ?? shown);
    }
  }
  event.clipboardData?.setData('text/plain', copied.replaceAll('\u202f', '').replaceAll('\u2212', '-'));
  event.preventDefault();
}
