import { parseDecimal, type Money } from './amount.js';
import { UpsUnreadable, type UpsCall } from './errors.js';
import { Fields, said, type UnreadField } from './fields.js';

/** As `Fields`, with amounts that must be readable: a price that cannot be read makes the answer unreadable. */
export class MustFields extends Fields {
  private readonly where: UpsCall;
  private readonly status: number;

  constructor(path: string, unread: UnreadField[], where: UpsCall, status: number) {
    super(path, unread);
    this.where = where;
    this.status = status;
  }

  override in(...steps: readonly (string | number)[]): MustFields {
    return new MustFields([this.path, ...steps].join('/'), this.unread, this.where, this.status);
  }

  /** An amount that is there. Throws UpsUnreadable. */
  price(wire: { readonly MonetaryValue: string; readonly CurrencyCode: string }): Money {
    const amount = parseDecimal(wire.MonetaryValue.trim());
    const currency = said(wire.CurrencyCode);
    if (amount === null) throw this.unreadable('MonetaryValue', 'must be a number');
    if (currency === null) throw this.unreadable('CurrencyCode', 'must be a currency');
    return { amount, currency };
  }

  /** An amount that UPS may leave out. */
  optionalPrice(wire: { readonly MonetaryValue: string; readonly CurrencyCode: string } | undefined): Money | null {
    return wire === undefined ? null : this.price(wire);
  }

  private unreadable(name: string, reason: string): UpsUnreadable {
    return new UpsUnreadable(this.status, reason, { where: this.where, field: `${this.path}/${name}` });
  }
}
