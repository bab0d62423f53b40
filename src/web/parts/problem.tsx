import type { View } from '../page.js';

/** A page that says what went wrong and where to go from here. */
export const problemView = (status: number, message: string): View => ({
  title: titles[status] ?? 'Something went wrong',
  regions: [
    {
      id: 'problem',
      content: (
        <section class="problem">
          <p class="eyebrow">{status}</p>
          <h1>{titles[status] ?? 'Something went wrong'}</h1>
          <p>{message}</p>
          <p>
            <a href="/">All repositories</a> · <a href="/runs">All runs</a>
          </p>
        </section>
      ),
    },
  ],
});

const titles: Readonly<Record<number, string>> = {
  400: 'The request makes no sense',
  403: 'That is not allowed',
  404: 'Nothing here',
  409: 'Too late for that',
  413: 'That is too much',
  503: 'No room right now',
};
