/** The page that an address asks for, from 1 to the last; whatever else it says is the first page. */
export function pageNumber(text: unknown, { total, pageSize }: { total: number; pageSize: number }): number {
  const wanted = typeof text === 'string' && /^\d{1,7}$/.test(text) ? Number(text) : 1;
  return Math.min(Math.max(wanted, 1), Math.max(1, Math.ceil(total / pageSize)));
}
