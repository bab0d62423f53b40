/**
 * Decimal digits of a finite number as C prints them: from its exact value, ties to the even digit
 * (`%.0f` of 2.5 is `2`, where JavaScript's `toFixed` says 3, and ends at 100 digits).
 */

/** C's `%.<decimals>f`. */
export function fixed(value: number, decimals: number): string {
  const { digits, point } = round(exactDigits(value), (exact) => exact.point + decimals);
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const fraction = point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return sign(value) + whole + (decimals > 0 ? `.${fraction.padEnd(decimals, '0').slice(0, decimals)}` : '');
}

/** C's `%.<decimals>e`. */
export function exponential(value: number, decimals: number): string {
  const { digits, point } = round(exactDigits(value), () => decimals + 1);
  const mantissa = digits.padEnd(decimals + 1, '0').slice(0, decimals + 1);
  const exponent = value === 0 ? 0 : point - 1;
  const fraction = decimals > 0 ? `.${mantissa.slice(1)}` : '';
  // C writes at least two digits of an exponent.
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign(value)}${mantissa[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** C's `%.<precision>g`; `keepZeros` is its `#` flag. */
export function general(value: number, precision: number, keepZeros = false): string {
  const digits = Math.max(precision, 1);
  const scientific = exponential(value, digits - 1);
  const [mantissa, power] = scientific.split('e') as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) {
    const text = fixed(value, digits - 1 - exponent);
    return keepZeros ? withPoint(text) : withoutZeros(text);
  }
  return `${keepZeros ? withPoint(mantissa) : withoutZeros(mantissa)}e${power}`;
}

/** `0.<digits> × 10^point`; without leading zeros. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** Every digit of the value: a double is m × 2^e, and m / 2^k = m × 5^k / 10^k. */
function exactDigits(value: number): Decimal {
  const magnitude = Math.abs(value);
  if (Number.isInteger(magnitude)) {
    const digits = magnitude < 2 ** 53 ? String(magnitude) : BigInt(magnitude).toString();
    return magnitude === 0 ? { digits: '', point: 0 } : { digits, point: digits.length };
  }
  let mantissa = magnitude;
  let k = 0;
  while (!Number.isInteger(mantissa)) {
    // Steps of 2^52 first, so that a tiny number takes few of them.
    const step = mantissa < 1 ? 52 : 1;
    mantissa *= 2 ** step;
    k += step;
  }
  const digits = (BigInt(mantissa) * 5n ** BigInt(k)).toString();
  return { digits, point: digits.length - k };
}

function round(exact: Decimal, keep: (exact: Decimal) => number): Decimal {
  const { digits, point } = exact;
  const kept = keep(exact);
  if (kept >= digits.length) return exact;
  if (kept < 0) return { digits: '', point };
  const head = digits.slice(0, kept);
  if (!roundsUp(digits, kept)) return { digits: head, point };
  const up = (BigInt(head || '0') + 1n).toString().padStart(kept, '0');
  return up.length > kept ? { digits: up, point: point + 1 } : { digits: up, point };
}

function roundsUp(digits: string, at: number): boolean {
  const next = digits.charCodeAt(at) - 48;
  if (next !== 5) return next > 5;
  if (/[1-9]/.test(digits.slice(at + 1))) return true;
  return at > 0 && (digits.charCodeAt(at - 1) - 48) % 2 === 1;
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

function withPoint(text: string): string {
  return text.includes('.') ? text : `${text}.`;
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
