import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../model/json.js';
import { admitText } from '../admit.js';
import type { OptionLabels, Run } from '../run.js';
import { defineTransform } from '../transform.js';

const attribute = z.string().min(1);

/** One option of a select attribute of the shop; what the shop calls it is resolved when sending. */
export const option = defineTransform({
  keyword: 'option',
  description:
    "Makes an option of this attribute of the shop. Its label is the code's label in the base scope's locale, else the code; every store that inherits shows the label in its own locale, else the base's. The shop creates options it does not have.",
  option: attribute.describe("the shop's attribute code"),
  examples: [
    {
      option: 'color',
      input: 'red',
      labels: { red: { en_US: 'Red', de_DE: 'Rot' } },
      output: { $option: { attribute: 'color', label: 'Red', labels: { de: 'Rot' } } },
    },
    { option: 'color', input: 'mauve', output: { $option: { attribute: 'color', label: 'mauve', labels: { de: 'mauve' } } } },
    { option: 'color', input: ['red'], error: 'wrong_type' },
  ],
  compile: (name) => (value, run) => optionOf(name, value, run),
});

/** Several options of a multiselect attribute. */
export const options = defineTransform({
  keyword: 'options',
  description: 'Makes options of this attribute of the shop of a list of codes; each as `option` does.',
  option: attribute.describe("the shop's attribute code"),
  examples: [
    {
      option: 'style',
      input: ['slim', 'long'],
      labels: { SLIM: { en_US: 'Slim fit' } },
      output: [
        { $option: { attribute: 'style', label: 'Slim fit', labels: { de: 'Slim fit' } } },
        { $option: { attribute: 'style', label: 'long', labels: { de: 'long' } } },
      ],
    },
    { option: 'style', input: [] },
    { option: 'style', input: 'slim', error: 'wrong_type' },
  ],
  compile: (name) => (value, run) => {
    if (!Array.isArray(value)) return run.fail('wrong_type', 'it is no list of option codes');
    const made = value.map((code) => optionOf(name, code, run)).filter((one) => one !== undefined);
    return made.length > 0 ? made : undefined;
  },
});

function optionOf(attributeCode: string, code: JsonValue, run: Run): JsonObject | undefined {
  if (typeof code !== 'string' && typeof code !== 'number') return run.fail('wrong_type', 'it is no option code');
  const text = String(code).trim();
  if (text === '') return undefined;
  const known = labelsOf(run.labels, text);
  const label = labelIn(known, run.scope.labelLocale, run) ?? text;
  const labels: JsonObject = {};
  for (const { store, locale } of run.scope.labelStores) labels[store] = labelIn(known, locale, run) ?? label;
  return { $option: { attribute: attributeCode, label, labels } };
}

/** Labels of a code; codes are the same whatever their case. */
function labelsOf(labels: OptionLabels | undefined, code: string): unknown {
  if (labels === undefined || labels === null || typeof labels !== 'object') return undefined;
  if (Object.hasOwn(labels, code)) return labels[code];
  const found = Object.keys(labels).find((one) => one.toLowerCase() === code.toLowerCase());
  return found === undefined ? undefined : labels[found];
}

function labelIn(labels: unknown, locale: string | null, run: Run): string | undefined {
  if (locale === null || labels === null || typeof labels !== 'object' || !Object.hasOwn(labels, locale)) return undefined;
  const label: unknown = (labels as Readonly<Record<string, unknown>>)[locale];
  return typeof label === 'string' && label.trim() !== '' ? admitText(label.trim(), run, `the ${locale} label`) : undefined;
}
