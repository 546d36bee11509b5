import { ForbiddenException, Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { KeyService, type Holder } from './key-service.js';
import { policyKey, type Policy } from './policy.js';
import { includesRole } from './roles.js';

const holders = new WeakMap<Request, Holder>();

/** Who asks; only of a request that the guard let in by a key. */
export function holderOfRequest(request: Request): Holder {
  const holder = holders.get(request);
  if (holder === undefined) throw new Error('nobody asked for a key here');
  return holder;
}

/** Stands before every route of the service: one without a policy answers nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeyService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.getAllAndOverride<Policy | undefined>(policyKey, [context.getHandler(), context.getClass()]);
    if (policy?.kind === 'open') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const text = bearerOf(request);
    const holder = text === null ? null : await this.keys.holder(text);
    if (holder === null) {
      http.getResponse<Response>().setHeader('WWW-Authenticate', 'Bearer realm="pim2shop"');
      throw new UnauthorizedException('An API key is needed, as "Authorization: Bearer p2s_…"; this one opens nothing.');
    }
    if (policy === undefined) throw new ForbiddenException('Nobody may do this.');
    if (!includesRole(holder.role, policy.role))
      throw new ForbiddenException(`This takes the role ${policy.role}; the key "${holder.name}" has ${holder.role}.`);
    holders.set(request, holder);
    return true;
  }
}

function bearerOf({ headers }: Request): string | null {
  return /^Bearer ([^\s]{1,200})$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}
