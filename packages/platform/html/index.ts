export { escapeHtml } from '@kitajs/html';

/** A rendered page or part of one; a component may be asynchronous. */
export type Html = JSX.Element;

/**
 * Text for an attribute. The renderer escapes the quotes of an attribute and nothing else, so that a typed `&lt;` would
 * come back as `<`, and a tag would stand there as it was typed.
 */
export function attributeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
