import { Body, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Request } from 'express';
import { holderOfRequest } from '../../access/access.guard.js';
import { KeyService, type Holder, type MadeKey } from '../../access/key-service.js';
import { Allow } from '../../access/policy.js';
import type { ListedKey } from '../../access/sql/keys.js';
import { actorOf } from '../actor-of.js';
import { ApiController } from '../api.js';
import { CreateKeyDto, daysToMs, KeyParamsDto, KeysDto, MadeKeyDto, MeDto, RotateKeyDto } from './keys.dto.js';

@ApiController('keys', 'keys')
export class KeysController {
  constructor(private readonly keys: KeyService) {}

  @Get('mine')
  @Allow('viewer')
  @ApiOperation({ operationId: 'whoAmI', summary: 'whose key this is, and what it may do' })
  @ApiOkResponse({ type: MeDto.Output })
  mine(@Req() request: Request): Holder {
    const { name, role } = holderOfRequest(request);
    return { name, role };
  }

  @Get()
  @Allow('admin')
  @ApiOperation({ operationId: 'listKeys', summary: 'keys that were not revoked; never the keys themselves' })
  @ApiOkResponse({ type: KeysDto.Output })
  async list(): Promise<{ keys: ListedKey[] }> {
    return { keys: await this.keys.list() };
  }

  @Post()
  @HttpCode(201)
  @Allow('admin')
  @ApiOperation({ operationId: 'createKey', summary: 'a new key, told this once' })
  @ApiCreatedResponse({ type: MadeKeyDto.Output })
  async create(@Body() { name, role, expiresInDays }: CreateKeyDto, @Req() request: Request): Promise<MadeKey> {
    return this.keys.create({ name, role, expiresInMs: daysToMs(expiresInDays) }, actorOf(request));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Allow('admin')
  @ApiOperation({ operationId: 'rotateKey', summary: 'another secret under the same name' })
  @ApiOkResponse({ type: MadeKeyDto.Output })
  async rotate(@Param() { id }: KeyParamsDto, @Body() { graceMinutes }: RotateKeyDto, @Req() request: Request): Promise<MadeKey> {
    return this.keys.rotate(id, graceMinutes * 60_000, actorOf(request));
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow('admin')
  @ApiOperation({ operationId: 'revokeKey', summary: 'from here on it opens nothing' })
  @ApiNoContentResponse()
  async revoke(@Param() { id }: KeyParamsDto, @Req() request: Request): Promise<void> {
    await this.keys.revoke(id, actorOf(request));
  }
}
