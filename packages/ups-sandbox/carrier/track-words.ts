import type { Happening } from '../world/happening.js';

/** UPS's plain words for a status, by the language of the locale. What is not here stays English. */
const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  de: {
    'Label Created': 'Etikett erstellt', 'Shipment Voided': 'Sendung storniert', 'We Have Your Package': 'Wir haben Ihr Paket', 'On the Way': 'Unterwegs',
    'Preparing for Delivery': 'Wird für die Zustellung vorbereitet', 'Loaded on Delivery Vehicle': 'Ins Zustellfahrzeug geladen', 'Out for Delivery': 'In Zustellung',
    'Clearance in Progress': 'In der Zollabfertigung', 'Cleared Customs': 'Vom Zoll freigegeben', Delay: 'Verzögerung', 'Delivery Attempted': 'Zustellversuch',
    'Ready for Customer Pickup': 'Zur Abholung bereit', 'Returning to Sender': 'Rücksendung an den Absender', 'Returned to Sender': 'An den Absender zurückgesandt',
    Damaged: 'Beschädigt', Refused: 'Annahme verweigert', Rescheduled: 'Neuer Termin', Delivered: 'Zugestellt',
  },
  fr: {
    'Label Created': 'Étiquette créée', 'Shipment Voided': 'Envoi annulé', 'We Have Your Package': 'Nous avons votre colis', 'On the Way': 'En chemin',
    'Preparing for Delivery': 'En préparation pour la livraison', 'Loaded on Delivery Vehicle': 'Chargé dans le véhicule', 'Out for Delivery': 'En cours de livraison',
    'Clearance in Progress': 'Dédouanement en cours', 'Cleared Customs': 'Dédouané', Delay: 'Retard', 'Delivery Attempted': 'Livraison tentée',
    'Ready for Customer Pickup': 'Prêt à être retiré', 'Returning to Sender': "Retour à l'expéditeur", 'Returned to Sender': "Retourné à l'expéditeur",
    Damaged: 'Endommagé', Refused: 'Refusé', Rescheduled: 'Reprogrammé', Delivered: 'Livré',
  },
};

/** Description and plain words of what happened, for a locale such as `de_DE`; the codes stay what they are. */
export function wordsFor({ description, simplified }: Happening, locale: string): { description: string; simplified: string } {
  const translated = words[locale.slice(0, 2).toLowerCase()]?.[simplified];
  return translated === undefined ? { description, simplified } : { description: `${translated} `, simplified: translated };
}
