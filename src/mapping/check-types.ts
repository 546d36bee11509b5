import type { Attribute, AttributeType } from '../model/structure.js';
import type { FieldRule } from './rule-schema.js';

/** What a rule asks of a value that its attribute's type cannot give; null where they fit. Functions get values as they are. */
export function typeMistake(
  rule: FieldRule,
  attribute: Attribute,
): { readonly keyword: keyof FieldRule; readonly problem: string; readonly advice: string } | null {
  if (rule.call !== undefined || rule.all !== undefined) return null;
  const { code, type } = attribute;
  const is = (...types: AttributeType[]): boolean => types.includes(type);
  if (is('metric') && rule.unit === undefined && rule.readable === undefined) {
    return {
      keyword: 'from',
      problem: `${code} is a metric (amount and unit)`,
      advice: `add \`unit: ${attribute.unit ?? 'KILOGRAM'}\`, or \`readable: true\``,
    };
  }
  if (rule.unit !== undefined && !is('metric', 'other')) {
    return { keyword: 'unit', problem: `${code} is a ${type}, which has no unit`, advice: 'leave out `unit`' };
  }
  if (rule.option !== undefined && is('multiselect')) {
    return { keyword: 'option', problem: `${code} is a multiselect: a list of options`, advice: `write \`options: ${rule.option}\`` };
  }
  if (rule.options !== undefined && !is('multiselect', 'other')) {
    return { keyword: 'options', problem: `${code} is a ${type}, which is one value`, advice: `write \`option: ${rule.options}\`` };
  }
  return null;
}
