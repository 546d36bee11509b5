import { z } from 'zod';
import { findSecrets } from './find-secrets.js';
import { masked } from './masked.js';

it('shows a configuration without its secrets: by schema, by name, and inside of addresses', () => {
  const schema = z.object({ url: z.string(), pin: z.number().meta({ secret: true }), code: z.string().meta({ secret: true }) }).loose();
  const config = {
    url: 'postgres://reader:very-secret@db:5432/erp',
    pin: 4711,
    code: 'ab',
    copies: ['ab', 4711, 'abc'],
    auth: { kind: 'bearer', token: 'another-secret' },
    webhook: { secret: ['one', 'two'] },
    limit: 3,
    tls: true,
    nothing: null,
    left: undefined,
  };
  expect(masked(config, findSecrets(config, schema))).toEqual({
    url: 'postgres://reader:***@db:5432/erp',
    pin: '***',
    code: '***',
    copies: ['***', '***', 'abc'],
    auth: { kind: 'bearer', token: '***' },
    webhook: { secret: ['***', '***'] },
    limit: 3,
    tls: true,
    nothing: null,
  });
});
