import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../src/web/escape-html.js';
import type { LogLine } from '../../src/web/log/line.js';
import { linesHtml } from '../../src/web/log/line-html.js';

const esc = '\u001b';

const line = (given: Partial<LogLine>): LogLine => ({
  number: 7,
  time: '2026-11-22T14:40:01.250000000Z',
  stream: 'stdout',
  partial: false,
  text: '',
  ...given,
});

const htmlOf = (given: Partial<LogLine>, startedAtMs?: number): string =>
  linesHtml([line(given)], { address: '/a?b=1&c="', idPrefix: 'T1-', startedAtMs });

const unescapeHtml = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const markup = fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", ';', 'lt', 'b', ' ', '/') });

describe('escapeHtml', () => {
  it('leaves nothing that HTML would read, and loses nothing', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const html = escapeHtml(text);
        expect(html).not.toMatch(/[<>"']/);
        expect(unescapeHtml(html)).toBe(text);
      }),
    );
  });
});

describe('a line of a log as HTML', () => {
  it('has its number as a permalink, its stream, its times and its text', () => {
    expect(htmlOf({ stream: 'stderr', text: 'done' }, Date.UTC(2026, 10, 22, 14, 40))).toBe(
      '<div class="line stderr" id="T1-7"><a class="number" href="/a?b=1&amp;c=&quot;#L7">7</a>' +
        '<span class="at" data-at="14:40:01.250" data-in="+1.250"></span>' +
        '<span class="text" title="2026-11-22T14:40:01.250000000Z, stderr">done</span></div>',
    );
  });

  it('has its colours as elements, and any markup in it as text', () => {
    fc.assert(
      fc.property(markup, markup, (plain, red) => {
        const html = htmlOf({ text: `${plain}${esc}[31m${red}${esc}[0m` });
        const text = html.slice(html.indexOf('Z">') + 3, -'</span></div>'.length);
        const inner = /^([^<]*)(?:<span class="fg1">([^<]*)<\/span>)?$/.exec(text);
        expect(unescapeHtml(inner?.[1] ?? '')).toBe(plain);
        expect(unescapeHtml(inner?.[2] ?? '')).toBe(red);
      }),
    );
  });

  it('says why its text was destroyed instead of showing it', () => {
    const html = htmlOf({ text: '******', redacted: { bySeq: 9, reason: 'a <token>' } });
    expect(html).toContain('<span class="redacted">redacted: a &lt;token&gt;</span>');
    expect(html).not.toContain('***');
  });
});
