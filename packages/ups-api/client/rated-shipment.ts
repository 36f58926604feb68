import type { ItemizedCharge, RateAlert, RatedPackage, RatedShipment, RateTransit, RateWeight } from '../wire/rating.js';
import type { Measure, Money } from './amount.js';
import { said, saidAll } from './fields.js';
import type { Day, TimeOfDay } from './moment.js';
import type { MustFields } from './must-fields.js';

export interface RateAlertText {
  readonly code: string;
  readonly text: string | null;
}

export interface Charge {
  readonly code: string;
  readonly text: string | null;
  readonly kind: string | null;
  readonly amount: Money;
}

/** A day and a time of the place. */
export interface PlaceTime {
  readonly day: Day | null;
  readonly time: TimeOfDay | null;
}

/** When UPS expects to arrive. Counts are days. */
export interface RateTransitAnswer {
  readonly pickupDay: Day | null;
  readonly pickup: PlaceTime;
  readonly arrival: PlaceTime;
  readonly dayOfWeek: string | null;
  readonly businessDays: number | null;
  readonly totalDays: number | null;
  readonly customsDays: number | null;
  readonly holidays: number | null;
  readonly restDays: number | null;
  readonly callBy: TimeOfDay | null;
  readonly guaranteed: boolean;
  readonly documentsOnly: boolean;
  readonly billType: string | null;
  readonly dutyCode: string | null;
  readonly serviceText: string | null;
  readonly saturdayDelivery: string | null;
  readonly sundayDelivery: string | null;
  readonly disclaimers: readonly string[];
}

export interface RatedPackageAnswer {
  readonly base: Money | null;
  readonly transportation: Money | null;
  readonly options: Money | null;
  readonly total: Money | null;
  readonly weight: string | null;
  readonly billingWeight: Measure | null;
  readonly charges: readonly Charge[];
}

/** What one service costs. Published prices; `negotiated` is what the account pays, null where UPS gives none. */
export interface RatedShipmentAnswer {
  /** UPS's two-character service code. */
  readonly service: string;
  readonly serviceText: string | null;
  readonly zone: string | null;
  readonly rateChart: string | null;
  readonly ratingMethod: string | null;
  readonly billableWeightMethod: string | null;
  readonly alerts: readonly RateAlertText[];
  readonly disclaimers: readonly RateAlertText[];
  readonly billingWeight: Measure | null;
  readonly transportation: Money | null;
  readonly base: Money | null;
  readonly options: Money | null;
  readonly charges: readonly Charge[];
  readonly total: Money;
  readonly totalWithTaxes: Money | null;
  readonly negotiated: { readonly total: Money; readonly totalWithTaxes: Money | null; readonly base: readonly Money[]; readonly charges: readonly Charge[] } | null;
  readonly guarantee: { readonly businessDays: number | null; readonly by: string | null; readonly scheduledDay: Day | null } | null;
  readonly transit: RateTransitAnswer | null;
  readonly packages: readonly RatedPackageAnswer[];
}

/** Our rated shipment from UPS's. Throws UpsUnreadable where a price cannot be read. */
export function toRatedShipment(wire: RatedShipment, fields: MustFields): RatedShipmentAnswer {
  const negotiated = wire.NegotiatedRateCharges;
  const inNegotiated = fields.in('NegotiatedRateCharges');
  const guarantee = wire.GuaranteedDelivery;
  return {
    service: wire.Service.Code.trim(),
    serviceText: said(wire.Service.Description),
    zone: said(wire.Zone),
    rateChart: said(wire.RateChart),
    ratingMethod: said(wire.RatingMethod),
    billableWeightMethod: said(wire.BillableWeightCalculationMethod),
    alerts: toAlerts(wire.RatedShipmentAlert),
    disclaimers: toAlerts(wire.Disclaimer),
    billingWeight: billingWeight(wire.BillingWeight, fields.in('BillingWeight')),
    transportation: fields.in('TransportationCharges').optionalPrice(wire.TransportationCharges),
    base: fields.in('BaseServiceCharge').optionalPrice(wire.BaseServiceCharge),
    options: fields.in('ServiceOptionsCharges').optionalPrice(wire.ServiceOptionsCharges),
    charges: charges(wire.ItemizedCharges, fields),
    total: fields.in('TotalCharges').price(wire.TotalCharges),
    totalWithTaxes: fields.in('TotalChargesWithTaxes').optionalPrice(wire.TotalChargesWithTaxes),
    negotiated: negotiated === undefined ? null : {
      total: inNegotiated.in('TotalCharge').price(negotiated.TotalCharge),
      totalWithTaxes: inNegotiated.in('TotalChargesWithTaxes').optionalPrice(negotiated.TotalChargesWithTaxes),
      base: (negotiated.BaseServiceCharge ?? []).map((price, index) => inNegotiated.in('BaseServiceCharge', index).price(price)),
      charges: charges(negotiated.ItemizedCharges, inNegotiated),
    },
    guarantee: guarantee === undefined ? null : {
      businessDays: fields.in('GuaranteedDelivery').count(guarantee, 'BusinessDaysInTransit'),
      by: said(guarantee.DeliveryByTime),
      scheduledDay: fields.in('GuaranteedDelivery').day(guarantee, 'ScheduledDeliveryDate'),
    },
    transit: wire.TimeInTransit === undefined ? null : toTransit(wire.TimeInTransit, fields.in('TimeInTransit')),
    packages: (wire.RatedPackage ?? []).map((pack, index) => toRatedPackage(pack, fields.in('RatedPackage', index))),
  };
}

export function toAlerts(wire: readonly RateAlert[] | undefined): RateAlertText[] {
  return (wire ?? []).map(({ Code, Description }) => ({ code: Code.trim(), text: said(Description) }));
}

function toRatedPackage(wire: RatedPackage, fields: MustFields): RatedPackageAnswer {
  return {
    base: fields.in('BaseServiceCharge').optionalPrice(wire.BaseServiceCharge),
    transportation: fields.in('TransportationCharges').optionalPrice(wire.TransportationCharges),
    options: fields.in('ServiceOptionsCharges').optionalPrice(wire.ServiceOptionsCharges),
    total: fields.in('TotalCharges').optionalPrice(wire.TotalCharges),
    weight: fields.decimal(wire, 'Weight'),
    billingWeight: billingWeight(wire.BillingWeight, fields.in('BillingWeight')),
    charges: charges(wire.ItemizedCharges, fields),
  };
}

function charges(wire: readonly ItemizedCharge[] | undefined, fields: MustFields): Charge[] {
  return (wire ?? []).map((charge, index) => ({
    code: charge.Code.trim(), text: said(charge.Description), kind: said(charge.SubType), amount: fields.in('ItemizedCharges', index).price(charge),
  }));
}

function billingWeight(wire: RateWeight | undefined, fields: MustFields): Measure | null {
  return fields.measure(wire, 'Weight', wire?.UnitOfMeasurement?.Code);
}

function toTransit(wire: RateTransit, fields: MustFields): RateTransitAnswer {
  const summary = wire.ServiceSummary;
  const arrival = summary.EstimatedArrival;
  const at = fields.in('ServiceSummary', 'EstimatedArrival');
  const placeTime = (name: 'Arrival' | 'Pickup'): PlaceTime => ({ day: at.in(name).day(arrival[name], 'Date'), time: at.in(name).shortTime(arrival[name], 'Time') });
  return {
    pickupDay: fields.day(wire, 'PickupDate'),
    pickup: placeTime('Pickup'),
    arrival: placeTime('Arrival'),
    dayOfWeek: said(arrival.DayOfWeek),
    businessDays: at.count(arrival, 'BusinessDaysInTransit'),
    totalDays: at.count(arrival, 'TotalTransitDays'),
    customsDays: at.count(arrival, 'DelayCount'),
    holidays: at.count(arrival, 'HolidayCount'),
    restDays: at.count(arrival, 'RestDays'),
    callBy: at.shortTime(arrival, 'CustomerCenterCutoff'),
    guaranteed: summary.GuaranteedIndicator !== undefined,
    documentsOnly: wire.DocumentsOnlyIndicator !== undefined,
    billType: said(wire.PackageBillType),
    dutyCode: said(wire.AutoDutyCode),
    serviceText: said(summary.Service?.Description),
    saturdayDelivery: said(summary.SaturdayDelivery),
    sundayDelivery: said(summary.SundayDelivery),
    disclaimers: saidAll([wire.Disclaimer, summary.Disclaimer, summary.SaturdayDeliveryDisclaimer, summary.SundayDeliveryDisclaimer]),
  };
}
