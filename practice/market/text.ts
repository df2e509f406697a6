/** Whole units as canonical decimal text: `unitText(1250, 2)` is "12.5", `unitText(7, -3)` is "7000". */
export function unitText(units: number, prec: number): string {
  if (units === 0) return '0';
  if (prec <= 0) return `${units}${'0'.repeat(-prec)}`;
  const digits = String(units).padStart(prec + 1, '0');
  let end = digits.length;
  while (end > digits.length - prec && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  const whole = digits.slice(0, -prec);
  return end === digits.length - prec ? whole : `${whole}.${digits.slice(digits.length - prec, end)}`;
}
