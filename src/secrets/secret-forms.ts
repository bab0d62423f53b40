/** What is shorter, in bytes of UTF-8, is never hidden: it would blot out unrelated text and betray itself so. */
export const minRedactedBytes = 4;

/** Base64 text that a shorter value leaves certain would match by chance in a large log. */
const minBase64 = 6;

/**
 * Every text in which a secret may show: the value, its lines when it has several, what JSON and a web address
 * make of it, and base64 of it, alone or as a part of something longer, in one line or wrapped as base64(1) and
 * PEM do. Empty for a value below {@link minRedactedBytes}; a line below it is left out.
 */
export function secretForms(value: string): Set<string> {
  const bytes = Buffer.from(value, 'utf8');
  if (bytes.length < minRedactedBytes) return new Set();
  const text = bytes.toString('utf8');
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const forms = [text, ...lines, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)];
  return new Set([
    ...forms.filter((form) => Buffer.byteLength(form) >= minRedactedBytes),
    ...base64Forms(bytes).filter((form) => form.length >= minBase64),
  ]);
}

function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64');
  const forms = [
    whole,
    whole.replace(/=+$/, ''),
    ...wrapped(whole, 76),
    ...wrapped(whole, 64),
    ...[0, 1, 2].map((at) => core(bytes, at)),
  ];
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

const wrapped = (text: string, width: number): string[] =>
  text.length > width ? text.match(new RegExp(`.{1,${width}}`, 'g'))! : [];

/**
 * The characters of base64 that `bytes` alone decide when they stand `offset` bytes (modulo 3) into something
 * longer, as a password does in `user:password`.
 */
function core(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const firstCertain = Math.ceil((offset * 8) / 6);
  const afterCertain = Math.floor(((offset + bytes.length) * 8) / 6);
  return encoded.slice(firstCertain, afterCertain);
}
