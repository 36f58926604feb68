import type { PropsWithChildren } from '@kitajs/html';

import { assetUrl } from './asset.js';
import type { Product } from './product.js';

const styleSheets = ['tokens.css', 'base.css', 'frame.css', 'controls.css', 'parts.css', 'panels.css', 'tables.css'];

/** The document around every page. `product` picks the product colour. */
export function Document(props: PropsWithChildren<{ title: string; product?: Product | undefined; publicPage?: boolean | undefined }>): JSX.Element {
  return (
    <>
      {'<!doctype html>'}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="turbo-cache-control" content="no-cache" />
          <meta name="turbo-prefetch" content="false" />
          <title safe>{`${props.title} · Wayleave`}</title>
          <link rel="icon" href={assetUrl('favicon.svg')} type="image/svg+xml" />
          {styleSheets.map((name) => (
            <link rel="stylesheet" href={assetUrl(name)} data-turbo-track="reload" />
          ))}
          <script type="module" src="/turbo/turbo.es2017-esm.js" />
        </head>
        <body data-product={props.product} class={props.publicPage ? 'public' : 'framed'}>
          {props.children}
        </body>
      </html>
    </>
  );
}

/** The last line of every page: whose product this is, and the trademark attribution of the settings. */
export function Footer({ trademarkNotice }: { trademarkNotice: string }): JSX.Element {
  return (
    <footer class="page-foot">
      <p>Wayleave</p>
      {trademarkNotice ? <p safe>{trademarkNotice}</p> : ''}
    </footer>
  );
}
