import type { ProvisionPlan, WantedAttribute } from '../connectors/contract/index.js';
import type { Attribute, Structure } from '../model/structure.js';
import type { Compilation } from './compilation.js';
import type { CompiledField } from './compile-rule.js';
import type { FieldRule } from './rule-schema.js';
import type { ResolvedScope } from './run.js';

const prefix = 'custom_attributes.';

/**
 * What the shop must know before documents arrive: the attributes behind `custom_attributes.*` fields that
 * come from attributes of the source (what is computed or constant, such as url_key, the shop has itself),
 * and the families as groups.
 */
export function derivePlan(fields: readonly CompiledField[], compilation: Compilation): ProvisionPlan {
  const { structure } = compilation.context;
  const resource = compilation.file.data.target.resource;
  if (structure === null) return { resource, attributes: [], groups: [] };
  const attributes = fields.flatMap((field) => {
    const [attribute] = field.attributes;
    if (attribute === undefined || !field.path.startsWith(prefix) || field.rule.call !== undefined) return [];
    return [wanted(field, attribute, structure, compilation)];
  });
  const groups = attributes.length > 0 ? structure.families.map((family) => family.code).sort() : [];
  return { resource, attributes, groups };
}

function wanted(field: CompiledField, attribute: Attribute, structure: Structure, compilation: Compilation): WantedAttribute {
  const code = attribute.code.toLowerCase();
  const families = structure.families.filter((family) => family.attributes.some((one) => one.toLowerCase() === code));
  return {
    field: field.path,
    kind: kindOf(field.rule, attribute),
    labels: labelsOf(attribute, compilation.scopes),
    perStore: field.varies.some((varies) => varies),
    axis: compilation.isAxis(attribute.code),
    groups: families.map((family) => family.code).sort(),
  };
}

function kindOf(rule: FieldRule, attribute: Attribute): WantedAttribute['kind'] {
  if (rule.option !== undefined) return 'option';
  if (rule.options !== undefined) return 'options';
  if (rule.boolean !== undefined) return 'boolean';
  if (rule.date !== undefined) return 'date';
  if (attribute.type === 'price') return 'price';
  if (rule.number !== undefined || rule.unit !== undefined) return 'number';
  return attribute.type === 'textarea' ? 'textarea' : 'text';
}

/** The attribute's name by store: in each scope's locale; what has none shows the base's, and that the code. */
function labelsOf(attribute: Attribute, scopes: readonly ResolvedScope[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const scope of scopes) {
    const own = scope.locale === null ? undefined : attribute.labels[scope.locale];
    labels[scope.store] = own || (scope.inherits === null ? attribute.code : (labels[scope.inherits] ?? attribute.code));
  }
  return labels;
}
