import { describeHttpSource, describeSignIn } from '../../../../test/kit/describe-source/index.js';
import { directus, jsonapi, openpim, restHarness, strapi, type RestCase } from '../../../../test/kit/json-api/index.js';

const byKeyset: RestCase = {
  dialect: directus,
  path: /^\/(items|activity)/,
  text: 'name',
  config: (url, token) => ({
    url,
    auth: { kind: 'bearer', token },
    entities: {
      product: {
        key: 'id',
        version: { field: ['date_updated', 'date_created'] },
        list: {
          path: '/items/products',
          query: { sort: 'id', limit: '{size}', 'filter[id][_gt]': '{after}' },
          records: 'data',
          paging: { kind: 'keyset' },
        },
        changed: {
          query: { 'filter[_or][0][date_updated][_gte]': '{since}', 'filter[_or][1][date_created][_gte]': '{since}' },
        },
        fetch: {
          many: {
            path: '/items/products',
            query: { filter: '{"id":{"_in":{keys:json}}}', limit: '{size}' },
            records: 'data',
            missing: 'absent',
          },
        },
        deleted: {
          path: '/activity',
          query: {
            sort: 'id',
            limit: '{size}',
            'filter[action][_eq]': 'delete',
            'filter[timestamp][_gte]': '{since}',
            'filter[id][_gt]': '{after}',
          },
          records: 'data',
          key: 'item',
          id: 'id',
          paging: { kind: 'keyset' },
        },
      },
    },
  }),
};

const byPage: RestCase = {
  dialect: strapi,
  path: /^\/api/,
  text: 'name',
  config: (url, token) => ({
    url: `${url}/api`,
    auth: { kind: 'bearer', token },
    entities: {
      product: {
        key: 'documentId',
        version: { field: 'updatedAt' },
        list: {
          path: '/products',
          query: { 'sort[0]': 'documentId:asc', 'pagination[page]': '{page}', 'pagination[pageSize]': '{size}' },
          records: 'data',
          total: 'meta.pagination.total',
          // It asks for more than there is to be had.
          paging: { kind: 'page', size: 250 },
        },
        changed: { query: { 'filters[updatedAt][$gte]': '{since}' } },
        fetch: {
          many: {
            path: '/products',
            query: { 'filters[documentId][$in][{n}]': '{key}', 'pagination[pageSize]': '{size}' },
            records: 'data',
            size: 20,
            missing: 'absent',
          },
        },
      },
    },
  }),
};

const search = (where: object) => ({
  query: 'query ($requests: [SearchRequest]) { search(requests: $requests) { responses { count rows } } }',
  variables: { requests: [{ entity: 'ITEM', where, offset: '{offset}', limit: '{size}', order: [['identifier', 'ASC']] }] },
});

const byOffset: RestCase = {
  dialect: openpim,
  path: /^\/graphql/,
  text: 'name',
  config: (url, key) => ({
    url,
    auth: { kind: 'key', header: 'x-token', key },
    failure: 'errors',
    entities: {
      product: {
        key: 'identifier',
        version: { field: 'updatedAt', as: 'seconds' },
        list: {
          method: 'POST',
          path: '/graphql',
          body: search({}),
          records: 'data.search.responses.0.rows',
          total: 'data.search.responses.0.count',
          paging: { kind: 'offset', size: 10 },
        },
        changed: { body: search({ updatedAt: { OP_gt: '{since}' } }), since: 'seconds' },
        fetch: {
          many: {
            method: 'POST',
            path: '/graphql',
            body: search({ identifier: { OP_in: '{keys}' } }),
            records: 'data.search.responses.0.rows',
            missing: 'absent',
          },
        },
      },
    },
  }),
};

const byLink: RestCase = {
  dialect: jsonapi,
  path: /^\/products/,
  text: 'attributes.name',
  config: (url, clientSecret) => ({
    url,
    auth: { kind: 'oauth', tokenUrl: `${url}/token`, clientId: 'client', clientSecret },
    entities: {
      product: {
        key: 'id',
        version: { field: 'attributes.updatedAt' },
        list: { path: '/products', records: 'data', paging: { kind: 'link', next: 'links.next' } },
        changed: { query: { 'filter[updated]': '{since}' } },
        fetch: { one: { path: '/products/{key}', record: 'data', absent: { where: { 'errors.0.code': '301' } } } },
      },
    },
  }),
};

describeHttpSource('rest, by keyset', () => restHarness(byKeyset));
describeHttpSource('rest, by page', () => restHarness(byPage));
describeHttpSource('rest, by offset and POST', () => restHarness(byOffset));
describeHttpSource('rest, by link', () => restHarness(byLink));
describeSignIn('rest', () => restHarness(byLink));
