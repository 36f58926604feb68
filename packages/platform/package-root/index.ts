import { existsSync } from 'node:fs';

/**
 * The folder of the package that `importMetaUrl` belongs to, as a URL ending in `/`.
 *
 * Migrations, style sheets and scripts are not compiled: they lie beside the sources, and this finds them both from
 * the sources and from `dist`.
 */
export function packageRoot(importMetaUrl: string): URL {
  let folder = new URL('./', importMetaUrl);
  while (!existsSync(new URL('package.json', folder))) {
    const parent = new URL('../', folder);
    if (parent.href === folder.href) throw new Error(`no package.json above ${importMetaUrl}`);
    folder = parent;
  }
  return folder;
}
