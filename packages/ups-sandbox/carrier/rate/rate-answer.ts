import { notQualifiedForNegotiatedRates, type ItemizedCharge, type RatedPackage, type RatedShipment, type RateMoney, type RateResponse, type RateTransit } from '@wayleave/ups-api/wire';
import { dayDigits } from '../../world/calendar.js';
import { laneBetween } from '../../world/lane.js';
import type { Offer } from './offer.js';
import type { OrderedParcel, RateOrder } from './rate-order.js';
import { billablePounds, discountOf, priceOf, type Price } from './tariff.js';
import { transitOf, weekdayOf } from './transit.js';

const invoiceMayVary = { Code: '110971', Description: 'Your invoice may vary from the displayed reference rates' };
const notQualified = { Code: notQualifiedForNegotiatedRates, Description: 'User Id and Shipper Number combination is not qualified to receive negotiated rates' };
const currencies: Readonly<Record<string, string>> = { CA: 'CAD', DE: 'EUR' };
const poundsPerKilogram = 2.204_62;
const cutoff = '150000';

/** The answer for the services that are offered on the order's lane. `accounts` are those of the caller. */
export function rateAnswer(order: RateOrder, offered: readonly Offer[], accounts: readonly string[]): RateResponse {
  const { negotiatedFor, context } = order;
  const isQualified = negotiatedFor !== null && accounts.includes(negotiatedFor);
  return {
    RateResponse: {
      Response: {
        ResponseStatus: { Code: '1', Description: 'Success' },
        Alert: [invoiceMayVary, ...(negotiatedFor !== null && !isQualified ? [notQualified] : [])],
        TransactionReference: context === null ? {} : { CustomerContext: context },
      },
      RatedShipment: offered.map((offer) => ratedShipment(order, offer, isQualified ? negotiatedFor : null)),
    },
  };
}

function ratedShipment(order: RateOrder, offer: Offer, negotiatedFor: string | null): RatedShipment {
  const { from, to, parcels, residential } = order;
  const lane = laneBetween(from, to);
  const money = moneyIn(currencies[from.country] ?? 'USD');
  const pricesAt = (discount: number) => parcels.map((parcel) => priceOf(offer, lane, parcel, residential, discount));
  const prices = pricesAt(0);
  const sum = total(prices);
  const transit = order.pickup && transitOf(offer, from, to, order.pickup);
  const guaranteed = transit && offer.guaranteed;
  return {
    Service: { Code: offer.code, Description: '' },
    RatedShipmentAlert: [invoiceMayVary],
    RatingMethod: '01',
    BillableWeightCalculationMethod: parcels.some(isBilledBySize) ? '01' : '02',
    Zone: `${offer.zonePrefix}0${lane.zone}`,
    RateChart: '1',
    BillingWeight: weight(parcels[0]?.billedIn ?? 'LBS', parcels.reduce((pounds, parcel) => pounds + billablePounds(parcel), 0)),
    TransportationCharges: money(sum.total),
    BaseServiceCharge: money(sum.base),
    ItemizedCharges: itemized(sum, money),
    ServiceOptionsCharges: money(0),
    TotalCharges: money(sum.total),
    ...(negotiatedFor === null ? {} : { NegotiatedRateCharges: negotiated(total(pricesAt(discountOf(negotiatedFor))), money) }),
    ...(guaranteed ? { GuaranteedDelivery: { BusinessDaysInTransit: String(transit.businessDays), DeliveryByTime: clockText(offer.commitTime) } } : {}),
    ...(transit ? { TimeInTransit: timeInTransit(order, offer) } : {}),
    RatedPackage: parcels.map((parcel, index) => ratedPackage(parcel, prices[index] ?? sum, money)),
  };
}

type ToMoney = (cents: number) => RateMoney;

function moneyIn(CurrencyCode: string): ToMoney {
  return (cents) => ({ CurrencyCode, MonetaryValue: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}` });
}

function total(prices: readonly Price[]): Price {
  const of = (name: keyof Price) => prices.reduce((sum, price) => sum + price[name], 0);
  return { base: of('base'), residential: of('residential'), fuel: of('fuel'), total: of('total') };
}

/** UPS's charge codes: 270 residential, 375 fuel. */
function itemized({ residential, fuel }: Price, money: ToMoney): ItemizedCharge[] {
  return [
    ...(residential > 0 ? [{ Code: '270', ...money(residential), SubType: 'Residential' }] : []),
    { Code: '375', ...money(fuel), SubType: 'Fuel' },
  ];
}

function negotiated(price: Price, money: ToMoney): NonNullable<RatedShipment['NegotiatedRateCharges']> {
  return { BaseServiceCharge: [money(price.base)], ItemizedCharges: itemized(price, money), TotalCharge: money(price.total) };
}

function ratedPackage(parcel: OrderedParcel, price: Price, money: ToMoney): RatedPackage {
  return {
    TransportationCharges: money(price.total), BaseServiceCharge: money(price.base), ServiceOptionsCharges: money(0),
    ItemizedCharges: itemized(price, money), TotalCharges: money(price.total),
    Weight: parcel.weight, BillingWeight: weight(parcel.billedIn, billablePounds(parcel)),
  };
}

function isBilledBySize(parcel: OrderedParcel): boolean {
  return billablePounds(parcel) > Math.max(1, Math.ceil(parcel.pounds));
}

/** UPS's file leaves five characters for it. */
function weight(unit: 'LBS' | 'KGS', pounds: number) {
  const value = unit === 'LBS' ? pounds : Math.ceil((pounds / poundsPerKilogram) * 2) / 2;
  return { UnitOfMeasurement: { Code: unit, Description: unit === 'LBS' ? 'Pounds' : 'Kilograms' }, Weight: value < 1_000 ? value.toFixed(1) : String(Math.ceil(value)) };
}

function timeInTransit({ from, to, pickup }: RateOrder, offer: Offer): RateTransit {
  const ready = pickup ?? { day: 0, minute: 0, billType: '03' };
  const transit = transitOf(offer, from, to, ready);
  const pickupDate = dayDigits(transit.pickupDay);
  return {
    PickupDate: pickupDate,
    PackageBillType: ready.billType,
    Disclaimer: 'All dates are estimates of a stand-in.',
    ServiceSummary: {
      Service: { Description: offer.description },
      ...(offer.guaranteed ? { GuaranteedIndicator: '' } : {}),
      EstimatedArrival: {
        Arrival: { Date: dayDigits(transit.deliveryDay), Time: offer.commitTime },
        BusinessDaysInTransit: String(transit.businessDays),
        Pickup: { Date: pickupDate, Time: `${String(Math.floor(ready.minute / 60)).padStart(2, '0')}${String(ready.minute % 60).padStart(2, '0')}00` },
        DayOfWeek: weekdayOf(transit.deliveryDay),
        CustomerCenterCutoff: cutoff,
        DelayCount: String(transit.customsDays),
        HolidayCount: String(transit.holidays),
        RestDays: String(transit.restDays),
        TotalTransitDays: String(transit.totalDays),
      },
      SaturdayDelivery: '0',
      SundayDelivery: '0',
    },
  };
}

/** `103000` as `10:30 A.M.`, the way Rating writes the hour of a guarantee. */
function clockText(digits: string): string {
  const hours = Number(digits.slice(0, 2));
  return `${hours % 12 === 0 ? 12 : hours % 12}:${digits.slice(2, 4)} ${hours < 12 ? 'A.M.' : 'P.M.'}`;
}
