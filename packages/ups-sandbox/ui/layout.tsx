import type { Html } from '@wayleave/platform/html';
import type { Children } from '@kitajs/html';

/** What every page of the stand-in has: a title, and the sheet's content beginning with its h1. */
export interface PageProps {
  readonly title: string;
  /** `wide` for pages with tables and texts to read. */
  readonly width?: 'form' | 'wide';
  readonly children: Children;
}

/** The whole document: the notice first, then the sheet. Nothing in it may look like UPS. */
export function Page(props: PageProps): Html {
  return (
    <>
      {'<!doctype html>'}
      <html lang="en" data-product="standin">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title safe>{`${props.title} · UPS.com stand-in`}</title>
          <link rel="stylesheet" href="/assets/standin.css" />
          <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg" />
        </head>
        <body>
          <a class="skip" href="#sheet">Skip to the page</a>
          <aside class="notice" aria-label="Notice">
            <p><strong>Stand-in, not UPS</strong> This page plays the part of UPS.com for tests and demos. Never type a real UPS password here.</p>
          </aside>
          <div class={`page ${props.width ?? 'form'}`}>
            <header class="site">UPS.com stand-in</header>
            <main id="sheet" class="sheet" tabindex="-1">{props.children}</main>
          </div>
          <footer class="foot">
            <p>Nothing here reaches UPS.</p>
          </footer>
        </body>
      </html>
    </>
  );
}
