import type { Diagnostic } from '../../events/index.js';

/** Findings about a pipeline's source, each with its line and a mark under the place. */
export const Diagnostics = ({ diagnostics }: { diagnostics: readonly Diagnostic[] }) => (
  <section class="diagnostics" aria-labelledby="diagnostics-title">
    <h2 id="diagnostics-title">Diagnostics</h2>
    <ol>
      {diagnostics.map((diagnostic) => (
        <li key={`${diagnostic.line}:${diagnostic.column}:${diagnostic.code}`}>
          <p>
            <code class="place">
              {diagnostic.file}:{diagnostic.line}:{diagnostic.column}
            </code>{' '}
            {diagnostic.message}
          </p>
          {diagnostic.sourceLine !== undefined && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach
            <pre class="source" tabIndex={0}>
              <span class="number">{diagnostic.line}</span> {diagnostic.sourceLine}
              {'\n'}
              <span class="number" />
              {' '.repeat(String(diagnostic.line).length + 1 + Math.max(0, diagnostic.column - 1))}
              <span class="mark">^</span>
            </pre>
          )}
          {diagnostic.hint !== undefined && <p class="hint">{diagnostic.hint}</p>}
        </li>
      ))}
    </ol>
  </section>
);
