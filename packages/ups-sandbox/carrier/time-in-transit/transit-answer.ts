import type { TimeInTransitResponse, TransitService } from '@wayleave/ups-api/wire';
import { dayDigits } from '../../world/calendar.js';
import type { Offer } from '../rate/offer.js';
import { transitOf, weekdayOf } from '../rate/transit.js';
import type { TransitOrder } from './transit-order.js';

const countryNames: Readonly<Record<string, string>> = { US: 'UNITED STATES', CA: 'CANADA', DE: 'GERMANY' };
const cutoff = '15:00:00';

/** The body of a Time in Transit answer (TimeInTransit.yaml): camelCase, real numbers and booleans. */
export function transitAnswer(order: TransitOrder, offered: readonly Offer[]): TimeInTransitResponse {
  const { origin, destination, weight, contents } = order;
  const [from, to] = [origin.place, destination.place];
  const optional = (name: string, value: string) => (value === '' ? {} : { [name]: value });
  return {
    validationList: { invalidFieldList: [], invalidFieldListCodes: [], destinationAmbiguous: false, originAmbiguous: false },
    destinationPickList: [],
    originPickList: [],
    emsResponse: {
      shipDate: dashed(order.day), shipTime: timeText(order.minute), serviceLevel: 'A', billType: order.billType, residentialIndicator: order.residential ? '01' : '02',
      ...(from.country === to.country ? {} : { dutyType: '01' }),
      destinationCountryName: countryNames[to.country] ?? to.country, destinationCountryCode: to.country, destinationPostalCode: destination.postalCode,
      destinationPostalCodeLow: destination.postalCode, destinationPostalCodeHigh: destination.postalCode, destinationCityName: to.city,
      ...optional('destinationStateProvince', to.state),
      originCountryName: countryNames[from.country] ?? from.country, originCountryCode: from.country, originPostalCode: origin.postalCode,
      originPostalCodeLow: origin.postalCode, originPostalCodeHigh: origin.postalCode, originCityName: from.city,
      ...optional('originStateProvince', from.state),
      ...(weight === null ? {} : { weight: weight.value, weightUnitOfMeasure: weight.unit }),
      ...(contents === null ? {} : { shipmentContentsValue: contents.value, shipmentContentsCurrencyCode: contents.currency }),
      guaranteeSuspended: false,
      numberOfServices: offered.length,
      services: offered.map((offer) => service(order, offer)),
    },
  };
}

function service({ origin, destination, day, minute, billType }: TransitOrder, offer: Offer): TransitService {
  const transit = transitOf(offer, origin.place, destination.place, { day, minute, billType });
  const commitTime = offer.commitTime.replace(/(..)(..)(..)/, '$1:$2:$3');
  return {
    serviceLevel: offer.transitCode,
    serviceLevelDescription: offer.description,
    shipDate: dashed(transit.pickupDay),
    deliveryDate: dashed(transit.deliveryDay),
    commitTime,
    deliveryTime: commitTime,
    deliveryDayOfWeek: weekdayOf(transit.deliveryDay),
    nextDayPickupIndicator: transit.moved ? '1' : '0',
    saturdayPickupIndicator: '0',
    saturdayDeliveryIndicator: '0',
    saturdayDeliveryDate: '',
    saturdayDeliveryTime: '',
    serviceRemarksText: '',
    guaranteeIndicator: offer.guaranteed ? '1' : '0',
    totalTransitDays: transit.totalDays,
    businessTransitDays: transit.businessDays,
    restDaysCount: transit.restDays,
    holidayCount: transit.holidays,
    delayCount: transit.customsDays,
    pickupDate: dashed(transit.pickupDay),
    pickupTime: timeText(minute),
    cstccutoffTime: cutoff,
  };
}

function dashed(day: number): string {
  return dayDigits(day).replace(/(....)(..)(..)/, '$1-$2-$3');
}

function timeText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`;
}
