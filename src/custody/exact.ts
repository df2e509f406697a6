/** The one way in which the fields of anything that came from outside are looked at. */

type Fields = Readonly<Record<string, unknown>>;

/** Own fields only, all of them, no other. A field called `__proto__` is an own field of parsed JSON, and no name of ours. */
export function hasExactly(
  value: unknown,
  shape: Readonly<Record<string, (value: unknown) => boolean>>,
): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  const wanted = Object.keys(shape);
  return (
    names.length === wanted.length &&
    wanted.every((name) => Object.hasOwn(value, name) && shape[name]?.((value as Fields)[name]) === true)
  );
}
