import { attributeAnswer } from './attribute-routes.js';
import type { AttributeGroup, AttributeSet } from './attribute-sets.js';
import { PRODUCT_TYPE } from './attribute-sets.js';
import { invalidValue, requiredField } from './magento-error.js';
import type { Call, Route } from './router.js';
import { criteriaAnswer, parseCriteria, search } from './search-criteria.js';

export const attributeSetRoutes: readonly Route[] = [
  { method: 'GET', path: '/V1/products/attribute-sets/sets/list', answer: listSets },
  { method: 'GET', path: '/V1/eav/attribute-sets/list', answer: listSets },
  { method: 'POST', path: '/V1/products/attribute-sets', answer: createSet },
  { method: 'POST', path: '/V1/eav/attribute-sets', answer: createSet },
  { method: 'GET', path: '/V1/products/attribute-sets/:set', answer: ({ shop, params }) => setAnswer(shop.sets.get(Number(params.set))) },
  { method: 'PUT', path: '/V1/products/attribute-sets/:set', answer: renameSet },
  { method: 'DELETE', path: '/V1/products/attribute-sets/:set', answer: removeSet },
  { method: 'GET', path: '/V1/products/attribute-sets/:set/attributes', answer: listSetAttributes },
  { method: 'POST', path: '/V1/products/attribute-sets/attributes', answer: assignAttribute },
  { method: 'DELETE', path: '/V1/products/attribute-sets/:set/attributes/:code', answer: unassignAttribute },
  { method: 'GET', path: '/V1/products/attribute-sets/groups/list', answer: listGroups },
  { method: 'POST', path: '/V1/products/attribute-sets/groups', answer: createGroup },
];

interface SetData {
  readonly attribute_set_id?: number;
  readonly attribute_set_name?: string;
  readonly sort_order?: number;
}

function listSets({ shop, query }: Call): unknown {
  const criteria = parseCriteria(query);
  const found = search(shop.sets.all(), criteria, (set, field) => {
    return {
      attribute_set_id: String(set.id),
      attribute_set_name: set.name,
      entity_type_id: String(PRODUCT_TYPE),
      entity_type_code: 'catalog_product',
    }[field];
  });
  return { items: found.items.map(setAnswer), search_criteria: criteriaAnswer(criteria), total_count: found.total };
}

function createSet({ shop, body }: Call): unknown {
  const data = setIn(body);
  if (data.attribute_set_id) throw invalidValue('id', data.attribute_set_id);
  return setAnswer(shop.sets.create(data.attribute_set_name ?? '', data.sort_order ?? 0, Number(body.skeletonId ?? body.skeleton_id ?? 0)));
}

function renameSet({ shop, body, params }: Call): unknown {
  const data = setIn(body);
  return setAnswer(shop.sets.rename(Number(params.set), data.attribute_set_name ?? '', data.sort_order ?? 0));
}

function removeSet({ shop, params }: Call): unknown {
  shop.sets.remove(Number(params.set));
  return true;
}

function listSetAttributes({ shop, params, storeId }: Call): unknown {
  return shop.sets.attributesOf(Number(params.set)).map((attribute) => attributeAnswer(shop, attribute, storeId));
}

function assignAttribute({ shop, body }: Call): unknown {
  const { attributeSetId, attributeGroupId, attributeCode, sortOrder } = body;
  return shop.sets.assign(Number(attributeSetId), Number(attributeGroupId), String(attributeCode), Number(sortOrder ?? 0));
}

function unassignAttribute({ shop, params }: Call): unknown {
  shop.sets.unassign(Number(params.set), params.code as string);
  return true;
}

function listGroups({ shop, query }: Call): unknown {
  const criteria = parseCriteria(query);
  const found = search(shop.sets.groups(), criteria, ({ id, name, setId }, field) => {
    return { attribute_group_id: String(id), attribute_group_name: name, attribute_set_id: String(setId) }[field];
  });
  return { items: found.items.map(groupAnswer), search_criteria: criteriaAnswer(criteria), total_count: found.total };
}

function createGroup({ shop, body }: Call): unknown {
  const group = body.group as { attribute_group_name?: string; attribute_set_id?: number } | undefined;
  if (!group) throw requiredField('group');
  return groupAnswer(shop.sets.addGroup(Number(group.attribute_set_id), group.attribute_group_name ?? ''));
}

function setIn(body: Call['body']): SetData {
  const data = body.attributeSet ?? body.attribute_set;
  if (!data) throw requiredField('attributeSet');
  return data as SetData;
}

function setAnswer({ id, name, sortOrder }: AttributeSet): Record<string, unknown> {
  return { attribute_set_id: id, attribute_set_name: name, sort_order: sortOrder, entity_type_id: PRODUCT_TYPE };
}

function groupAnswer({ id, name, setId }: AttributeGroup): Record<string, unknown> {
  return { attribute_group_id: String(id), attribute_group_name: name, attribute_set_id: setId };
}
