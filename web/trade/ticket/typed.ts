/**
 * Numbers as people type and paste them: `43 210,5`, `1,234.50`, `.5`. What could mean two numbers is never guessed: the
 * person chooses. Text that is no number stays as it is and is explained.
 */

type Choice = { readonly label: string; readonly text: string };
export type Typed =
  | { readonly state: 'empty' }
  | { readonly state: 'number'; readonly text: string }
  | { readonly state: 'wrong'; readonly why: string; readonly choices: readonly Choice[] };

/** As the contract takes them; longer is a slip, not an amount. */
const DIGITS_MAX = 60;
/** All kinds of spaces, and the apostrophe of Swiss thousands. */
const BETWEEN_THOUSANDS = /[\s'’_]/g;

export function readNumber(typed: string): Typed {
  const text = typed.trim().replace(BETWEEN_THOUSANDS, '');
  if (text === '') return { state: 'empty' };
  if (/^[-−]/.test(text)) return wrong('It has to be above zero.');
  if (!/^[\d.,]+$/.test(text) || !/\d/.test(text)) return wrong('This is not a number.');
  if (text.replace(/\D/g, '').length > DIGITS_MAX) return wrong('These are more digits than any market knows.');
  const points = text.split('.').length - 1;
  const commas = text.split(',').length - 1;
  if (points > 0 && commas > 0) return both(text, points, commas);
  if (commas > 1) return thousands(text, ',');
  if (points > 1) return thousands(text, '.');
  if (commas === 1) return oneComma(text);
  return plain(text);
}

/** The mark that stands last is the decimal one, and stands once. */
function both(text: string, points: number, commas: number): Typed {
  const decimal = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ',';
  const group = decimal === '.' ? ',' : '.';
  if ((decimal === '.' ? points : commas) !== 1) return wrong('This is not a number.');
  const [whole = '', fraction = ''] = text.split(decimal);
  const grouped = thousands(whole, group);
  return grouped.state === 'number' ? plain(`${grouped.text}.${fraction}`) : grouped;
}

function thousands(text: string, mark: ',' | '.'): Typed {
  const [first = '', ...rest] = text.split(mark);
  if (!/^\d{1,3}$/.test(first) || !rest.every((part) => part.length === 3)) return wrong('This is not a number.');
  return plain([first, ...rest].join(''));
}

/** `1,5` is one and a half. `1,500` is that to some and fifteen hundred to others: a thousandfold order, so it is asked. */
function oneComma(text: string): Typed {
  const point = text.replace(',', '.');
  if (!/^[1-9]\d{0,2},\d{3}$/.test(text)) return plain(point);
  const whole = text.replace(',', '');
  return wrong(
    'This can be read in two ways.',
    [whole, point].map((choice) => ({ label: `It is ${choice}`, text: choice })),
  );
}

function plain(text: string): Typed {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return { state: 'number', text: fraction === '' ? digits : `${digits}.${fraction}` };
}

function wrong(why: string, choices: readonly Choice[] = []): Typed {
  return { state: 'wrong', why, choices };
}
