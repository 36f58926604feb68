export { escapeHtml } from '@kitajs/html';

/** A rendered page or part of one; a component may be asynchronous. */
export type Html = JSX.Element;
