const shapes = {
  alert: '<circle cx="8" cy="8" r="6"/><path d="M8 4.8v4M8 11.1v.1"/>',
  arrow: '<path d="M2.5 8h10.5M9.5 4.5 13 8l-3.5 3.5"/>',
  box: '<path d="M8 1.8 13.6 4.9v6.2L8 14.2 2.4 11.1V4.9Z"/><path d="M2.4 4.9 8 8l5.6-3.1M8 8v6.2"/>',
  building: '<path d="M3 14V2.5h6V14M9 6.5h4V14M1.5 14h13M5.3 5.5h1.4M5.3 8h1.4M5.3 10.5h1.4"/>',
  check: '<circle cx="8" cy="8" r="6"/><path d="m5.4 8.2 1.9 1.9 3.4-3.9"/>',
  clock: '<circle cx="8" cy="8" r="6"/><path d="M8 4.6V8l2.4 1.5"/>',
  help: '<circle cx="8" cy="8" r="6"/><path d="M6.3 6.4c0-2.2 3.5-2.1 3.5 0 0 1.4-1.8 1.3-1.8 2.7M8 11.3v.1"/>',
  home: '<path d="M2.5 7 8 2.2 13.5 7v6.8h-4V9.6h-3v4.2h-4Z"/>',
  info: '<circle cx="8" cy="8" r="6"/><path d="M8 7.4v3.8M8 4.9V5"/>',
  key: '<circle cx="4.6" cy="8" r="2.8"/><path d="M7.4 8h7.2v2.6M11.6 8v2"/>',
  label: '<path d="M3 2h10v12H3ZM5.5 5h5M5.5 8h5M5.5 11h3"/>',
  list: '<path d="M5.5 4h8.5M5.5 8h8.5M5.5 12h8.5M2 4h.6M2 8h.6M2 12h.6"/>',
  mail: '<path d="M2 3.5h12v9H2ZM2.3 4 8 8.6 13.7 4"/>',
  menu: '<path d="M2 4h12M2 8h12M2 12h12"/>',
  newer: '<path d="M10 3.5 5.5 8l4.5 4.5"/>',
  none: '<circle cx="8" cy="8" r="6"/><path d="m3.9 3.9 8.2 8.2"/>',
  older: '<path d="M6 3.5 10.5 8 6 12.5"/>',
  returning: '<path d="M5.5 3.5 2.5 6.5l3 3M2.5 6.5H10a3 3 0 0 1 0 6H7"/>',
  route: '<circle cx="3.6" cy="12.4" r="1.7"/><circle cx="12.4" cy="3.6" r="1.7"/><path d="M10.7 3.6H5.4a2.2 2.2 0 0 0 0 4.4h5.2a2.2 2.2 0 0 1 0 4.4H5.3"/>',
  swap: '<path d="M2.5 5.5h11L11 3M13.5 10.5h-11L5 13"/>',
  truck: '<path d="M1.5 4h8v7.2h-8ZM9.5 6.5h2.9l2.1 2.4v2.3h-5"/><circle cx="4.4" cy="11.7" r="1.5"/><circle cx="11.6" cy="11.7" r="1.5"/>',
  warning: '<path d="M8 2.2 14.6 13.6H1.4ZM8 6.4v3.6M8 11.8v.1"/>',
} as const;

export type IconName = keyof typeof shapes;

/** A line drawing of 1 em, in the colour of the text. Never alone: the word stands beside it, so it is hidden from readers. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  const safeShape: string = shapes[name];
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {safeShape}
    </svg>
  );
}
