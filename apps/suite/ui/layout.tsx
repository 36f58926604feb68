import type { PropsWithChildren } from '@kitajs/html';

import { NoticeBanner } from './banner.js';
import { Document, Footer } from './document.js';
import { EndedBanner } from './ended-banner.js';
import type { Frame } from './frame.js';
import { Mark } from './mark.js';
import { Menu, type MenuEntry } from './menu.js';
import { PendingBanner } from './pending-banner.js';
import { productName, type Product } from './product.js';

export interface LayoutProps {
  frame: Frame;
  /** What the browser shows in its tab; by rule the page's h1. */
  title: string;
  current?: MenuEntry | undefined;
  /** The `PageHead`. */
  head: JSX.Element;
  /** For pages that say themselves what became of the grant. */
  withoutEndedBanner?: boolean | undefined;
}

/** A page after sign-in: menu at the left; head, banners and content at its right. */
export function Layout(props: PropsWithChildren<LayoutProps>): JSX.Element {
  const { frame, head: safeHead } = props;
  return (
    <Document title={`${props.title} · ${productName[frame.product]}`} product={frame.product}>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Menu frame={frame} current={props.current} />
      <div class="page">
        <main id="main" tabindex="-1">
          {safeHead}
          {frame.notice ? <NoticeBanner notice={frame.notice} /> : ''}
          {props.withoutEndedBanner ? '' : <EndedBanner frame={frame} />}
          {props.withoutEndedBanner ? '' : <PendingBanner frame={frame} />}
          {props.children}
        </main>
        <Footer trademarkNotice={frame.trademarkNotice} />
      </div>
    </Document>
  );
}

export interface PublicLayoutProps {
  title: string;
  product?: Product | undefined;
  trademarkNotice: string;
  /** Room for a table instead of a form. */
  wide?: boolean | undefined;
}

/** A page before sign-in, or one that belongs to nobody: a narrow column. */
export function PublicLayout(props: PropsWithChildren<PublicLayoutProps>): JSX.Element {
  return (
    <Document title={props.title} product={props.product} publicPage>
      <main class={props.wide ? 'column wide' : 'column'}>
        {props.product ? <Mark product={props.product} /> : ''}
        <h1 safe>{props.title}</h1>
        {props.children}
      </main>
      <Footer trademarkNotice={props.trademarkNotice} />
    </Document>
  );
}
