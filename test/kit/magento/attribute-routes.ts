import type { Attribute, Option } from './attribute.js';
import { usesOptions } from './attribute.js';
import type { AttributeData, OptionData } from './attribute-catalog.js';
import { PRODUCT_TYPE } from './attribute-sets.js';
import { requiredField } from './magento-error.js';
import type { Call, Route } from './router.js';
import { criteriaAnswer, parseCriteria, search } from './search-criteria.js';
import type { Shop } from './shop.js';

export const attributeRoutes: readonly Route[] = [
  { method: 'GET', path: '/V1/products/attributes', answer: listAttributes },
  { method: 'POST', path: '/V1/products/attributes', answer: createAttribute },
  {
    method: 'GET',
    path: '/V1/products/attributes/:code',
    answer: ({ shop, params, storeId }) => attributeAnswer(shop, shop.attributes.get(params.code as string), storeId),
  },
  { method: 'PUT', path: '/V1/products/attributes/:code', answer: updateAttribute },
  { method: 'DELETE', path: '/V1/products/attributes/:code', answer: removeAttribute },
  {
    method: 'GET',
    path: '/V1/products/attributes/:code/options',
    answer: ({ shop, params, storeId }) => optionAnswers(shop.attributes.get(params.code as string), storeId),
  },
  {
    method: 'POST',
    path: '/V1/products/attributes/:code/options',
    answer: (call) => String(call.shop.attributes.addOption(call.params.code as string, optionIn(call)).id),
  },
  { method: 'PUT', path: '/V1/products/attributes/:code/options/:id', answer: updateOption },
  { method: 'DELETE', path: '/V1/products/attributes/:code/options/:id', answer: removeOption },
];

function listAttributes({ shop, query, storeId }: Call): unknown {
  const criteria = parseCriteria(query);
  const found = search(shop.attributes.all(), criteria, readField);
  return {
    items: found.items.map((attribute) => attributeAnswer(shop, attribute, storeId)),
    search_criteria: criteriaAnswer(criteria),
    total_count: found.total,
  };
}

function createAttribute({ shop, body, storeId }: Call): unknown {
  return attributeAnswer(shop, shop.attributes.create(attributeIn(body)), storeId);
}

function updateAttribute({ shop, body, params, storeId }: Call): unknown {
  return attributeAnswer(shop, shop.attributes.update(params.code as string, attributeIn(body)), storeId);
}

function removeAttribute({ shop, params }: Call): unknown {
  shop.attributes.remove(params.code as string);
  return true;
}

function updateOption(call: Call): unknown {
  call.shop.attributes.updateOption(call.params.code as string, Number(call.params.id), optionIn(call));
  return true;
}

function removeOption({ shop, params }: Call): unknown {
  shop.attributes.removeOption(params.code as string, Number(params.id));
  return true;
}

function attributeIn(body: Call['body']): AttributeData {
  if (!body.attribute) throw requiredField('attribute');
  return body.attribute as AttributeData;
}

function optionIn({ body }: Call): OptionData {
  if (!body.option) throw requiredField('option');
  return body.option as OptionData;
}

function readField(attribute: Attribute, field: string): string | undefined {
  const fields: Record<string, string> = {
    attribute_id: String(attribute.id),
    attribute_code: attribute.code,
    frontend_input: attribute.input,
    frontend_label: attribute.label,
    backend_type: attribute.backend,
    is_user_defined: attribute.userDefined ? '1' : '0',
    is_required: attribute.required ? '1' : '0',
    is_global: { store: '0', global: '1', website: '2' }[attribute.scope],
    is_visible: '1',
    entity_type_id: String(PRODUCT_TYPE),
  };
  return fields[field];
}

/** An attribute as the REST interface answers it. */
export function attributeAnswer(shop: Shop, attribute: Attribute, storeId: number): Record<string, unknown> {
  const { id, code, input, backend, scope, required, unique, label, labels, userDefined, applyTo, settings } = attribute;
  return {
    is_filterable: false,
    is_searchable: '0',
    is_visible: true,
    ...settings,
    apply_to: applyTo,
    scope,
    attribute_id: id,
    attribute_code: code,
    frontend_input: input,
    entity_type_id: String(PRODUCT_TYPE),
    is_required: required,
    options: usesOptions(attribute) ? optionAnswers(attribute, storeId) : [],
    is_user_defined: userDefined,
    default_frontend_label: label,
    frontend_labels: [...labels].filter(([store]) => shop.stores.view(store)).map(([store, text]) => ({ store_id: store, label: text })),
    backend_type: backend,
    is_unique: unique ? '1' : '0',
    validation_rules: [],
  };
}

/** Begins with an empty one, then by sort order; labels are the scope's own, else the admin's. */
function optionAnswers({ options, editableOptions }: Attribute, storeId: number): Record<string, unknown>[] {
  const sorted = [...options].sort((a, b) => a.sortOrder - b.sortOrder || a.id - b.id);
  const answers = sorted.map((option) => ({ label: labelIn(option, storeId), value: String(option.id) }));
  return editableOptions ? [{ label: ' ', value: '' }, ...answers] : answers;
}

function labelIn({ label, storeLabels }: Option, storeId: number): string {
  return storeLabels.get(storeId) || label;
}
