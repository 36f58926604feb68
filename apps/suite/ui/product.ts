/** The two applications of the suite that have pages of their own. */
export type Product = 'idm' | 'idh';

export const products: readonly Product[] = ['idm', 'idh'];

/** The name a product goes by on its pages, in mail and towards UPS. */
export const productName: Readonly<Record<Product, string>> = {
  idm: 'Intelligent Data Management',
  idh: 'Intelligent Delivery History',
};

/** The product a text names, or undefined when it names none. */
export function parseProduct(text: string | undefined): Product | undefined {
  return products.find((product) => product === text);
}

/** The product that an address of ours belongs to: named by its path, or by `from` where a page serves both. Read as text, since an address may be no URL, such as `//`. */
export function productOfAddress(address: string): Product | undefined {
  const [path = '', query = ''] = address.split('?');
  return parseProduct(path.split('/')[1]) ?? parseProduct(new URLSearchParams(query).get('from') ?? undefined);
}
