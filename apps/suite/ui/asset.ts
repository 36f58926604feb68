/** Address of a file of `assets/`. */
export function assetUrl(name: string): string {
  return `/assets/${name}`;
}
