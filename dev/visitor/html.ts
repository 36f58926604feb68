/** A form as it stands in a page, with what it would send if nothing were typed. */
export interface HtmlForm {
  readonly action: string;
  readonly method: 'GET' | 'POST';
  readonly fields: URLSearchParams;
  /** Field names by their labels. */
  readonly labels: ReadonlyMap<string, string>;
  /** Name and value that each button adds, by its text. */
  readonly buttons: ReadonlyMap<string, { readonly name: string; readonly value: string } | null>;
  /** Names of boxes and the value each sends when ticked. */
  readonly boxes: ReadonlyMap<string, string>;
}

/**
 * Reads the forms of a page. Meant for our own pages, whose markup it knows: quoted attributes, `label for`, buttons with
 * text; not a parser for HTML at large.
 */
export function readForms(html: string): HtmlForm[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, tag = '', body = '']) => readForm(tag, body));
}

/** Where the link with this text leads, or undefined. */
export function linkTarget(html: string, text: string): string | undefined {
  const link = [...html.matchAll(/<a\b([^>]*)>(.*?)<\/a>/gs)].find(([, , inner = '']) => textOf(inner) === text);
  return link ? attribute(link[1] ?? '', 'href') : undefined;
}

/** The text of a piece of HTML, in one line. */
export function textOf(html: string): string {
  return decode(html.replace(/<svg\b.*?<\/svg>|<wbr[^>]*>/gs, '').replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ').trim();
}

function readForm(tag: string, body: string): HtmlForm {
  const fields = new URLSearchParams();
  const boxes = new Map<string, string>();
  const ids = new Map<string, string>();
  const named = new Map<string, string>();
  for (const [, attributes = ''] of body.matchAll(/<input\b([^>]*)>/g)) {
    const name = attribute(attributes, 'name');
    if (name === undefined) continue;
    ids.set(attribute(attributes, 'id') ?? name, name);
    const value = attribute(attributes, 'value');
    const labelled = attribute(attributes, 'aria-labelledby');
    if (labelled !== undefined) named.set(labelled.split(' ').map((id) => textOfElement(body, id)).join(' '), name);
    if (attribute(attributes, 'type') === 'checkbox') {
      boxes.set(name, value ?? 'on');
      if (/\schecked\b/.test(attributes)) fields.append(name, value ?? 'on');
    } else if (attribute(attributes, 'type') !== 'submit') fields.append(name, value ?? '');
  }
  for (const [, attributes = '', inner = ''] of body.matchAll(/<textarea\b([^>]*)>(.*?)<\/textarea>/gs)) {
    const name = attribute(attributes, 'name') ?? '';
    ids.set(attribute(attributes, 'id') ?? name, name);
    fields.append(name, decode(inner.replace(/^\n/, '')));
  }
  for (const [, attributes = '', inner = ''] of body.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gs)) {
    const name = attribute(attributes, 'name') ?? '';
    ids.set(attribute(attributes, 'id') ?? name, name);
    const options = [...inner.matchAll(/<option\b([^>]*)>/g)].map(([, option = '']) => option);
    const chosen = options.find((option) => /\sselected\b/.test(option)) ?? options[0] ?? '';
    fields.append(name, attribute(chosen, 'value') ?? '');
  }
  const labels = [...body.matchAll(/<label\b([^>]*)>(.*?)<\/label>/gs)].flatMap(([, attributes = '', inner = '']): [string, string][] => {
    const name = ids.get(attribute(attributes, 'for') ?? '');
    return name === undefined ? [] : [[textOf(inner), name]];
  });
  const buttons = [...body.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gs)].map(([, attributes = '', inner = '']) => {
    const name = attribute(attributes, 'name');
    return [textOf(inner), name === undefined ? null : { name, value: attribute(attributes, 'value') ?? '' }] as const;
  });
  return {
    action: attribute(tag, 'action') ?? '',
    method: /post/i.test(attribute(tag, 'method') ?? '') ? 'POST' : 'GET',
    fields,
    labels: new Map([...labels, ...named]),
    buttons: new Map(buttons),
    boxes,
  };
}

function textOfElement(html: string, id: string): string {
  return textOf(new RegExp(`<(\\w+)\\b[^>]*\\sid="${id}"[^>]*>(.*?)</\\1>`, 's').exec(html)?.[2] ?? '');
}

function attribute(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes);
  return match?.[1] === undefined ? undefined : decode(match[1]);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    return entities[name ?? ''] ?? whole;
  });
}
