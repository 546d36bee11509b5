import type { Row } from './tables.js';
import { channels, locales, words, type Words } from './words.js';

/** A name with the colour in it. */
export function named(color: Words | undefined, en: string, de: string, fr: string): Words {
  return words(`${en}, ${color?.en_US ?? ''}`, `${de}, ${color?.de_DE ?? ''}`, `${fr}, ${color?.fr_FR ?? ''}`);
}

export function texts(code: string, text: Words): Row {
  return Object.fromEntries(locales.map((locale) => [`${code}-${locale}`, text[locale]]));
}

/** The printed catalogue says the same with the language behind it, so that channels can be told apart. */
export function descriptions(text: Words): Row {
  return Object.fromEntries(
    locales.flatMap((locale) =>
      channels.map((channel) => [
        `description-${locale}-${channel}`,
        text[locale] === '' ? '' : channel === 'print' ? `${text[locale]} (${locale.slice(0, 2)})` : text[locale],
      ]),
    ),
  );
}

export function price(eur: number | null, usd: number): Row {
  return { 'price-EUR': eur === null ? '' : eur.toFixed(2), 'price-USD': usd.toFixed(2) };
}

export function metric(code: string, amount: number, unit: string): Row {
  return { [code]: String(Math.round(amount * 1000) / 1000), [`${code}-unit`]: unit };
}

export function pick<Value>(values: readonly Value[], index: number): Value {
  return values[index % values.length] as Value;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
