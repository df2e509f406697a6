import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHtml, html } from './html.ts';

/** Characters that mean something to a parser, mixed with ordinary ones. */
const hostile = fc.string({
  unit: fc.constantFrom('<', '>', '"', "'", '&', '`', '=', '/', '\0', ' ', 'a', 'script', '\u2028', 'é', ';', '#'),
});

describe('html', () => {
  test('whatever is put in stays text, in an element and in a quoted attribute', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { text: markup } = html`<p title="${text}">${text}</p>`;
        const match = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(markup);
        expect(match).not.toBeNull();
        const back = (part: string) =>
          part
            .replaceAll('&lt;', '<')
            .replaceAll('&gt;', '>')
            .replaceAll('&quot;', '"')
            .replaceAll('&#39;', "'")
            .replaceAll('&amp;', '&');
        expect(back(match?.[1] ?? '')).toBe(text.replaceAll('\0', ''));
        expect(back(match?.[2] ?? '')).toBe(text.replaceAll('\0', ''));
      }),
    );
  });

  test('markup made by html is not escaped a second time, and a list is put one after another', () => {
    expect(html`<ul>${['a<', 'b'].map((item) => html`<li>${item}</li>`)}</ul>`.text).toBe(
      '<ul><li>a&lt;</li><li>b</li></ul>',
    );
  });

  test('what is absent leaves nothing', () => {
    expect(html`[${null}${undefined}${false}${0}]`.text).toBe('[0]');
  });

  test('an ampersand is escaped first, so that no entity can be smuggled', () => {
    expect(escapeHtml('&lt;')).toBe('&amp;lt;');
  });
});
