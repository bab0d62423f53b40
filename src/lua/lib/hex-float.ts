/** C's `%a` of a number that is finite and not negative: `0x1.8p+1` for 3. */
export function hexFloat(value: number, precision: number | undefined): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const fraction = bits & 0xfffffffffffffn;
  const biased = Number(bits >> 52n);
  const exponent = value === 0 ? 0 : biased === 0 ? -1022 : biased - 1023;
  const lead = biased === 0 ? 0n : 1n;
  const digits = precision === undefined ? exact(lead, fraction) : rounded(lead, fraction, precision);
  return `0x${digits}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function exact(lead: bigint, fraction: bigint): string {
  const digits = fraction.toString(16).padStart(13, '0').replace(/0+$/, '');
  return digits === '' ? lead.toString() : `${lead}.${digits}`;
}

function rounded(lead: bigint, fraction: bigint, precision: number): string {
  if (precision >= 13) {
    return `${lead}.${fraction.toString(16).padStart(13, '0').padEnd(precision, '0')}`;
  }
  const all = (lead << 52n) | fraction;
  const drop = BigInt(52 - 4 * precision);
  const half = 1n << (drop - 1n);
  const rest = all & ((1n << drop) - 1n);
  let kept = all >> drop;
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
  const whole = kept >> BigInt(4 * precision);
  if (precision === 0) return whole.toString();
  const digits = kept & ((1n << BigInt(4 * precision)) - 1n);
  return `${whole}.${digits.toString(16).padStart(precision, '0')}`;
}
