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
