import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Role } from './roles.js';

/** Who may call a route: whoever holds a key of that role (or a higher one); or everybody, for a stated reason. */
export type Policy = { readonly kind: 'role'; readonly role: Role } | { readonly kind: 'open'; readonly because: string };

export const policyKey = Symbol('policy');

/** A route of the admin API; its documentation names the role as `x-role`. One without a policy answers nobody. */
export const Allow = (role: Role): MethodDecorator =>
  applyDecorators(SetMetadata(policyKey, { kind: 'role', role } satisfies Policy), ApiExtension('x-role', role));

/** A route, or all of a controller, that asks for no key. `because` is for who reads the code. */
export const Open = (because: string): MethodDecorator & ClassDecorator =>
  SetMetadata(policyKey, { kind: 'open', because } satisfies Policy);
